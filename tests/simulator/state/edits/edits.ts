/**
 * The edits of an instance: each with the events that ZITADEL writes for it, and with its dependents.
 *
 * @module
 */
import type { Writer } from "../writer.ts";
import { createCredentialEdits, type CredentialEdits } from "./credentials.ts";
import { createMembershipEdits, type MembershipEdits } from "./memberships.ts";
import { createOrganizationEdits, type OrganizationEdits } from "./organizations.ts";
import { createProjectGrantEdits, type ProjectGrantEdits } from "./project_grants.ts";
import { createProjectEdits, type ProjectEdits } from "./projects.ts";
import { createUserGrantEdits, type UserGrantEdits } from "./user_grants.ts";
import { createUserEdits, type UserEdits } from "./users.ts";

/** All edits. */
export type Edits =
  & OrganizationEdits
  & UserEdits
  & ProjectEdits
  & ProjectGrantEdits
  & UserGrantEdits
  & MembershipEdits
  & CredentialEdits;

/** Makes the edits of an instance. */
export function createEdits(writer: Writer, instanceId: string): Edits {
  const userGrants = createUserGrantEdits(writer);
  const projectGrants = createProjectGrantEdits(writer);
  const projects = createProjectEdits(writer);
  const users = createUserEdits(writer);
  return {
    ...createOrganizationEdits(writer, { ...projects, ...projectGrants, ...users }),
    ...users,
    ...projects,
    ...projectGrants,
    ...userGrants,
    ...createMembershipEdits(writer, instanceId),
    ...createCredentialEdits(writer),
  };
}
