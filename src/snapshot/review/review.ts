/**
 * A review of access on paper or in spreadsheets: what each reviewer decides on, and what the decisions mean.
 *
 * @module
 */
import type { Grant, Group, Snapshot } from "../contract.ts";
import { type CsvRow, type CsvTable, originalCell } from "../export/csv.ts";
import { createGroupFinder, createUserFinder } from "../query/find.ts";
import { foldName } from "../text/fold.ts";
import { type Holding, listRemarks, toHolding } from "../query/holding.ts";
import type { Lookup } from "../query/index_snapshot.ts";
import { isAdministration } from "../query/administrations.ts";
import { formatGroupName } from "../text/names.ts";
import { sortHoldings } from "../query/sort.ts";
import { byCodeUnit, byText } from "../order.ts";

/** What one reviewer decides on. */
export interface ReviewPacket {
  /** Who decides; without reviewers, the name of the project, or {@linkcode ADMINISTRATORS}. */
  reviewer: string;
  /** What is to be decided, by the names of projects, then of users, then by roles. */
  holdings: Holding[];
}

/** How to divide the work. */
export interface ReviewOptions {
  /** `group`: who answers for a project decides on everybody in it; `user`: who answers for a user on all that is held. */
  by: "group" | "user";
  /** Who answers for it, by the id of the group or user. Without any, each project is a packet of its own. */
  reviewers?: ReadonlyMap<string, string> | undefined;
}

/** The reviewer of what nobody answers for. */
export const UNASSIGNED = "unassigned";

/** The reviewer of who administers, where nobody answers for it by name: it is a decision of its own. */
export const ADMINISTRATORS = "administrators";

/** Who answers for what, from a table. */
export interface Reviewers {
  /** Who answers for it, by the id of the group or user. */
  reviewers: Map<string, string>;
  /** What cannot be read with certainty, each with its place. */
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
 * Reads who answers for which group or user: two columns, with or without a heading. `file` is the table's name, for
 * messages.
 *
 * A first row that names nothing in the snapshot and is no known heading is an issue: it might be either.
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
    // One reviewer, however the name is typed.
    const name = originalCell(reviewer);
    const key = foldName(name);
    if (!spellings.has(key)) spellings.set(key, name);
    result.reviewers.set(id, spellings.get(key)!);
  }
  return result;
}

/** What a cell names: as it stands there, or as it was before formulas were escaped. */
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

/** All grants of a snapshot in packets, in the order of the reviewers. */
export function buildReviewPackets(
  lookup: Lookup,
  { by, reviewers }: ReviewOptions,
): ReviewPacket[] {
  const packets = new Map<string, ReviewPacket>();
  for (const grant of lookup.snapshot.grants) {
    const group = lookup.groups.get(grant.groupId)!;
    const named = reviewers?.get(by === "group" ? grant.groupId : grant.userId);
    const key = named ??
      (isAdministration(group) ? ADMINISTRATORS : reviewers === undefined ? group.id : UNASSIGNED);
    const reviewer = named === undefined && reviewers === undefined && !isAdministration(group)
      ? formatGroupName(group)
      : key;
    const packet = packets.get(key) ?? { reviewer, holdings: [] };
    packet.holdings.push(toHolding(lookup, grant));
    packets.set(key, packet);
  }
  return [...packets.values()].map(({ reviewer, holdings }) => ({
    reviewer,
    holdings: sortHoldings(holdings, ["group", "user", "role"]),
  })).sort((a, b) => byText(a.reviewer, b.reviewer));
}

/** The columns of a packet's table: what is decided on, the decision, and what it is found by afterwards. */
export const REVIEW_COLUMNS = [
  "user",
  "username",
  "email",
  "type",
  "userState",
  "project",
  "role",
  "roleName",
  "state",
  "since",
  "remarks",
  "keep",
  "remove",
  "comment",
  "grant",
] as const;

