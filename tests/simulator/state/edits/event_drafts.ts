/**
 * The common part of edits: the events that they write, and the dependents of removed rows.
 *
 * @module
 */
import type { SeedProject, SeedUser, SeedUserGrant, Written } from "../../seed.ts";
import type { Aggregate } from "../journal.ts";
import { membershipId, type Stored } from "../tables.ts";
import type { EventDraft, Writer } from "../writer.ts";

/** Changes of a row; fields that are left out stay. */
export type Changes<T extends Written, Fixed extends keyof T> = Partial<
  Omit<T, keyof Written | Fixed>
>;

/** Whether a user's tokens work. */
export function isActive(user: SeedUser | undefined): boolean {
  return user !== undefined && (user.state ?? "USER_STATE_ACTIVE") === "USER_STATE_ACTIVE";
}

export function projectAggregate({ tables }: Writer, id: string): Aggregate {
  return { type: "project", id, owner: tables.projects.get(id)?.organizationId ?? "" };
}

export function userGrantAggregate({ id, organizationId }: SeedUserGrant): Aggregate {
  return { type: "usergrant", id, owner: organizationId };
}

/** Inserts a row that may be inactive from the beginning: by two events, then. */
export function insertWithState<Name extends "projects" | "userGrants">(
  writer: Writer,
  table: Name,
  row: Name extends "projects" ? SeedProject : SeedUserGrant,
  draft: Omit<EventDraft, "type">,
): void {
  const prefix = table === "projects" ? "project" : "user.grant";
  const inactive = row.state?.endsWith("_INACTIVE") === true;
  writer.command(() => {
    const key = row.id;
    // deno-lint-ignore no-explicit-any -- the table and its row were typed together above
    writer.insert(table as any, row as any, { ...draft, type: `${prefix}.added` });
    const stored = writer.tables[table].get(key)!;
    if (!inactive && stored.updatedAt === stored.createdAt) return;
    const { payload: _, ...rest } = draft;
    const type = inactive ? `${prefix}.deactivated` : `${prefix}.changed`;
    const payload = inactive ? {} : { payload: changedPayload(row) };
    const { sequence } = writer.emit({ ...rest, type, ...payload }, stored.updatedAt);
    if (row.sequence === undefined) {
      // deno-lint-ignore no-explicit-any -- the table and its row were typed together above
      writer.set(table, key, { ...stored, sequence } as any);
    }
  });
}

function changedPayload(row: SeedProject | SeedUserGrant): { [key: string]: unknown } {
  return "roleKeys" in row ? { roleKeys: row.roleKeys } : { name: row.name };
}

/** The events of a change: one for what it changes, one for its new state. */
export function draftEvents(
  aggregate: Aggregate,
  prefix: string,
  payload: { [key: string]: unknown },
  active: boolean | undefined | "",
): EventDraft[] {
  const drafts: EventDraft[] = [];
  if (Object.keys(payload).length > 0) {
    drafts.push({ aggregate, type: `${prefix}.changed`, payload });
  }
  if (typeof active === "boolean") {
    drafts.push({ aggregate, type: `${prefix}.${active ? "reactivated" : "deactivated"}` });
  }
  return drafts;
}

/**
 * Takes roles from a user grant. ZITADEL writes an event for each grant that its own list shows, and the view of those that
 * it does not show loses the roles all the same.
 */
export function cascadeChanged(
  writer: Writer,
  grant: Stored<SeedUserGrant>,
  roleKeys: string[],
): void {
  if (!writer.isListed(grant.id)) {
    writer.set("userGrants", grant.id, { ...grant, roleKeys });
    return;
  }
  writer.update("userGrants", grant.id, { roleKeys }, [{
    aggregate: userGrantAggregate(grant),
    type: "user.grant.cascade.changed",
    payload: withRoles(roleKeys),
  }]);
}

/** Removes a user grant with what it hangs on; the event is written only if ZITADEL's own list shows it. */
export function cascadeRemoved(writer: Writer, grant: SeedUserGrant): void {
  if (writer.isListed(grant.id)) {
    writer.emit({ aggregate: userGrantAggregate(grant), type: "user.grant.cascade.removed" });
  }
  writer.set("userGrants", grant.id, undefined);
}

export function dropMemberships(
  writer: Writer,
  column: "userId" | "objectId",
  value: string,
): void {
  for (const membership of [...writer.tables.memberships.by(column, value)]) {
    writer.set("memberships", membershipId(membership), undefined);
  }
}

export function dropTokens(writer: Writer, userId: string): void {
  for (const { token } of [...writer.tables.tokens.by("userId", userId)]) {
    writer.set("tokens", token, undefined);
  }
}

export function withRoles(roleKeys: string[]): { roleKeys?: string[] } {
  return roleKeys.length === 0 ? {} : { roleKeys };
}

export function withoutAbsent(fields: { [key: string]: unknown }): { [key: string]: unknown } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
