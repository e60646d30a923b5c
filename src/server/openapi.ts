import type { OpenAPIHono } from "@hono/zod-openapi";
import { snapshotSchema } from "../snapshot/schema.ts";
import { TOOL } from "../version.ts";

/** The description of an app's routes: OpenAPI 3.1. */
export function describeApp(
  app: Pick<OpenAPIHono, "openAPIRegistry" | "getOpenAPI31Document">,
  { needsToken }: { needsToken: boolean },
): unknown {
  const { $schema: _, ...snapshot } = snapshotSchema();
  const { openAPIRegistry: registry } = app;
  registry.registerComponent("schemas", "Snapshot", snapshot);
  registry.registerComponent("securitySchemes", "token", { type: "http", scheme: "bearer" });
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: TOOL.name,
      version: TOOL.version,
      description: "Who holds which role in which ZITADEL project: completely, or not at all.",
      license: { name: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    security: needsToken ? [{ token: [] }] : [],
  });
}