/** A packet as rows of text, the first of which names the columns. */
export function* toReviewRows({ holdings }: ReviewPacket): Generator<string[], void, undefined> {
  yield [...REVIEW_COLUMNS];
  for (const holding of holdings) {
    yield [
      holding.user,
      holding.username ?? "",
      holding.email ?? "",
      holding.userType ?? "",
      holding.userState,
      holding.group,
      holding.role,
      holding.roleName ?? "",
      holding.state,
      holding.since?.slice(0, 10) ?? "",
      listRemarks(holding).join("; "),
      "",
      "",
      "",
      holding.id,
    ];
  }
}

/** What a reviewer decided about one grant. */
export interface Decision {
  /** The grant's id. */
  grantId: string;
  /** Whether it stays. */
  decision: "keep" | "remove";
  /** What the reviewer says about it. */
  comment?: string;
  /** Where it stands, such as `web-shop.csv: row 7`. */
  source: string;
}

/** The decisions in a table that came back. */
export interface Decisions {
  /** In the order of the table. */
  decisions: Decision[];
  /** Rows without a decision: the ids of their grants. */
  undecided: string[];
  /** What cannot be read as a decision, each with its place. */
  issues: string[];
}

/** What a cell of the columns keep and remove says; `cross` is a mark that some mean as yes and others as no. */
type Mark = "empty" | "yes" | "no" | "off" | "x" | "cross" | "unknown";

const MARKS: ReadonlyMap<string, Mark> = new Map<string, Mark>([
  ["", "empty"],
  ...marks("x", "x"),
  ...marks(
    "yes",
    "y yes ok 1 j ja oui si sí sim tak ano igen kyllä evet да 是 はい ✓ ✔ ✅ ☑ 🗸 🗹",
  ),
  ...marks("no", "n no nein non não nee nej nei nie ne ei hayır нет 否 いいえ"),
  // The crosses of Unicode and of word processors, which tick a box with some of them.
  ...marks("cross", "✗ ✘ ✕ ✖ ☒ ☓ ❌ ❎ × 🗙 🗴 🗵 🗶 🗷"),
  // Check boxes, as spreadsheets write them in their own languages.
  ...marks(
    "yes",
    "TRUE WAHR VRAI VERDADERO VERO VERDADEIRO WAAR SANT SAND SANN TOSI PRAWDA PRAVDA IGAZ ADEVĂRAT " +
      "DOĞRU ИСТИНА ІСТИНА ВЯРНО ΑΛΗΘΕΣ CERT EGIAZKOA TÕENE PATIESA TEISINGA ISTINITO RESNIČNO",
  ),
  ...marks(
    "off",
    "FALSE FALSCH FAUX FALSO ONWAAR FALSKT FALSK USANN EPÄTOSI FAŁSZ NEPRAVDA HAMIS FALS YANLIŞ ЛОЖЬ " +
      "ХИБНІСТЬ НЕВЯРНО ΨΕΥΔΕΣ GEZURRA VÄÄR APLAMS KLAIDINGA NEISTINITO NERESNIČNO 0 ☐ □ ▢",
  ),
]);

function marks(mark: Mark, words: string): [string, Mark][] {
  return words.split(" ").map((word) => [foldMark(word), mark]);
}

function foldMark(cell: string): string {
  // What is after it only chooses between a letter and a picture.
  return foldName(originalCell(cell.trim())).replace(/[\ufe0e\ufe0f]/g, "");
}

/** What the two columns say together, or what is wrong with them. */
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

/** The columns of a packet that came back that must be there. */
const NEEDED_COLUMNS = ["keep", "remove", "comment", "grant"] as const;

/** The beginning of every grant's id, its user and what is between them. */
const GRANT_ID = /^[a-z-]+:[^]+:user:[^]+$/;

