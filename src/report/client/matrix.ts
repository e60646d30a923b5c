/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * The access matrix: a grid of users and entitlements of which only the part in view is in the document.
 *
 * @module
 */
import type { Entitlement, Grant, Group, User } from "../../snapshot/contract.ts";
import { formatObstacles, listObstacles, maySignIn } from "../../snapshot/query/holding.ts";
import { groupName, userName } from "../../snapshot/query/names.ts";
import type { Directory } from "./directory.ts";
import { h, said } from "./element.ts";
import { buildHref } from "./route.ts";
import { formatDay, formatUserType, USER_STATES } from "./words.ts";
import { onceAFrame } from "./once_a_frame.ts";

/** The matrix on the page. */
export interface Matrix {
  /** The element. */
  element: HTMLElement;
  /** Shows these users and entitlements. */
  show(users: readonly User[], entitlements: readonly Entitlement[]): void;
}

/** The measures in pixels; the style sheet takes them from here. */
const NAME_WIDTH = 264;
const CELL = 30;
const BAND_HEIGHT = 28;
const COUNT_HEIGHT = 26;
/** How long the longest and the shortest key may stand upright, and about how long one letter is. */
const KEY_HEIGHT = { min: 40, max: 170, letter: 7 };
/** How many rows and columns beyond the view are there too. */
const BEYOND = 6;

/** Columns of one project, side by side. */
interface Band {
  group: Group;
  first: number;
  count: number;
  /** Whether the project's name is too long to stand above its columns: then it stands behind each key too. */
  narrow: boolean;
}

