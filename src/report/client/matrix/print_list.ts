/// <reference lib="dom" />
/**
 * The matrix on paper: a list of each user's entitlements, made when the page is printed.
 *
 * @module
 */
import type { User } from "../../../snapshot/types.ts";
import { formatObstacles, maySignIn } from "../../../snapshot/query/holding.ts";
import { listAccess } from "../../../snapshot/query/list_holdings.ts";
import { formatUserName } from "../../../snapshot/text/names.ts";
import type { ReportData } from "../report_data.ts";
import { h, visibleText } from "../element.ts";
import { USER_STATES } from "../words.ts";

export interface PrintList {
  /** The element, which is empty unless the page is printed. */
  element: HTMLElement;
  /** Sets the users to list, and the entitlements to list for them. */
  show(users: readonly User[], entitlementIds: ReadonlySet<string>): void;
}

export function createPrintList(data: ReportData, signal: AbortSignal): PrintList {
  const element = h("div", { class: "print-list" });
  let users: readonly User[] = [];
  let chosen: ReadonlySet<string> = new Set();
  addEventListener("beforeprint", () => {
    element.replaceChildren(h(
      "table",
      {},
      h("caption", {}, "What each user holds"),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ["User", "Project", "Entitlements"].map((head) => h("th", { scope: "col" }, head)),
        ),
      ),
      users.map((user) => toPrintRows(data, user, chosen)),
    ));
  }, { signal });
  addEventListener("afterprint", () => element.replaceChildren(), { signal });
  return {
    element,
    show(nextUsers, entitlementIds) {
      users = nextUsers;
      chosen = entitlementIds;
    },
  };
}

function toPrintRows(data: ReportData, user: User, chosen: ReadonlySet<string>): HTMLElement {
  const held = listAccess(data.index, user.id).filter((one) => chosen.has(one.entitlementId));
  const projects = Map.groupBy(held, ({ groupId }) => groupId);
  const name = h(
    "th",
    { scope: "rowgroup", rowspan: Math.max(1, projects.size) },
    visibleText(formatUserName(user)),
    user.username !== undefined && user.username !== formatUserName(user) &&
      h("small", {}, " ", visibleText(user.username)),
    !maySignIn(user.state) && h("small", {}, `, ${USER_STATES[user.state].toLowerCase()}`),
  );
  const rows = [...projects.values()].map((holdings) => [
    h("td", {}, visibleText(holdings[0]!.group)),
    h(
      "td",
      {},
      holdings.map(({ role, obstacles }, position) => [
        position > 0 && ", ",
        visibleText(role),
        obstacles.length > 0 &&
        h("small", {}, ` (${formatObstacles(obstacles)})`),
      ]),
    ),
  ]);
  if (rows.length === 0) rows.push([h("td", {}, "none"), h("td", {})]);
  return h("tbody", {}, rows.map((cells, index) => h("tr", {}, index === 0 && name, cells)));
}
