/**
 * Filters, order and pages of v2 lists. Rows that the caller may not see are dropped last, and still counted.
 *
 * @module
 */
import type { FieldType, Message, MessageType } from "../decode.ts";
import { refusals, Refused } from "../errors.ts";
import type { Row } from "../rows.ts";

/** `pagination` of a request. */
export const PAGINATION: FieldType = {
  message: { fields: { offset: "uint64", limit: "uint32", asc: "bool" } },
};

/** A filter by one id. */
export const ID_FILTER: FieldType = { message: { fields: { id: "string" } } };

/** A filter by time. */
export const TIMESTAMP_FILTER: FieldType = {
  message: {
    fields: {
      timestamp: "timestamp",
      method: {
        enum: {
          TIMESTAMP_FILTER_METHOD_EQUALS: 0,
          TIMESTAMP_FILTER_METHOD_AFTER: 1,
          TIMESTAMP_FILTER_METHOD_AFTER_OR_EQUALS: 2,
          TIMESTAMP_FILTER_METHOD_BEFORE: 3,
          TIMESTAMP_FILTER_METHOD_BEFORE_OR_EQUALS: 4,
        },
      },
    },
  },
};

/** Whether a time passes a filter; both in microseconds. */
export function passesTime(micros: number, { timestamp = 0, method = 0 }: Message): boolean {
  const wanted = Number(timestamp);
  switch (method) {
    case 1:
      return micros > wanted;
    case 2:
      return micros >= wanted;
    case 3:
      return micros < wanted;
    case 4:
      return micros <= wanted;
    default:
      return micros === wanted;
  }
}

/** Checks the filters of a request as ZITADEL's generated validation does. Throws what it refuses with. */
export function validateFilters(request: string, type: MessageType, message: Message): void {
  const filters = type.fields.filters as { repeated: { message: MessageType } };
  for (const [index, filter] of ((message.filters ?? []) as Message[]).entries()) {
    const reason = findIssue(filters.repeated.message, filter);
    if (reason === undefined) continue;
    const outer = `invalid ${request}.Filters[${index}]: embedded message failed validation`;
    throw new Refused(refusals.validation(`${outer} | caused by: ${reason}`));
  }
}

/** The first fault of a message; `undefined` if it has none. */
function findIssue({ fields, oneof }: MessageType, message: Message): string | undefined {
  const [name, choice = ""] = oneof?.split(".").slice(-2) ?? [];
  if (oneof !== undefined && Object.keys(message).length === 0) {
    return `invalid ${name}.${capital(choice)}: value is required`;
  }
  for (const [field, value] of Object.entries(message)) {
    const where = `invalid ${name ?? "filter"}.${capital(field)}`;
    const type = fields[field];
    if (type === "true" && value !== true) return `${where}: value must equal true`;
    const inner = typeof type !== "object"
      ? undefined
      : "message" in type
      ? findIssue(type.message, value as Message)
      : "repeated" in type && typeof type.repeated === "object" && "message" in type.repeated
      ? findFirstIssue(type.repeated.message, value as Message[])
      : undefined;
    if (inner !== undefined) {
      return `${where}: embedded message failed validation | caused by: ${inner}`;
    }
  }
  return undefined;
}

function findFirstIssue(type: MessageType, messages: Message[]): string | undefined {
  for (const message of messages) {
    const issue = findIssue(type, message);
    if (issue !== undefined) return issue;
  }
  return undefined;
}

const capital = (name: string) => (name[0] ?? "").toUpperCase() + name.slice(1);

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

/** The rows and the form of a page. */
export interface PageOf<T> {
  /** The rows that pass the filters. */
  rows: readonly T[];
  /** Ascending; the order of rows that compare the same is that of the page. */
  compare: (a: T, b: T) => number;
  /** Unique among the rows. */
  toKey: (row: T) => string;
  isVisible: (row: T) => boolean;
  toRow: (row: T) => Row;
  /** The name of the list in the answer. */
  list: string;
}

/** Answers with the page that a request asks for. Throws what ZITADEL refuses with. */
export function answerPage<T>(
  request: Message,
  { rows, compare, toKey, isVisible, toRow, list }: PageOf<T>,
): string {
  const pagination = (request.pagination ?? {}) as {
    offset?: number;
    limit?: number;
    asc?: boolean;
  };
  const { offset = 0, asc = false } = pagination;
  const limit = pagination.limit || DEFAULT_LIMIT;
  if (limit > MAX_LIMIT) throw new Refused(refusals.limitExceeded);
  const compareTies = createTieOrder(offset + limit < rows.length ? offset + limit : 0);
  const ordered = rows.toSorted((a, b) =>
    (asc ? compare(a, b) : compare(b, a)) || compareTies(toKey(a), toKey(b))
  );
  const cut = ordered.slice(offset, offset + limit);
  const found = cut.filter(isVisible).map(toRow);
  return JSON.stringify({
    pagination: {
      // Counted over the rows that the database gave: past the end there are none.
      ...(cut.length === 0 ? {} : { totalResult: String(rows.length) }),
      appliedLimit: String(limit),
    },
    ...(found.length === 0 ? {} : { [list]: found }),
  });
}

/**
 * The order of rows that compare the same. PostgreSQL sorts a page in a heap of as many rows as the page ends after, so ties
 * come in another order for each end: pages that cut through ties lose rows for ever, also where nobody edits.
 */
function createTieOrder(end: number): (a: string, b: string) => number {
  const hash = (text: string) => {
    let mixed = end + 1;
    for (let i = 0; i < text.length; i++) mixed = Math.imul(mixed ^ text.charCodeAt(i), 0x01000193);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  return end === 0 ? () => 0 : (a, b) => hash(a) - hash(b);
}
