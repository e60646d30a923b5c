import type { OpenAPIHono } from "@hono/zod-openapi";
import { snapshotSchemas } from "../snapshot/schema.ts";
import { referTo } from "./schemas.ts";
import { TOOL } from "../version.ts";

/** Makes the OpenAPI 3.1 document of an app. */
export function describeApp(
  app: Pick<OpenAPIHono, "openAPIRegistry" | "getOpenAPI31Document">,
  { needsToken }: { needsToken: boolean },
): unknown {
  const { openAPIRegistry: registry } = app;
  for (const [name, schema] of Object.entries(snapshotSchemas((name) => referTo(name).$ref))) {
    registry.registerComponent("schemas", name, schema);
  }
  registry.registerComponent("securitySchemes", "token", { type: "http", scheme: "bearer" });
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: TOOL.name,
      version: TOOL.version,
      description: "Who holds which role in which ZITADEL project: completely, or not at all.",
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    },
    // Relative to the document, so that it fits wherever the app is mounted.
    servers: [{ url: "." }],
    security: needsToken ? [{ token: [] }] : [],
  });
}
