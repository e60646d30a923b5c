/// <reference lib="dom" />
import {
  type Finding,
  FINDING_RULES,
  type FindingRuleId,
} from "../../../snapshot/findings/finding_rules.ts";
import { foldText, matchesWords, splitWords } from "../../../snapshot/text/fold.ts";
import { type Child, h, visibleText } from "../element.ts";
import { createFilters } from "../filters.ts";
import { buildHref } from "../route.ts";
import { createResultCount, createTable } from "../table.ts";
import {
  type Accepted,
  groupLink,
  heading,
  section,
  userLink,
  type View,
  type ViewContext,
} from "../view.ts";
import { SEVERITY_NAMES } from "../words.ts";
import { formatNumber } from "../../../snapshot/text/format_count.ts";
import { formatDay } from "../../../snapshot/text/format_time.ts";

/** The most findings of a rule that is shown open. */
const FEW = 12;

/** The most subjects of a finding that are linked. */
const LINKED = 3;

/** Makes the list of all findings, or of the rule that the address names. */
export function findingsView(context: ViewContext): View {
  const { findings, route } = context;
  const rule = isRule(route.id) ? route.id : undefined;
  const ofRule = rule === undefined ? findings : findings.filter((one) => one.rule === rule);
  const texts = new WeakMap(ofRule.map((finding) => [finding, foldText(finding.what)]));
  const list = h("div");
  const count = createResultCount("finding");
  const filters = createFilters({
    query: route.query,
    fields: [{ name: "q", label: "Name", wide: true }],
    choices: [{
      name: "severity",
      label: "Severity",
      values: [["", "All"], ...Object.entries(SEVERITY_NAMES)],
    }],
    onChange(value) {
      const words = splitWords(value("q"));
      const severity = value("severity");
      const shown = ofRule.filter((finding) =>
        (severity === "" || finding.severity === severity) &&
        matchesWords(texts.get(finding)!, words)
      );
      list.replaceChildren(
        ...[...Map.groupBy(shown, (one) => `${one.severity} ${one.rule}`).values()].map((group) =>
          ruleGroup(context, group, rule !== undefined)
        ),
      );
      count.show(shown.length, ofRule.length);
    },
  });
  return {
    title: "Findings",
    content: [
      heading(
        rule === undefined
          ? "What deserves a second look"
          : h("a", { href: buildHref("findings") }, "Findings"),
        rule === undefined ? "Findings" : FINDING_RULES[rule].title,
      ),
      findings.length === 0 ? h("p", {}, "Nothing stands out.") : [filters, count.element, list],
      acceptedSection(context),
    ],
  };
}

/** The findings about one thing, told in full. */
export function findingsList(findings: readonly Finding[]): HTMLElement {
  return h(
    "ul",
    { class: "told" },
    findings.map(({ severity, what, why, action }) =>
      h(
        "li",
        {},
        h("p", {}, severityTag(severity), " ", visibleText(what)),
        h("p", { class: "why" }, why, " ", action),
      )
    ),
  );
}

function ruleGroup(
  { data: { index }, signal }: ViewContext,
  findings: readonly Finding[],
  open: boolean,
): HTMLElement {
  const { severity, rule } = findings[0]!;
  const { title, why, action } = FINDING_RULES[rule];
  const table = () =>
    createTable<Finding>({
      caption: title,
      signal,
      rows: findings,
      columns: [
        {
          key: "what",
          head: "What",
          width: "64%",
          heading: true,
          cell: ({ what }) => visibleText(what),
        },
        {
          key: "see",
          head: "See",
          width: "36%",
          cell: ({ userIds, groupIds }) => [
            linked(userIds, (id) => userLink(index.users.get(id)!)),
            userIds.length > 0 && groupIds.length > 0 && " · ",
            linked(groupIds, (id) => groupLink(index.groups.get(id)!)),
          ],
        },
      ],
    }).element;
  const isOpen = open || findings.length <= FEW;
  const details = h(
    "details",
    { class: "rule", open: isOpen },
    h(
      "summary",
      {},
      severityTag(severity),
      h("h2", {}, title),
      h("span", { class: "numeric" }, formatNumber(findings.length)),
    ),
    h("p", { class: "why" }, why, " ", h("strong", {}, action)),
    isOpen && table(),
  );
  if (!isOpen) {
    details.addEventListener("toggle", () => details.append(table()), { once: true });
  }
  return details;
}

function acceptedSection({ accepted, signal }: ViewContext): Child {
  if (accepted.length === 0) return undefined;
  const { element } = createTable<Accepted>({
    caption: "Accepted findings",
    signal,
    rows: accepted,
    columns: [
      {
        key: "what",
        head: "What",
        width: "50%",
        heading: true,
        cell: ({ finding }) => visibleText(finding.what),
      },
      {
        key: "reason",
        head: "Reason",
        width: "35%",
        cell: ({ entry }) => visibleText(entry.reason),
      },
      {
        key: "expires",
        head: "Until",
        width: "15%",
        cell: ({ entry }) => formatDay(entry.expires),
      },
    ],
  });
  return section("Accepted", element);
}

function linked(
  ids: readonly string[],
  link: (id: string) => HTMLElement,
): (Node | string | false)[] {
  const links = ids.slice(0, LINKED).flatMap((id, position) => [position > 0 && ", ", link(id)]);
  return ids.length > LINKED ? [...links, ` and ${formatNumber(ids.length - LINKED)} more`] : links;
}

export function severityTag(severity: Finding["severity"]): HTMLElement {
  return h("span", { class: `severity ${severity}` }, SEVERITY_NAMES[severity]);
}

function isRule(id: string | undefined): id is FindingRuleId {
  return id !== undefined && Object.hasOwn(FINDING_RULES, id);
}
