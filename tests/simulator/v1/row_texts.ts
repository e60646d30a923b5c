/**
 * Rows as the bytes that are sent, kept until something in the row changes: a page is a copy of a few runs of bytes.
 *
 * @module
 */
import type { Row } from "../rows.ts";
import type { TableName, Tables } from "../state/tables.ts";
import type { Change, Views } from "../state/views.ts";
import { type ROW_FIELDS, rowSize } from "./wire_size.ts";

/** A row in JSON, with a comma before it. */
export interface RowText {
  /** The bytes around it. */
  block: Uint8Array;
  start: number;
  end: number;
  /** Its list, where that can grow large enough for its size as protobuf to matter. */
  list?: KeptList;
  /** Its size as protobuf, in bytes, once somebody asked for it. */
  size?: number;
}

/** The lists whose rows are kept. */
export type KeptList = keyof typeof ROW_FIELDS;

/** The texts of an instance's rows. */
export interface RowTexts {
  /** The text of a row, built only if nothing is known of it. */
  keep(list: KeptList, id: string, build: () => Row): RowText;
  /** The text of a row that is not kept. */
  write(row: Row): RowText;
}

/** Makes an empty store, which forgets what the views change. */
export function createRowTexts(views: Views): RowTexts {
  const known = new Map<TableName, Map<string, RowText>>();
  for (const table of ["users", "projects", "roles", "userGrants"] as const) {
    known.set(table, new Map());
  }
  const write = createBlocks();

  views.subscribe((change) => {
    known.get(change.table)?.delete(change.key);
    if (change.table === "loginNames") known.get("users")?.delete(change.key);
    if (change.table === "organizations") known.get("userGrants")?.clear();
    for (const id of findGrants(change, views.tables)) known.get("userGrants")?.delete(id);
  });

  return {
    keep(list, id, build) {
      const texts = known.get(list)!;
      const found = texts.get(id);
      if (found !== undefined) return found;
      const text: RowText = { ...write(build()), list };
      texts.set(id, text);
      return text;
    },
    write,
  };
}

/** The user grants whose rows show fields of the changed row. */
function* findGrants({ table, key }: Change, { userGrants }: Tables): Iterable<string> {
  const column = table === "users" || table === "loginNames"
    ? "userId"
    : table === "projects"
    ? "projectId"
    : undefined;
  if (column === undefined) return;
  for (const { id } of userGrants.by(column, key)) yield id;
}

const BLOCK_BYTES = 1024 * 1024;
const encoder = new TextEncoder();

/** Writes rows one behind the other, so that those of a page mostly lie side by side. */
function createBlocks(): (row: Row) => RowText {
  let block = new Uint8Array(BLOCK_BYTES);
  let end = 0;
  return (row) => {
    const text = `,${JSON.stringify(row)}`;
    // A character of JavaScript is at most three bytes of UTF-8.
    if (end + text.length * 3 > block.length) {
      block = new Uint8Array(Math.max(BLOCK_BYTES, text.length * 3));
      end = 0;
    }
    const start = end;
    end += encoder.encodeInto(text, block.subarray(start)).written;
    return { block, start, end };
  };
}

const decoder = new TextDecoder();

/** The size of rows as protobuf, in bytes, or a larger number that is not above `enough`. */
export function measureRows(rows: readonly RowText[], enough: number): number {
  // The JSON of a row is never shorter than its protobuf.
  const bytes = rows.reduce((sum, { start, end }) => sum + end - start, 0);
  return bytes <= enough ? bytes : rows.reduce((sum, row) => sum + measureRow(row), 0);
}

function measureRow(row: RowText): number {
  if (row.list === undefined) return 0;
  const { block, start, end, list } = row;
  return row.size ??= rowSize(JSON.parse(decoder.decode(block.subarray(start + 1, end))), list);
}

/** `before`, the rows with commas between them, and `after`. */
export function joinRows(
  before: string,
  rows: readonly RowText[],
  after: string,
): Uint8Array<ArrayBuffer> {
  const runs: { block: Uint8Array; start: number; end: number }[] = [];
  for (const { block, start, end } of rows) {
    const last = runs.at(-1);
    if (last !== undefined && last.block === block && last.end === start) last.end = end;
    else runs.push({ block, start, end });
  }
  if (runs[0] !== undefined) runs[0].start++;
  const [head, tail] = [encoder.encode(before), encoder.encode(after)];
  const length = runs.reduce((sum, { start, end }) => sum + end - start, head.length + tail.length);
  const joined = new Uint8Array(length);
  joined.set(head);
  let at = head.length;
  for (const { block, start, end } of runs) {
    joined.set(block.subarray(start, end), at);
    at += end - start;
  }
  joined.set(tail, at);
  return joined;
}
