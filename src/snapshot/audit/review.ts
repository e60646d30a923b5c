/**
 * A review of access on paper or in spreadsheets: what each reviewer decides on, and what the decisions mean.
 *
 * @module
 */
import { originalCell } from "../export/csv.ts";
import { type Holding, listRemarks, toHolding } from "../query/holding.ts";
import type { Lookup } from "../query/index_snapshot.ts";
import { formatGroupName } from "../query/names.ts";
import { sortHoldings } from "../query/sort.ts";
import { byCodeUnit, byText } from "../order.ts";

/** What one reviewer decides on. */
export interface ReviewPacket {
  /** Who decides; without reviewers, the name of the project. */
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

/** All grants of a snapshot in packets, in the order of the reviewers. */
export function buildReviewPackets(
  lookup: Lookup,
  { by, reviewers }: ReviewOptions,
): ReviewPacket[] {
  const packets = new Map<string, ReviewPacket>();
  for (const grant of lookup.snapshot.grants) {
    const key = reviewers === undefined
      ? grant.groupId
      : reviewers.get(by === "group" ? grant.groupId : grant.userId) ?? UNASSIGNED;
    const reviewer = reviewers === undefined ? formatGroupName(lookup.groups.get(key)!) : key;
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
  faults: string[];
}

const YES = new Set([
  "x",
  "y",
  "yes",
  "1",
  "true",
  "ja",
  "oui",
  "si",
  "sí",
  "✓",
  "✔",
  "✗",
  "☑",
  "☒",
]);

/** Reads a packet's table that came back filled in; `file` is its name, for messages. */
export function decisionsIn(rows: readonly (readonly string[])[], file: string): Decisions {
  const result: Decisions = { decisions: [], undecided: [], faults: [] };
  const [header = [], ...body] = rows;
  const names = header.map((name) => name.trim().toLowerCase());
  const column = (name: typeof REVIEW_COLUMNS[number]) => names.indexOf(name.toLowerCase());
  const missing = (["keep", "remove", "comment", "grant"] as const).filter((name) =>
    column(name) === -1
  );
  if (missing.length > 0) {
    result.faults.push(`${file}: there is no column ${missing.join(", ")}`);
    return result;
  }
  body.forEach((row, index) => {
    if (row.every((cell) => cell.trim() === "")) return;
    const source = `${file}: row ${index + 2}`;
    const cell = (name: typeof REVIEW_COLUMNS[number]) => row[column(name)] ?? "";
    const marks = (["keep", "remove"] as const).filter((name) => cell(name).trim() !== "");
    const unclear = marks.filter((name) => !YES.has(cell(name).trim().toLowerCase()));
    const id = originalCell(cell("grant"));
    if (id === "") {
      result.faults.push(`${source}: the column grant is empty`);
    } else if (unclear.length > 0) {
      result.faults.push(`${source}: ${unclear.join(", ")} must be x or empty`);
    } else if (marks.length > 1) {
      result.faults.push(`${source}: keep and remove are both marked`);
    } else if (marks.length === 0) {
      result.undecided.push(id);
    } else {
      const comment = originalCell(cell("comment")).trim();
      result.decisions.push({
        grantId: id,
        decision: marks[0]!,
        ...(comment === "" ? {} : { comment }),
        source,
      });
    }
  });
  return result;
}

/** A user grant from which roles are to go. */
export interface Removal {
  /** ZITADEL's id of the user grant. */
  authorization: string;
  /** The user's id. */
  userId: string;
  /** The user's name to show. */
  user: string;
  /** The project's id. */
  groupId: string;
  /** The project's name to show. */
  group: string;
  /** The roles that are to go. */
  remove: string[];
  /** The roles that stay; without any, the whole user grant goes. */
  keep: string[];
  /** What the reviewers said. */
  comments: string[];
  /** The request to ZITADEL that does it. */
  request: { method: "DELETE" | "PUT"; path: string; body?: { roleKeys: string[] } };
}

/** What decisions mean for the user grants of a snapshot. */
export interface Removals {
  /** The user grants to remove or to change, by users, projects and ids. */
  removals: Removal[];
  /** Decisions to remove what is not there any more. */
  gone: Decision[];
  /** What is wrong with the decisions as a whole: one says keep, another remove. */
  faults: string[];
}

/** Works out which user grants have to go for the decisions to be true. */
export function planRemovals(lookup: Lookup, decisions: readonly Decision[]): Removals {
  const result: Removals = { removals: [], gone: [], faults: [] };
  const decided = new Map<string, Decision>();
  for (const decision of decisions) {
    const other = decided.get(decision.grantId);
    if (other !== undefined && other.decision !== decision.decision) {
      result.faults.push(
        `${other.source} says ${other.decision}, ${decision.source} says ${decision.decision}`,
      );
    }
    decided.set(decision.grantId, decision);
  }
  const removed = new Set<string>();
  for (const { decision, grantId } of decided.values()) {
    if (decision === "remove") removed.add(grantId);
  }
  const { grants } = lookup.snapshot;
  const goingGrants = grants.filter(({ id }) => removed.has(id));
  const goingIds = new Set(goingGrants.map(({ id }) => id));
  result.gone = [...decided.values()].filter(({ grantId }) =>
    removed.has(grantId) && !goingIds.has(grantId)
  );
  const authorizations = new Map<string, Holding[]>(
    goingGrants.flatMap((grant) => grant.authorizations).map((id) => [id, []]),
  );
  for (const grant of grants) {
    for (const id of grant.authorizations) authorizations.get(id)?.push(toHolding(lookup, grant));
  }
  for (const [authorization, holdings] of authorizations) {
    const goes = holdings.filter(({ id }) => removed.has(id));
    const { userId, user, groupId, group } = holdings[0]!;
    const keep = holdings.filter((holding) => !goes.includes(holding)).map(({ role }) => role);
    const path = `/management/v1/users/${encodeURIComponent(userId)}/grants/${
      encodeURIComponent(authorization)
    }`;
    result.removals.push({
      authorization,
      userId,
      user,
      groupId,
      group,
      remove: goes.map(({ role }) => role),
      keep,
      comments: goes.map(({ id }) => decided.get(id)!.comment).filter((text) => text !== undefined),
      request: keep.length === 0
        ? { method: "DELETE", path }
        : { method: "PUT", path, body: { roleKeys: keep } },
    });
  }
  result.removals.sort((a, b) =>
    byText(a.user, b.user) || byText(a.group, b.group) ||
    byCodeUnit(a.authorization, b.authorization)
  );
  return result;
}
