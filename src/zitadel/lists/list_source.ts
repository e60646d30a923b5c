/**
 * A list on the server, and the result of reading it.
 *
 * @module
 */
import type { PageTooLarge } from "../http/outcome.ts";
import type { AnswerCost, RowKind, ServerLimits } from "./server_limits.ts";

export interface ListAnswer<T> {
  kind: "page";
  rows: T[];
  /** How many rows the list had when the answer was made; 0 past the end, where ZITADEL does not say. */
  total: number;
  /** When ZITADEL last wrote the state of the view that it answered from; v2 does not say. */
  viewTimestamp?: string | undefined;
  cost: AnswerCost;
}

/** A page to ask for: without `limit`, as many rows as the server allows. */
export interface AskedPage {
  offset: number;
  limit?: number;
}

/** A list on the server, whose rows are kept as `T`. */
export interface ListSource<T> {
  /** The name of the list in an error. */
  name: string;
  /** Which lists have rows of about this size. */
  kind: RowKind;
  load(asked: AskedPage, signal: AbortSignal): Promise<ListAnswer<T> | PageTooLarge>;
  /** Asks for one row again; `undefined` if ZITADEL says that it is gone. */
  find(row: T, signal: AbortSignal): Promise<T | undefined>;
  /** Tells rows apart. */
  id(row: T): string;
  /** When the row was created, in RFC 3339; `undefined` if ZITADEL does not say. */
  createdAt(row: T): string | undefined;
  /** Whether the pages come in the order of ids. */
  ordered: boolean;
  /** Whether it may be announced longer than it is, as users in some 4.x (github.com/zitadel/zitadel issue 10825). */
  mayAnnounceTooMany: boolean;
}

export interface ReadContext {
  limits: ServerLimits;
  concurrency: number;
  now: () => number;
  /** A random number from 0 up to 1, for the sizes of pages. */
  random: () => number;
  /** Learns how many rows the running pass has received and ZITADEL has announced. */
  onRows?: ((rows: { received: number; reported: number }) => void) | undefined;
  /** Learns why a list is read once more. */
  onReread?: ((reason: string) => void) | undefined;
  signal: AbortSignal;
}

/** How we know that a list is complete. */
export interface ListEvidence {
  /** How many rows were announced at the moment that the proof is about. */
  reported: number;
  /** How many rows came, repeats and overlaps included. */
  received: number;
  /** How many different rows there are. */
  distinct: number;
  requests: number;
  /**
   * `statement`: one answer held all of it; `anchored`: pages in the order of ids, each sharing a row with the one before;
   * `reconciled`: pages without an order, as many rows known at one moment as were announced at it.
   */
  method: "statement" | "anchored" | "reconciled";
  /** How many passes over the list were made. */
  passes: number;
  /** How often a gap between two pages was closed, or a row that had slipped from the pages was found by its id. */
  repaired: number;
  /** When reading it began, in RFC 3339. */
  startedAt: string;
  /** When reading it ended, in RFC 3339. */
  completedAt: string;
  /** When ZITADEL had last written the state of the view that it answered the first page from; v2 does not say. */
  viewTimestamp?: string;
}

/** A list, and how we know that it is complete. */
export interface ListReading<T> {
  /** Every row once. */
  rows: T[];
  evidence: ListEvidence;
  /** Whether ZITADEL announces more rows than there are, again and again. */
  announcedTooMany: boolean;
}
