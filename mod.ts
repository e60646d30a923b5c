/**
 * Reads who holds which role in which ZITADEL project, completely and provably.
 *
 * {@linkcode takeSnapshot} reads one organization of a ZITADEL instance and returns a {@linkcode Snapshot}: its users, its
 * projects (groups), their roles (entitlements), and the holders of roles (grants). A snapshot is complete, or there is
 * none: then it throws a {@linkcode SyncError} that says what happened and what to do.
 *
 * @example
 * ```ts
 * import { stringifySnapshot, takeSnapshot } from "@zitadel-sync/zitadel-sync";
 *
 * async function listGrants(token: string): Promise<string> {
 *   const snapshot = await takeSnapshot({ instanceUrl: "https://acme.zitadel.cloud", token });
 *   for (const { userId, entitlementId } of snapshot.grants) {
 *     console.log(`${userId} holds ${entitlementId}`);
 *   }
 *   return stringifySnapshot(snapshot);
 * }
 * ```
 *
 * {@linkcode parseSnapshot} checks a snapshot that comes from a file.
 *
 * Questions are pure functions over {@linkcode indexSnapshot}:
 *
 * - Names: {@linkcode findUsers}, {@linkcode findGroups}, {@linkcode findEntitlements}.
 * - Access: {@linkcode listAccess}, {@linkcode listHolders}, and any list filtered with {@linkcode selectRows}.
 * - Findings: {@linkcode listFindings}, divided by an allow list with {@linkcode applyAllowList}.
 * - Changes: {@linkcode diffSnapshots}, told as events by {@linkcode toEvents}.
 * - Reviews: {@linkcode buildReviewPackets}, and the requests that carry decisions out: {@linkcode planRemovals}.
 *
 * {@linkcode toCsv}, {@linkcode toLongRows}, {@linkcode buildMatrix}, {@linkcode toC1Rows} and {@linkcode toSarif} write
 * for other programs; {@linkcode redactSnapshot} makes a snapshot fit to share.
 *
 * @example List the users who hold a role in a project and can use it
 * ```ts
 * import { findGroups, indexSnapshot, listHolders, parseSnapshot } from "@zitadel-sync/zitadel-sync";
 *
 * function listActiveHolders(json: string, project: string): string[] {
 *   const index = indexSnapshot(parseSnapshot(json));
 *   const [group, ...others] = findGroups(index.snapshot.groups, project);
 *   if (group === undefined || others.length > 0) throw new Error(`Which project is ${project}?`);
 *   return listHolders(index, { groupId: group.id })
 *     .filter(({ obstacles }) => obstacles.length === 0)
 *     .map(({ user, role }) => `${user}: ${role}`);
 * }
 * ```
 *
 * @module
 */
