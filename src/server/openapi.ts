import { LIST_NAMES, snapshotSchema } from "../snapshot/contract.ts";
import { TOOL } from "../version.ts";
import type { Route, RouteName } from "./routes.ts";

const REFUSALS = {
  400: "A parameter that the route does not know, or without a value",
  401: "The token is missing or wrong",
  403: "A page of another site asks",
  413: "There is a body",
  414: "The URL is too long",
  421: "The header Host is no name of this machine, for which alone the server listens",
} as const;

/** The description of these routes: OpenAPI 3.1. */
export function openApi(routes: readonly (readonly [RouteName, Route])[]): unknown {
  const { $schema: _, ...snapshot } = snapshotSchema();
  return {
    openapi: "3.1.0",
    info: {
      title: "zitadel-sync",
      version: TOOL.version,
      description: "Who holds which role in which ZITADEL project: completely, or not at all.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    security: [{ token: [] }],
    paths: Object.fromEntries(
      routes.map(([name, route]) => [route.path, {
        [route.method.toLowerCase()]: operation(name, route),
      }]),
    ),
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
      schemas: {
        Snapshot: snapshot,
        ...Object.fromEntries(LIST_NAMES.map((list) => [list, listSchema(list)])),
        Problem: {
          type: "object",
          description: "RFC 9457",
          required: ["type", "title", "status", "detail", "code"],
          properties: {
            type: { type: "string" },
            title: { type: "string" },
            status: { type: "integer" },
            detail: { type: "string" },
            code: { type: "string" },
            hint: { type: "string" },
          },
        },
      },
    },
  };
}

function operation(name: RouteName, route: Route): unknown {
  const good = { schema: describeRoute(name) };
  return {
    operationId: name,
    summary: route.summary,
    ...(route.access === "open" ? { security: [] } : {}),
    parameters: Object.entries(route.query).map(([name, description]) => ({
      name,
      in: "query",
      description,
      schema: { type: "string", minLength: 1 },
    })),
    responses: Object.fromEntries(
      Object.entries({ ...REFUSALS, ...route.statuses })
        .filter(([status]) => status !== "401" || route.access !== "open")
        .map(([status, description]) => [status, {
          description,
          ...(status === "304" ? {} : {
            content: Number(status) < 300
              ? { [route.type]: good }
              : { "application/problem+json": { schema: ref("Problem") } },
          }),
        }]),
    ),
  };
}

function describeRoute(name: RouteName): unknown {
  if (name === "snapshot") return ref("Snapshot");
  if ((LIST_NAMES as readonly string[]).includes(name)) return ref(name);
  return name === "page" || name === "metrics" ? { type: "string" } : { type: "object" };
}

function listSchema(list: string): unknown {
  return {
    type: "object",
    required: ["organizationId", "digest", "completedAt", list],
    properties: {
      organizationId: { type: "string" },
      digest: { type: "string" },
      completedAt: { type: "string" },
      [list]: ref(`Snapshot/properties/${list}`),
    },
  };
}

function ref(name: string): unknown {
  return { $ref: `#/components/schemas/${name}` };
}
