/**
 * A small ZITADEL of fixed rows, to try zitadel-sync on. It answers the requests of a sync, a check and a comparison with
 * events.
 *
 * @module
 */
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { cutPage, findEvents, type ListRequest, passes, refusal, sortRows } from "./lists.ts";
import { type Row, ROWS } from "./rows.ts";

/** The token of the demo's service user, who has the role IAM_OWNER_VIEWER and so may read events, too. */
export const DEMO_TOKEN = "demo-token-of-the-auditor-of-the-instance";
/** The id of the organization to read. The instance has another one, and they share projects. */
export const DEMO_ORGANIZATION_ID = "318000000000000001";

/** Makes the app. `now` is the time in milliseconds since 1970. */
export function createDemo({ now = Date.now }: { now?: () => number } = {}): Hono {
  const app = new Hono();
  app.notFound(() => refusal(404, { code: 5, message: "Not Found" }));
  app.onError((error) =>
    error instanceof HTTPException
      ? error.getResponse()
      : refusal(400, { code: 3, message: error.message })
  );
  app.get("/management/v1/healthz", () => Response.json({}));
  app.use(async ({ req }, next) => {
    if (req.header("authorization") === `Bearer ${DEMO_TOKEN}`) return await next();
    return refusal(401, { code: 16, message: "Errors.Token.Invalid", id: "AUTH-7fs1e" });
  });
  addOwnRoutes(app);
  addLists(app, now);
  addConnectLists(app);
  addLookups(app);
  app.post("/admin/v1/events/_search", async ({ req }) => {
    const events = findEvents(await req.json());
    return Response.json(events.length === 0 ? {} : { events });
  });
  return app;
}

/** The token's user, its permissions, and the organization of a request. */
function addOwnRoutes(app: Hono): void {
  app.get("/auth/v1/users/me", () => Response.json({ user: ROWS.user }));
  app.post(
    "/auth/v1/permissions/zitadel/me/_search",
    () => Response.json({ result: ROWS.permissions }),
  );
  app.get("/management/v1/orgs/me", ({ req }) => {
    const id = readOrganizationId(req.raw);
    return Response.json({ org: ROWS.organizations.find((row) => row.id === id) });
  });
}

/** The lists of the Management API: the rows of an organization, in their order. */
const LISTS: Readonly<
  Record<string, (organizationId: string, body: ListRequest, projectId: string) => Row[]>
> = {
  "/admin/v1/orgs/_search": () => ROWS.organizations,
  "/management/v1/users/_search": (id, { sortingColumn = "ID", query }) =>
    sortRows(ownedBy(id, ROWS.users), sortingColumn, query),
  "/management/v1/projects/_search": (id) => ownedBy(id, ROWS.projects),
  "/management/v1/projects/:projectId/roles/_search": (id, _, projectId) =>
    ownedBy(id, ROWS.roles[projectId] ?? []),
  "/management/v1/users/grants/_search": findUserGrants,
  "/management/v1/projectgrants/_search": (id) =>
    ROWS.projectGrants.filter((row) => row.projectOwnerId === id),
  "/management/v1/granted_projects/_search": (id) =>
    ROWS.projectGrants.filter((row) => row.grantedOrgId === id),
};

function ownedBy(organizationId: string, rows: readonly Row[]): Row[] {
  return rows.filter(({ details }) => details?.resourceOwner === organizationId);
}

/** With `withGrantedQuery` those of other organizations on projects of this one, too. */
function findUserGrants(organizationId: string, { queries = [] }: ListRequest): Row[] {
  if (!queries.some((query) => "withGrantedQuery" in query)) {
    return ownedBy(organizationId, ROWS.userGrants);
  }
  const projects = new Set(ownedBy(organizationId, ROWS.projects).map(({ id }) => id));
  return ROWS.userGrants.filter((row) =>
    row.details?.resourceOwner === organizationId || projects.has(String(row.projectId))
  );
}

function addLists(app: Hono, now: () => number): void {
  for (const [path, find] of Object.entries(LISTS)) {
    app.post(path, async ({ req }) => {
      const body = await readBody(req.raw);
      const rows = find(readOrganizationId(req.raw), body, req.param("projectId") ?? "")
        .filter((row) => (body.queries ?? []).every((filter) => passes(row, filter)));
      const { page } = cutPage(rows, body.query, 1000);
      const viewTimestamp = new Date(now()).toISOString();
      return Response.json(
        page.length === 0
          ? { details: { viewTimestamp } }
          : { details: { totalResult: `${rows.length}`, viewTimestamp }, result: page },
      );
    });
  }
}

/** The lists of the v2 services, and the key of their rows in an answer. */
const CONNECT_LISTS: Readonly<Record<string, [key: string, rows: readonly Row[]]>> = {
  "/zitadel.internal_permission.v2.InternalPermissionService/ListAdministrators": [
    "administrators",
    ROWS.administrators,
  ],
  "/zitadel.user.v2.UserService/ListPersonalAccessTokens": ["result", ROWS.personalAccessTokens],
  "/zitadel.user.v2.UserService/ListKeys": ["result", ROWS.keys],
};

function addConnectLists(app: Hono): void {
  for (const [path, [key, all]] of Object.entries(CONNECT_LISTS)) {
    app.post(path, async ({ req }) => {
      const { sortingColumn, pagination, filters = [] } = await readBody(req.raw);
      const rows = sortRows(all, sortingColumn ?? "CREATION_DATE", pagination)
        .filter((row) => filters.every((filter) => passes(row, filter)));
      const { page, limit } = cutPage(rows, pagination, 100);
      const appliedLimit = `${limit}`;
      return Response.json(
        page.length === 0
          ? { pagination: { appliedLimit } }
          : { pagination: { totalResult: `${rows.length}`, appliedLimit }, [key]: page },
      );
    });
  }
}

/** Single rows, and the errors for a row of another organization and for none. */
const LOOKUPS = [
  {
    path: "/management/v1/users/:id",
    key: "user",
    rows: ROWS.users,
    message: "User could not be found",
    ids: { foreign: "MANAG-fpo4B", unknown: "QUERY-Dfbg2" },
  },
  {
    path: "/management/v1/projects/:id",
    key: "project",
    rows: ROWS.projects,
    message: "Project not found",
    ids: { foreign: "MANAG-SFf2a", unknown: "QUERY-fk2fs" },
  },
  {
    path: "/management/v1/users/:userId/grants/:id",
    key: "userGrant",
    rows: ROWS.userGrants,
    message: "User grant not found",
    ids: { foreign: "QUERY-wIPkA", unknown: "QUERY-wIPkA" },
  },
];

function addLookups(app: Hono): void {
  for (const { path, key, rows, message, ids } of LOOKUPS) {
    app.get(path, ({ req }) => {
      const row = rows.find(({ id }) => id === req.param("id"));
      if (row?.details?.resourceOwner === readOrganizationId(req.raw)) {
        return Response.json({ [key]: row });
      }
      const id = row === undefined ? ids.unknown : ids.foreign;
      return refusal(404, { code: 5, message, id });
    });
  }
}

/** The organization of the header, or that of the token's user. */
function readOrganizationId({ headers }: Request): string {
  const id = headers.get("x-zitadel-orgid") || ROWS.user.details!.resourceOwner;
  if (ROWS.organizations.some((row) => row.id === id)) return id;
  const res = refusal(403, { code: 7, message: "Organisation doesn't exist", id: "AUTH-Bs7Ds" });
  throw new HTTPException(403, { res });
}

async function readBody(request: Request): Promise<ListRequest> {
  const text = await request.text();
  return text === "" ? {} : JSON.parse(text);
}
