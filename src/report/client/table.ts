/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * Tables of any length. Only the rows near the window of a long table are in the document; on paper, all of them.
 *
 * @module
 */
import { type Child, h, throttleToFrame } from "./element.ts";
import { sortRowsBy, type SortValue } from "../../snapshot/query/sort.ts";
import { formatNumber } from "../../snapshot/text/format_count.ts";

export interface Column<Row> {
  /** Its name in the address. */
  key: string;
  head: string;
  /** Its share of the width, as in CSS. */
  width: string;
  cell(row: Row): Child;
  /** The value to sort by; a column without one cannot be sorted. */
  sortBy?: (row: Row) => SortValue;
  /** The values are times of the snapshot. */
  isTime?: true;
  /** Cells are aligned to the right. */
  numeric?: true;
  /** Its cells are the headings of rows. */
  heading?: true;
}

export interface TableOptions<Row> {
  /** The caption, for screen readers. */
  caption: string;
  columns: readonly Column<Row>[];
  /** The rows, in their default order. */
  rows: readonly Row[];
  /** The text in place of an empty table. */
  empty?: string;
  /** The column to sort by at first, with `-` before it for descending order. */
  sort?: string | undefined;
  /** Called when the reader sorts. */
  onSort?: (sort: string) => void;
  signal: AbortSignal;
}

export interface Table<Row> {
  element: HTMLElement;
  show(rows: readonly Row[]): void;
}

/** The most rows that are all in the document. */
const SHORT = 200;
/** Number of rows beyond the window that are in the document too. */
const BEYOND = 12;
/** The height of a row in a long table, in pixels; the style sheet has the same. */
const ROW_HEIGHT = 36;

export function createTable<Row>(options: TableOptions<Row>): Table<Row> {
  const { columns, signal } = options;
  const parts = createParts(options, sortBy);
  let given = options.rows;
  let sort = options.sort ?? "";
  let rows: readonly Row[] = [];
  let range = { start: 0, end: 0 };
  let isPrinting = false;
  const shown = new Map<number, HTMLTableRowElement>();

  function sortBy({ key, numeric }: Column<Row>): void {
    const [first, second] = numeric === true ? [`-${key}`, key] : [key, `-${key}`];
    sort = sort === first ? second : first;
    options.onSort?.(sort);
    refresh();
  }

  function refresh(): void {
    rows = sortRows(given, columns, sort);
    shown.clear();
    range = { start: 0, end: 0 };
    showState(parts, columns, sort, rows.length);
    draw();
  }

  function draw(): void {
    const next = isPrinting || rows.length <= SHORT
      ? { start: 0, end: rows.length }
      : rangeInWindow(parts.body, rows.length);
    const isDrawn = parts.body.childElementCount > 0;
    if (isDrawn && next.start === range.start && next.end === range.end) return;
    range = next;
    const focused = document.activeElement;
    for (const index of shown.keys()) {
      if (index < next.start || index >= next.end) shown.delete(index);
    }
    const drawn: HTMLTableRowElement[] = [];
    for (let index = next.start; index < next.end; index++) {
      const row = shown.get(index) ??
        tableRow(columns, rows[index]!, rows.length > SHORT ? index : undefined);
      shown.set(index, row);
      drawn.push(row);
    }
    setHeight(parts.above, next.start);
    setHeight(parts.below, rows.length - next.end);
    parts.body.replaceChildren(parts.above, ...drawn, parts.below);
    if (focused instanceof HTMLElement && parts.body.contains(focused)) {
      focused.focus({ preventScroll: true });
    }
  }

  const requestDraw = throttleToFrame(draw, signal);
  addEventListener("scroll", requestDraw, { passive: true, signal });
  addEventListener("resize", requestDraw, { signal });
  const print = (now: boolean) => () => {
    isPrinting = now;
    draw();
  };
  addEventListener("beforeprint", print(true), { signal });
  addEventListener("afterprint", print(false), { signal });
  refresh();

  return {
    element: parts.element,
    show(next) {
      given = next;
      refresh();
    },
  };
}

interface Parts {
  element: HTMLElement;
  table: HTMLTableElement;
  nothing: HTMLElement;
  heads: readonly HTMLElement[];
  body: HTMLTableSectionElement;
  /** Takes the place of the rows above. */
  above: HTMLTableRowElement;
  /** Takes the place of the rows below. */
  below: HTMLTableRowElement;
}

