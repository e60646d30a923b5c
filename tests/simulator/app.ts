/**
 * The routes that a sync or a check asks for, behind ZITADEL's chain of checks.
 *
 * @module
 */
import { Hono } from "hono";
import { refuse, success } from "./answers.ts";
import { authorize } from "./authorize.ts";
import { decodeBody, type FieldType, type Message, type MessageType } from "./decode.ts";
import { refusals, Refused } from "./errors.ts";
import { queriesType, validateQueries } from "./v1/filters.ts";
import type { ListsOptions } from "./v1/list_pages.ts";
import { createLists } from "./v1/lists.ts";
import { listMethods, type Method } from "./v1/methods.ts";
import type { State } from "./state/state.ts";
import { isConnectPath, refuseUnknownPath } from "./v2/connect.ts";
import { addV2 } from "./v2/routes.ts";

/** Settings of {@linkcode createApp}. */
export interface AppOptions extends Omit<ListsOptions, "instance" | "findProjectOwner"> {
  state: State;
  externalDomain?: string;
  latencyMs?: number;
  v2?: boolean;
}

const QUERY: FieldType = {
  message: { fields: { offset: "uint64", limit: "uint32", asc: "bool" } },
};

/** Makes the app. */
export function createApp(options: AppOptions): Hono {
  const { state, views, now } = options;
  const lists = createLists({
    ...options,
    instance: state.instance,
    findProjectOwner: (id) => state.projects.get(id)?.organizationId,
  });
  const app = new Hono();
  app.onError((error) => {
    if (error instanceof Refused) return refuse(error.refusal, now());
    throw error;
  });
  app.notFound(({ req }) =>
    isConnectPath(req.path) ? refuseUnknownPath() : refuse(refusals.notFound, now())
  );
  app.use(async (context, next) => {
    const { pathname, search } = new URL(context.req.url);
    // The gateway looks at the path unescaped, where such a slash begins another part.
    if (/%2f/i.test(pathname)) return refuse(refusals.notFound, now());
    if (!pathname.includes("//")) return await next();
    const location = pathname.replaceAll(/\/{2,}/g, "/") + search;
    return new Response(null, { status: 301, headers: { location } });
  });
  const methods = listMethods({ state, views, lists });
  for (const method of methods) addMethod(app, method, options);
  // Last, since a path may fit another method: GET /users/_search asks for the user "_search".
  for (const { path } of methods) app.all(path, () => refuse(refusals.methodNotAllowed, now()));
  if (options.v2 ?? true) {
    addV2(app, { state, views, now, checkHost: (request) => checkHost(request, options) });
  }
  addHealth(app, options);
  return app;
}

/** A method behind the checks in the order in which ZITADEL makes them. */
function addMethod(app: Hono, method: Method, options: AppOptions): void {
  const { state, now } = options;
  const type = requestType(method);

  app.on(method.verb, method.path, async (context) => {
    const raw = context.req.raw;
    const request = type === undefined ? {} : decodeBody(await raw.text(), type);
    checkDeadline(raw, options);
    checkHost(raw, options);
    const params = context.req.param() as Record<string, string>;
    const caller = authorize(state, raw.headers, {
      permission: method.permission,
      ...(method.checked === undefined ? {} : { objectId: params[method.checked]! }),
    });
    validatePath(method, params);
    if (method.filters !== undefined) {
      validateQueries(method.filters, method.request, (request.queries ?? []) as Message[]);
    }
    return success(method.answer({ caller, request, params }), now());
  });
}

/** The message type of a request's body; `undefined` where the body is not read. */
function requestType({ filters, sorting, fields }: Method): MessageType | undefined {
  if (fields !== undefined) return { fields };
  if (filters === undefined) return undefined;
  return {
    fields: {
      query: QUERY,
      queries: queriesType(filters),
      ...(sorting === undefined ? {} : { sortingColumn: sorting }),
    },
  };
}

function validatePath(method: Method, params: Record<string, string>): void {
  for (const [name, value] of Object.entries(params)) {
    if ([...value].length <= 200) continue;
    const field = (name[0] ?? "").toUpperCase() + name.slice(1);
    throw new Refused(
      refusals.validation(
        `invalid ${method.request}.${field}: value length must be between 1 and 200 runes, inclusive`,
      ),
    );
  }
}

function addHealth(app: Hono, options: AppOptions): void {
  const { now } = options;
  for (const api of ["management", "admin", "auth"]) {
    app.get(`/${api}/v1/healthz`, (context) => {
      checkHost(context.req.raw, options);
      return success("{}", now());
    });
    app.all(`/${api}/v1/healthz`, () => refuse(refusals.methodNotAllowed, now()));
  }
  app.get("/debug/healthz", () => new Response("ok"));
  app.get(
    "/debug/ready",
    () => new Response('"ok"\n', { headers: { "content-type": "application/json" } }),
  );
}

function checkHost(request: Request, { externalDomain }: AppOptions): void {
  if (externalDomain === undefined) return;
  const url = new URL(request.url);
  const host = request.headers.get("x-zitadel-instance-host") ??
    request.headers.get("x-forwarded-host") ?? url.host;
  if (host.replace(/:\d+$/, "") === externalDomain) return;
  throw new Refused(refusals.hostUnknown(host, url.protocol.slice(0, -1), externalDomain));
}

/** The whole of a request takes `latencyMs`, but never quite nothing. */
function checkDeadline(request: Request, { latencyMs = 0 }: AppOptions): void {
  const header = request.headers.get("grpc-timeout");
  if (header === null) return;
  const timeout = timeoutMs(header);
  if (timeout === undefined) {
    throw new Refused(refusals.badJson(`invalid grpc-timeout: ${header}`));
  }
  if (timeout <= Math.max(latencyMs, 0.001)) throw new Refused(refusals.deadlineExceeded);
}

const UNITS: Record<string, number> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

function timeoutMs(header: string): number | undefined {
  const [, digits, unit] = /^(\d{1,8})([HMSmun])$/.exec(header) ?? [];
  return digits === undefined || unit === undefined ? undefined : Number(digits) * UNITS[unit]!;
}
