/// <reference lib="dom" />
/**
 * The first page: the snapshot, the evidence that it is complete, and the findings.
 *
 * @module
 */
import type { Evidence, Note, Snapshot, User } from "../../../snapshot/types.ts";
import { listNames, type SourceName } from "../../../snapshot/lists.ts";
import {
  type Finding,
  FINDING_RULES,
  SEVERITIES,
} from "../../../snapshot/findings/finding_rules.ts";
import { formatNote, formatVerification } from "../../../snapshot/text/notes.ts";
import { formatOrganizationName } from "../../../snapshot/text/names.ts";
import { type Child, h, visibleText } from "../element.ts";
import { buildHref } from "../route.ts";
import { createTable } from "../table.ts";
import {
  entitlementLink,
  facts,
  groupLink,
  heading,
  section,
  userLink,
  type View,
  type ViewContext,
} from "../view.ts";
import { capital, LISTS, METHODS, SEVERITY_NAMES, SOURCES } from "../words.ts";
import { formatCount, formatNumber } from "../../../snapshot/text/format_count.ts";
import { formatMinute } from "../../../snapshot/text/format_time.ts";
import { formatBaseline } from "./changes.ts";
import { severityTag } from "./findings.ts";

const TOP = 8;

export function overview(context: ViewContext): View {
  const { snapshot } = context.data;
  const { organization } = snapshot;
  return {
    title: "Overview",
    content: [
      heading(
        "Access report",
        visibleText(formatOrganizationName(organization)),
        facts([
          ["Instance", visibleText(snapshot.instance.url)],
          ["Organization", h("code", {}, visibleText(organization.id))],
          [
            "Read",
            h("time", { datetime: snapshot.completedAt }, formatMinute(snapshot.completedAt)),
          ],
          ["Digest", h("code", { class: "digest" }, visibleText(snapshot.digest))],
        ]),
      ),
      figures(context.data.projects, snapshot.users),
      findings(context.findings),
      changes(context),
      completeness(context),
      // Differences from events are among the findings.
      notes(snapshot.notes.filter((note) => !("event" in note))),
      broadest(context),
    ],
  };
}

function figures(
  { groups, entitlements, grants }: Snapshot,
  users: readonly User[],
): HTMLElement {
  const of = (type: User["type"]) => users.filter((user) => user.type === type).length;
  const external = users.filter((user) => user.external).length;
  const holders = new Set(grants.map(({ userId }) => userId)).size;
  const undefinedRoles = entitlements.filter(({ defined }) => !defined).length;
  const idle = groups.filter((group) => group.state === "inactive").length;
  const figure = (count: number, label: string, href: string, detail: string) =>
    h(
      "li",
      {},
      h("a", { href }, h("strong", {}, formatNumber(count)), h("span", {}, label)),
      h("small", {}, detail),
    );
  return h(
    "ul",
    { class: "figures" },
    figure(
      users.length,
      users.length === 1 ? "user" : "users",
      buildHref("users"),
      [
        formatCount(of("human"), "person", "people"),
        formatCount(of("machine"), "machine"),
        ...(external > 0 ? [`${formatNumber(external)} of other organizations`] : []),
      ].join(", "),
    ),
    figure(
      groups.length,
      groups.length === 1 ? "project" : "projects",
      buildHref("projects"),
      idle > 0 ? `${formatNumber(idle)} inactive` : "all in use",
    ),
    figure(
      entitlements.length,
      entitlements.length === 1 ? "entitlement" : "entitlements",
      buildHref("matrix"),
      undefinedRoles > 0
        ? `roles of projects, ${formatNumber(undefinedRoles)} held but not defined`
        : "roles of projects",
    ),
    figure(
      grants.length,
      grants.length === 1 ? "grant" : "grants",
      buildHref("matrix"),
      `held by ${formatCount(holders, "user")}`,
    ),
  );
}

function findings(all: readonly Finding[]): HTMLElement {
  if (all.length === 0) return section("Findings", h("p", {}, "Nothing stands out."));
  const rules = Map.groupBy(all, ({ severity, rule }) => `${severity} ${rule}`);
  return section(
    "Findings",
    h(
      "p",
      {},
      SEVERITIES.map((severity) => ({
        severity,
        count: all.filter((finding) => finding.severity === severity).length,
      })).filter(({ count }) => count > 0).map(({ severity, count }) =>
        `${formatNumber(count)} ${SEVERITY_NAMES[severity].toLowerCase()}`
      ).join(", "),
      ". ",
      h("a", { href: buildHref("findings"), class: "more" }, "All findings"),
    ),
    h(
      "ul",
      { class: "brief" },
      [...rules.values()].map(([first, ...rest]) =>
        first !== undefined &&
        h(
          "li",
          {},
          severityTag(first.severity),
          h(
            "a",
            { href: buildHref("findings", first.rule) },
            FINDING_RULES[first.rule].title,
          ),
          h("span", { class: "numeric" }, formatNumber(rest.length + 1)),
        )
      ),
    ),
  );
}

