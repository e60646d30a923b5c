/**
 * The list of events: what was done, by whom and when.
 *
 * @module
 */
import type { FieldType, Message } from "../decode.ts";
import { refusals, Refused } from "../errors.ts";
import type { StoredEvent } from "../state/journal.ts";
import { buildDisplayName, type Row } from "../rows.ts";
import type { State } from "../state/state.ts";

/** The fields of `ListEventsRequest`. */
export const EVENT_FIELDS: Readonly<Record<string, FieldType>> = {
  sequence: "uint64",
  limit: "uint32",
  asc: "bool",
  editorUserId: "string",
  eventTypes: { repeated: "string" },
  aggregateId: "string",
  aggregateTypes: { repeated: "string" },
  resourceOwner: "string",
  creationDate: "timestamp",
  from: "timestamp",
  range: { message: { fields: { since: "timestamp", until: "timestamp" } } },
};

/** No answer holds more events than this, and none says so. */
const MAX_EVENTS = 1000;

/** A decoded request; times in microseconds since 1970. */
interface EventsRequest {
  sequence?: number;
  limit?: number;
  asc?: boolean;
  editorUserId?: string;
  eventTypes?: string[];
  aggregateId?: string;
  aggregateTypes?: string[];
  resourceOwner?: string;
  creationDate?: number;
  from?: number;
  range?: { since?: number; until?: number };
}

/** Answers `events/_search`. Throws what ZITADEL refuses with. */
export function listEvents(state: State, message: Message): string {
  const request = message as EventsRequest;
  validate("EventTypes", request.eventTypes, 30);
  validate("AggregateTypes", request.aggregateTypes, 10);
  const found = findEvents(state.listEvents(), request);
  if (found.length === 0) return "{}";
  return JSON.stringify({ events: found.map((event) => eventRow(state, event)) });
}

function validate(field: string, items: string[] | undefined, most: number): void {
  if (items === undefined || items.length <= most) return;
  throw new Refused(
    refusals.validation(
      `invalid ListEventsRequest.${field}: value must contain no more than ${most} item(s)`,
    ),
  );
}

function findEvents(events: readonly StoredEvent[], request: EventsRequest): StoredEvent[] {
  const { asc = false, limit = 0, range } = request;
  // Both ends are exclusive; a range takes the place of `from`, which counts from where the order begins.
  const from = range === undefined ? request.from ?? request.creationDate : undefined;
  const after = range?.since ?? (asc ? from : undefined) ?? -Infinity;
  const before = range?.until ?? (asc ? undefined : from) ?? Infinity;
  const most = limit === 0 ? MAX_EVENTS : Math.min(limit, MAX_EVENTS);
  const fits = createFilter(request);

  // Filtered by their times, ordered by when they were written.
  const found: StoredEvent[] = [];
  for (let n = 0; n < events.length && found.length < most; n++) {
    const event = events[asc ? n : events.length - 1 - n]!;
    if (event.micros > after && event.micros < before && fits(event)) found.push(event);
  }
  return found;
}

function createFilter(request: EventsRequest): (event: StoredEvent) => boolean {
  const { resourceOwner, aggregateId, editorUserId, sequence = 0 } = request;
  const toSet = (items: string[] = []) => items.length === 0 ? undefined : new Set(items);
  const types = toSet(request.eventTypes);
  const aggregateTypes = toSet(request.aggregateTypes);
  return (event) =>
    (types === undefined || types.has(event.type)) &&
    (aggregateTypes === undefined || aggregateTypes.has(event.aggregate.type)) &&
    (!resourceOwner || event.aggregate.owner === resourceOwner) &&
    (!aggregateId || event.aggregate.id === aggregateId) &&
    (!editorUserId || event.editor === editorUserId) &&
    event.sequence > sequence;
}

function eventRow(state: State, event: StoredEvent): Row {
  const { aggregate, sequence, type, at, editor, payload } = event;
  const user = editor === undefined ? undefined : state.users.get(editor);
  const displayName = user && (user.machine?.name ?? buildDisplayName(user));
  return {
    editor: {
      ...(editor === undefined ? {} : { userId: editor }),
      ...(displayName ? { displayName } : {}),
      service: "zitadel",
    },
    aggregate: {
      id: aggregate.id,
      type: {
        type: aggregate.type,
        localized: {
          key: `AggregateTypes.${aggregate.type}`,
          localizedMessage: AGGREGATES[aggregate.type],
        },
      },
      resourceOwner: aggregate.owner,
    },
    sequence: String(sequence),
    creationDate: at,
    ...(payload === undefined ? {} : { payload }),
    type: {
      type,
      localized: { key: `EventTypes.${type}`, localizedMessage: describeType(type) },
    },
  };
}

const AGGREGATES = {
  instance: "Instance",
  org: "Organization",
  project: "Project",
  user: "User",
  usergrant: "User grant",
} as const;

/** The names of the things that events are about, the most particular first. */
const SUBJECTS: readonly [prefix: string, name: string][] = [
  ["user.grant.", "Authorization"],
  ["project.role.", "Project role"],
  ["project.grant.member.", "Management access member"],
  ["project.grant.", "Management access"],
  ["project.member.", "Project member"],
  ["org.member.", "Organization member"],
  ["instance.member.", "Instance member"],
  ["project.", "Project"],
  ["org.", "Organization"],
  ["user.", "User"],
];

function describeType(type: string): string {
  const subject = SUBJECTS.find(([prefix]) => type.startsWith(prefix))?.[1] ?? "";
  return `${subject} ${type.split(".").at(-1)}`;
}
