/// <reference lib="dom" />
/**
 * What changed since the baseline.
 *
 * @module
 */
import type { Entitlement, Grant, Group, ListName, User } from "../../../snapshot/contract.ts";
import type { FieldChange } from "../../../snapshot/diff/diff.ts";
import { groupName, userName } from "../../../snapshot/query/names.ts";
import type { ReportChange, ReportChanges } from "../../report_changes.ts";
import type { Directory } from "../directory.ts";
import { type Child, h, said } from "../element.ts";
import { createFilters } from "../filters.ts";
import { createTable, type Table, tally } from "../table.ts";
import {
  entitlementLink,
  groupLink,
  heading,
  userLink,
  type View,
  type ViewContext,
} from "../view.ts";
import { capital, fieldWords, folded, formatMinute, LISTS, matches, splitWords } from "../words.ts";

/** One change, as a row of a table. */
export interface ChangeEvent {
  /** What happened. */
  kind: ReportChange<unknown>["kind"];
  /** To what kind of thing. */
  list: ListName;
  /** The user that it is about; of a grant the holder. */
  userId?: string;
  /** The project that it is about. */
  groupId?: string;
  /** What the thing is called, with links to what is still there. */
  subject(): Child;
  /** What the thing is called, to search and sort by. */
  name: string;
  /** Of a changed thing: what became what. */
  fields: readonly FieldChange[];
}

/** The fields that hold times. */
const TIMES: ReadonlySet<string> = new Set(["createdAt", "updatedAt"]);

/** When the baseline was read. */
export function sayBaseline({ old }: ReportChanges): string {
  return `Compared with the snapshot that was read on ${formatMinute(old.completedAt)}.`;
}

/** All changes, users first. */
export function toEvents(
  { lookup }: Directory,
  changes: ReportChanges,
): ChangeEvent[] {
  const earlier = {
    users: removedRows(changes.users),
    groups: removedRows(changes.groups),
    entitlements: removedRows(changes.entitlements),
    grants: removedRows(changes.grants),
  };
  const findUser = (id: string) => lookup.users.get(id) ?? earlier.users.get(id);
  const findGroup = (id: string) => lookup.groups.get(id) ?? earlier.groups.get(id);
  const sayUser = (id: string) => {
    const user = findUser(id);
    if (user === undefined) return said(id);
    return lookup.users.has(id) ? userLink(user) : said(userName(user));
  };
  const sayGroup = (id: string) => {
    const group = findGroup(id);
    if (group === undefined) return said(id);
    return lookup.groups.has(id) ? groupLink(group) : said(groupName(group));
  };
  const sayEntitlement = (row: Entitlement) => [
    sayGroup(row.groupId),
    " › ",
    lookup.entitlements.has(row.id) ? entitlementLink(row) : said(row.roleKey),
  ];
  const nameOfUser = (id: string) => mapped(findUser(id), userName) ?? id;
  const nameOfGroup = (id: string) => mapped(findGroup(id), groupName) ?? id;
  const findEntitlement = (id: string) =>
    lookup.entitlements.get(id) ?? earlier.entitlements.get(id);
  const grants = new Map(lookup.snapshot.grants.map((grant) => [grant.id, grant]));

  const users = changes.users.map((change): ChangeEvent => ({
    ...toEvent("users", change),
    userId: change.id,
    subject: () => sayUser(change.id),
    name: nameOfUser(change.id),
  }));
  const groups = changes.groups.map((change): ChangeEvent => ({
    ...toEvent("groups", change),
    groupId: change.id,
    subject: () => sayGroup(change.id),
    name: nameOfGroup(change.id),
  }));
  const entitlements = changes.entitlements.flatMap((change): ChangeEvent[] => {
    const row = findEntitlement(change.id);
    if (row === undefined) return [];
    return [{
      ...toEvent("entitlements", change),
      groupId: row.groupId,
      subject: () => sayEntitlement(row),
      name: `${nameOfGroup(row.groupId)} › ${row.roleKey}`,
    }];
  });
  const held = changes.grants.flatMap((change): ChangeEvent[] => {
    const row = grants.get(change.id) ?? earlier.grants.get(change.id);
    if (row === undefined) return [];
    const entitlement = findEntitlement(row.entitlementId);
    const role = entitlement?.roleKey ?? row.entitlementId;
    return [{
      ...toEvent("grants", change),
      userId: row.userId,
      groupId: row.groupId,
      subject: () => [
        sayUser(row.userId),
        " · ",
        entitlement === undefined ? said(role) : sayEntitlement(entitlement),
      ],
      name: `${nameOfUser(row.userId)} · ${nameOfGroup(row.groupId)} › ${role}`,
    }];
  });
  return [...held, ...users, ...groups, ...entitlements];
}