export {
  SyncError,
  type SyncErrorCode,
  type SyncErrorDetails,
  type SyncErrorOptions,
} from "./src/errors.ts";
export { parseSnapshot } from "./src/snapshot/parse.ts";
export { snapshotSchema } from "./src/snapshot/schema.ts";
export {
  GROUP_KINDS,
  type GroupKind,
  LIST_NAMES,
  type ListName,
  listNames,
  SNAPSHOT_FORMAT,
  SNAPSHOT_VERSION,
  SOURCE_NAMES,
  type SourceName,
} from "./src/snapshot/lists.ts";
export {
  type Actor,
  type AuthorizationsWithoutRolesNote,
  type Counts,
  type Credential,
  type CutEventsNote,
  type DifferingRowNote,
  type Entitlement,
  type EventDifference,
  type Evidence,
  type ForeignGroupsNote,
  type Grant,
  type Group,
  type HiddenInstanceNote,
  type Instance,
  type LostRowNote,
  type Note,
  type Organization,
  type OtherOrganizationsNote,
  type PartnerGrantsNote,
  type PhantomEntitlementNote,
  type PhantomGrantNote,
  type PhantomGroupNote,
  type ReportedCountNote,
  type RowOf,
  type Snapshot,
  type Tool,
  type UnknownEventsNote,
  type UnlistedGroupsNote,
  type UnlistedUsersNote,
  type User,
  type UsersWithoutLoginNameNote,
  type Verification,
  type VerifiedCounts,
} from "./src/snapshot/types.ts";
export { listRows } from "./src/snapshot/types.ts";
export {
  createGroupFinder,
  createUserFinder,
  findEntitlements,
  findGroups,
  findUsers,
} from "./src/snapshot/query/find.ts";
export {
  formatActorName,
  formatEntitlementName,
  formatGroupName,
  formatOrganizationName,
  formatUserName,
} from "./src/snapshot/text/names.ts";
export { type Selection, selectRows } from "./src/snapshot/query/select.ts";
export { countGrantsByOthers, formatNote, formatVerification } from "./src/snapshot/text/notes.ts";
export { type HolderOptions, listAccess, listHolders } from "./src/snapshot/query/list_holdings.ts";
export {
  type Change,
  type ChangeCounts,
  type Compared,
  type DiffOptions,
  diffSnapshots,
  type FieldChange,
  type SnapshotDiff,
} from "./src/snapshot/diff/diff.ts";
export {
  type ChangeOf,
  type ChangeSet,
  type DiffEvent,
  type DiffSection,
  type DiffSubject,
  groupEvents,
  toEvents,
} from "./src/snapshot/diff/diff_events.ts";
export { computeDigest, type DigestInput, verifyDigest } from "./src/snapshot/digest.ts";
export {
  type Finding,
  FINDING_RULES,
  type FindingOptions,
  type FindingRule,
  type FindingRuleId,
  SEVERITIES,
  type Severity,
} from "./src/snapshot/findings/finding_rules.ts";
export { listFindings } from "./src/snapshot/findings/findings.ts";
export {
  type AllowEntry,
  type AllowListResult,
  applyAllowList,
} from "./src/snapshot/findings/allow_list.ts";
export { parseAllowList } from "./src/snapshot/findings/parse_allow_list.ts";
export {
  type Decision,
  type Decisions,
  readDecisions,
  type ReviewRow,
} from "./src/snapshot/review/decisions.ts";
export {
  buildReviewPackets,
  REVIEW_COLUMNS,
  type ReviewOptions,
  type ReviewPacket,
  toReviewRows,
  UNASSIGNED,
} from "./src/snapshot/review/packets.ts";
export { planRemovals, type Removal, type Removals } from "./src/snapshot/review/removals.ts";
export { readReviewers, type Reviewers } from "./src/snapshot/review/reviewers.ts";
export { toC1Rows } from "./src/snapshot/export/c1.ts";
export {
  type CsvOptions,
  type CsvRow,
  type CsvSeparator,
  type CsvTable,
  parseCsv,
  readCsv,
  toCsv,
} from "./src/snapshot/export/csv.ts";
export { toLongLines, toLongRows } from "./src/snapshot/export/long.ts";
export { buildMatrix, MATRIX_MARKS } from "./src/snapshot/export/matrix.ts";
export { type SarifOptions, toSarif } from "./src/snapshot/export/sarif.ts";
export type { Holding, Obstacle } from "./src/snapshot/query/holding.ts";
export { indexSnapshot, type SnapshotIndex } from "./src/snapshot/query/index_snapshot.ts";
export type { SearchTexts } from "./src/snapshot/query/search.ts";
export { type RedactOptions, redactSnapshot } from "./src/snapshot/redact/redact.ts";
export { parseSnapshotStream, type ParseStreamOptions } from "./src/snapshot/parse_stream.ts";
export {
  type SerializeOptions,
  serializeSnapshot,
  streamSnapshot,
  stringifySnapshot,
} from "./src/snapshot/serialize.ts";
export {
  checkAccess,
  type CheckId,
  type CheckResult,
  type FailedCheck,
  type PassedCheck,
} from "./src/sync/check_access.ts";
export type { Runtime, TakeSnapshotOptions } from "./src/sync/options.ts";
export type {
  CompletedEvent,
  DeprecationEvent,
  EventsEvent,
  ListEvent,
  OrganizationEvent,
  RecheckEvent,
  RereadEvent,
  RetryEvent,
  RowsEvent,
  SyncEvent,
} from "./src/sync/progress.ts";
export { takeSnapshot } from "./src/sync/take_snapshot.ts";
export type { Fetch } from "./src/zitadel/http/attempt.ts";
export type { Delay } from "./src/zitadel/http/retry.ts";
export { type Inclusion, INCLUSIONS } from "./src/zitadel/api/permissions.ts";
