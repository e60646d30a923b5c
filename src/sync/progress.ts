/**
 * The events that a sync reports while it runs.
 *
 * @module
 */
import type { Organization } from "../snapshot/types.ts";
import type { SourceName } from "../snapshot/lists.ts";

/** Something that happened during a sync; `kind` says what. */
export type SyncEvent =
  | OrganizationEvent
  | RowsEvent
  | ListEvent
  | RetryEvent
  | RereadEvent
  | EventsEvent
  | RecheckEvent
  | DeprecationEvent
  | CompletedEvent;

/** It is known which organization is read. */
export interface OrganizationEvent {
  /** The kind of event. */
  kind: "organization";
  /** The organization. */
  organization: Organization;
}

/** Rows have come in. */
export interface RowsEvent {
  /** The kind of event. */
  kind: "rows";
  /** The list. */
  list: SourceName;
  /** How many rows of that list have come in so far, in the pass over it that runs. */
  received: number;
  /** How many rows ZITADEL has announced so far. */
  reported: number;
  /** How many requests have been sent so far: for all lists, for single rows, and those that were sent again. */
  requests: number;
}

/** A list is complete. */
export interface ListEvent {
  /** The kind of event. */
  kind: "list";
  /** The list. */
  list: SourceName;
  /** How many rows it has. */
  rows: number;
  /** How many requests it took. */
  requests: number;
}

/** A request failed and is tried again. */
export interface RetryEvent {
  /** The kind of event. */
  kind: "retry";
  /** Method and path of the request. */
  request: string;
  /** The failure, such as `503` or `connection refused`. */
  reason: string;
  /** Which attempt comes next: 2 is the first repetition. */
  attempt: number;
  /** How long it waits before that, in milliseconds. */
  waitMs: number;
  /** Whether it is the first since ZITADEL last answered: while ZITADEL restarts there may be very many. */
  isFirst: boolean;
}

/** A list changed while it was read, and is read again. */
export interface RereadEvent {
  /** The kind of event. */
  kind: "reread";
  /** The list. */
  list: SourceName;
  /** The group whose rows these are, where they are read group by group. */
  groupId?: string;
  /** The reason. */
  reason: string;
}

/** Events of ZITADEL's event store have come in. */
export interface EventsEvent {
  /** The kind of event. */
  kind: "events";
  /** How many events have been replayed so far. */
  events: number;
  /** How many requests have been sent so far: for all lists, for single rows, and those that were sent again. */
  requests: number;
}

/** Lists and events differ, and what differs is read again before it is believed. */
export interface RecheckEvent {
  /** The kind of event. */
  kind: "recheck";
  /** How many rows differ. */
  rows: number;
  /** How long it waits before that, in milliseconds. */
  waitMs: number;
}

/** ZITADEL announces the end of an endpoint that a sync uses; reported once. */
export interface DeprecationEvent {
  /** The kind of event. */
  kind: "deprecation";
  /** Method and path of the request. */
  request: string;
  /** The response's header `Deprecation`: `@` and a time in seconds since 1970, a date, or `true`. */
  deprecation: string;
  /** The response's header `Sunset`: the date on which the endpoint goes. */
  sunset?: string;
}

/** Says that an endpoint will go. */
export function formatDeprecation({ request, deprecation, sunset }: DeprecationEvent): string {
  const until = sunset === undefined ? "" : `, until ${sunset}`;
  return `${request} is deprecated in this ZITADEL (${deprecation}${until}): look for a newer zitadel-sync`;
}

/** Everything has been read. */
export interface CompletedEvent {
  /** The kind of event. */
  kind: "completed";
  /** How many requests were sent: for lists, for single rows, for all else, and those that were sent again. */
  requests: number;
}
