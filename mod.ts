/**
 * Who holds which role in which ZITADEL project, completely and provably.
 *
 * {@linkcode takeSnapshot} reads one organization of a ZITADEL instance and gives back a {@linkcode Snapshot}: its users,
 * its projects (groups), their roles (entitlements), and who holds which (grants). A snapshot is complete, or there is
 * none: then it throws a {@linkcode SyncError} that says what happened and what to do.
 *
 * @example
 * ```ts ignore
 * import { serializeSnapshot, takeSnapshot } from "@zitadel-sync/zitadel-sync";
 *
 * const snapshot = await takeSnapshot({
 *   instanceUrl: "https://acme.zitadel.cloud",
 *   token: Deno.env.get("ZITADEL_PAT")!,
 * });
 * for (const { userId, entitlementId } of snapshot.grants) {
 *   console.log(`${userId} holds ${entitlementId}`);
 * }
 * await Deno.writeTextFile("snapshot.json", [...serializeSnapshot(snapshot)].join(""));
 * ```
 *
 * @module
 */
export { EXIT_CODES, SyncError, type SyncErrorCode, type SyncErrorOptions } from "./src/errors.ts";
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
export { type DigestInput, digestOf } from "./src/snapshot/digest.ts";
export { type SerializeOptions, serializeSnapshot } from "./src/snapshot/serialize.ts";
export {
  checkAccess,
  type CheckId,
  type CheckResult,
  type FailedCheck,
  type PassedCheck,
} from "./src/sync/check.ts";
export type { TakeSnapshotOptions } from "./src/sync/options.ts";
export type {
  ListEvent,
  OrganizationEvent,
  RereadEvent,
  RetryEvent,
  RowsEvent,
  SyncEvent,
} from "./src/sync/progress.ts";
export { takeSnapshot } from "./src/sync/sync.ts";
export type { Fetch } from "./src/zitadel/attempt.ts";
export type { Delay } from "./src/zitadel/retry.ts";
