/**
 * The routes that a sync or a check asks for, behind ZITADEL's chain of checks.
 *
 * @module
 */
import { Hono } from "hono";
import { refuse, success } from "./answers.ts";
import { authorize, type Caller } from "./authorize.ts";
import { decodeBody, type FieldType, type Message } from "./decode.ts";
import { refusals, Refused } from "./errors.ts";
import {
  type Filters,
  noFilters,
  organizationFilters,
  projectFilters,
  queriesType,
  roleFilters,
  userFilters,
  userGrantFilters,
  validateQueries,
} from "./filters.ts";
import { createLists, type ListsOptions } from "./lists.ts";
import { listContexts } from "./permissions.ts";
import { organizationRow, userRow } from "./rows.ts";

/** What {@linkcode createApp} needs. */
export interface AppOptions extends ListsOptions {
  externalDomain?: string;
  latencyMs?: number;
}

/** What a method is given. */
interface Call {
  caller: Caller;
  request: Message;
  projectId: string;
}

/** One method of the API. */
interface Method {
  verb: "GET" | "POST";
  path: string;
  permission: string;
  /** The name of the request's message, in validation errors. */
  request: string;
  /** The list's filters; absent where the body is not read. */
  // deno-lint-ignore no-explicit-any -- each list filters its own rows
  filters?: Filters<any>;
  sorting?: FieldType;
  answer: (call: Call) => string;
}

const QUERY: FieldType = {
  message: { fields: { offset: "uint64", limit: "uint32", asc: "bool" } },
};

const USER_FIELD_NAMES: FieldType = {
  enum: Object.fromEntries(
    "UNSPECIFIED USER_NAME FIRST_NAME LAST_NAME NICK_NAME DISPLAY_NAME EMAIL STATE TYPE CREATION_DATE"
      .split(" ").map((name, number) => [`USER_FIELD_NAME_${name}`, number]),
  ),
};

