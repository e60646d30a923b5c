/**
 * Reading one list so that nothing is missing and nothing stands there twice.
 *
 * ZITADEL pages by offset. Between two pages rows move: an insert or a delete shifts all that follow, and where a list
 * has no order, a mere update repeats one row and hides another, while the number of rows still fits the announced
 * total (seen on a real server). Only one answer is one SQL statement. So a list is asked for as a whole where ZITADEL
 * lets us; where it must be paged, it is read until two passes in a row agree.
 *
 * Why two passes prove it: every row was there when the first pass read it and when the second did, so all of them
 * were there when the second pass began. The first page of the second pass says how many there were at that moment.
 * If that is their number, they are the list at that moment.
 *
 * @module
 */
import { SyncError } from "../errors.ts";
import type { Evidence } from "../snapshot/contract.ts";
import { deepEquals } from "./deep_equals.ts";
import {
  type ListSource,
  type LoadPage,
  type NotWhole,
  type Page,
  type Pass,
  readPass,
} from "./read_pass.ts";

/** How often a list is read at most, before it counts as one that never stands still. */
const MAX_PASSES = 4;

/** What {@linkcode readList} needs. */
export interface ReadListOptions<T> extends ListSource<T> {
  /** Reads a list that must be paged once only. */
  singlePass: boolean;
  /** Told why the list is read again. */
  onReread?: (reason: string) => void;
}

/** A list, and how we know that it is complete. */
export interface ReadList<T> {
  /** Every row once. */
  rows: T[];
  /** How we know. */
  evidence: Omit<Evidence, "list" | "groupId">;
}

/**
 * Reads a list.
 *
 * @throws {SyncError} `INCONSISTENT`: it changed during every pass; `API_ERROR`: ZITADEL refuses even the smallest
 * page; and whatever `load` throws.
 */
export async function readList<T>(options: ReadListOptions<T>): Promise<ReadList<T>> {
  const list = await readPasses({ ...options, pages: true });
  if ("rows" in list) return list;
  throw new TypeError("A list that may be paged is always read");
}

/**
 * Reads a list if one answer can hold all of it, and leaves it at that if not.
 *
 * @throws As {@linkcode readList}.
 */
export function readWholeList<T>(options: ReadListOptions<T>): Promise<ReadList<T> | NotWhole> {
  return readPasses({ ...options, pages: false });
}

async function readPasses<T>(
  options: ReadListOptions<T> & { pages: boolean },
): Promise<ReadList<T> | NotWhole> {
  const { name, ordered, singlePass, onReread } = options;
  let requests = 0;
  const load: LoadPage<T> = async (asked) => {
    requests++;
    const page = await options.load(asked);
    return page === "too-large" || previous === undefined
      ? page
      : reuse(page, previous.rows, options.id);
  };

  const learned = { cap: Infinity };
  let previous: Pass<T> | undefined;
  // How many passes in a row have given the same rows and the same total.
  let agreeing = 0;
  for (let passes = 1; passes <= MAX_PASSES; passes++) {
    const pass = await readPass({ ...options, load, learned });
    if (typeof pass === "object" && "announced" in pass) return pass;
    if (typeof pass === "string") {
      previous = undefined;
      agreeing = 0;
      onReread?.(pass);
      continue;
    }
    const agrees = previous !== undefined && isSame(previous.rows, pass.rows);
    agreeing = agrees && previous!.total === pass.total ? agreeing + 1 : 1;
    const method = proof(pass, { agrees, agreeing, ordered, singlePass });
    if (method !== undefined) {
      return {
        rows: [...pass.rows.values()],
        evidence: {
          reported: method === "single-pass" || method === "anchored" ? pass.lastTotal : pass.total,
          received: pass.received,
          distinct: pass.rows.size,
          requests,
          method,
          passes,
          ...(pass.viewTimestamp !== undefined && { viewTimestamp: pass.viewTimestamp }),
        },
      };
    }
    if (previous !== undefined || pass.statement) onReread?.(difference(previous, pass, agrees));
    previous = pass;
  }
  throw new SyncError(
    "INCONSISTENT",
    `The list of ${name} changed each of the ${MAX_PASSES} times that it was read`,
    {
      hint:
        "Try again when fewer changes are made. `singlePass: true` reads once and takes what comes: " +
        "rows may then be missing, and the snapshot's evidence says so",
    },
  );
}

function proof<T>(
  pass: Pass<T>,
  { agrees, agreeing, ordered, singlePass }: {
    agrees: boolean;
    agreeing: number;
    ordered: boolean;
    singlePass: boolean;
  },
): Evidence["method"] | undefined {
  const { rows: { size }, total, lastTotal } = pass;
  // Some 4.x builds announce too many users (zitadel-wire.md 0.1): the same rows and the same number again is what
  // there is.
  if (pass.statement) return size === total || agreeing >= 2 ? "statement" : undefined;
  if (singlePass) {
    return size === lastTotal || agreeing >= 2 ? (ordered ? "anchored" : "single-pass") : undefined;
  }
  if (agrees && size === total) return "passes";
  // Without an order only the number rules out a row that was hidden twice; with one, a third pass does.
  return ordered && agreeing >= 3 ? "passes" : undefined;
}

function difference<T>(previous: Pass<T> | undefined, pass: Pass<T>, agrees: boolean): string {
  return previous === undefined || agrees
    ? `${pass.total} rows were announced, ${pass.rows.size} came`
    : "two passes differ";
}

/** Whether both are the same rows; a row that came again unchanged is the very same object. */
function isSame<T>(a: Map<string, T>, b: Map<string, T>): boolean {
  if (a.size !== b.size) return false;
  for (const [id, row] of b) if (a.get(id) !== row) return false;
  return true;
}

/** Puts the row of the pass before in the place of one that came again unchanged, so that memory holds it once. */
function reuse<T>(page: Page<T>, previous: Map<string, T>, id: (row: T) => string): Page<T> {
  const rows = page.rows.map((row) => {
    const before = previous.get(id(row));
    return before !== undefined && deepEquals(before, row) ? before : row;
  });
  return { ...page, rows };
}
