/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * The report on the page: its frame, and the view of the address.
 *
 * @module
 */
import { applyAllowList } from "../../snapshot/findings/allow_list.ts";
import type { Snapshot } from "../../snapshot/types.ts";
import { listFindings } from "../../snapshot/findings/findings.ts";
import { hasAdministrations } from "../../snapshot/query/administrations.ts";
import { once } from "../../snapshot/query/index_snapshot.ts";
import { formatOrganizationName } from "../../snapshot/text/names.ts";
import type { ReportExtras } from "../embedded.ts";
import { createReportData, type ReportData } from "./report_data.ts";
import { append, type Child, h, visibleText } from "./element.ts";
import { buildHref, parseRoute, type Route } from "./route.ts";
import { createSearch } from "./search.ts";
import { createSchemeButton } from "./scheme.ts";
import type { View, ViewContext } from "./view.ts";
import { administrationView } from "./views/administration.ts";
import { changesView } from "./views/changes.ts";
import { findingsView } from "./views/findings.ts";
import { matrixView } from "./views/matrix.ts";
import { missing } from "./views/missing.ts";
import { overview } from "./views/overview.ts";
import { projectView } from "./views/project.ts";
import { projectsView } from "./views/projects.ts";
import { userView } from "./views/user.ts";
import { usersView } from "./views/users.ts";
import { formatMinute } from "../../snapshot/text/format_time.ts";

export interface ReportOptions {
  snapshot: Snapshot;
  extras: ReportExtras;
  /** Controls at the right end of the bar, such as a button to read again. */
  controls?: Child;
}

export interface ShownReport {
  close(): void;
}

/** Shows a report in place of the page's content. */
export function showReport({ snapshot, extras, controls }: ReportOptions): ShownReport {
  const closing = new AbortController();
  const data = createReportData(snapshot);
  const sorted = once(() =>
    applyAllowList(listFindings(data.index, extras.findingOptions), extras.allow, extras.today)
  );
  let leaving = new AbortController();
  const name = formatOrganizationName(snapshot.organization);

  const places = [
    ["", "Overview"],
    ["matrix", "Matrix"],
    ["users", "Users"],
    ["projects", "Projects"],
    ...(hasPrivileged(snapshot) ? [["administration", "Administration"]] : []),
    ["findings", "Findings"],
    ...(extras.changes === undefined ? [] : [["changes", "Changes"]]),
  ] as const;
  const links = new Map(
    places.map(([view, label]) => [view, h("a", { href: buildHref(view!) }, label)]),
  );
  const main = h("main", { id: "main", tabindex: -1 });
  function draw(first: boolean): void {
    leaving.abort();
    leaving = new AbortController();
    const route = parseRoute(location.hash);
    const view = createView({
      data,
      get findings() {
        return sorted().open;
      },
      get accepted() {
        return sorted().allowed;
      },
      changes: extras.changes,
      route,
      signal: leaving.signal,
    });
    document.title = `${view.title} · ${name}`;
    for (const [place, link] of links) {
      if (place === route.view) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    main.replaceChildren();
    append(main, view.content);
    if (view.start) view.start.scrollIntoView();
    else scrollTo(0, 0);
    // Screen readers say where the link led.
    if (!first) main.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
  }

  document.body.replaceChildren(
    ...createFrame({ snapshot, links, main, controls, data, signal: closing.signal }),
  );
  addEventListener("hashchange", () => draw(false), { signal: closing.signal });
  draw(true);
  return {
    close() {
      closing.abort();
      leaving.abort();
    },
  };
}

/** The frame of every view: the bar, the line on paper and the footer. */
function createFrame({ snapshot, links, main, controls, data, signal }: {
  snapshot: Snapshot;
  links: ReadonlyMap<string, HTMLElement>;
  main: HTMLElement;
  controls: Child;
  data: ReportData;
  signal: AbortSignal;
}): HTMLElement[] {
  const name = formatOrganizationName(snapshot.organization);
  const skip = h("a", {
    class: "skip",
    href: "#main",
    "on:click": (event: Event) => {
      event.preventDefault();
      main.focus();
    },
  }, "Skip to the content");

  return [
    skip,
    h(
      "header",
      { class: "bar" },
      h("a", { class: "brand", href: buildHref("") }, visibleText(name)),
      h(
        "nav",
        { "aria-label": "Report" },
        h("ul", {}, [...links.values()].map((link) => h("li", {}, link))),
      ),
      createSearch(data, signal),
      createSchemeButton(signal),
      h("button", { type: "button", class: "quiet print", "on:click": () => print() }, "Print"),
      controls,
    ),
    h(
      "p",
      { class: "paper" },
      visibleText(name),
      ` · Access report · read ${formatMinute(snapshot.completedAt)}`,
    ),
    main,
    h(
      "footer",
      {},
      h(
        "p",
        {},
        "Read ",
        formatMinute(snapshot.completedAt),
        " from ",
        visibleText(snapshot.instance.url),
        " by ",
        visibleText(snapshot.tool.name),
        " ",
        visibleText(snapshot.tool.version),
        ".",
      ),
      h("p", {}, h("code", { class: "digest" }, visibleText(snapshot.digest))),
    ),
  ];
}

function hasPrivileged(snapshot: Snapshot): boolean {
  return hasAdministrations(snapshot) || snapshot.credentials !== undefined;
}

function createView(context: ViewContext): View {
  const { view, id }: Route = context.route;
  switch (view) {
    case "":
      return overview(context);
    case "matrix":
      return matrixView(context);
    case "users":
      return id === undefined ? usersView(context) : userView(context);
    case "projects":
      return id === undefined ? projectsView(context) : projectView(context);
    case "administration":
      return administrationView(context);
    case "findings":
      return findingsView(context);
    case "changes":
      return changesView(context);
    default:
      return missing("page", view);
  }
}
