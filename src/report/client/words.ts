import type { Evidence, Group, User } from "../../snapshot/types.ts";
import type { ListName, SourceName } from "../../snapshot/lists.ts";
import type { Severity } from "../../snapshot/findings/finding_rules.ts";

export const USER_STATES: Record<User["state"], string> = {
  active: "Active",
  inactive: "Inactive",
  locked: "Locked",
  initial: "Invited",
  deleted: "Deleted",
  suspended: "Suspended",
  unknown: "Unknown",
};

export const GROUP_STATES: Record<Group["state"], string> = {
  active: "Active",
  inactive: "Inactive",
  unknown: "Unknown",
};

/** The nouns for the rows of each list. */
export const LISTS: Record<ListName, { one: string; many: string }> = {
  users: { one: "user", many: "users" },
  groups: { one: "project", many: "projects" },
  entitlements: { one: "entitlement", many: "entitlements" },
  grants: { one: "grant", many: "grants" },
  credentials: { one: "credential", many: "credentials" },
};

/** The names of lists in ZITADEL. */
export const SOURCES: Record<SourceName, string> = {
  users: "Users",
  groups: "Projects",
  entitlements: "Project roles",
  grants: "User grants",
  "project-grants": "Project grants",
  administrators: "Administrators",
  credentials: "Tokens and keys",
};

/** A field's name as words, such as `Display name`. */
export function fieldWords(field: string): string {
  return capital(field.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
}

export const SEVERITY_NAMES: Record<Severity, string> = {
  high: "High",
  medium: "Medium",
  low: "Low",
  info: "Info",
};

export function formatUserType({ type }: Pick<User, "type">): string {
  return type === "human" ? "Person" : type === "machine" ? "Machine" : "Unknown";
}

/** The reasons why a list is complete. */
export const METHODS: Record<Evidence["method"], string> = {
  statement: "One answer held all of it",
  anchored: "Pages in the order of ids, each sharing a row with the one before",
  reconciled: "As many rows known to be there at one moment as were announced at it",
};

/** A text with a capital at its beginning. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