function changes({ changes, data: { snapshot } }: ViewContext): Child {
  if (changes === undefined) return undefined;
  const lists = listNames(snapshot);
  return section(
    "Changes",
    h(
      "p",
      {},
      formatBaseline(changes, snapshot),
      changes.organization.length > 0 && " The organization itself changed too.",
      " ",
      h("a", { href: buildHref("changes"), class: "more" }, "All changes"),
    ),
    h(
      "table",
      { class: "small" },
      h("caption", { class: "hidden" }, "Changes since the baseline, by list"),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, "List"),
          ["Added", "Removed", "Changed"].map((head) =>
            h("th", { scope: "col", class: "numeric" }, head)
          ),
        ),
      ),
      h(
        "tbody",
        {},
        lists.map((list) =>
          h(
            "tr",
            {},
            h(
              "th",
              { scope: "row" },
              h(
                "a",
                { href: buildHref("changes", undefined, { list }) },
                capital(LISTS[list].many),
              ),
            ),
            (["added", "removed", "changed"] as const).map((kind) =>
              h("td", { class: "numeric" }, formatNumber(changes.counts[list][kind]))
            ),
          )
        ),
      ),
    ),
  );
}

interface ListEvidence {
  list: SourceName;
  method: Evidence["method"];
  parts: number;
  reported: number;
  distinct: number;
  requests: number;
}

function completeness({ data: { snapshot }, signal }: ViewContext): HTMLElement {
  const byMethod = new Map<string, ListEvidence>();
  for (const { list, method, reported, distinct, requests } of snapshot.evidence) {
    const key = `${list} ${method}`;
    const sum = byMethod.get(key) ??
      { list, method, parts: 0, reported: 0, distinct: 0, requests: 0 };
    sum.parts++;
    sum.reported += reported;
    sum.distinct += distinct;
    sum.requests += requests;
    byMethod.set(key, sum);
  }
  const { element } = createTable<ListEvidence>({
    caption: "How we know that each list is complete",
    signal,
    rows: [...byMethod.values()],
    empty: "The snapshot holds no evidence: whether it is complete is not known.",
    columns: [
      {
        key: "list",
        head: "List",
        width: "24%",
        heading: true,
        cell: ({ list, parts }) => [
          SOURCES[list],
          parts > 1 && h("small", {}, ` in ${formatCount(parts, "part")}`),
        ],
      },
      {
        key: "rows",
        head: "Rows read",
        width: "12%",
        numeric: true,
        cell: (row) => formatNumber(row.distinct),
      },
      {
        key: "reported",
        head: "Announced",
        width: "12%",
        numeric: true,
        cell: (row) => formatNumber(row.reported),
      },
      {
        key: "requests",
        head: "Requests",
        width: "12%",
        numeric: true,
        cell: (row) => formatNumber(row.requests),
      },
      { key: "method", head: "How we know", width: "40%", cell: ({ method }) => METHODS[method] },
    ],
  });
  return section(
    "Completeness",
    h(
      "p",
      {},
      snapshot.evidence.length === 0
        ? ""
        : "Every list holds all that ZITADEL's own list held while it was read, every row " +
          "belongs to this organization, and every reference resolves. The lists are ZITADEL's own: one user grant " +
          "gives any number of entitlements, and only user grants tell of users of other organizations and of roles " +
          "that a project does not define.",
    ),
    element,
    h("p", {}, renderVerification(snapshot)),
  );
}

function renderVerification(snapshot: Snapshot): Child {
  const compared = formatVerification(snapshot);
  return compared === undefined
    ? "The lists were not compared with ZITADEL's events: what ZITADEL itself has lost from its lists, or keeps in " +
      "them, is not known."
    : visibleText(`The lists were ${compared}.`);
}

function notes(all: readonly Note[]): Child {
  if (all.length === 0) return undefined;
  return section(
    "Not part of this report",
    h(
      "ul",
      { class: "notes" },
      all.map((note) => h("li", {}, visibleText(`${formatNote(note)}.`))),
    ),
  );
}

function broadest({ data, signal }: ViewContext): Child {
  const { snapshot } = data;
  if (snapshot.grants.length === 0) return undefined;
  const users = most(snapshot.users, ({ id }) => data.countOfUser(id));
  const entitlements = most(snapshot.entitlements, ({ id }) => data.countOfEntitlement(id));
  return section(
    "Where access is broadest",
    h(
      "div",
      { class: "columns" },
      createTable({
        caption: "Users who hold the most",
        signal,
        rows: users,
        columns: [
          {
            key: "user",
            head: "User",
            width: "70%",
            heading: true,
            cell: ({ row }) => userLink(row),
          },
          {
            key: "holds",
            head: "Holds",
            width: "30%",
            numeric: true,
            cell: ({ count }) => formatNumber(count),
          },
        ],
      }).element,
      createTable({
        caption: "Entitlements that are held most",
        signal,
        rows: entitlements,
        columns: [
          {
            key: "entitlement",
            head: "Entitlement",
            width: "70%",
            heading: true,
            cell: ({ row }) => [
              groupLink(data.index.groups.get(row.groupId)!),
              " › ",
              entitlementLink(row),
            ],
          },
          {
            key: "holders",
            head: "Holders",
            width: "30%",
            numeric: true,
            cell: ({ count }) => formatNumber(count),
          },
        ],
      }).element,
    ),
  );
}

function most<Row>(
  rows: readonly Row[],
  readCount: (row: Row) => number,
): { row: Row; count: number }[] {
  return rows.map((row) => ({ row, count: readCount(row) }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, TOP);
}