/** Reads a packet's table that came back filled in; `file` is its name, for messages. */
export function readDecisions(table: CsvTable, file: string): Decisions {
  const result: Decisions = {
    decisions: [],
    undecided: [],
    issues: table.issues.map((issue) => `${file}: ${issue}`),
  };
  const [header, ...body] = table.rows;
  const names = (header?.cells ?? []).map((name) => foldName(originalCell(name)));
  const columns = (name: string) =>
    names.flatMap((known, index) => known === foldName(name) ? [index] : []);
  const missing = NEEDED_COLUMNS.filter((name) => columns(name).length === 0);
  const repeated = NEEDED_COLUMNS.filter((name) => columns(name).length > 1);
  if (missing.length > 0) result.issues.push(`${file}: there is no column ${missing.join(", ")}`);
  if (repeated.length > 0) {
    result.issues.push(`${file}: the column ${repeated.join(", ")} is there more than once`);
  }
  if (missing.length > 0 || repeated.length > 0) return result;
  for (const { cells, row } of body) {
    if (cells.every((cell) => cell.trim() === "")) continue;
    const source = `${file}: row ${row}`;
    const cell = (name: typeof NEEDED_COLUMNS[number]) => cells[columns(name)[0]!] ?? "";
    const id = originalCell(cell("grant"));
    const decision = toDecision(cell("keep"), cell("remove"));
    const issues: string[] = [];
    if (id === "") issues.push("the column grant is empty");
    else if (!GRANT_ID.test(id)) issues.push("the column grant holds no id of a grant");
    if (cells.slice(names.length).some((cell) => cell.trim() !== "")) {
      issues.push(`there are ${cells.length} cells, and ${names.length} columns`);
    }
    if (typeof decision === "object") issues.push(decision.issue);
    if (issues.length > 0) result.issues.push(`${source}: ${issues.join("; ")}`);
    else if (decision === "none") result.undecided.push(id);
    else if (typeof decision === "string") {
      const comment = originalCell(cell("comment")).trim();
      result.decisions.push({
        grantId: id,
        decision,
        ...(comment === "" ? {} : { comment }),
        source,
      });
    }
  }
  return result;
}

/** A user grant, or what somebody administers, from which roles are to go. */
export interface Removal {
  /** ZITADEL's id of the user grant; absent of manager roles. */
  authorization?: string;
  /** The user's id. */
  userId: string;
  /** The user's name to show. */
  user: string;
  /** The group's id. */
  groupId: string;
  /** The group's name to show. */
  group: string;
  /** The roles that are to go. */
  remove: string[];
  /** The roles that stay; without any, the whole user grant or administrator goes. */
  keep: string[];
  /** What the reviewers said. */
  comments: string[];
  /** The request to ZITADEL that does it; absent where no request can. */
  request?: {
    method: "DELETE" | "PUT";
    path: string;
    body?: { roleKeys: string[] } | { roles: string[] };
  };
  /**
   * Why no request can do it: these roles stay and the project does not define them, and ZITADEL refuses a user grant
   * that names such a role (`COMMAND-mm9F4`).
   */
  blockedBy?: string[];
}

/** What decisions mean for the user grants of a snapshot. */
export interface Removals {
  /** What is to be removed or changed, by users, groups and ids. */
  removals: Removal[];
  /** Decisions to remove what is not there any more. */
  gone: Decision[];
  /** What is wrong with the decisions as a whole: one says keep, another remove. */
  issues: string[];
}

/**
 * Works out which user grants have to go for the decisions to be true.
 *
 * A request names all roles that stay, so it gives those back that were removed since the snapshot: make requests from a
 * new snapshot only.
 */
export function planRemovals(lookup: Lookup, decisions: readonly Decision[]): Removals {
  const { decided, issues } = joinDecisions(decisions);
  const removed = new Set(
    [...decided.values()].filter(({ decision }) => decision === "remove").map((one) => one.grantId),
  );
  const { grants } = lookup.snapshot;
  const leaving = grants.filter(({ id }) => removed.has(id));
  const known = new Set(leaving.map(({ id }) => id));
  const gone = [...decided.values()].filter(({ grantId }) =>
    removed.has(grantId) && !known.has(grantId)
  );
  const authorizations = new Map<string, Holding[]>(
    leaving.flatMap((grant) => grant.authorizations).map((id) => [id, []]),
  );
  for (const grant of grants) {
    for (const id of grant.authorizations) authorizations.get(id)?.push(toHolding(lookup, grant));
  }
  const removals = [
    ...[...authorizations].map(([authorization, holdings]) =>
      toRemoval(authorization, holdings, { removed, decided })
    ),
    ...planDismissals(lookup, leaving, { removed, decided }),
  ];
  removals.sort((a, b) =>
    byText(a.user, b.user) || byText(a.group, b.group) ||
    byCodeUnit(a.authorization ?? a.groupId, b.authorization ?? b.groupId)
  );
  return { removals, gone, issues };
}

