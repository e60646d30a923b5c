/**
 * The decisions in the tables that reviewers send back.
 *
 * @module
 */
import { type CsvTable, originalCell } from "../export/csv.ts";
import { foldName } from "../text/fold.ts";

/** A row of a table that came back. Its names are absent where the table has no such column. */
export interface ReviewRow {
  /** The grant's id, as the row has it. */
  grantId: string;
  /** The user's name, user name and address, as the row has them; empty cells are left out. */
  user?: string[];
  /** The project's name, as the row has it. */
  project?: string;
  /** The role's key, as the row has it. */
  role?: string;
  /** The place of the row, such as `web-shop.csv: row 7`. */
  source: string;
}

/** A reviewer's decision about one grant. */
export interface Decision extends ReviewRow {
  /** Whether the grant stays. */
  decision: "keep" | "remove";
  /** The reviewer's comment. */
  comment?: string;
}

/** The rows of a table that came back. */
export interface Decisions {
  /** The decisions, in the order of the table. */
  decisions: Decision[];
  /** The rows without a decision. */
  undecided: ReviewRow[];
  /** The rows that cannot be read, each with its place. */
  issues: string[];
}

/** The meaning of a cell of the columns keep and remove; some people tick with a cross, others deny with it. */
type Mark = "empty" | "yes" | "no" | "off" | "x" | "cross" | "unknown";

const MARKS: ReadonlyMap<string, Mark> = new Map<string, Mark>([
  ["", "empty"],
  ...marks("x", "x"),
  ...marks("yes", "y yes ok 1 j ja oui si sí sim да はい 是 ✓ ✔ ✅ ☑ 🗸 🗹"),
  ...marks("no", "n no nein non não nee nej нет いいえ 否"),
  // The crosses of Unicode and of word processors, which tick a box with some of them.
  ...marks("cross", "✗ ✘ ✕ ✖ ☒ ☓ ❌ ❎ × 🗙 🗴 🗵 🗶 🗷"),
  // The values of check boxes, as spreadsheets save them in their own languages.
  ...marks(
    "yes",
    "TRUE WAHR VRAI VERDADERO VERO VERDADEIRO WAAR SANT SAND TOSI PRAWDA PRAVDA IGAZ ADEVĂRAT DOĞRU ИСТИНА ІСТИНА",
  ),
  ...marks(
    "off",
    "FALSE FALSCH FAUX FALSO ONWAAR FALSKT FALSK EPÄTOSI FAŁSZ NEPRAVDA HAMIS FALS YANLIŞ ЛОЖЬ ХИБНІСТЬ 0 ☐ □ ▢",
  ),
]);

function marks(mark: Mark, words: string): [string, Mark][] {
  return words.split(" ").map((word) => [foldMark(word), mark]);
}

function foldMark(cell: string): string {
  // A variation selector behind it only chooses between a letter and a picture.
  return foldName(originalCell(cell.trim())).replace(/[\ufe0e\ufe0f]/g, "");
}

/** The decision of the two columns together, or what is wrong with them. */
function toDecision(
  keep: string,
  remove: string,
): Decision["decision"] | "none" | { issue: string } {
  const read = (cell: string) => MARKS.get(foldMark(cell)) ?? "unknown";
  const said = { keep: read(keep), remove: read(remove) };
  const columns = ["keep", "remove"] as const;
  const unclear = columns.filter((column) => said[column] === "unknown");
  if (unclear.length > 0) return { issue: `${unclear.join(", ")} must be x or empty` };
  const marked = columns.filter((column) => said[column] === "yes" || said[column] === "x");
  if (marked.length > 1) return { issue: "keep and remove are both marked" };
  const crossed = columns.filter((column) => said[column] === "cross");
  const [decision] = marked;
  // Beside a tick a cross says no; alone, or beside an x, it may say yes.
  if (crossed.length > 0 && (decision === undefined || said[decision] === "x")) {
    return { issue: `a cross in ${crossed.join(", ")} may mean yes or no: write x, or nothing` };
  }
  if (decision !== undefined) return decision;
  if (said.keep === said.remove && said.keep !== "no") return "none";
  const denied = columns.filter((column) => said[column] !== "empty");
  return { issue: `no in ${denied.join(" and ")}, and nothing says yes` };
}

