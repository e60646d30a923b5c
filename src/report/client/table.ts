/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * Tables of any length: of a long one only the rows near the window are in the document, on paper all of them.
 *
 * @module
 */
import { append, type Child, h } from "./element.ts";
import { sortRowsBy, type SortValue } from "../../snapshot/query/sort.ts";
import { number } from "./words.ts";
import { onceAFrame } from "./once_a_frame.ts";

/** A column. */
export interface Column<Row> {
  /** Its name in the address. */
  key: string;
  /** Its heading. */
  head: string;
  /** Its share of the width, as in CSS. */
  width: string;
  /** What stands in a cell. */
  cell(row: Row): Child;
  /** What it is sorted by; a column without is not sorted. */
  sortBy?: (row: Row) => SortValue;
  /** It is sorted by times of the snapshot. */
  isTime?: true;
  /** Numbers stand to the right. */
  numeric?: true;
  /** It names the row. */
  heading?: true;
}

/** What a table is made of. */
export interface TableOptions<Row> {
  /** What the table holds, for those who hear it. */
  caption: string;
  /** Its columns, from the left. */
  columns: readonly Column<Row>[];
  /** The rows, in the order that is kept where nothing else is chosen. */
  rows: readonly Row[];
  /** What stands in place of no rows. */
  empty?: string;
  /** The column to sort by at first, with `-` before it for falling. */
  sort?: string | undefined;
  /** Told when the reader sorts. */
  onSort?: (sort: string) => void;
  /** When the table leaves the page. */
  signal: AbortSignal;
}

/** A table on the page. */
export interface Table<Row> {
  /** The element. */
  element: HTMLElement;
  /** Shows other rows. */
  show(rows: readonly Row[]): void;
}

/** Up to this many rows are simply there. */
const SHORT = 200;
/** How many rows beyond the window are there too. */
const BEYOND = 12;
/** The height of a row in a long table, in pixels; the style sheet has the same. */
const ROW_HEIGHT = 36;

/** Makes a table. */
export function createTable<Row>(options: TableOptions<Row>): Table<Row> {
  const { columns, caption, signal } = options;
  let given = options.rows;
  let sort = options.sort ?? "";
  let rows = ordered();
  let range = { start: 0, end: 0 };
  let printing = false;
  const shown = new Map<number, HTMLTableRowElement>();

  const heads = columns.map((column) => {
    const head = h("th", { scope: "col", class: column.numeric && "numeric" });
    if (column.sortBy === undefined) append(head, [column.head]);
    else {
      append(head, [
        h(
          "button",
          { type: "button", class: "sort", "on:click": () => sortBy(column.key) },
          column.head,
        ),
      ]);
    }
    return head;
  });
  const body = h("tbody");
  const above = spacer(columns.length);
  const below = spacer(columns.length);
  const table = h(
    "table",
    {},
    h("caption", { class: "hidden" }, caption),
    h(
      "colgroup",
      {},
      columns.map(({ width }) => {
        const col = h("col");
        col.style.width = width;
        return col;
      }),
    ),
    h("thead", {}, h("tr", {}, heads)),
    body,
  );
  const nothing = h("p", { class: "nothing" }, options.empty ?? "Nothing here.");
  const element = h("div", { class: "table" }, table, nothing);

  function ordered(): readonly Row[] {
    const falling = sort.startsWith("-");
    const column = columns.find(({ key }) => key === sort.replace(/^-/, ""));
    if (column?.sortBy === undefined) return given;
    return sortRowsBy(given, column.sortBy, { descending: falling, isTime: column.isTime });
  }

  function sortBy(key: string): void {
    const numeric = columns.find((column) => column.key === key)?.numeric === true;
    const [first, second] = numeric ? [`-${key}`, key] : [key, `-${key}`];
    sort = sort === first ? second : first;
    options.onSort?.(sort);
    refresh();
  }

  function refresh(): void {
    rows = ordered();
    columns.forEach(({ key }, index) => {
      const head = heads[index]!;
      if (sort.replace(/^-/, "") === key) {
        head.setAttribute("aria-sort", sort.startsWith("-") ? "descending" : "ascending");
      } else head.removeAttribute("aria-sort");
    });
    shown.clear();
    body.replaceChildren();
    range = { start: 0, end: 0 };
    table.hidden = rows.length === 0;
    nothing.hidden = rows.length > 0;
    const long = rows.length > SHORT;
    element.classList.toggle("long", long);
    if (long) table.setAttribute("aria-rowcount", `${rows.length + 1}`);
    else table.removeAttribute("aria-rowcount");
    draw();
  }

  function rowAt(index: number): HTMLTableRowElement {
    const known = shown.get(index);
    if (known !== undefined) return known;
    const row = rows[index]!;
    return h(
      "tr",
      { "aria-rowindex": rows.length > SHORT && index + 2 },
      columns.map((column) =>
        h(
          column.heading ? "th" : "td",
          { class: column.numeric && "numeric", scope: column.heading && "row" },
          h("div", { class: "clip" }, column.cell(row)),
        )
      ),
    );
  }

  function draw(): void {
    const next = visible();
    if (next.start === range.start && next.end === range.end && body.childElementCount > 0) return;
    range = next;
    const focused = document.activeElement;
    for (const index of shown.keys()) {
      if (index < next.start || index >= next.end) shown.delete(index);
    }
    const drawn: HTMLTableRowElement[] = [];
    for (let index = next.start; index < next.end; index++) {
      const row = rowAt(index);
      shown.set(index, row);
      drawn.push(row);
    }
    height(above, next.start);
    height(below, rows.length - next.end);
    body.replaceChildren(above, ...drawn, below);
    if (focused instanceof HTMLElement && body.contains(focused)) {
      focused.focus({ preventScroll: true });
    }
  }

  function visible(): { start: number; end: number } {
    if (printing || rows.length <= SHORT) return { start: 0, end: rows.length };
    const top = body.isConnected ? -body.getBoundingClientRect().top : 0;
    const first = Math.floor(top / ROW_HEIGHT) - BEYOND;
    const start = Math.max(0, Math.min(first, rows.length - 1));
    const count = Math.ceil(innerHeight / ROW_HEIGHT) + 2 * BEYOND;
    return { start, end: Math.min(rows.length, start + count) };
  }

  const ask = onceAFrame(draw, signal);
  addEventListener("scroll", ask, { passive: true, signal });
  addEventListener("resize", ask, { signal });
  const print = (now: boolean) => () => {
    printing = now;
    draw();
  };
  addEventListener("beforeprint", print(true), { signal });
  addEventListener("afterprint", print(false), { signal });
  refresh();

  return {
    element,
    show(next) {
      given = next;
      refresh();
    },
  };
}

/** Says how many of how many rows are shown; read aloud when it changes. */
export function tally(one: string, many = `${one}s`): {
  element: HTMLElement;
  say(shown: number, all: number): void;
} {
  const element = h("p", { class: "tally", role: "status" });
  return {
    element,
    say(shown, all) {
      const noun = all === 1 ? one : many;
      element.textContent = shown === all
        ? `${number(all)} ${noun}`
        : `${number(shown)} of ${number(all)} ${noun}`;
    },
  };
}

function spacer(columns: number): HTMLTableRowElement {
  return h("tr", { class: "spacer", "aria-hidden": "true" }, h("td", { colspan: columns }));
}

function height(row: HTMLTableRowElement, rows: number): void {
  row.hidden = rows === 0;
  row.style.height = `${rows * ROW_HEIGHT}px`;
}
