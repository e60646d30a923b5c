/**
 * The table of who reviews which project or user.
 *
 * @module
 */
import type { Snapshot } from "../types.ts";
import { type CsvRow, type CsvTable, originalCell } from "../export/csv.ts";
import { createGroupFinder, createUserFinder } from "../query/find.ts";
import { foldName } from "../text/fold.ts";
import type { ReviewOptions } from "./packets.ts";

/** The reviewers in a table. */
export interface Reviewers {
  /** The reviewers by the id of the group or user. */
  reviewers: Map<string, string>;
  /** Rows that cannot be read with certainty, each with its place. */
  issues: string[];
}

/** The headings by which the two columns of a table of reviewers are known. */
const SUBJECT_HEADINGS = folded(
  "project projects group groups application app id name user username person login email e-mail " +
    "projekt gruppe anwendung benutzer mitarbeiter projet groupe utilisateur proyecto grupo usuario " +
    "progetto gruppo utente projeto utilizador gebruiker employee",
);
const REVIEWER_HEADINGS = folded(
  "owner owners reviewer reviewers manager managers responsible approver decider besitzer " +
    "eigentümer verantwortlich verantwortliche verantwortlicher vorgesetzter prüfer propriétaire " +
    "responsable réviseur gestionnaire propietario revisor proprietario revisore responsabile " +
    "proprietário eigenaar",
);

function folded(words: string): Set<string> {
  return new Set(words.split(" ").map(foldName));
}

/**
 * Reads the reviewer of each group or user: two columns, with or without a heading. `file` is the table's name, for
 * messages.
 *
 * A first row that is no known heading and names nothing in the snapshot is an issue: it might be either.
 */
export function readReviewers(
  table: CsvTable,
  { by, snapshot, file }: { by: ReviewOptions["by"]; snapshot: Snapshot; file: string },
): Reviewers {
  const result: Reviewers = {
    reviewers: new Map(),
    issues: table.issues.map((issue) => `${file}: ${issue}`),
  };
  const find: (text: string) => readonly { id: string }[] = by === "group"
    ? createGroupFinder(snapshot.groups)
    : createUserFinder(snapshot.users);
  const rows = table.rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== ""));
  const heading = rows[0] !== undefined && isHeading(rows[0], find) ? rows[0] : undefined;
  const width = Math.max(2, heading?.cells.length ?? 0);
  const places = new Map<string, string>();
  const spellings = new Map<string, string>();
  for (const { cells, row } of heading === undefined ? rows : rows.slice(1)) {
    const [subject = "", reviewer = ""] = cells.map((cell) => cell.trim());
    const place = `row ${row}`;
    const source = `${file}: ${place}: ${JSON.stringify(subject)}`;
    const found = findCell(subject, find);
    const issues: string[] = [];
    if (found.length === 0) {
      const hint = row === rows[0]!.row ? "; a heading would be project,owner" : "";
      issues.push(`${source} is nobody and nothing in this snapshot${hint}`);
    }
    if (found.length > 1) {
      issues.push(`${source} names ${found.length}: ${found.map(({ id }) => id).join(", ")}`);
    }
    if (reviewer === "") issues.push(`${source} has no reviewer`);
    if (cells.slice(width).some((cell) => cell.trim() !== "")) {
      issues.push(`${source} has ${cells.length} cells, not ${width}: a separator too many?`);
    }
    const id = found[0]?.id;
    if (issues.length === 0 && id !== undefined && places.has(id)) {
      issues.push(`${source} was named already in ${places.get(id)}`);
    }
    result.issues.push(...issues);
    if (issues.length > 0 || id === undefined) continue;
    places.set(id, place);
    // Two spellings of one name are one reviewer.
    const name = originalCell(reviewer);
    const key = foldName(name);
    if (!spellings.has(key)) spellings.set(key, name);
    result.reviewers.set(id, spellings.get(key)!);
  }
  return result;
}

/** Finds the rows that a cell names, as it is or as it was before formulas were escaped. */
function findCell(
  cell: string,
  find: (text: string) => readonly { id: string }[],
): readonly { id: string }[] {
  const found = find(cell);
  const original = originalCell(cell);
  if (original === cell) return found;
  const ids = new Set(found.map(({ id }) => id));
  return [...found, ...find(original).filter(({ id }) => !ids.has(id))];
}

function isHeading(
  { cells: [subject = "", reviewer = ""] }: CsvRow,
  find: (text: string) => readonly { id: string }[],
): boolean {
  const known = SUBJECT_HEADINGS.has(foldName(subject));
  const knownReviewer = REVIEWER_HEADINGS.has(foldName(reviewer));
  if (findCell(subject.trim(), find).length > 0) return known && knownReviewer;
  return known || knownReviewer;
}
