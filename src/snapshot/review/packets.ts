/**
 * The packets of an access review, on paper or in a spreadsheet.
 *
 * @module
 */
import { isAdministration } from "../query/administrations.ts";
import type { User } from "../types.ts";
import { createUserFinder } from "../query/find.ts";
import { type Holding, listRemarks, toHolding } from "../query/holding.ts";
import type { SnapshotIndex } from "../query/index_snapshot.ts";
import { sortHoldings } from "../query/sort.ts";
import { byText } from "../order.ts";
import { formatGroupName } from "../text/names.ts";

/** The grants that one reviewer decides on. */
export interface ReviewPacket {
  /** The reviewer; without reviewers, the name of the project, or {@linkcode ADMINISTRATORS}. */
  reviewer: string;
  /** The grants to decide on, by the names of projects, then of users, then by roles. */
  holdings: Holding[];
  /** The ids of those that the reviewer holds: somebody else should decide on them. */
  ownGrants: ReadonlySet<string>;
}

/** Options of {@linkcode buildReviewPackets}. */
export interface ReviewOptions {
  /** `group`: each reviewer decides on projects, with everybody in them; `user`: on users, with all their roles. */
  by: "group" | "user";
  /** The reviewers by the id of the group or user. @default a packet for each project */
  reviewers?: ReadonlyMap<string, string> | undefined;
}

/** The reviewer of grants without one. */
export const UNASSIGNED = "unassigned";

/** The reviewer of administrators without one: they are a packet of their own. */
export const ADMINISTRATORS = "administrators";

/** Divides all grants of a snapshot into packets, in the order of the reviewers. */
export function buildReviewPackets(
  index: SnapshotIndex,
  { by, reviewers }: ReviewOptions,
): ReviewPacket[] {
  const packets = new Map<string, { reviewer: string; named: boolean; holdings: Holding[] }>();
  for (const grant of index.snapshot.grants) {
    const group = index.groups.get(grant.groupId)!;
    const named = reviewers?.get(by === "group" ? grant.groupId : grant.userId);
    const key = named ??
      (isAdministration(group) ? ADMINISTRATORS : reviewers === undefined ? group.id : UNASSIGNED);
    const reviewer = named === undefined && reviewers === undefined && !isAdministration(group)
      ? formatGroupName(group)
      : key;
    const packet = packets.get(key) ?? { reviewer, named: named !== undefined, holdings: [] };
    packet.holdings.push(toHolding(index, grant));
    packets.set(key, packet);
  }
  const findUser = createUserFinder(index.snapshot.users);
  return [...packets.values()].map(({ reviewer, named, holdings }) => {
    const users = new Set(named ? findReviewer(reviewer, findUser).map(({ id }) => id) : []);
    return {
      reviewer,
      holdings: sortHoldings(holdings, ["group", "user", "role"]),
      ownGrants: new Set(holdings.filter(({ userId }) => users.has(userId)).map(({ id }) => id)),
    };
  }).sort((a, b) => byText(a.reviewer, b.reviewer));
}

/** The users that a reviewer may be: by name, user name or address, or as mail programs write them, `Ada <ada@x>`. */
function findReviewer(reviewer: string, find: (text: string) => User[]): User[] {
  const [, name = "", address = ""] = /^(.*)<([^<>]+)>\s*$/s.exec(reviewer) ?? [];
  return [reviewer, address, name.replace(/^\s*"|"\s*$/g, "")].map(find)
    .find((found) => found.length > 0) ?? [];
}

/** The remarks of a row in a packet, in a few words each. */
export function listReviewRemarks({ ownGrants }: ReviewPacket, holding: Holding): string[] {
  const own = ownGrants.has(holding.id) ? ["the reviewer's own access"] : [];
  return [...own, ...listRemarks(holding)];
}

/** The columns of a packet's table: the grant, the decision, and the id by which it is found again. */
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

/** A packet as rows of text; the first row names the columns. */
export function* toReviewRows(packet: ReviewPacket): Generator<string[], void, undefined> {
  yield [...REVIEW_COLUMNS];
  for (const holding of packet.holdings) {
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
      listReviewRemarks(packet, holding).join("; "),
      "",
      "",
      "",
      holding.id,
    ];
  }
}
