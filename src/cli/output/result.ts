/**
 * The parts that the results of commands share: JSON for programs, headings and widths for people.
 *
 * @module
 */
import type { Snapshot } from "../../snapshot/types.ts";
import { toJsonLine } from "../../snapshot/text/json_line.ts";
import { formatOrganizationName } from "../../snapshot/text/names.ts";
import { escapeControlCharacters } from "./escape_control_characters.ts";
import type { Io } from "../io.ts";
import { writeStdout } from "./stdout.ts";

/** The snapshot of a result: the beginning of every result in JSON. */
export interface ResultHeader {
  organization: Snapshot["organization"];
  completedAt: string;
  digest: string;
}

export function toResultHeader({ organization, completedAt, digest }: Snapshot): ResultHeader {
  return { organization, completedAt, digest };
}

/** An object as JSON: a line for each key, and for each item of a list. */
export function* jsonLines(answer: object): Generator<string, void, undefined> {
  let separator = "{";
  for (const [key, value] of Object.entries(answer)) {
    if (value === undefined) continue;
    yield `${separator}\n  ${JSON.stringify(key)}: `;
    separator = ",";
    if (!Array.isArray(value) || value.length === 0) {
      yield toJsonLine(value);
      continue;
    }
    let before = "[";
    for (const item of value) {
      yield `${before}\n    ${toJsonLine(item)}`;
      before = ",";
    }
    yield "\n  ]";
  }
  yield "\n}\n";
}

export async function writeJson({ io }: { io: Io }, answer: object): Promise<void> {
  await writeStdout(io, jsonLines(answer));
}

/** The width to which cells are cut, if the output is a terminal. */
export function terminalColumns(io: Io): number | undefined {
  return io.stdoutIsTerminal ? io.columns() : undefined;
}

export function isoDay(time: string | undefined): string {
  return time === undefined ? "" : time.slice(0, 10);
}

export function formatOrganization(
  { organization }: Pick<Snapshot, "organization">,
): string {
  const { id } = organization;
  const name = formatOrganizationName(organization);
  return escapeControlCharacters(name === id ? id : `${name} (${id})`);
}
