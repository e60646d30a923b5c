/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * The access matrix: a grid of users and entitlements. Only the part in view is in the document.
 *
 * @module
 */
import type { Entitlement, User } from "../../../snapshot/types.ts";
import type { ReportData } from "../report_data.ts";
import { append, h, throttleToFrame } from "../element.ts";
import { buildHref } from "../route.ts";
import { aboutCell, bandHeads, keyHeads, userRow } from "./cells.ts";
import {
  BAND_HEIGHT,
  CELL,
  clampPosition,
  type Layout,
  layOut,
  moveByKey,
  NAME_WIDTH,
  type Position,
  type Range,
  rangeInView,
} from "./layout.ts";

export interface Matrix {
  element: HTMLElement;
  show(users: readonly User[], entitlements: readonly Entitlement[]): void;
}

export function createMatrix(data: ReportData, signal: AbortSignal): Matrix {
  const parts = createParts();
  const { grid, about } = parts;
  const window = createWindow(parts, data);
  const { index } = data;

  function describe({ row, column }: Position): void {
    const { users, entitlements } = window.layout;
    const [user, entitlement] = [users[row], entitlements[column]];
    if (user === undefined || entitlement === undefined) return;
    about.replaceChildren();
    append(about, aboutCell(index, user, entitlement));
  }

  function moveTo(position: Position): void {
    window.activate(clampPosition(window.layout, position), { scroll: true });
    describe(window.active);
  }

  grid.addEventListener("keydown", (event) => {
    if (event.altKey || event.metaKey) return;
    const { key, ctrlKey } = event;
    const { layout, active } = window;
    const page = Math.max(1, Math.floor((grid.clientHeight - layout.headHeight) / CELL) - 1);
    const next = moveByKey(layout, active, { key, ctrlKey, page });
    if (next !== undefined) {
      event.preventDefault();
      moveTo(next);
    } else if (key === "Enter" && event.target instanceof HTMLElement) {
      const user = layout.users[active.row];
      if (user !== undefined && event.target.role !== "link") {
        location.hash = buildHref("users", user.id);
      }
    }
  });
  grid.addEventListener("focusin", ({ target }) => {
    const at = findPosition(target);
    if (at === undefined) return;
    if (at.row !== window.active.row || at.column !== window.active.column) window.activate(at);
    describe(at);
  });
  grid.addEventListener("mousedown", (event) => {
    const at = findPosition(event.target);
    if (at === undefined) return;
    event.preventDefault();
    window.activate(at, { focus: true });
  });
  grid.addEventListener("mouseover", ({ target }) => {
    const at = findPosition(target);
    if (at !== undefined) describe(at);
  });
  const requestDraw = throttleToFrame(window.draw, signal);
  grid.addEventListener("scroll", requestDraw, { passive: true });
  const sizes = new ResizeObserver(requestDraw);
  sizes.observe(grid);
  signal.addEventListener("abort", () => sizes.disconnect());

  return {
    element: parts.element,
    show(users, entitlements) {
      about.replaceChildren(
        "Move over the grid, or through it with the arrow keys: what a mark stands for is said here.",
      );
      window.show(layOut(index, users, entitlements));
    },
  };
}

interface Parts {
  element: HTMLElement;
  about: HTMLElement;
  nothing: HTMLElement;
  grid: HTMLElement;
  canvas: HTMLElement;
  bandRow: HTMLElement;
  keyRow: HTMLElement;
  body: HTMLElement;
}

function createParts(): Parts {
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
  grid.style.setProperty("--name-width", `${NAME_WIDTH}px`);
  grid.style.setProperty("--cell", `${CELL}px`);
  grid.style.setProperty("--band-height", `${BAND_HEIGHT}px`);
  const about = h("p", { class: "about" });
  const nothing = h("p", { class: "nothing" }, "No user and entitlement fits the filters.");
  const element = h("div", { class: "matrix" }, about, grid, nothing);
  return { element, about, nothing, grid, canvas, bandRow, keyRow, body };
}

interface Window {
  readonly layout: Layout;
  readonly active: Position;
  /** Shows another matrix, from its start. */
  show(layout: Layout): void;
  /** Puts the part in view into the document. */
  draw(): void;
  /** Makes a cell active; with `scroll` it comes into view and gets the focus. */
  activate(position: Position, options?: { focus?: true; scroll?: true }): void;
}