/** A table of changes. */
export function changesTable(
  events: readonly ChangeEvent[],
  signal: AbortSignal,
): Table<ChangeEvent> {
  return createTable<ChangeEvent>({
    caption: "Changes since the baseline",
    signal,
    rows: events,
    empty: "No change fits the filters.",
    columns: [
      {
        key: "kind",
        head: "Change",
        width: "20%",
        cell: ({ kind, list }) => [
          h("span", { class: `kind ${kind}` }, capital(kind)),
          ` ${LISTS[list].one}`,
        ],
        sortBy: ({ kind, list }) => `${kind} ${list}`,
      },
      {
        key: "name",
        head: "Of what",
        width: "42%",
        heading: true,
        cell: ({ subject }) => subject(),
        sortBy: ({ name }) => name,
      },
      {
        key: "fields",
        head: "From and to",
        width: "38%",
        cell: ({ fields }) =>
          fields.map(({ field, before, after }, index) => [
            index > 0 && "; ",
            `${fieldWords(field)}: `,
            sayValue(field, before),
            " → ",
            sayValue(field, after),
          ]),
      },
    ],
  });
}

/** Makes the view of all changes. */
export function changesView({ directory, changes, route, signal }: ViewContext): View {
  if (changes === undefined) {
    return {
      title: "Changes",
      content: [
        heading("Since the baseline", "Changes"),
        h(
          "p",
          {},
          "This report was made without a baseline. ",
          h("code", {}, "report --baseline FILE"),
          " compares.",
        ),
      ],
    };
  }
  const events = toEvents(directory, changes);
  const texts = new WeakMap(events.map((event) => [event, folded(event.name)]));
  const table = changesTable([], signal);
  const count = tally("change");
  const filters = createFilters({
    query: route.query,
    fields: [{ name: "q", label: "Name", wide: true }],
    choices: [
      {
        name: "list",
        label: "List",
        values: [
          ["", "All"],
          ...Object.entries(LISTS).map(([list, { many }]) => [list, capital(many)] as const),
        ],
      },
      {
        name: "kind",
        label: "Change",
        values: [["", "All"], ["added", "Added"], ["removed", "Removed"], ["changed", "Changed"]],
      },
    ],
    onChange(value) {
      const words = splitWords(value("q"));
      const [list, kind] = [value("list"), value("kind")];
      const shown = events.filter((event) =>
        (list === "" || event.list === list) && (kind === "" || event.kind === kind) &&
        matches(texts.get(event)!, words)
      );
      table.show(shown);
      count.say(shown.length, events.length);
    },
  });
  return {
    title: "Changes",
    content: [
      heading("Since the baseline", "Changes", h("p", {}, sayBaseline(changes))),
      events.length === 0
        ? h("p", {}, "Nothing changed.")
        : [filters, count.element, table.element],
    ],
  };
}

function toEvent(list: ListName, change: ReportChange<unknown>) {
  return { list, kind: change.kind, fields: change.kind === "changed" ? change.fields : [] };
}

function removedRows<Row extends User | Group | Entitlement | Grant>(
  changes: readonly ReportChange<Row>[],
): Map<string, Row> {
  return new Map(
    changes.flatMap((change) => change.kind === "removed" ? [[change.id, change.before]] : []),
  );
}

function sayValue(field: string, value: unknown): HTMLElement {
  if (value === undefined) return h("em", {}, "nothing");
  if (TIMES.has(field) && typeof value === "string") return h("span", {}, formatMinute(value));
  return said(typeof value === "string" ? value : JSON.stringify(value));
}

function mapped<From, To>(value: From | undefined, map: (value: From) => To): To | undefined {
  return value === undefined ? undefined : map(value);
}
