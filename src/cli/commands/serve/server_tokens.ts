import { isBearerToken, SHORTEST_TOKEN } from "../../../server/tokens.ts";
import type { Issue } from "../../options/issues.ts";
import type { Options } from "../../options/option.ts";
import { path, plainText } from "../../options/value_types.ts";
import type { InputContext, InputResult } from "../../command.ts";
import { findMistake } from "../../options/find_mistake.ts";
import { readPrivateFile } from "../../input/private_file.ts";
import { TextError } from "../../input/read_text.ts";
import { formatSystemError } from "../../system_error.ts";

/** The options of server tokens. */
export const serverTokenOptions = {
  serverTokenFile: {
    name: "server-token-file",
    type: path(),
    env: ["ZITADEL_SYNC_SERVER_TOKEN_FILE"],
    file: true,
    help: "File with the token that clients must send, at least 32 characters; for a rotation " +
      "several tokens, one per line.",
    alias: ["api-token-file", "bearer-token-file"],
  },
  serverToken: {
    name: "server-token",
    type: plainText("TOKEN"),
    env: ["ZITADEL_SYNC_SERVER_TOKEN"],
    help: "The token itself; several are separated by spaces. Flags show in process lists: " +
      "--server-token-file or ZITADEL_SYNC_SERVER_TOKEN is safer.",
    alias: ["api-token", "bearer-token"],
    secret: true,
  },
} as const satisfies Options;

interface Found {
  tokens: string[];
  issues: Issue[];
  warnings: string[];
}

/**
 * Reads the server tokens from all places that the settings name. Spaces or line ends separate several. Messages name the
 * place and never quote a token.
 */
export async function readServerTokens(
  { settings: { serverToken, serverTokenFile }, sources, hide }: InputContext<
    typeof serverTokenOptions
  >,
): Promise<InputResult<readonly string[]>> {
  const found: Found = { tokens: [], issues: [], warnings: [] };
  if (serverToken !== undefined) add(found, serverToken, sources.get("serverToken")!.name);
  if (serverTokenFile !== undefined) {
    const source = `${sources.get("serverTokenFile")!.name}: ${serverTokenFile}`;
    try {
      const { text, warning } = await readPrivateFile(serverTokenFile);
      if (warning !== undefined) found.warnings.push(warning);
      add(found, text, source);
    } catch (error) {
      found.issues.push({
        message: `${source} cannot be read: ${formatSystemError(error)}`,
        ...(error instanceof TextError && { hint: error.hint }),
      });
    }
  }
  const { tokens, issues, warnings } = found;
  for (const token of tokens) hide(token);
  return issues.length > 0 ? { issues, warnings } : { value: tokens, warnings };
}

function add({ tokens, issues }: Found, text: string, source: string): void {
  const found = text.replace(/^\ufeff/, "").split(/\s+/).filter((token) => token !== "");
  if (found.length === 0) {
    issues.push({ message: `${source} is empty, so there is no server token`, hint: HINT });
  }
  found.forEach((token, i) => {
    const which = found.length === 1 ? "the server token" : `server token ${i + 1}`;
    const mistake = findMistake(token, `${source}: ${which}`);
    if (mistake !== undefined) issues.push(mistake);
    else if (!isBearerToken(token)) {
      issues.push({ message: `${source}: ${which} holds a character that no token has` });
    } else if (token.length < SHORTEST_TOKEN) {
      issues.push({
        message: `${source}: ${which} has ${token.length} characters, fewer than ` +
          `${SHORTEST_TOKEN} can be guessed`,
        hint: HINT,
      });
    } else tokens.push(token);
  });
}

const HINT = "zitadel-sync token prints a good one";