/** The columns without which a table holds no decisions. */
const NEEDED_COLUMNS = ["keep", "remove", "comment", "grant"] as const;

/** The columns by which a row is checked against its grant. */
const NAME_COLUMNS = ["user", "username", "email", "project", "role"] as const;

type Column = typeof NEEDED_COLUMNS[number] | typeof NAME_COLUMNS[number];

/** The form of every grant's id. */
const GRANT_ID = /^[a-z-]+:[^]+:user:[^]+$/;

/** Reads a packet's table that came back filled in; `file` is its name, for messages. */
export function readDecisions(table: CsvTable, file: string): Decisions {
  const result: Decisions = {
    decisions: [],
    undecided: [],
    issues: table.issues.map((issue) => `${file}: ${issue}`),
  };
  const names = readHeader(table);
  const issues = findColumnIssues(names);
  result.issues.push(...issues.map((issue) => `${file}: ${issue}`));
  if (issues.length > 0) return result;
  for (const { cells, row } of table.rows.slice(1)) {
    if (cells.every((cell) => cell.trim() === "")) continue;
    const source = `${file}: row ${row}`;
    const cell = (name: Column) => cells[names.indexOf(foldName(name))] ?? "";
    const reviewed = readRow(names, cell, source);
    const decision = toDecision(cell("keep"), cell("remove"));
    const issues: string[] = [];
    if (reviewed.grantId === "") issues.push("the column grant is empty");
    else if (!GRANT_ID.test(reviewed.grantId)) {
      issues.push("the column grant holds no id of a grant");
    }
    if (cells.slice(names.length).some((cell) => cell.trim() !== "")) {
      issues.push(`there are ${cells.length} cells, and ${names.length} columns`);
    }
    if (typeof decision === "object") issues.push(decision.issue);
    if (issues.length > 0) result.issues.push(`${source}: ${issues.join("; ")}`);
    else if (decision === "none") result.undecided.push(reviewed);
    else if (typeof decision === "string") {
      const comment = originalCell(cell("comment")).trim();
      result.decisions.push({ ...reviewed, decision, ...(comment !== "" && { comment }) });
    }
  }
  return result;
}

/** Whether a table has the columns of a packet. */
export function isReviewTable(table: CsvTable): boolean {
  return findColumnIssues(readHeader(table)).length === 0;
}

function readHeader({ rows: [header] }: CsvTable): string[] {
  return (header?.cells ?? []).map((name) => foldName(originalCell(name)));
}

function findColumnIssues(names: readonly string[]): string[] {
  const count = (name: Column) => names.filter((known) => known === foldName(name)).length;
  const missing = NEEDED_COLUMNS.filter((name) => count(name) === 0);
  const repeated = [...NEEDED_COLUMNS, ...NAME_COLUMNS].filter((name) => count(name) > 1);
  return [
    ...(missing.length > 0 ? [`there is no column ${missing.join(", ")}`] : []),
    ...(repeated.length > 0 ? [`the column ${repeated.join(", ")} is there more than once`] : []),
  ];
}

function readRow(
  names: readonly string[],
  cell: (name: Column) => string,
  source: string,
): ReviewRow {
  const has = (name: Column) => names.includes(foldName(name));
  const text = (name: Column) => originalCell(cell(name));
  const accounts = (["user", "username", "email"] as const).filter(has);
  return {
    grantId: text("grant"),
    ...(accounts.length > 0 && { user: accounts.map(text).filter((name) => name !== "") }),
    ...(has("project") && { project: text("project") }),
    ...(has("role") && { role: text("role") }),
    source,
  };
}