/** Makes a matrix. */
export function createMatrix(directory: Directory, signal: AbortSignal): Matrix {
  let users: readonly User[] = [];
  let entitlements: readonly Entitlement[] = [];
  let bands: readonly Band[] = [];
  let columns = new Map<string, number>();
  let active = { row: 0, column: 0 };
  let drawn = "";
  let headHeight = 0;
  const rows = new Map<number, HTMLElement>();

  const bandRow = h("div", { role: "row", "aria-rowindex": 1, class: "bands" });
  const keyRow = h("div", { role: "row", "aria-rowindex": 2, class: "keys" });
  const head = h("div", { role: "rowgroup", class: "head" }, bandRow, keyRow);
  const body = h("div", { role: "rowgroup", class: "body" });
  const canvas = h("div", { role: "presentation", class: "canvas" }, head, body);
  const grid = h("div", {
    role: "grid",
    class: "grid",
    "aria-label": "Who holds which entitlement",
    "aria-readonly": "true",
  }, canvas);
  const about = h("p", { class: "about" });
  const nothing = h("p", { class: "nothing" }, "No user and entitlement fits the filters.");
  const element = h("div", { class: "matrix" }, about, grid, nothing);
  grid.style.setProperty("--name-width", `${NAME_WIDTH}px`);
  grid.style.setProperty("--cell", `${CELL}px`);
  grid.style.setProperty("--band-height", `${BAND_HEIGHT}px`);

  function show(nextUsers: readonly User[], nextEntitlements: readonly Entitlement[]): void {
    users = nextUsers;
    entitlements = nextEntitlements;
    columns = new Map(entitlements.map(({ id }, index) => [id, index]));
    bands = groupBands(directory, entitlements);
    active = { row: 0, column: 0 };
    const longest = bands.reduce((most, { group, first, count, narrow }) => {
      const behind = narrow ? groupName(group).length + 3 : 0;
      const keys = entitlements.slice(first, first + count);
      return Math.max(most, ...keys.map(({ roleKey }) => roleKey.length + behind));
    }, 0);
    const { min, max, letter } = KEY_HEIGHT;
    const keyHeight = Math.min(max, Math.max(min, longest * letter + letter));
    headHeight = BAND_HEIGHT + keyHeight + COUNT_HEIGHT;
    grid.style.setProperty("--key-height", `${keyHeight}px`);
    grid.style.setProperty("--head-height", `${headHeight}px`);
    const none = users.length === 0 || entitlements.length === 0;
    grid.hidden = none;
    about.hidden = none;
    nothing.hidden = !none;
    grid.setAttribute("aria-rowcount", `${users.length + 2}`);
    grid.setAttribute("aria-colcount", `${entitlements.length + 1}`);
    canvas.style.width = `${NAME_WIDTH + entitlements.length * CELL}px`;
    canvas.style.height = `${headHeight + users.length * CELL}px`;
    grid.scrollTo(0, 0);
    rows.clear();
    body.replaceChildren();
    drawn = "";
    about.replaceChildren(
      "Move over the grid, or through it with the arrow keys: what a mark stands for is said here.",
    );
    draw();
  }

  function draw(): void {
    if (users.length === 0 || entitlements.length === 0) return;
    const top = Math.floor(grid.scrollTop / CELL) - BEYOND;
    const left = Math.floor(grid.scrollLeft / CELL) - BEYOND;
    const high = Math.ceil((grid.clientHeight || innerHeight) / CELL) + 2 * BEYOND;
    const wide = Math.ceil((grid.clientWidth || innerWidth) / CELL) + 2 * BEYOND;
    const [rowStart, rowEnd] = [Math.max(0, top), Math.min(users.length, top + high)];
    const [start, end] = [Math.max(0, left), Math.min(entitlements.length, left + wide)];
    const across = `${start}-${end}`;
    const state = `${rowStart}-${rowEnd} ${across} ${active.row} ${active.column}`;
    if (state === drawn) return;
    const sameColumns = drawn.split(" ")[1] === across;
    drawn = state;

    const focused = document.activeElement;
    const hadFocus = focused instanceof HTMLElement && grid.contains(focused);
    if (!sameColumns) {
      drawHead(start, end);
      rows.clear();
    }
    const wanted = new Set<number>();
    for (let row = rowStart; row < rowEnd; row++) wanted.add(row);
    // The row that has the focus stays, wherever the view is: a focus that vanishes sends the reader to the start.
    wanted.add(active.row);
    for (const row of rows.keys()) if (!wanted.has(row)) rows.delete(row);
    for (const row of wanted) if (!rows.has(row)) rows.set(row, drawRow(row, start, end));
    const inOrder = [...rows].sort(([a], [b]) => a - b).map(([, row]) => row);
    body.replaceChildren(...inOrder);
    markActive(hadFocus);
  }

  function drawHead(start: number, end: number): void {
    const { lookup } = directory;
    const narrow = new Set(bands.filter((band) => band.narrow).map(({ group }) => group.id));
    bandRow.replaceChildren(
      h("div", { role: "columnheader", "aria-colindex": 1, class: "corner" }, "Project"),
      ...bands.filter(({ first, count }) => first < end && first + count > start).map(
        ({ group, first, count }) => {
          const band = h(
            "div",
            {
              role: "columnheader",
              "aria-colindex": first + 2,
              "aria-colspan": count,
              class: "band",
              title: groupName(group),
            },
            h("a", { href: buildHref("projects", group.id), tabindex: -1 }, said(groupName(group))),
          );
          band.style.left = `${NAME_WIDTH + first * CELL}px`;
          band.style.width = `${count * CELL}px`;
          return band;
        },
      ),
    );
    keyRow.replaceChildren(
      h(
        "div",
        { role: "columnheader", "aria-colindex": 1, class: "corner" },
        "User",
        h("span", {}, "holds"),
      ),
      ...entitlements.slice(start, end).map((entitlement, offset) => {
        const index = start + offset;
        const holders = directory.countOfEntitlement(entitlement.id);
        const cell = h(
          "div",
          {
            role: "columnheader",
            "aria-colindex": index + 2,
            class: `key${isFirst(index) ? " first" : ""}${entitlement.defined ? "" : " undefined"}`,
            title: entitlement.displayName,
          },
          h(
            "span",
            { class: "label" },
            said(entitlement.roleKey),
            narrow.has(entitlement.groupId) &&
              h("small", {}, " · ", said(groupName(lookup.groups.get(entitlement.groupId)!))),
          ),
          h("span", { class: "count" }, holders),
        );
        cell.style.left = `${NAME_WIDTH + index * CELL}px`;
        return cell;
      }),
    );
  }

  function drawRow(index: number, start: number, end: number): HTMLElement {
    const user = users[index]!;
    const held = new Map<number, Grant>();
    const grants = directory.lookup.grantsOfUser.get(user.id) ?? [];
    for (const grant of grants) {
      const column = columns.get(grant.entitlementId);
      if (column !== undefined) held.set(column, grant);
    }
    const row = h(
      "div",
      { role: "row", "aria-rowindex": index + 3, class: `row${index % 2 === 0 ? "" : " odd"}` },
      h(
        "div",
        {
          role: "rowheader",
          "aria-colindex": 1,
          class: `name${maySignIn(user.state) ? "" : " off"}`,
          title: `${userName(user)} (${formatUserType(user)}, ${USER_STATES[user.state]})`,
        },
        h(
          "span",
          { class: "who" },
          h("a", { href: buildHref("users", user.id), tabindex: -1 }, said(userName(user))),
          user.username !== undefined && user.username !== userName(user) &&
            h("small", {}, " ", said(user.username)),
        ),
        h("span", { class: "count" }, grants.length),
      ),
    );
    row.style.top = `${index * CELL}px`;
    for (let column = start; column < end; column++) {
      const grant = held.get(column);
      const mark = grant === undefined
        ? ""
        : obstacles(user, grant).length === 0
        ? " held"
        : " held off";
      const cell = h("div", {
        role: "gridcell",
        "aria-colindex": column + 2,
        "data-cell": `${index},${column}`,
        class: `cell${isFirst(column) ? " first" : ""}${mark}`,
        "aria-label": sayCell(user, grant),
      });
      cell.style.left = `${NAME_WIDTH + column * CELL}px`;
      row.append(cell);
    }
    return row;
  }

  function obstacles(user: User, grant: Grant) {
    const { snapshot: { organization }, groups } = directory.lookup;
    return listObstacles({ organization, user, group: groups.get(grant.groupId)!, grant });
  }

  function sayCell(user: User, grant: Grant | undefined): string {
    if (grant === undefined) return "not held";
    const since = grant.createdAt === undefined ? "" : ` since ${formatDay(grant.createdAt)}`;
    const but = obstacles(user, grant).map((one) => `, but ${formatObstacles([one])}`).join("");
    const through = grant.authorizations.length === 1 ? "user grant" : "user grants";
    return `held${since}${but}, through ${through} ${grant.authorizations.join(", ")}`;
  }

  function isFirst(column: number): boolean {
    return entitlements[column]?.groupId !== entitlements[column - 1]?.groupId;
  }

  function cellAt(row: number, column: number): HTMLElement | undefined {
    const cell = rows.get(row)?.querySelector(`[aria-colindex="${column + 2}"]`);
    return cell instanceof HTMLElement ? cell : undefined;
  }

  function markActive(focus: boolean): void {
    for (const cell of body.querySelectorAll("[tabindex='0']")) cell.removeAttribute("tabindex");
    const cell = cellAt(active.row, active.column);
    cell?.setAttribute("tabindex", "0");
    if (focus) cell?.focus({ preventScroll: true });
  }

  function describe(row: number, column: number): void {
    const user = users[row];
    const entitlement = entitlements[column];
    if (user === undefined || entitlement === undefined) return;
    const group = directory.lookup.groups.get(entitlement.groupId);
    const grant = directory.lookup.grantsOfUser.get(user.id)?.find((one) =>
      one.entitlementId === entitlement.id
    );
    about.replaceChildren(
      h("a", { href: buildHref("users", user.id) }, said(userName(user))),
      " · ",
      h(
        "a",
        { href: buildHref("projects", entitlement.groupId, { role: entitlement.roleKey }) },
        said(group === undefined ? entitlement.groupId : groupName(group)),
        " › ",
        said(entitlement.roleKey),
      ),
      ` · ${sayCell(user, grant)}`,
      entitlement.defined ? "" : " · the project does not define this role",
    );
  }

  function moveTo(row: number, column: number): void {
    active = {
      row: Math.max(0, Math.min(users.length - 1, row)),
      column: Math.max(0, Math.min(entitlements.length - 1, column)),
    };
    const top = active.row * CELL;
    const left = active.column * CELL;
    const high = grid.clientHeight - headHeight - CELL;
    const wide = grid.clientWidth - NAME_WIDTH - CELL;
    grid.scrollTop = Math.min(top, Math.max(grid.scrollTop, top - high));
    grid.scrollLeft = Math.min(left, Math.max(grid.scrollLeft, left - wide));
    draw();
    markActive(true);
    describe(active.row, active.column);
  }

  grid.addEventListener("keydown", (event) => {
    if (event.altKey || event.metaKey) return;
    const page = Math.max(1, Math.floor((grid.clientHeight - headHeight) / CELL) - 1);
    const { row, column } = active;
    const far = event.ctrlKey;
    const moves: Record<string, [number, number]> = {
      ArrowUp: [far ? 0 : row - 1, column],
      ArrowDown: [far ? users.length : row + 1, column],
      ArrowLeft: [row, far ? 0 : column - 1],
      ArrowRight: [row, far ? entitlements.length : column + 1],
      Home: [far ? 0 : row, 0],
      End: [far ? users.length : row, entitlements.length],
      PageUp: [row - page, column],
      PageDown: [row + page, column],
    };
    const move = moves[event.key];
    if (move !== undefined) {
      event.preventDefault();
      moveTo(...move);
    } else if (event.key === "Enter" && event.target instanceof HTMLElement) {
      const user = users[row];
      if (user !== undefined && event.target.role !== "link") {
        location.hash = buildHref("users", user.id);
      }
    }
  });
  grid.addEventListener("focusin", (event) => {
    const at = findPosition(event.target);
    if (at === undefined) return;
    if (at.row !== active.row || at.column !== active.column) {
      active = at;
      markActive(false);
    }
    describe(at.row, at.column);
  });
  grid.addEventListener("mousedown", (event) => {
    const at = findPosition(event.target);
    if (at === undefined) return;
    event.preventDefault();
    active = at;
    markActive(true);
  });
  grid.addEventListener("mouseover", (event) => {
    const at = findPosition(event.target);
    if (at !== undefined) describe(at.row, at.column);
  });
  const ask = onceAFrame(draw, signal);
  grid.addEventListener("scroll", ask, { passive: true });
  const sizes = new ResizeObserver(ask);
  sizes.observe(grid);
  signal.addEventListener("abort", () => sizes.disconnect());
  return { element, show };
}

function findPosition(target: EventTarget | null): { row: number; column: number } | undefined {
  const at = target instanceof HTMLElement ? target.dataset["cell"] : undefined;
  if (at === undefined) return undefined;
  const [row = 0, column = 0] = at.split(",").map(Number);
  return { row, column };
}

function groupBands(directory: Directory, entitlements: readonly Entitlement[]): Band[] {
  const bands: Band[] = [];
  entitlements.forEach(({ groupId }, index) => {
    const last = bands.at(-1);
    if (last?.group.id === groupId) last.count++;
    else {
      const group = directory.lookup.groups.get(groupId)!;
      bands.push({ group, first: index, count: 1, narrow: false });
    }
  });
  for (const band of bands) {
    band.narrow = groupName(band.group).length * KEY_HEIGHT.letter > band.count * CELL;
  }
  return bands;
}
