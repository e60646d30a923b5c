/**
 * Administrators, as groups, entitlements and grants.
 *
 * @module
 */
import type { Entitlement, Grant, Group, Organization, User } from "../snapshot/types.ts";
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
import { findUsers } from "./named_users.ts";
import type { Recorder } from "./recorder.ts";
import { omitEmpty } from "./rows.ts";

/** Options of reading what comes beside the four lists. */
export interface PrivilegedOptions {
  organization: Organization;
  /** The organization's projects. */
  projects: readonly Group[];
  /** The users that are known. */
  users: readonly User[];
  /** The host of the instance, if the token may see who administers that. */
  instanceHost: string | undefined;
  /** Reports, and keeps the evidence. */
  recorder: Recorder;
  context: ListsContext & { organizationId: string };
}

/** A place that is administered, and its name. */
interface Place {
  /** Its id in a snapshot. */
  id: string;
  of: Administered;
  name: string | undefined;
}

/**
 * Reads the administrators of an organization, of its projects, of project grants that it gave or received, and of the
 * instance.
 *
 * @returns The administration, and users that were not known.
 * @throws {SyncError} As `readAdministrators` and the lists of project grants.
 */
export async function readAdministration(
  options: PrivilegedOptions,
): Promise<{ administration: Administration; users: User[] }> {
  const { recorder, context, users: known } = options;
  const places = listPlaces(options, await readProjectGrants(options));
  const own = recorder.contextFor("administrators", context.signal);
  const readings = await readAdministrators(own, places.map(({ of }) => of));
  for (const reading of readings) recorder.add("administrators", reading);
  const administrators = readings.flatMap(({ rows }) => rows);
  recorder.finish("administrators", administrators.length);
  const { users, rows } = await findUsers(administrators, {
    known,
    readUser: ({ user }) => user,
    async isListed({ of, user }, signal) {
      const again = await readAdministrators({ ...context, signal }, [of]);
      return again.some(({ rows }) => rows.some((other) => other.user.id === user.id));
    },
    context,
  });
  return { users, administration: toAdministration(places, rows) };
}

/** A project may be granted to its own organization: then it is in both lists. */
async function readProjectGrants(
  { recorder, context }: PrivilegedOptions,
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
  { organization, projects, instanceHost }: PrivilegedOptions,
  projectGrants: readonly ProjectGrant[],
): Place[] {
  const place = (of: Administered, id: string, name: string | undefined): Place => ({
    id: administrationId(of.scope, id),
    of,
    name,
  });
  return [
    ...(instanceHost === undefined
      ? []
      : [place({ scope: "instance" }, instanceHost, instanceHost)]),
    place({ scope: "organization", id: organization.id }, organization.id, organization.name),
    ...projects.map(({ id, name }) => place({ scope: "project", id }, id, name)),
    ...projectGrants.map(({ grantId: id, projectId, grantedOrgId, projectName }) =>
      place(
        { scope: "project-grant", id, projectId, grantedOrganizationId: grantedOrgId },
        id,
        projectName,
      )
    ),
  ];
}

function toAdministration(
  places: readonly Place[],
  administrators: readonly Administrator[],
): Administration {
  const groups = new Map<string, Group>();
  const entitlements = new Map<string, Entitlement>();
  const grants: Grant[] = [];
  const placesByKey = new Map(places.map((place) => [administeredKey(place.of), place]));
  for (const { of, roles, user, createdAt, updatedAt } of administrators) {
    const place = placesByKey.get(administeredKey(of))!;
    const groupId = place.id;
    groups.set(groupId, toGroup(place));
    for (const roleKey of new Set(roles)) {
      const id = managerRoleId(groupId, roleKey);
      entitlements.set(id, { id, groupId, roleKey, defined: true });
      grants.push(omitEmpty<Grant>({
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
  return { groups: [...groups.values()], entitlements: [...entitlements.values()], grants };
}

function toGroup({ id, of, name }: Place): Group {
  return omitEmpty<Group>({
    id,
    kind: `${of.scope}-administration`,
    name,
    of: id.slice(administrationId(of.scope, "").length),
    projectId: of.scope === "project-grant" ? of.projectId : undefined,
    state: "active",
  });
}
