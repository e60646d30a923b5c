import { dirname, resolve } from "node:path";
import type { ConfigFile } from "../options/resolve_setting.ts";
import type { Issue } from "../options/issues.ts";
import { readPrivateFile } from "./private_file.ts";
import { TextError } from "./read_text.ts";
import { formatSystemError } from "../system_error.ts";

export interface ConfigFileReading {
  file?: ConfigFile;
  issue?: Issue;
  warning?: string;
}

/**
 * Reads a configuration file: one JSON object. `source` names the setting that names the file.
 *
 * Messages repeat nothing of it, since that may be a token. Never rejects.
 */
export async function readConfigFile(path: string, source: string): Promise<ConfigFileReading> {
  let text, warning;
  try {
    ({ text, warning } = await readPrivateFile(path, "json"));
  } catch (error) {
    return {
      issue: {
        message: `${source}: cannot read ${path}: ${formatSystemError(error)}`,
        ...(error instanceof TextError && { hint: error.hint }),
      },
    };
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const place = locateSyntaxError(error, text);
    return { issue: { message: `${source}: ${path} is not JSON${place}` } };
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return {
      issue: {
        message: `${source}: ${path} must hold a JSON object`,
        hint: 'Write it like {"instanceUrl": "https://acme.zitadel.cloud"}',
      },
    };
  }
  const file: ConfigFile = {
    name: path,
    values: json as Record<string, unknown>,
    resolve: (relative) => resolve(dirname(path), relative),
  };
  return "pat" in json && warning !== undefined ? { file, warning } : { file };
}

/** The place of a syntax error. The parser's own message quotes the text, so it is not repeated. */
function locateSyntaxError(error: unknown, text: string): string {
  const position = /at position (\d+)/.exec(String(error))?.[1];
  if (position === undefined) return "";
  const before = text.slice(0, Number(position)).split("\n");
  return ` (line ${before.length}, column ${before.at(-1)!.length + 1})`;
}