function createParts<Row>(
  { columns, caption, empty = "Nothing here." }: TableOptions<Row>,
  sortBy: (column: Column<Row>) => void,
): Parts {
  const heads = columns.map((column) =>
    h(
      "th",
      { scope: "col", class: column.numeric && "numeric" },
      column.sortBy === undefined ? column.head : h(
        "button",
        { type: "button", class: "sort", "on:click": () => sortBy(column) },
        column.head,
      ),
    )
  );
  const widths = columns.map(({ width }) => {
    const col = h("col");
    col.style.width = width;
    return col;
  });
  const body = h("tbody");
  const table = h(
    "table",
    {},
    h("caption", { class: "hidden" }, caption),
    h("colgroup", {}, widths),
    h("thead", {}, h("tr", {}, heads)),
    body,
  );
  const nothing = h("p", { class: "nothing" }, empty);
  return {
    element: h("div", { class: "table" }, table, nothing),
    table,
    nothing,
    heads,
    body,
    above: spacer(columns.length),
    below: spacer(columns.length),
  };
}

/** Tells the order and the number of rows to screen readers: long tables have only some of them in the document. */
function showState<Row>(
  { element, table, nothing, heads, body }: Parts,
  columns: readonly Column<Row>[],
  sort: string,
  rows: number,
): void {
  columns.forEach(({ key }, index) => {
    const head = heads[index]!;
    if (sort.replace(/^-/, "") === key) {
      head.setAttribute("aria-sort", sort.startsWith("-") ? "descending" : "ascending");
    } else head.removeAttribute("aria-sort");
  });
  body.replaceChildren();
  table.hidden = rows === 0;
  nothing.hidden = rows > 0;
  const isLong = rows > SHORT;
  element.classList.toggle("long", isLong);
  if (isLong) table.setAttribute("aria-rowcount", `${rows + 1}`);
  else table.removeAttribute("aria-rowcount");
}

function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sort: string,
): readonly Row[] {
  const column = columns.find(({ key }) => key === sort.replace(/^-/, ""));
  if (column?.sortBy === undefined) return rows;
  const { sortBy, isTime } = column;
  return sortRowsBy(rows, sortBy, { descending: sort.startsWith("-"), isTime });
}

function tableRow<Row>(
  columns: readonly Column<Row>[],
  row: Row,
  index: number | undefined,
): HTMLTableRowElement {
  return h(
    "tr",
    { "aria-rowindex": index === undefined ? undefined : index + 2 },
    columns.map((column) =>
      h(
        column.heading ? "th" : "td",
        { class: column.numeric && "numeric", scope: column.heading && "row" },
        h("div", { class: "clip" }, column.cell(row)),
      )
    ),
  );
}

function rangeInWindow(body: HTMLElement, rows: number): { start: number; end: number } {
  const top = body.isConnected ? -body.getBoundingClientRect().top : 0;
  const first = Math.floor(top / ROW_HEIGHT) - BEYOND;
  const start = Math.max(0, Math.min(first, rows - 1));
  const count = Math.ceil(innerHeight / ROW_HEIGHT) + 2 * BEYOND;
  return { start, end: Math.min(rows, start + count) };
}

/** Makes a line that says how many rows are shown; screen readers read it aloud when it changes. */
export function createResultCount(one: string, many = `${one}s`): {
  element: HTMLElement;
  show(shown: number, all: number): void;
} {
  const element = h("p", { class: "tally", role: "status" });
  return {
    element,
    show(shown, all) {
      const noun = all === 1 ? one : many;
      element.textContent = shown === all
        ? `${formatNumber(all)} ${noun}`
        : `${formatNumber(shown)} of ${formatNumber(all)} ${noun}`;
    },
  };
}

function spacer(columns: number): HTMLTableRowElement {
  return h("tr", { class: "spacer", "aria-hidden": "true" }, h("td", { colspan: columns }));
}

function setHeight(row: HTMLTableRowElement, rows: number): void {
  row.hidden = rows === 0;
  row.style.height = `${rows * ROW_HEIGHT}px`;
}
