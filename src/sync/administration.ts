/**
 * Who administers what, as groups, entitlements and grants.
 *
 * @module
 */
import type { Entitlement, Grant, Group, Organization } from "../snapshot/types.ts";
import { administrationId, grantId, managerRoleId } from "../snapshot/ids.ts";
import {
  type Administered,
  administeredKey,
  type Administrator,
  readAdministrators,
} from "../zitadel/privileged/administrators.ts";
import { allOrAbort } from "../zitadel/all_or_abort.ts";
import type { ListsContext } from "../zitadel/api/lists.ts";
import {
  GIVEN_PROJECT_GRANTS,
  type ProjectGrant,
  RECEIVED_PROJECT_GRANTS,
} from "../zitadel/privileged/project_grants.ts";
import type { Administration } from "./build.ts";
import type { Recorder } from "./recorder.ts";
import { present } from "./rows.ts";

/** What {@linkcode readAdministration} needs. */
export interface AdministrationOptions {
  /** The organization. */
  organization: Organization;
  /** Its projects. */
  projects: readonly Group[];
  /** The host of the instance, if the token may see who administers that. */
  instanceHost: string | undefined;
  /** Reports, and keeps the evidence. */
  recorder: Recorder;
  /** What the lists of this sync share. */
  context: ListsContext;
}

/** Who administers what. */
export interface AdministrationReading {
  /** What is administered, and by whom. */
  administrators: Administrator[];
  /** These as rows of a snapshot. */
  toRows(administrators: readonly Administrator[]): Administration;
}

/** Something that is administered, and what it is called. */
interface Place {
  of: Administered;
  name: string | undefined;
}

/**
 * Reads the administrators of an organization, of its projects, of project grants that it gave or received, and of the
 * instance.
 *
 * @throws {SyncError} As `readAdministrators` and the lists of project grants do.
 */
export async function readAdministration(
  options: AdministrationOptions,
): Promise<AdministrationReading> {
  const { recorder, context, instanceHost } = options;
  const places = listPlaces(options, await readProjectGrants(options));
  const own = recorder.contextFor("administrators", context.signal);
  const { administrators, evidence } = await readAdministrators(own, places.map(({ of }) => of));
  const readId = (of: Administered) =>
    administrationId(of.scope, of.scope === "instance" ? instanceHost! : of.id);
  for (const one of evidence) recorder.add("administrators", { evidence: one });
  recorder.finish("administrators", administrators.length);
  return {
    administrators,
    toRows: (administrators) => toRows(places, administrators, readId),
  };
}

/** A project may be granted to its own organization: then it is in both lists. */
async function readProjectGrants(
  { recorder, context }: AdministrationOptions,
): Promise<ProjectGrant[]> {
  const lists = await allOrAbort(
    [GIVEN_PROJECT_GRANTS, RECEIVED_PROJECT_GRANTS].map((list) => (signal: AbortSignal) =>
      recorder.read("project-grants", list, signal)
    ),
    context.signal,
  );
  const grants = new Map(lists.flat().map((grant) => [grant.grantId, grant]));
  recorder.finish("project-grants", grants.size);
  return [...grants.values()];
}

function listPlaces(
  { organization, projects, instanceHost }: AdministrationOptions,
  projectGrants: readonly ProjectGrant[],
): Place[] {
  return [
    ...instanceHost === undefined
      ? []
      : [{ of: { scope: "instance" as const }, name: instanceHost }],
    { of: { scope: "organization", id: organization.id }, name: organization.name },
    ...projects.map(({ id, name }): Place => ({ of: { scope: "project", id }, name })),
    ...projectGrants.map(({ grantId, projectId, grantedOrgId, projectName }): Place => ({
      of: { scope: "project-grant", id: grantId, projectId, grantedOrganizationId: grantedOrgId },
      name: projectName,
    })),
  ];
}

function toRows(
  places: readonly Place[],
  administrators: readonly Administrator[],
  readId: (of: Administered) => string,
): Administration {
  // What nobody administers makes no group.
  const administered = new Set(administrators.map(({ of }) => readId(of)));
  const groups = places.filter(({ of }) => administered.has(readId(of))).map(({ of, name }) =>
    present<Group>({
      id: readId(of),
      kind: `${of.scope}-administration`,
      name,
      of: readId(of).slice(administrationId(of.scope, "").length),
      projectId: of.scope === "project-grant" ? of.projectId : undefined,
      state: "active",
    })
  );
  const entitlements = new Map<string, Entitlement>();
  const grants: Grant[] = [];
  for (const { of, roles, user, createdAt, updatedAt } of administrators) {
    const groupId = readId(of);
    for (const roleKey of new Set(roles)) {
      const id = managerRoleId(groupId, roleKey);
      entitlements.set(id, { id, groupId, roleKey, defined: true });
      grants.push(present<Grant>({
        id: grantId(id, user.id),
        entitlementId: id,
        groupId,
        userId: user.id,
        state: "active",
        authorizations: [],
        createdAt,
        updatedAt,
      }));
    }
  }
  return { groups, entitlements: [...entitlements.values()], grants };
}

/** Whether two administrators are one user's on one thing. */
export function isSameAdministrator(a: Administrator, b: Administrator): boolean {
  return a.user.id === b.user.id && administeredKey(a.of) === administeredKey(b.of);
}
