/**
 * `ListAdministrators`: the administrators of an organization, its projects, their project grants and the instance.
 *
 * @module
 */
import { z } from "zod";
import type { SyncError } from "../../errors.ts";
import { tamperedAnswer } from "../http/failure.ts";
import { type ConnectList, connectPageSize, countConnect, readConnect } from "../api/connect.ts";
import type { ListsContext } from "../api/lists.ts";
import { id, text, time } from "../api/wire.ts";
import { inParallel } from "../in_parallel.ts";
import type { ListReading } from "../lists/list_source.ts";

/** Something that is administered. */
export type Administered =
  | { scope: "instance" }
  | { scope: "organization"; id: string }
  | { scope: "project"; id: string }
  | {
    scope: "project-grant";
    id: string;
    projectId: string;
    /** The organization that the project is granted to. */
    grantedOrganizationId: string;
  };

/** The manager roles of one user on something that is administered. */
export interface Administrator {
  of: Administered;
  roles: readonly string[];
  /** Their holder. */
  user: AdministratorUser;
  /** When the user became an administrator, in RFC 3339. */
  createdAt: string | undefined;
  /** When the roles were last changed, in RFC 3339. */
  updatedAt: string | undefined;
}

/** The most places that one request asks about. */
const PLACES_A_REQUEST = 400;

const METHOD = "zitadel.internal_permission.v2.InternalPermissionService/ListAdministrators";

/** A user as the list shows it; machines have no `displayName`. */
const userSchema = z.object({
  id,
  organizationId: text,
  displayName: text,
  preferredLoginName: text,
});

/** A user as the list of administrators shows it. */
export type AdministratorUser = z.infer<typeof userSchema>;

/** A row; one of the four scopes is required, so that a row of a scope of a later release is not lost. */
const administratorSchema = z.object({
  creationDate: time,
  changeDate: time,
  user: userSchema,
  instance: z.literal(true).exactOptional(),
  organization: z.object({ id }).exactOptional(),
  project: z.object({ id }).exactOptional(),
  projectGrant: z.object({ id }).exactOptional(),
  roles: z.array(id).exactOptional(),
}).refine(
  (row) => row.instance ?? row.organization ?? row.project ?? row.projectGrant,
  "a scope that this release knows",
);

type Row = z.infer<typeof administratorSchema>;

/**
 * Reads the administrators of these places, of as many at once as one answer can hold: rows of one moment have no order, so
 * that pages which cut through them lose some for ever. Only a place with more administrators than that is paged.
 *
 * @throws {SyncError} As {@linkcode readConnect}.
 */
export async function readAdministrators(
  context: ListsContext,
  places: readonly Administered[],
): Promise<ListReading<Administrator>[]> {
  const readings = await inParallel(
    cut(places, PLACES_A_REQUEST),
    context,
    (some, signal) => readPlaces({ ...context, signal }, some),
  );
  return readings.flat();
}

async function readPlaces(
  context: ListsContext,
  places: readonly Administered[],
): Promise<ListReading<Administrator>[]> {
  const list = listOfAdministrators(places);
  const isOne = places.length === 1;
  const parts = isOne ? 1 : await countConnect(context, list) / connectPageSize(context, list);
  if (parts <= 1) return [await readConnect(context, list)];
  // Twice as many parts as answers: places differ in how many administrators they have.
  const size = Math.ceil(places.length / Math.ceil(2 * parts));
  const readings: ListReading<Administrator>[] = [];
  for (const some of cut(places, size)) readings.push(...await readPlaces(context, some));
  return readings;
}

/**
 * The administrators of these places. Without the filter the total would count those of the whole instance, also where the
 * token may not see them.
 */
export function listOfAdministrators(
  places: readonly Administered[],
): ConnectList<Row, Administrator> {
  const byKey = new Map(places.map((of) => [administeredKey(of), of]));
  return {
    name: "administrators",
    kind: "administrators",
    method: METHOD,
    key: "administrators",
    row: administratorSchema,
    filters: [{ or: { queries: places.map(toFilter) } }],
    // By user ids the rows of one user have no order, and pages that cut through them lose some for ever.
    sortingColumn: "ADMINISTRATOR_FIELD_NAME_CREATION_DATE",
    ordered: false,
    // A user may administer several places.
    id: ({ of, user }) => `${administeredKey(of)} ${user.id}`,
    createdAt: ({ createdAt }) => createdAt,
    filtersFor: ({ of, user }) => [toFilter(of), { inUserIdsFilter: { ids: [user.id] } }],
    map(row) {
      const key = readKey(row);
      const of = byKey.get(key);
      if (of === undefined) throw foreignAdministrator(key);
      return {
        of,
        roles: row.roles ?? [],
        user: row.user,
        createdAt: row.creationDate,
        updatedAt: row.changeDate,
      };
    },
  };
}

/** A text that tells apart what is administered. */
export function administeredKey(of: Administered): string {
  return of.scope === "instance" ? of.scope : `${of.scope} ${of.id}`;
}

function readKey({ instance, organization, project, projectGrant }: Row): string {
  if (instance) return "instance";
  if (organization !== undefined) return `organization ${organization.id}`;
  return project === undefined ? `project-grant ${projectGrant!.id}` : `project ${project.id}`;
}

function toFilter(of: Administered): unknown {
  switch (of.scope) {
    case "instance":
      return { resource: { instance: true } };
    case "organization":
      return { resource: { organizationId: of.id } };
    case "project":
      return { resource: { projectId: of.id } };
    case "project-grant": {
      const { projectId, grantedOrganizationId: organizationId } = of;
      return { resource: { projectGrant: { projectId, organizationId } } };
    }
  }
}

function foreignAdministrator(of: string): SyncError {
  return tamperedAnswer("FOREIGN_ROW", `POST /${METHOD} returned an administrator of ${of}`);
}

function cut<T>(all: readonly T[], size: number): T[][] {
  return Array.from(
    { length: Math.ceil(all.length / size) },
    (_, i) => all.slice(i * size, (i + 1) * size),
  );
}