function createWindow(parts: Parts, data: ReportData): Window {
  const { grid, bandRow, keyRow, body } = parts;
  const { index } = data;
  const rows = new Map<number, HTMLElement>();
  let layout = layOut(index, [], []);
  let active: Position = { row: 0, column: 0 };
  let drawn: (Range & Position) | undefined;

  function draw(): void {
    if (layout.users.length === 0 || layout.entitlements.length === 0) return;
    const range = rangeInView(layout, {
      top: grid.scrollTop,
      left: grid.scrollLeft,
      height: grid.clientHeight || innerHeight,
      width: grid.clientWidth || innerWidth,
    });
    if (drawn !== undefined && isSame(drawn, { ...range, ...active })) return;
    const focused = document.activeElement;
    const hadFocus = focused instanceof HTMLElement && grid.contains(focused);
    if (drawn?.start !== range.start || drawn.end !== range.end) {
      bandRow.replaceChildren(...bandHeads(layout, range));
      keyRow.replaceChildren(...keyHeads(data, layout, range));
      rows.clear();
    }
    drawn = { ...range, ...active };
    drawRows(range);
    markActive(hadFocus);
  }

  function drawRows(range: Range): void {
    // The active row stays in the document: a lost focus would send the reader to the start of the page.
    const wanted = new Set([active.row]);
    for (let row = range.rowStart; row < range.rowEnd; row++) wanted.add(row);
    for (const row of rows.keys()) if (!wanted.has(row)) rows.delete(row);
    for (const row of wanted) {
      if (!rows.has(row)) rows.set(row, userRow(index, layout, row, range));
    }
    body.replaceChildren(...[...rows].sort(([a], [b]) => a - b).map(([, row]) => row));
  }

  function markActive(focus: boolean): void {
    for (const cell of body.querySelectorAll("[tabindex='0']")) cell.removeAttribute("tabindex");
    const cell = rows.get(active.row)?.querySelector(`[aria-colindex="${active.column + 2}"]`);
    if (!(cell instanceof HTMLElement)) return;
    cell.setAttribute("tabindex", "0");
    if (focus) cell.focus({ preventScroll: true });
  }

  return {
    get layout() {
      return layout;
    },
    get active() {
      return active;
    },
    show(next) {
      layout = next;
      active = { row: 0, column: 0 };
      drawn = undefined;
      rows.clear();
      body.replaceChildren();
      sizeParts(parts, layout);
      grid.scrollTo(0, 0);
      draw();
    },
    draw,
    activate(position, { focus, scroll } = {}) {
      active = position;
      if (scroll) {
        scrollIntoView(grid, layout, active);
        draw();
      }
      markActive(focus === true || scroll === true);
    },
  };
}

function scrollIntoView(grid: HTMLElement, layout: Layout, { row, column }: Position): void {
  const [top, left] = [row * CELL, column * CELL];
  const high = grid.clientHeight - layout.headHeight - CELL;
  const wide = grid.clientWidth - NAME_WIDTH - CELL;
  grid.scrollTop = Math.min(top, Math.max(grid.scrollTop, top - high));
  grid.scrollLeft = Math.min(left, Math.max(grid.scrollLeft, left - wide));
}

function sizeParts({ grid, canvas, about, nothing }: Parts, layout: Layout): void {
  const { users, entitlements, keyHeight, headHeight } = layout;
  const isEmpty = users.length === 0 || entitlements.length === 0;
  grid.hidden = isEmpty;
  about.hidden = isEmpty;
  nothing.hidden = !isEmpty;
  grid.style.setProperty("--key-height", `${keyHeight}px`);
  grid.style.setProperty("--head-height", `${headHeight}px`);
  grid.setAttribute("aria-rowcount", `${users.length + 2}`);
  grid.setAttribute("aria-colcount", `${entitlements.length + 1}`);
  canvas.style.width = `${NAME_WIDTH + entitlements.length * CELL}px`;
  canvas.style.height = `${headHeight + users.length * CELL}px`;
}

function isSame(a: Range & Position, b: Range & Position): boolean {
  return a.rowStart === b.rowStart && a.rowEnd === b.rowEnd && a.start === b.start &&
    a.end === b.end && a.row === b.row && a.column === b.column;
}

function findPosition(target: EventTarget | null): Position | undefined {
  const at = target instanceof HTMLElement ? target.dataset["cell"] : undefined;
  if (at === undefined) return undefined;
  const [row = 0, column = 0] = at.split(",").map(Number);
  return { row, column };
}
