/**
 * Who holds which role in which ZITADEL project, completely and provably.
 *
 * {@linkcode takeSnapshot} reads one organization of a ZITADEL instance and gives back a {@linkcode Snapshot}: its users,
 * its projects (groups), their roles (entitlements), and who holds which (grants). A snapshot is complete, or there is
 * none: then it throws a {@linkcode SyncError} that says what happened and what to do.
 *
 * @example
 * ```ts ignore
 * import { stringifySnapshot, takeSnapshot } from "@zitadel-sync/zitadel-sync";
 *
 * const snapshot = await takeSnapshot({
 *   instanceUrl: "https://acme.zitadel.cloud",
 *   token: Deno.env.get("ZITADEL_PAT")!,
 * });
 * for (const { userId, entitlementId } of snapshot.grants) {
 *   console.log(`${userId} holds ${entitlementId}`);
 * }
 * await Deno.writeTextFile("snapshot.json", stringifySnapshot(snapshot));
 * ```
 *
 * Questions to a snapshot are pure functions over {@linkcode indexSnapshot}: {@linkcode listAccess}, {@linkcode listHolders},
 * {@linkcode listFindings}; {@linkcode diffSnapshots} compares two, {@linkcode redactSnapshot} makes one fit to share.
 *
 * @module
 */
export {
  SyncError,
  type SyncErrorCode,
  type SyncErrorDetails,
  type SyncErrorOptions,
} from "./src/errors.ts";
export {
  type AuthorizationsWithoutRolesNote,
  type Counts,
  type Entitlement,
  type Evidence,
  type ForeignGroupsNote,
  type Grant,
  type Group,
  type Instance,
  LIST_NAMES,
  type ListName,
  type Note,
  type Organization,
  type OtherOrganizationsNote,
  parseSnapshot,
  type ReportedCountNote,
  type Snapshot,
  SNAPSHOT_FORMAT,
  SNAPSHOT_VERSION,
  snapshotSchema,
  type Tool,
  type UnlistedGroupsNote,
  type UnlistedUsersNote,
  type User,
} from "./src/snapshot/contract.ts";
export { listAccess } from "./src/snapshot/query/list_access.ts";
export {
  type Change,
  type ChangeCounts,
  type Compared,
  type DiffOptions,
  diffSnapshots,
  type FieldChange,
  type SnapshotDiff,
} from "./src/snapshot/diff/diff.ts";
export { computeDigest, type DigestInput, verifyDigest } from "./src/snapshot/digest.ts";
export {
  type Finding,
  FINDING_RULES,
  type FindingOptions,
  type FindingRule,
  type FindingRuleId,
  listFindings,
  SEVERITIES,
  type Severity,
} from "./src/snapshot/audit/findings.ts";
export type { Holding, Obstacle } from "./src/snapshot/query/holding.ts";
export { indexSnapshot, type Lookup } from "./src/snapshot/query/index_snapshot.ts";
export type { SearchTexts } from "./src/snapshot/query/search.ts";
export { type RedactOptions, redactSnapshot } from "./src/snapshot/audit/redact.ts";
export { parseSnapshotStream, type ParseStreamOptions } from "./src/snapshot/parse_stream.ts";
export {
  type SerializeOptions,
  serializeSnapshot,
  streamSnapshot,
  stringifySnapshot,
} from "./src/snapshot/serialize.ts";
export { type HolderOptions, listHolders } from "./src/snapshot/query/list_holders.ts";
export {
  checkAccess,
  type CheckId,
  type CheckResult,
  type FailedCheck,
  type PassedCheck,
} from "./src/sync/check_access.ts";
export type { Runtime, TakeSnapshotOptions } from "./src/sync/options.ts";
export type {
  ListEvent,
  OrganizationEvent,
  RereadEvent,
  RetryEvent,
  RowsEvent,
  SyncEvent,
} from "./src/sync/progress.ts";
export { takeSnapshot } from "./src/sync/take_snapshot.ts";
export type { Fetch } from "./src/zitadel/http/attempt.ts";
export type { Delay } from "./src/zitadel/http/retry.ts";
