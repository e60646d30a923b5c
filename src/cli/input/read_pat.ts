import type { Issue } from "../options/issues.ts";
import type { Io } from "../io.ts";
import { findMistake } from "../options/find_mistake.ts";
import { readPrivateFile } from "./private_file.ts";
import { decodeText, joinText, TextError } from "./read_text.ts";
import { formatSystemError, systemCode } from "../system_error.ts";
import { raceWithSignal } from "../../concurrency.ts";

export interface PatReading {
  token?: string;
  issue?: Issue;
  warning?: string;
}

/**
 * Reads the token that the settings name. Messages name its place as `source`, and never repeat it. Rejects only with
 * the reason of `io.signal`.
 */
export async function readPat(
  settings: { pat?: string | undefined; patFile?: string | undefined },
  source: string,
  io: Io,
): Promise<PatReading> {
  if (settings.pat !== undefined) return checkedPat(settings.pat, source);
  if (settings.patFile === undefined) return {};
  if (settings.patFile === "-") {
    if (io.stdinIsTerminal) {
      return {
        issue: {
          message: `${source} is -, but stdin is a terminal, which would show the token`,
          hint: "Pipe the token in, or name a file",
        },
      };
    }
    try {
      return checkedPat(await joinText(decodeText(io.stdin(), "secret")), `${source}: stdin`);
    } catch (error) {
      io.signal.throwIfAborted();
      return { issue: unreadable("stdin", source, error) };
    }
  }
  try {
    const { text, warning } = await raceWithSignal(readPrivateFile(settings.patFile), io.signal);
    const reading = checkedPat(text, `${source}: ${settings.patFile}`);
    return warning === undefined ? reading : { ...reading, warning };
  } catch (error) {
    io.signal.throwIfAborted();
    return { issue: unreadable(settings.patFile, source, error) };
  }
}

function unreadable(path: string, source: string, error: unknown): Issue {
  if (systemCode(error) === "ENOENT" && /^[\w-]{40,}$/.test(path)) {
    return {
      message: `${source} names a file that does not exist`,
      hint: "It takes the path of a file; a token itself goes into ZITADEL_PAT",
    };
  }
  return {
    message: `${source}: cannot read ${path}: ${formatSystemError(error)}`,
    ...(error instanceof TextError && { hint: error.hint }),
  };
}

function checkedPat(text: string, source: string): PatReading {
  const token = text.replace(/^\ufeff/, "").trim();
  if (token === "") return { issue: { message: `${source} is empty, so there is no token` } };
  const mistake = findMistake(token, source);
  if (mistake !== undefined) return { issue: mistake };
  if (token.startsWith("{")) {
    return {
      issue: {
        message: `${source} holds JSON, not a Personal Access Token`,
        hint: "Make a Personal Access Token for the service user; a key file does not work",
      },
    };
  }
  if (/^bearer\b/i.test(token)) {
    return {
      issue: {
        message: `${source} begins with "Bearer"`,
        hint: "Give the token alone",
      },
    };
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    return {
      issue: {
        message: `${source} holds a space, a line end or a character that no token has ` +
          `(${token.length} characters in all)`,
        hint: "Give the token alone, on one line",
      },
    };
  }
  return { token };
}
