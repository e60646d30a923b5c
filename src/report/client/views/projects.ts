/// <reference lib="dom" />
import type { Group } from "../../../snapshot/types.ts";
import { formatGroupName } from "../../../snapshot/text/names.ts";
import { createRowFilter } from "../../../snapshot/query/select.ts";
import type { ReportData } from "../report_data.ts";
import { createFilters } from "../filters.ts";
import { rememberQuery, type Route } from "../route.ts";
import { createResultCount, createTable, type Table } from "../table.ts";
import { day, groupLink, heading, state, type View, type ViewContext } from "../view.ts";
import { GROUP_STATES } from "../words.ts";
import { formatNumber } from "../../../snapshot/text/format_count.ts";

export function projectsView({ data, route, signal }: ViewContext): View {
  const { index } = data;
  const table = projectsTable(data, route, signal);
  const count = createResultCount("project");
  const filters = createFilters({
    query: route.query,
    fields: [{ name: "q", label: "Name or id", wide: true }],
    choices: [{
      name: "state",
      label: "State",
      values: [["", "All"], ...Object.entries(GROUP_STATES)],
    }],
    onChange(value) {
      const state = value("state");
      const rows = data.groupsByName.filter(createRowFilter(index, "groups", {
        text: value("q"),
        states: state === "" ? undefined : [state],
      }));
      table.show(rows);
      count.show(rows.length, data.groupsByName.length);
    },
  });
  return {
    title: "Projects",
    content: [heading("Groups of entitlements", "Projects"), filters, count.element, table.element],
  };
}

function projectsTable(data: ReportData, route: Route, signal: AbortSignal): Table<Group> {
  const { index } = data;
  const roles = ({ id }: Group) => index.entitlementsOfGroup.get(id)?.length ?? 0;
  const grants = ({ id }: Group) => index.grantsOfGroup.get(id)?.length ?? 0;
  const holders = new Map(
    data.groupsByName.map(({ id }) => [
      id,
      new Set(index.grantsOfGroup.get(id)?.map(({ userId }) => userId)).size,
    ]),
  );
  return createTable<Group>({
    caption: "Projects",
    signal,
    rows: [],
    empty: "No project fits the filters.",
    sort: route.query.get("sort") ?? "name",
    onSort: (sort) => rememberQuery({ sort }),
    columns: [
      {
        key: "name",
        head: "Name",
        width: "36%",
        heading: true,
        cell: groupLink,
        sortBy: formatGroupName,
      },
      {
        key: "state",
        head: "State",
        width: "14%",
        cell: (group) => state(GROUP_STATES[group.state], group.state === "active"),
        sortBy: (group) => GROUP_STATES[group.state],
      },
      {
        key: "entitlements",
        head: "Entitlements",
        width: "13%",
        numeric: true,
        cell: (group) => formatNumber(roles(group)),
        sortBy: roles,
      },
      {
        key: "users",
        head: "Users",
        width: "11%",
        numeric: true,
        cell: ({ id }) => formatNumber(holders.get(id)!),
        sortBy: ({ id }) => holders.get(id)!,
      },
      {
        key: "grants",
        head: "Grants",
        width: "11%",
        numeric: true,
        cell: (group) => formatNumber(grants(group)),
        sortBy: grants,
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
