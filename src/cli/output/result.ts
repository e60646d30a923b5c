/**
 * How commands write what they found: JSON for programs, tables for people.
 *
 * @module
 */
import type { Snapshot } from "../../snapshot/types.ts";
import { toJsonLine } from "../../snapshot/text/json_line.ts";
import { formatOrganizationName } from "../../snapshot/text/names.ts";
import { escapeControlCharacters } from "./escape_control_characters.ts";
import type { Io } from "../io.ts";
import { writeStdout } from "./stdout.ts";

/** Of what snapshot an answer is: the beginning of every answer in JSON. */
export interface ResultHeader {
  /** The organization, as in the snapshot. */
  organization: Snapshot["organization"];
  /** When the snapshot was complete. */
  completedAt: string;
  /** The snapshot's digest. */
  digest: string;
}

/** The head of an answer from a snapshot. */
export function toResultHeader({ organization, completedAt, digest }: Snapshot): ResultHeader {
  return { organization, completedAt, digest };
}

/** An object as JSON, a line for each of its keys, and one for each item of a list in it. */
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

/** Writes an answer for programs. */
export async function writeJson({ io }: { io: Io }, answer: object): Promise<void> {
  await writeStdout(io, jsonLines(answer));
}

/** The width to which long cells are cut: that of the terminal, if people read the output as it is written. */
export function terminalColumns(io: Io): number | undefined {
  return io.stdoutIsTerminal ? io.columns() : undefined;
}

/** The day of a time. */
export function isoDay(time: string | undefined): string {
  return time === undefined ? "" : time.slice(0, 10);
}

/** An organization in a heading. */
export function formatOrganization(
  { organization }: Pick<Snapshot, "organization">,
): string {
  const { id } = organization;
  const name = formatOrganizationName(organization);
  return escapeControlCharacters(name === id ? id : `${name} (${id})`);
}