/** Makes the app. */
export function createApp(options: AppOptions): Hono {
  const { state, now } = options;
  const lists = createLists(options);

  const methods: Method[] = [
    {
      verb: "GET",
      path: "/management/v1/orgs/me",
      permission: "org.read",
      request: "GetMyOrgRequest",
      answer: ({ caller }) => JSON.stringify({ org: ownOrganization(caller.organizationId) }),
    },
    {
      verb: "POST",
      path: "/management/v1/users/_search",
      permission: "user.read",
      request: "ListUsersRequest",
      filters: userFilters,
      sorting: USER_FIELD_NAMES,
      answer: ({ caller, request }) => lists.users(caller.organizationId, request),
    },
    {
      verb: "POST",
      path: "/management/v1/projects/_search",
      permission: "project.read",
      request: "ListProjectsRequest",
      filters: projectFilters,
      answer: ({ caller, request }) =>
        lists.projects(
          caller.organizationId,
          request,
          listContexts(caller.permissions, "project.read"),
        ),
    },
    {
      verb: "POST",
      path: "/management/v1/projects/:projectId/roles/_search",
      permission: "project.role.read",
      request: "ListProjectRolesRequest",
      filters: roleFilters,
      answer: ({ caller, request, projectId }) =>
        lists.roles(caller.organizationId, request, projectId),
    },
    {
      verb: "POST",
      path: "/management/v1/users/grants/_search",
      permission: "user.grant.read",
      request: "ListUserGrantRequest",
      filters: userGrantFilters,
      answer: ({ caller, request }) => lists.userGrants(caller.organizationId, request),
    },
    {
      verb: "POST",
      path: "/management/v1/granted_projects/_search",
      permission: "project.read",
      request: "ListGrantedProjectsRequest",
      filters: noFilters,
      answer: ({ caller, request }) =>
        lists.grantedProjects(
          caller.organizationId,
          request,
          listContexts(caller.permissions, "project.read"),
        ),
    },
    {
      verb: "POST",
      path: "/admin/v1/orgs/_search",
      permission: "iam.read",
      request: "ListOrgsRequest",
      filters: organizationFilters,
      answer: ({ request }) => lists.organizations(request),
    },
    {
      verb: "GET",
      path: "/auth/v1/users/me",
      permission: "authenticated",
      request: "GetMyUserRequest",
      answer: ({ caller }) => JSON.stringify({ user: userRow(caller.user) }),
    },
    {
      verb: "POST",
      path: "/auth/v1/memberships/me/_search",
      permission: "authenticated",
      request: "ListMyMembershipsRequest",
      filters: noFilters,
      answer: ({ caller, request }) => lists.memberships(caller.user.id, request),
    },
    {
      verb: "POST",
      path: "/auth/v1/permissions/zitadel/me/_search",
      permission: "authenticated",
      request: "ListMyZitadelPermissionsRequest",
      answer: ({ caller: { permissions } }) =>
        JSON.stringify(permissions.length === 0 ? {} : { result: permissions }),
    },
  ];

  /** Straight from the events, so fresher than any list. */
  function ownOrganization(id: string): Record<string, unknown> {
    const last = state.lastEvent(id);
    const stored = state.organizations.get(id);
    if (stored === undefined || last === undefined) return { id };
    return organizationRow({ ...stored, sequence: last.sequence, updatedAt: last.at });
  }

  function checkHost(request: Request): void {
    const { externalDomain } = options;
    if (externalDomain === undefined) return;
    const url = new URL(request.url);
    const host = request.headers.get("x-zitadel-instance-host") ??
      request.headers.get("x-forwarded-host") ?? url.host;
    if (host.replace(/:\d+$/, "") === externalDomain) return;
    throw new Refused(refusals.hostUnknown(host, url.protocol.slice(0, -1), externalDomain));
  }

  /** The whole of a request takes `latencyMs`, but never quite nothing. */
  function checkDeadline(request: Request): void {
    const header = request.headers.get("grpc-timeout");
    if (header === null) return;
    const timeout = timeoutMs(header);
    if (timeout === undefined) {
      throw new Refused(refusals.badJson(`invalid grpc-timeout: ${header}`));
    }
    if (timeout <= Math.max(options.latencyMs ?? 0, 0.001)) {
      throw new Refused(refusals.deadlineExceeded);
    }
  }

  const app = new Hono();
  app.onError((error) => {
    if (error instanceof Refused) return refuse(error.refusal, now());
    throw error;
  });
  app.notFound(() => refuse(refusals.notFound, now()));
  app.use(async (context, next) => {
    const { pathname, search } = new URL(context.req.url);
    if (!pathname.includes("//")) return await next();
    const location = pathname.replaceAll(/\/{2,}/g, "/") + search;
    return new Response(null, { status: 301, headers: { location } });
  });

  for (const method of methods) {
    const fields: Record<string, FieldType> = { query: QUERY };
    if (method.filters !== undefined) fields.queries = queriesType(method.filters);
    if (method.sorting !== undefined) fields.sortingColumn = method.sorting;

    app.on(method.verb, method.path, async (context) => {
      const raw = context.req.raw;
      const request = method.filters === undefined ? {} : decodeBody(await raw.text(), { fields });
      checkDeadline(raw);
      checkHost(raw);
      const projectId = context.req.param("projectId") ?? "";
      const caller = authorize(state, raw.headers, {
        permission: method.permission,
        ...(projectId === "" ? {} : { objectId: projectId }),
      });
      if ([...projectId].length > 200) {
        throw new Refused(
          refusals.validation(
            `invalid ${method.request}.ProjectId: value length must be between 1 and 200 runes, inclusive`,
          ),
        );
      }
      if (method.filters !== undefined) {
        validateQueries(method.filters, method.request, (request.queries ?? []) as Message[]);
      }
      return success(method.answer({ caller, request, projectId }), now());
    });
    app.all(method.path, () => refuse(refusals.methodNotAllowed, now()));
  }

  for (const api of ["management", "admin", "auth"]) {
    app.get(`/${api}/v1/healthz`, (context) => {
      checkHost(context.req.raw);
      return success("{}", now());
    });
    app.all(`/${api}/v1/healthz`, () => refuse(refusals.methodNotAllowed, now()));
  }
  app.get("/debug/healthz", () => new Response("ok"));
  app.get(
    "/debug/ready",
    () => new Response('"ok"\n', { headers: { "content-type": "application/json" } }),
  );
  return app;
}

const UNITS: Record<string, number> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

function timeoutMs(header: string): number | undefined {
  const [, digits, unit] = /^(\d{1,8})([HMSmun])$/.exec(header) ?? [];
  return digits === undefined || unit === undefined ? undefined : Number(digits) * UNITS[unit]!;
}
