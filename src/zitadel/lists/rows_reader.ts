/**
 * Rows of an answer that are checked, and cut to what is kept, while the answer comes in: never more than a few of them
 * are in memory as they were sent.
 *
 * @module
 */
import { z } from "zod";
import type { CreateSink } from "../../json_stream.ts";

/** Rows of one kind, and what is kept of each. */
export interface RowsReaderOptions<W, T> {
  /** What a row looks like. */
  row: z.ZodType<W>;
  /** Whether a row is one that `row` would give back unchanged: checking that is faster than copying it. */
  isPlain?: ((row: unknown) => row is W) | undefined;
  /** What is kept of a row. What it throws ends the call. */
  select: (row: W) => T;
}

/** Both ends of the way that rows take through a call. */
export interface RowsReader<T> {
  /** For the call: takes the rows. */
  createSink: CreateSink;
  /** For the call's schema, where the list stands in the answer: gives what is kept of them. */
  schema: z.ZodType<T[]>;
}

/** What the rows of one list came to. */
interface Selection<T> {
  [SELECTION]: true;
  kept: T[];
  /** What is wrong with the first row that is not as it should be. */
  issues: z.core.$ZodRawIssue[];
  /** What `select` threw first. */
  thrown?: { error: unknown };
}

/** What no JSON can have. */
const SELECTION = Symbol("selection");

/** A reader of rows. */
export function createRowsReader<W, T>(options: RowsReaderOptions<W, T>): RowsReader<T> {
  return {
    createSink() {
      const selection: Selection<T> = { [SELECTION]: true, kept: [], issues: [] };
      return {
        add(rows) {
          for (const row of rows) addRow(row, selection, options);
        },
        end: () => selection,
      };
    },
    schema: z.custom<T[]>().check((payload) => {
      const value: unknown = payload.value;
      if (!isSelection<T>(value)) {
        payload.issues.push({ code: "invalid_type", expected: "array", input: value });
        return;
      }
      if (value.thrown !== undefined) throw value.thrown.error;
      payload.issues.push(...value.issues);
      payload.value = value.kept;
    }),
  };
}

function addRow<W, T>(
  row: unknown,
  selection: Selection<T>,
  { row: schema, isPlain, select }: RowsReaderOptions<W, T>,
): void {
  const { kept, issues, thrown } = selection;
  // The first fault is told, and all rows before it were kept.
  if (issues.length > 0 || thrown !== undefined) return;
  let checked: W;
  if (isPlain?.(row)) {
    checked = row;
  } else {
    const result = schema.safeParse(row);
    if (!result.success) {
      for (const issue of result.error.issues) {
        issues.push({ ...issue, path: [kept.length, ...issue.path] } as z.core.$ZodRawIssue);
      }
      return;
    }
    checked = result.data;
  }
  try {
    kept.push(select(checked));
  } catch (error) {
    selection.thrown = { error };
  }
}

function isSelection<T>(value: unknown): value is Selection<T> {
  return typeof value === "object" && value !== null && SELECTION in value;
}