function joinDecisions(
  decisions: readonly Decision[],
): { decided: Map<string, Decision>; issues: string[] } {
  const decided = new Map<string, Decision>();
  const issues: string[] = [];
  for (const decision of decisions) {
    const other = decided.get(decision.grantId);
    if (other !== undefined && other.decision !== decision.decision) {
      issues.push(
        `${other.source} says ${other.decision}, ${decision.source} says ${decision.decision}`,
      );
    }
    decided.set(decision.grantId, decision);
  }
  return { decided, issues };
}

/** What was decided, by the ids of grants. */
interface Decided {
  removed: ReadonlySet<string>;
  decided: ReadonlyMap<string, Decision>;
}

/** The manager roles that are to go: those of one user on one thing stand in one request. */
function planDismissals(
  lookup: Lookup,
  leaving: readonly Grant[],
  { removed, decided }: Decided,
): Removal[] {
  const dismissed = new Map(
    leaving.filter(({ groupId }) => isAdministration(lookup.groups.get(groupId)!))
      .map(({ groupId, userId }) => [`${groupId} ${userId}`, { groupId, userId }]),
  );
  return [...dismissed.values()].map(({ groupId, userId }) => {
    const holdings = (lookup.grantsOfUser.get(userId) ?? [])
      .filter((grant) => grant.groupId === groupId).map((grant) => toHolding(lookup, grant));
    const gone = holdings.filter(({ id }) => removed.has(id));
    const roles = holdings.filter(({ id }) => !removed.has(id)).map(({ role }) => role);
    const { user, group } = holdings[0]!;
    const path = buildMemberPath(lookup.groups.get(groupId)!, userId);
    return {
      ...{ userId, user, groupId, group },
      remove: gone.map(({ role }) => role),
      keep: roles,
      comments: gone.map(({ id }) => decided.get(id)!.comment).filter((text) => text !== undefined),
      request: roles.length === 0
        ? { method: "DELETE", path }
        : { method: "PUT", path, body: { roles } },
    };
  });
}

/** Where a member is removed or changed: `RemoveOrgMember` and its like in zitadel's management.proto and admin.proto. */
function buildMemberPath({ kind, of = "", projectId = "" }: Group, userId: string): string {
  const member = `members/${encodeURIComponent(userId)}`;
  switch (kind) {
    case "instance-administration":
      return `/admin/v1/${member}`;
    case "project-administration":
      return `/management/v1/projects/${encodeURIComponent(of)}/${member}`;
    case "project-grant-administration":
      return `/management/v1/projects/${encodeURIComponent(projectId)}/grants/${
        encodeURIComponent(of)
      }/${member}`;
    default:
      return `/management/v1/orgs/me/${member}`;
  }
}

/** `holdings` is all that the user grant gives. */
function toRemoval(
  authorization: string,
  holdings: readonly Holding[],
  { removed, decided }: Decided,
): Removal {
  const leaving = holdings.filter(({ id }) => removed.has(id));
  const staying = holdings.filter(({ id }) => !removed.has(id));
  const undefinedRoles = staying.filter(({ defined }) => !defined).map(({ role }) => role);
  const { userId, user, groupId, group } = holdings[0]!;
  const roleKeys = staying.map(({ role }) => role);
  const path = `/management/v1/users/${encodeURIComponent(userId)}/grants/${
    encodeURIComponent(authorization)
  }`;
  return {
    authorization,
    userId,
    user,
    groupId,
    group,
    remove: leaving.map(({ role }) => role),
    keep: roleKeys,
    comments: leaving.map(({ id }) => decided.get(id)!.comment)
      .filter((text) => text !== undefined),
    ...(undefinedRoles.length > 0
      ? { blockedBy: undefinedRoles }
      : roleKeys.length === 0
      ? { request: { method: "DELETE", path } }
      : { request: { method: "PUT", path, body: { roleKeys } } }),
  };
}
