import type { Entitlement, Group, User } from "../../../snapshot/types.ts";
import type { SnapshotIndex } from "../../../snapshot/query/index_snapshot.ts";
import { formatGroupName } from "../../../snapshot/text/names.ts";

/** The width of the column of names, in pixels. The style sheet takes all measures from here. */
export const NAME_WIDTH = 264;
/** The width and height of a cell, in pixels. */
export const CELL = 30;
/** The height of the row of project names, in pixels. */
export const BAND_HEIGHT = 28;
/** The height of the counts under the keys, in pixels. */
const COUNT_HEIGHT = 26;
/** The least and the greatest height of the upright keys, and about the length of one letter, in pixels. */
const KEY_HEIGHT = { min: 40, max: 170, letter: 7 };
/** Number of rows and columns beyond the view that are in the document too. */
const BEYOND = 6;

/** Columns of one project, side by side. */
export interface Band {
  group: Group;
  first: number;
  count: number;
  /** Whether the project's name is too long for the space above its columns: then it is behind each key too. */
  narrow: boolean;
}

/** The rows and columns of the matrix, and the measures of its head. */
export interface Layout {
  users: readonly User[];
  entitlements: readonly Entitlement[];
  bands: readonly Band[];
  /** The column of each entitlement, by id. */
  columns: ReadonlyMap<string, number>;
  /** The height of the upright keys, in pixels. */
  keyHeight: number;
  /** The height of the whole head, in pixels. */
  headHeight: number;
}

/** A cell, counted from 0. */
export interface Position {
  row: number;
  column: number;
}

/** A part of the matrix; the ends are exclusive. */
export interface Range {
  rowStart: number;
  rowEnd: number;
  start: number;
  end: number;
}

/** Lays out a matrix of these users and entitlements. */
export function layOut(
  index: SnapshotIndex,
  users: readonly User[],
  entitlements: readonly Entitlement[],
): Layout {
  const bands = groupBands(index, entitlements);
  const longest = bands.reduce((most, { group, first, count, narrow }) => {
    const behind = narrow ? formatGroupName(group).length + 3 : 0;
    const keys = entitlements.slice(first, first + count);
    return Math.max(most, ...keys.map(({ roleKey }) => roleKey.length + behind));
  }, 0);
  const { min, max, letter } = KEY_HEIGHT;
  const keyHeight = Math.min(max, Math.max(min, longest * letter + letter));
  return {
    users,
    entitlements,
    bands,
    columns: new Map(entitlements.map(({ id }, index) => [id, index])),
    keyHeight,
    headHeight: BAND_HEIGHT + keyHeight + COUNT_HEIGHT,
  };
}

function groupBands(index: SnapshotIndex, entitlements: readonly Entitlement[]): Band[] {
  const bands: Band[] = [];
  entitlements.forEach(({ groupId }, column) => {
    const last = bands.at(-1);
    if (last?.group.id === groupId) last.count++;
    else bands.push({ group: index.groups.get(groupId)!, first: column, count: 1, narrow: false });
  });
  for (const band of bands) {
    band.narrow = formatGroupName(band.group).length * KEY_HEIGHT.letter > band.count * CELL;
  }
  return bands;
}

/** Tells whether a column is the first of its project. */
export function startsBand({ entitlements }: Layout, column: number): boolean {
  return entitlements[column]?.groupId !== entitlements[column - 1]?.groupId;
}

/** The part that a window in pixels shows, and a little more. */
export function rangeInView(
  { users, entitlements }: Layout,
  { top, left, height, width }: { top: number; left: number; height: number; width: number },
): Range {
  const row = Math.floor(top / CELL) - BEYOND;
  const column = Math.floor(left / CELL) - BEYOND;
  const rows = Math.ceil(height / CELL) + 2 * BEYOND;
  const columns = Math.ceil(width / CELL) + 2 * BEYOND;
  return {
    rowStart: Math.max(0, row),
    rowEnd: Math.min(users.length, row + rows),
    start: Math.max(0, column),
    end: Math.min(entitlements.length, column + columns),
  };
}

/** The cell nearest to a position, which may be outside. */
export function clampPosition(
  { users, entitlements }: Layout,
  { row, column }: Position,
): Position {
  return {
    row: Math.max(0, Math.min(users.length - 1, row)),
    column: Math.max(0, Math.min(entitlements.length - 1, column)),
  };
}

/** The cell to which a key leads, as in a spreadsheet; `undefined` for other keys. */
export function moveByKey(
  { users, entitlements }: Layout,
  { row, column }: Position,
  { key, ctrlKey: far, page }: { key: string; ctrlKey: boolean; page: number },
): Position | undefined {
  switch (key) {
    case "ArrowUp":
      return { row: far ? 0 : row - 1, column };
    case "ArrowDown":
      return { row: far ? users.length : row + 1, column };
    case "ArrowLeft":
      return { row, column: far ? 0 : column - 1 };
    case "ArrowRight":
      return { row, column: far ? entitlements.length : column + 1 };
    case "Home":
      return { row: far ? 0 : row, column: 0 };
    case "End":
      return { row: far ? users.length : row, column: entitlements.length };
    case "PageUp":
      return { row: row - page, column };
    case "PageDown":
      return { row: row + page, column };
    default:
      return undefined;
  }
}
