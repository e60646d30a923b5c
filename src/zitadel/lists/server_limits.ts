/**
 * How much a server puts into one answer, as one sync learns it.
 *
 * Servers differ: before v4.20 (advisory A-10018) a list may be had whole if it fits into 4 or 10 MiB of
 * protobuf; later ones refuse more than a number of rows that only they know. What one list finds out, the next one
 * need not ask again.
 *
 * @module
 */
import type { PageTooLarge } from "../http/outcome.ts";

/** The most rows that a page asks for while nothing is known: v4.20 refuses more by default (advisory A-10018). */
export const MAX_PAGE_SIZE = 1000;

/** The largest answer that is asked for on purpose, in bytes of JSON: it is parsed at once. */
const MAX_ANSWER_BYTES = 12_000_000;

/** How much of the limit on bytes the next page is to fill: rows differ in size. */
const FILL = 0.9;

/** How many bytes of protobuf a byte of JSON stands for at most: of users 0.8, of grants 0.5 (observed on 4.3). */
const PROTOBUF_PER_JSON = 0.8;

/** The limit on bytes where a refusal does not tell it: gRPC's default. */
const DEFAULT_MAX_BYTES = 4 * 1024 * 1024;

/** Lists whose rows have about the same size. */
export type RowKind =
  | "users"
  | "projects"
  | "roles"
  | "grants"
  | "organizations"
  | "project-grants"
  | "administrators"
  | "credentials";

export interface AnswerCost {
  rows: number;
  /** How long its text was, in bytes. */
  bytes: number;
  /** How long it took, in milliseconds. */
  elapsedMs: number;
}

/** The known limits of the server. They have one owner: only its methods change it. */
export interface ServerLimits {
  /**
   * How many rows a page may ask for; `unlimited`: to send no limit at all, upon which a server that has one answers with
   * as many rows as it allows.
   */
  pageRows(kind: RowKind): number | "unlimited";
  /**
   * How many rows to ask for so that one answer holds a list of `total` rows, of which `first` was the first page;
   * `undefined` if that is known to be refused, or more than memory or an attempt's time can hold: then its pages may be
   * large.
   */
  wholeRows(kind: RowKind, total: number, first: AnswerCost): number | undefined;
  /** A page was refused that would have had `rows` rows, more than one: the next one is smaller. */
  refuse(kind: RowKind, rows: number, refusal: PageTooLarge): void;
  /** The server puts at most so many rows into a page, whatever it is asked for. */
  cap(rows: number): void;
}

export interface ServerLimitsOptions {
  /** The page size that the user chose; lists are then never asked for whole. */
  pageSize?: number | undefined;
  /** How long an attempt may take, in milliseconds: an answer is to take half of it at most. */
  timeoutMs: number;
}

export function createServerLimits({ pageSize, timeoutMs }: ServerLimitsOptions): ServerLimits {
  const wanted = pageSize ?? MAX_PAGE_SIZE;
  /** The number of rows from which on the server has refused. */
  let refusedRows = Infinity;
  /** The most rows that it takes, once it has shown that. */
  let maxRows: number | undefined;
  let maxBytes = Infinity;
  /** The rows of a page that fits, where bytes are what limits it. */
  const fitting = new Map<RowKind, number>();

  /** The most rows that anything more than a page may have, once a row limit has been met. */
  const byRows = () => maxRows ?? (refusedRows < Infinity ? MAX_PAGE_SIZE : Infinity);

  /** How many rows fit into memory and into half of an attempt's time. */
  function affordableRows({ rows, bytes, elapsedMs }: AnswerCost): number {
    return rows * Math.min(MAX_ANSWER_BYTES / bytes, timeoutMs / 2 / Math.max(elapsedMs, 1e-9));
  }

  /** How many rows a page may have that no server refuses for its bytes, as far as can be told from a smaller one. */
  function safeRows(cost: AnswerCost): number {
    const room = Math.min(maxBytes, DEFAULT_MAX_BYTES) * FILL;
    const rows = room / (cost.bytes / cost.rows * PROTOBUF_PER_JSON);
    return Math.max(wanted, Math.floor(Math.min(rows, affordableRows(cost))));
  }

  return {
    pageRows(kind) {
      if (maxRows === undefined && refusedRows <= wanted) return "unlimited";
      // Where bytes are the limit, a page may be larger than is safe to ask for elsewhere.
      const byBytes = fitting.get(kind) ?? wanted;
      const rows = pageSize === undefined ? byBytes : Math.min(pageSize, byBytes);
      return Math.max(1, Math.min(rows, byRows(), refusedRows - 1));
    },
    wholeRows(kind, total, first) {
      if (pageSize !== undefined) return undefined;
      // A tenth more than announced, for what is added meanwhile.
      const rows = total + Math.ceil(total / 10);
      const limit = Math.min(refusedRows - 1, byRows(), fitting.get(kind) ?? Infinity);
      if (first.rows > 0 && rows > affordableRows(first)) {
        if (!fitting.has(kind)) fitting.set(kind, safeRows(first));
        return undefined;
      }
      return total <= limit ? Math.min(rows, limit) : undefined;
    },
    refuse(kind, rows, refusal) {
      if (refusal.by === "rows") {
        refusedRows = Math.min(refusedRows, rows);
        if (maxRows !== undefined && maxRows >= rows) maxRows = rows - 1;
        return;
      }
      maxBytes = Math.min(maxBytes, refusal.limit ?? DEFAULT_MAX_BYTES);
      const byBytes = refusal.size === undefined
        ? rows / 2
        : Math.min(maxBytes / (refusal.size / rows) * FILL, rows * FILL);
      const smaller = Math.max(1, Math.min(Math.floor(byBytes), rows - 1));
      fitting.set(kind, Math.min(fitting.get(kind) ?? Infinity, smaller));
    },
    cap(rows) {
      maxRows = Math.min(maxRows ?? Infinity, rows);
    },
  };
}
