/**
 * The JSON text of rows, kept until something in the row changes.
 *
 * @module
 */
import type { Row } from "./rows.ts";
import { type ROW_FIELDS, rowSize } from "./wire_size.ts";

/** A row as text. */
export interface RowText {
  text: string;
  /** Its list, where that can grow large enough for its size as protobuf to matter. */
  list?: keyof typeof ROW_FIELDS;
  /** Its size as protobuf, once it was asked for. */
  bytes?: number;
}

/** The size of a row as protobuf, counted once. */
export function measureRow(row: RowText): number {
  if (row.list === undefined) return 0;
  return row.bytes ??= rowSize(JSON.parse(row.text), row.list);
}

/** The texts of an instance's rows. */
export interface RowTexts {
  /** The text of a row that is built from `parts`, which are never changed in place. */
  of(list: keyof typeof ROW_FIELDS, id: string, parts: unknown[], build: () => Row): RowText;
}

/** Makes an empty store. */
export function createRowTexts(): RowTexts {
  const known = {
    users: new Map<string, RowText & { parts: unknown[] }>(),
    projects: new Map<string, RowText & { parts: unknown[] }>(),
    roles: new Map<string, RowText & { parts: unknown[] }>(),
    userGrants: new Map<string, RowText & { parts: unknown[] }>(),
  };
  return {
    of(list, id, parts, build) {
      const found = known[list].get(id);
      if (found !== undefined && found.parts.every((part, index) => part === parts[index])) {
        return found;
      }
      const row = { parts, list, text: JSON.stringify(build()) };
      known[list].set(id, row);
      return row;
    },
  };
}
