/// <reference lib="dom" />
import type { User } from "../../../snapshot/types.ts";
import { listAccess } from "../../../snapshot/query/list_holdings.ts";
import type { Holding } from "../../../snapshot/query/holding.ts";
import { formatUserName } from "../../../snapshot/text/names.ts";
import type { ReportData } from "../report_data.ts";
import { h, visibleText } from "../element.ts";
import { buildHref } from "../route.ts";
import { createTable, type Table } from "../table.ts";
import {
  day,
  entitlementLink,
  facts,
  groupLink,
  heading,
  section,
  userState,
  type View,
  type ViewContext,
} from "../view.ts";
import { formatUserType } from "../words.ts";
import { formatCount } from "../../../snapshot/text/format_count.ts";
import { credentialsTable } from "./administration.ts";
import { changesTable, listChangeEvents } from "./changes.ts";
import { findingsList } from "./findings.ts";
import { holdingColumns } from "./holding_columns.ts";
import { missing } from "./missing.ts";

export function userView(context: ViewContext): View {
  const { data, findings, changes, route, signal } = context;
  const { index } = data;
  const user = index.users.get(route.id ?? "");
  if (user === undefined) return missing("user", route.id);
  const holdings = listAccess(index, user.id);
  const projects = new Set(holdings.map(({ groupId }) => groupId)).size;
  const credentials = (data.snapshot.credentials ?? [])
    .filter(({ userId }) => userId === user.id);
  const about = findings.filter(({ userIds }) => userIds.includes(user.id));
  const events = changes === undefined ? [] : listChangeEvents(data, changes)
    .filter(({ userId }) => userId === user.id);
  const access = accessTable(data, holdings, signal);
  return {
    title: formatUserName(user),
    content: [
      heading(
        h("a", { href: buildHref("users") }, "Users"),
        visibleText(formatUserName(user)),
        userFacts(user),
      ),
      section(
        "Access",
        holdings.length > 0 &&
          h(
            "p",
            {},
            `${formatCount(holdings.length, "entitlement")} in ${
              formatCount(projects, "project")
            }.`,
          ),
        access.element,
      ),
      credentials.length > 0 && section(
        "Tokens and keys",
        credentialsTable(data, credentials, signal).element,
      ),
      about.length > 0 && section("Findings", findingsList(about)),
      events.length > 0 &&
      section("Changes since the baseline", changesTable(data, events, signal).element),
    ],
  };
}

function accessTable(
  { index }: ReportData,
  holdings: readonly Holding[],
  signal: AbortSignal,
): Table<Holding> {
  return createTable<Holding>({
    caption: "What this user holds",
    signal,
    rows: holdings,
    empty: "This user holds nothing.",
    columns: [
      {
        key: "project",
        head: "Project",
        width: "22%",
        heading: true,
        cell: ({ groupId }) => groupLink(index.groups.get(groupId)!),
        sortBy: ({ group }) => group,
      },
      {
        key: "entitlement",
        head: "Entitlement",
        width: "26%",
        cell: (holding) => [
          entitlementLink(index.entitlements.get(holding.entitlementId)!),
          holding.roleName !== undefined && h("small", {}, " ", visibleText(holding.roleName)),
          !holding.defined && h("small", { class: "off" }, " not defined"),
        ],
        sortBy: ({ role }) => role,
      },
      ...holdingColumns("12%"),
      {
        key: "through",
        head: "User grant",
        width: "20%",
        cell: ({ authorizations }) =>
          authorizations.map((
            id,
            position,
          ) => [position > 0 && ", ", h("code", {}, visibleText(id))]),
      },
    ],
  });
}

function userFacts(user: User): HTMLElement {
  return facts([
    ["Type", formatUserType(user)],
    ["State", userState(user.state)],
    ["Username", user.username && visibleText(user.username)],
    ["Login name", user.preferredLoginName && visibleText(user.preferredLoginName)],
    [
      "Address",
      user.email && [
        visibleText(user.email),
        user.emailVerified === false && h("small", { class: "off" }, " not verified"),
      ],
    ],
    ["Description", user.description && visibleText(user.description)],
    [
      "Organization",
      user.external && [
        user.organizationId === undefined
          ? "another"
          : h("code", {}, visibleText(user.organizationId)),
        h("small", { class: "off" }, " not this one"),
      ],
    ],
    ["Created", day(user.createdAt)],
    ["Changed", day(user.updatedAt)],
    ["Id", h("code", {}, visibleText(user.id))],
  ]);
}
