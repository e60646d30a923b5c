/// <reference lib="dom" />
/**
 * The content of the matrix: its heads, its rows, and its marks in words.
 *
 * @module
 */
import type { Entitlement, Grant, User } from "../../../snapshot/types.ts";
import {
  formatGrantedBy,
  formatObstacles,
  listObstacles,
  maySignIn,
  readGrantedBy,
} from "../../../snapshot/query/holding.ts";
import type { SnapshotIndex } from "../../../snapshot/query/index_snapshot.ts";
import { formatGroupName, formatUserName } from "../../../snapshot/text/names.ts";
import type { ReportData } from "../report_data.ts";
import { type Child, h, visibleText } from "../element.ts";
import { buildHref } from "../route.ts";
import { formatUserType, USER_STATES } from "../words.ts";
import { formatDay } from "../../../snapshot/text/format_time.ts";
import { type Band, CELL, type Layout, NAME_WIDTH, type Range, startsBand } from "./layout.ts";

export function bandHeads({ bands }: Layout, { start, end }: Range): HTMLElement[] {
  return [
    h("div", { role: "columnheader", "aria-colindex": 1, class: "corner" }, "Project"),
    ...bands.filter(({ first, count }) => first < end && first + count > start).map(bandHead),
  ];
}

function bandHead({ group, first, count }: Band): HTMLElement {
  const head = h(
    "div",
    {
      role: "columnheader",
      "aria-colindex": first + 2,
      "aria-colspan": count,
      class: "band",
      title: formatGroupName(group),
    },
    h(
      "a",
      { href: buildHref("projects", group.id), tabindex: -1 },
      visibleText(formatGroupName(group)),
    ),
  );
  head.style.left = `${NAME_WIDTH + first * CELL}px`;
  head.style.width = `${count * CELL}px`;
  return head;
}

/** The heads of the entitlements in view: their upright keys, and the numbers of holders. */
export function keyHeads(
  data: ReportData,
  layout: Layout,
  { start, end }: Range,
): HTMLElement[] {
  const narrow = new Set(layout.bands.filter((band) => band.narrow).map(({ group }) => group.id));
  const { groups } = data.index;
  return [
    h(
      "div",
      { role: "columnheader", "aria-colindex": 1, class: "corner" },
      "User",
      h("span", {}, "holds"),
    ),
    ...layout.entitlements.slice(start, end).map((entitlement, offset) => {
      const index = start + offset;
      const head = h(
        "div",
        {
          role: "columnheader",
          "aria-colindex": index + 2,
          class: `key${startsBand(layout, index) ? " first" : ""}${
            entitlement.defined ? "" : " undefined"
          }`,
          title: entitlement.displayName,
        },
        h(
          "span",
          { class: "label" },
          visibleText(entitlement.roleKey),
          narrow.has(entitlement.groupId) &&
            h("small", {}, " · ", visibleText(formatGroupName(groups.get(entitlement.groupId)!))),
        ),
        h("span", { class: "count" }, data.countOfEntitlement(entitlement.id)),
      );
      head.style.left = `${NAME_WIDTH + index * CELL}px`;
      return head;
    }),
  ];
}

export function userRow(
  index: SnapshotIndex,
  layout: Layout,
  position: number,
  { start, end }: Range,
): HTMLElement {
  const user = layout.users[position]!;
  const grants = index.grantsOfUser.get(user.id) ?? [];
  const held = new Map(
    grants.map((grant) => [layout.columns.get(grant.entitlementId), grant] as const),
  );
  const row = h(
    "div",
    { role: "row", "aria-rowindex": position + 3, class: `row${position % 2 === 0 ? "" : " odd"}` },
    rowHead(user, grants.length),
  );
  row.style.top = `${position * CELL}px`;
  for (let column = start; column < end; column++) {
    const grant = held.get(column);
    const cell = h("div", {
      role: "gridcell",
      "aria-colindex": column + 2,
      "data-cell": `${position},${column}`,
      class: `cell${startsBand(layout, column) ? " first" : ""}${mark(index, user, grant)}`,
      "aria-label": formatCell(index, user, grant),
    });
    cell.style.left = `${NAME_WIDTH + column * CELL}px`;
    row.append(cell);
  }
  return row;
}

function rowHead(user: User, grants: number): HTMLElement {
  const name = formatUserName(user);
  return h(
    "div",
    {
      role: "rowheader",
      "aria-colindex": 1,
      class: `name${maySignIn(user.state) ? "" : " off"}`,
      title: `${name} (${formatUserType(user)}, ${USER_STATES[user.state]})`,
    },
    h(
      "span",
      { class: "who" },
      h("a", { href: buildHref("users", user.id), tabindex: -1 }, visibleText(name)),
      user.username !== undefined && user.username !== name &&
        h("small", {}, " ", visibleText(user.username)),
    ),
    h("span", { class: "count" }, grants),
  );
}

function mark(index: SnapshotIndex, user: User, grant: Grant | undefined): string {
  if (grant === undefined) return "";
  return obstacles(index, user, grant).length === 0 ? " held" : " held off";
}

function obstacles(
  { snapshot: { organization }, groups }: SnapshotIndex,
  user: User,
  grant: Grant,
) {
  return listObstacles({ organization, user, group: groups.get(grant.groupId)!, grant });
}

/** The text of a cell: a user's grant, or its absence. */
export function formatCell(index: SnapshotIndex, user: User, grant: Grant | undefined): string {
  if (grant === undefined) return "not held";
  const since = grant.createdAt === undefined ? "" : ` since ${formatDay(grant.createdAt)}`;
  const but = obstacles(index, user, grant).map((one) => `, but ${formatObstacles([one])}`)
    .join("");
  const through = grant.authorizations.length === 1 ? "user grant" : "user grants";
  const giving = formatGrantedBy(readGrantedBy(grant, index.users));
  return `held${since}${giving === undefined ? "" : `, ${giving}`}${but}, through ${through} ${
    grant.authorizations.join(", ")
  }`;
}

/** The line above the matrix about one of its cells. */
export function aboutCell(index: SnapshotIndex, user: User, entitlement: Entitlement): Child[] {
  const group = index.groups.get(entitlement.groupId);
  const grant = index.grantsOfUser.get(user.id)?.find(({ entitlementId }) =>
    entitlementId === entitlement.id
  );
  return [
    h("a", { href: buildHref("users", user.id) }, visibleText(formatUserName(user))),
    " · ",
    h(
      "a",
      { href: buildHref("projects", entitlement.groupId, { role: entitlement.roleKey }) },
      visibleText(group === undefined ? entitlement.groupId : formatGroupName(group)),
      " › ",
      visibleText(entitlement.roleKey),
    ),
    ` · ${formatCell(index, user, grant)}`,
    !entitlement.defined && " · the project does not define this role",
  ];
}
