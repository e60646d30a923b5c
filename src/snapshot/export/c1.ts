/**
 * The file that ConductorOne's connector for files, baton-file, takes as CSV.
 *
 * One table holds all kinds of records, told apart by `record_type`; cells that a kind does not have are empty.
 *
 * @module
 */
import type { User } from "../types.ts";
import type { SnapshotIndex } from "../query/index_snapshot.ts";
import {
  formatCredentialKind,
  formatEntitlementName,
  formatGroupName,
  formatUserName,
} from "../text/names.ts";

/** The columns, by the names that baton-file knows; `profile.*` are free. */
const COLUMNS = [
  "record_type",
  "id",
  "display_name",
  "email",
  "status",
  "status_details",
  "type",
  "login",
  "profile.first_name",
  "profile.last_name",
  "profile.organization_id",
  "resource_type",
  "trait",
  "description",
  "resource_id",
  "entitlement_slug",
  "principal_id",
] as const;

type Record = Partial<globalThis.Record<typeof COLUMNS[number], string>>;

/** The states of a user in the words of baton-file, which has none for the others. */
const STATUS: Partial<globalThis.Record<User["state"], string>> = {
  active: "enabled",
  initial: "enabled",
  inactive: "disabled",
  locked: "disabled",
  suspended: "disabled",
  deleted: "deleted",
};

/**
 * Users, projects and administrations (as resources with the trait `group`), tokens and keys (with the trait `secret`),
 * roles (as entitlements) and grants as rows of text. The first row names the columns.
 *
 * A grant has no state there, so inactive grants are left out.
 */
export function* toC1Rows(index: SnapshotIndex): Generator<string[], void, undefined> {
  yield [...COLUMNS];
  for (const record of listRecords(index)) yield COLUMNS.map((column) => record[column] ?? "");
}

function* listRecords({ snapshot, users, groups, entitlements }: SnapshotIndex): Generator<Record> {
  for (const user of users.values()) {
    yield {
      record_type: "user",
      id: user.id,
      display_name: formatUserName(user),
      email: user.email ?? "",
      status: STATUS[user.state] ?? "",
      status_details: user.state,
      type: user.type ?? "",
      login: user.preferredLoginName ?? user.username ?? "",
      "profile.first_name": user.firstName ?? "",
      "profile.last_name": user.lastName ?? "",
      "profile.organization_id": user.organizationId ?? "",
    };
  }
  for (const credential of snapshot.credentials ?? []) {
    yield {
      record_type: "resource",
      id: credential.id,
      display_name: `${formatCredentialKind(credential)} of ${
        formatUserName(users.get(credential.userId)!)
      }`,
      resource_type: credential.kind,
      trait: "secret",
      description: credential.expiresAt === undefined ? "" : `Expires ${credential.expiresAt}`,
    };
  }
  for (const group of groups.values()) {
    yield {
      record_type: "resource",
      id: group.id,
      display_name: formatGroupName(group),
      resource_type: group.kind,
      trait: "group",
    };
  }
  for (const entitlement of entitlements.values()) {
    yield {
      record_type: "entitlement",
      display_name: entitlement.displayName ?? formatEntitlementName(entitlement),
      resource_id: entitlement.groupId,
      entitlement_slug: entitlement.roleKey,
      description: entitlement.defined ? "" : "The project does not define this role",
    };
  }
  for (const grant of snapshot.grants) {
    if (grant.state === "inactive") continue;
    yield {
      record_type: "direct_user_grant",
      resource_id: grant.groupId,
      entitlement_slug: entitlements.get(grant.entitlementId)!.roleKey,
      principal_id: grant.userId,
    };
  }
}
