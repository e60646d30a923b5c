import type { Settings } from "./resolve_settings.ts";
import { isBearerToken, SHORTEST_TOKEN } from "../../server/tokens.ts";
import type { Fault } from "../args/issues.ts";
import type { OptionKey } from "../args/options.ts";
import { readPrivateFile } from "../files/private_file.ts";
import { TextError } from "../files/read_text.ts";
import { systemWords } from "../files/system_error.ts";

/** The server's own tokens, and what is wrong with them. */
export interface ServerTokens {
  /** The tokens that can be used. */
  tokens: string[];
  /** What is wrong. */
  faults: Fault[];
  /** What to warn about. */
  warnings: string[];
}

/**
 * Reads the server's tokens from wherever the settings say that some are; several stand apart by spaces or line ends.
 * `sources` names the places in messages, which never repeat what is there.
 */
export async function readServerTokens(
  { serverToken, serverTokenFile }: Pick<Settings, "serverToken" | "serverTokenFile">,
  sources: ReadonlyMap<OptionKey, string>,
): Promise<ServerTokens> {
  const result: ServerTokens = { tokens: [], faults: [], warnings: [] };
  if (serverToken !== undefined) add(result, serverToken, sources.get("serverToken")!);
  if (serverTokenFile !== undefined) {
    const source = `${sources.get("serverTokenFile")}: ${serverTokenFile}`;
    try {
      const { text, warning } = await readPrivateFile(serverTokenFile);
      if (warning !== undefined) result.warnings.push(warning);
      add(result, text, source);
    } catch (error) {
      result.faults.push({
        message: `${source} cannot be read: ${systemWords(error)}`,
        ...(error instanceof TextError && { hint: error.hint }),
      });
    }
  }
  return result;
}

function add({ tokens, faults }: ServerTokens, text: string, source: string): void {
  const found = text.replace(/^\ufeff/, "").split(/\s+/).filter((token) => token !== "");
  if (found.length === 0) {
    faults.push({ message: `${source} is empty, so there is no server token`, hint: HINT });
  }
  found.forEach((token, i) => {
    const which = found.length === 1 ? "the server token" : `server token ${i + 1}`;
    if (!isBearerToken(token)) {
      faults.push({ message: `${source}: ${which} holds a character that no token has` });
    } else if (token.length < SHORTEST_TOKEN) {
      faults.push({
        message: `${source}: ${which} has ${token.length} characters, fewer than ` +
          `${SHORTEST_TOKEN} can be guessed`,
        hint: HINT,
      });
    } else tokens.push(token);
  });
}

const HINT = "zitadel-sync token prints a good one";
