/// <reference lib="dom" />
import type { Entitlement, Group } from "../../../snapshot/types.ts";
import { formatAdministration } from "../../../snapshot/query/administrations.ts";
import type { Holding } from "../../../snapshot/query/holding.ts";
import { matchesWords, splitWords } from "../../../snapshot/text/fold.ts";
import { formatGroupName } from "../../../snapshot/text/names.ts";
import { countGrantsByOthers } from "../../../snapshot/text/notes.ts";
import { listHolders } from "../../../snapshot/query/list_holdings.ts";
import { type Child, h, visibleText } from "../element.ts";
import { createFilters } from "../filters.ts";
import { buildHref, rememberQuery } from "../route.ts";
import { createResultCount, createTable, type Table } from "../table.ts";
import {
  day,
  entitlementLink,
  facts,
  heading,
  section,
  state,
  userLink,
  userState,
  type View,
  type ViewContext,
} from "../view.ts";
import { GROUP_STATES, USER_STATES } from "../words.ts";
import { formatCount, formatNumber } from "../../../snapshot/text/format_count.ts";
import { changesTable, listChangeEvents } from "./changes.ts";
import { findingsList } from "./findings.ts";
import { holdingColumns } from "./holding_columns.ts";
import { missing } from "./missing.ts";

export function projectView(context: ViewContext): View {
  const { data, findings, changes, route, signal } = context;
  const { index } = data;
  const group = index.groups.get(route.id ?? "");
  if (group === undefined) return missing("project", route.id);
  const entitlements = data.entitlementsByName.filter(({ groupId }) => groupId === group.id);
  const holders = listHolders(index, { groupId: group.id });
  const elsewhere = countGrantsByOthers(index.snapshot, group.id);
  const about = findings.filter(({ groupIds }) => groupIds.includes(group.id));
  const events = changes === undefined ? [] : listChangeEvents(data, changes)
    .filter(({ groupId }) => groupId === group.id);

  const roles = entitlementsTable(context, entitlements);
  const who = holdersSection(context, entitlements, holders);
  return {
    title: formatGroupName(group),
    start: route.query.has("role") && who,
    content: [
      heading(
        h("a", { href: buildHref("projects") }, "Projects"),
        visibleText(formatGroupName(group)),
        facts([
          ["State", state(GROUP_STATES[group.state], group.state === "active")],
          ...projectFacts(group),
          [
            "Made by other organizations",
            elsewhere > 0 && `${formatCount(elsewhere, "user grant")}, not listed here`,
          ],
          ["Created", day(group.createdAt)],
          ["Changed", day(group.updatedAt)],
          ["Id", h("code", {}, visibleText(group.id))],
        ]),
      ),
      section("Entitlements", roles.element),
      who,
      about.length > 0 && section("Findings", findingsList(about)),
      events.length > 0 &&
      section("Changes since the baseline", changesTable(data, events, signal).element),
    ],
  };
}

/** The facts that only a project has. */
function projectFacts(group: Group): [string, Child][] {
  const scope = formatAdministration(group);
  if (scope !== undefined) return [["Administration", `of the ${scope}`]];
  return [
    ["Roles in tokens", group.roleAssertion ? "asserted" : "not asserted"],
    ["Users without a role", group.roleCheck ? "refused" : "let in"],
    ["Organizations without the project", group.projectCheck ? "refused" : "let in"],
  ];
}

function entitlementsTable(
  { data, signal }: ViewContext,
  rows: readonly Entitlement[],
): Table<Entitlement> {
  return createTable<Entitlement>({
    caption: "Entitlements of this project",
    signal,
    rows,
    empty: "This project defines no roles.",
    columns: [
      {
        key: "key",
        head: "Entitlement",
        width: "30%",
        heading: true,
        cell: (
          row,
        ) => [entitlementLink(row), !row.defined && h("small", { class: "off" }, " not defined")],
        sortBy: ({ roleKey }) => roleKey,
      },
      {
        key: "name",
        head: "Name",
        width: "30%",
        cell: ({ displayName }) => displayName && visibleText(displayName),
        sortBy: ({ displayName }) => displayName ?? "",
      },
      {
        key: "group",
        head: "Role group",
        width: "15%",
        cell: ({ roleGroup }) => roleGroup && visibleText(roleGroup),
        sortBy: ({ roleGroup }) => roleGroup ?? "",
      },
      {
        key: "holders",
        head: "Holders",
        width: "10%",
        numeric: true,
        cell: ({ id }) => formatNumber(data.countOfEntitlement(id)),
        sortBy: ({ id }) => data.countOfEntitlement(id),
      },
      {
        key: "created",
        head: "Created",
        width: "15%",
        cell: ({ createdAt }) => day(createdAt),
        sortBy: ({ createdAt }) => createdAt,
        isTime: true,
      },
    ],
  });
}

/** The holders, with filters if there are any. */
function holdersSection(
  { data: { index }, route, signal }: ViewContext,
  entitlements: readonly Entitlement[],
  holders: readonly Holding[],
): HTMLElement {
  const table = createTable<Holding>({
    caption: "Who holds what in this project",
    signal,
    rows: [],
    empty: holders.length === 0
      ? "Nobody holds anything in this project."
      : "Nobody fits the filters.",
    sort: route.query.get("sort") ?? "",
    onSort: (sort) => rememberQuery({ sort }),
    columns: [
      {
        key: "user",
        head: "User",
        width: "28%",
        heading: true,
        cell: ({ userId }) => userLink(index.users.get(userId)!),
        sortBy: ({ user }) => user,
      },
      {
        key: "entitlement",
        head: "Entitlement",
        width: "24%",
        cell: ({ role }) => visibleText(role),
        sortBy: ({ role }) => role,
      },
      {
        key: "state",
        head: "User is",
        width: "14%",
        cell: (holding) => userState(holding.userState),
        sortBy: (holding) => USER_STATES[holding.userState],
      },
      ...holdingColumns("14%"),
    ],
  });
  const count = createResultCount("grant");
  const filters = createFilters({
    query: route.query,
    fields: [{ name: "q", label: "Name, login, address or id", wide: true }],
    choices: [{
      name: "role",
      label: "Entitlement",
      values: [["", "All"], ...entitlements.map(({ roleKey }) => [roleKey, roleKey] as const)],
    }],
    onChange(value) {
      const words = splitWords(value("q"));
      const role = value("role");
      const rows = holders.filter((holding) =>
        (role === "" || holding.role === role) &&
        matchesWords(index.searchTexts.users(index.users.get(holding.userId)!), words)
      );
      table.show(rows);
      count.show(rows.length, holders.length);
    },
  });
  return section(
    "Who holds them",
    holders.length > 0 && [filters, count.element],
    table.element,
  );
}
