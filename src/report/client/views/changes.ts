/// <reference lib="dom" />
import type { Entitlement, Snapshot } from "../../../snapshot/types.ts";
import type { ListName } from "../../../snapshot/lists.ts";
import {
  type ChangeSet,
  type DiffEvent,
  type DiffSubject,
  LIST_SUBJECTS,
  toEvents,
} from "../../../snapshot/diff/diff_events.ts";
import { foldText, matchesWords, splitWords } from "../../../snapshot/text/fold.ts";
import { formatGrantedBy } from "../../../snapshot/query/holding.ts";
import { formatActorName, isActor } from "../../../snapshot/text/names.ts";
import type { SnapshotIndex } from "../../../snapshot/query/index_snapshot.ts";
import type { ReportData } from "../report_data.ts";
import { type Child, h, visibleText } from "../element.ts";
import { createFilters } from "../filters.ts";
import { createResultCount, createTable, type Table } from "../table.ts";
import {
  entitlementLink,
  groupLink,
  heading,
  userLink,
  type View,
  type ViewContext,
} from "../view.ts";
import { capital, fieldWords, LISTS } from "../words.ts";
import { formatMinute } from "../../../snapshot/text/format_time.ts";

export interface ChangeEvent extends DiffEvent {
  kind: "added" | "removed" | "changed";
  subject: DiffSubject;
  /** The name of the subject, to search and sort by. */
  name: string;
}

/** The fields that hold times. */
const TIMES: ReadonlySet<string> = new Set(["createdAt", "updatedAt", "expiresAt", "grantedAt"]);

const SUBJECTS: Readonly<Record<DiffSubject, string>> = {
  organization: "organization",
  user: LISTS.users.one,
  group: LISTS.groups.one,
  entitlement: LISTS.entitlements.one,
  grant: LISTS.grants.one,
  credential: LISTS.credentials.one,
};

/** Tells when the baseline was read, and that it is the newer snapshot if it is. */
export function formatBaseline({ old }: ChangeSet, { completedAt }: Snapshot): string {
  const isNewer = Date.parse(old.completedAt) > Date.parse(completedAt);
  return `Compared with the snapshot that was read on ${formatMinute(old.completedAt)}${
    isNewer ? ", which is newer than this one: additions are shown as removals" : ""
  }.`;
}

/** Lists all changes: grants first, then the others. */
export function listChangeEvents({ index }: ReportData, changes: ChangeSet): ChangeEvent[] {
  const events = [...toEvents(changes, index)].map((event): ChangeEvent => {
    const [subject, kind] = event.event.split(".") as [DiffSubject, ChangeEvent["kind"]];
    const names = {
      organization: event.organization,
      user: event.user,
      group: event.group,
      entitlement: `${event.group} › ${event.role}`,
      grant: `${event.user} · ${event.group} › ${event.role}`,
      credential: `${event.user} · ${event.credential} ${event.id}`,
    };
    return { ...event, subject, kind, name: names[subject]! };
  });
  const isGrant = ({ subject }: ChangeEvent) => subject === "grant";
  return [...events.filter(isGrant), ...events.filter((event) => !isGrant(event))];
}

function renderName(index: SnapshotIndex, event: ChangeEvent): Child {
  const { subject, userId, groupId, entitlementId } = event;
  const user = userId === undefined ? undefined : index.users.get(userId);
  const group = groupId === undefined ? undefined : index.groups.get(groupId);
  const role: Entitlement | undefined = entitlementId === undefined
    ? undefined
    : index.entitlements.get(entitlementId);
  const renderUser = () => user === undefined ? visibleText(event.user!) : userLink(user);
  const renderGroup = () => group === undefined ? visibleText(event.group!) : groupLink(group);
  const renderRole = () => role === undefined ? visibleText(event.role!) : entitlementLink(role);
  switch (subject) {
    case "organization":
      return visibleText(event.name);
    case "user":
      return renderUser();
    case "group":
      return renderGroup();
    case "entitlement":
      return [renderGroup(), " › ", renderRole()];
    case "grant":
      return [renderUser(), " · ", renderGroup(), " › ", renderRole()];
  }
}

export function changesTable(
  { index }: ReportData,
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
        cell: ({ kind, subject }) => [
          h("span", { class: `kind ${kind}` }, capital(kind)),
          ` ${SUBJECTS[subject]}`,
        ],
        sortBy: ({ kind, subject }) => `${kind} ${SUBJECTS[subject]}`,
      },
      {
        key: "name",
        head: "Of what",
        width: "42%",
        heading: true,
        cell: (event) => renderName(index, event),
        sortBy: ({ name }) => name,
      },
      {
        key: "fields",
        head: "From and to",
        width: "38%",
        cell: ({ fields = [], ...event }) => [
          visibleText(formatGrantedBy(event) ?? ""),
          fields.map(({ field, before, after }, position) => [
            position > 0 && "; ",
            `${fieldWords(field)}: `,
            renderValue(field, before),
            " → ",
            renderValue(field, after),
          ]),
        ],
      },
    ],
  });
}

export function changesView({ data, changes, route, signal }: ViewContext): View {
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
  const events = listChangeEvents(data, changes);
  const texts = new WeakMap(events.map((event) => [event, foldText(event.name)]));
  const table = changesTable(data, [], signal);
  const count = createResultCount("change");
  const filters = createFilters({
    query: route.query,
    fields: [{ name: "q", label: "Name", wide: true }],
    choices: [
      {
        name: "list",
        label: "List",
        values: [
          ["", "All"],
          ["organization", "Organization"],
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
      const subject = LIST_SUBJECTS[list as ListName] as DiffSubject | undefined ?? list;
      const shown = events.filter((event) =>
        (subject === "" || event.subject === subject) && (kind === "" || event.kind === kind) &&
        matchesWords(texts.get(event)!, words)
      );
      table.show(shown);
      count.show(shown.length, events.length);
    },
  });
  return {
    title: "Changes",
    content: [
      heading("Since the baseline", "Changes", h("p", {}, formatBaseline(changes, data.snapshot))),
      events.length === 0
        ? h("p", {}, "Nothing changed.")
        : [filters, count.element, table.element],
    ],
  };
}

function renderValue(field: string, value: unknown): HTMLElement {
  if (value === undefined) return h("em", {}, "nothing");
  if (TIMES.has(field) && typeof value === "string") return h("span", {}, formatMinute(value));
  if (isActor(value)) return visibleText(formatActorName(value, new Map()));
  return visibleText(typeof value === "string" ? value : JSON.stringify(value));
}
