import { Validator } from "@seriousme/openapi-schema-validator";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { Hono } from "hono";
import { createApp } from "../../src/server/app.ts";
import { publish } from "../../src/server/published.ts";
import { createStore } from "../../src/server/store.ts";
import { takeSnapshot } from "../../src/sync/take_snapshot.ts";
import { demoZitadel } from "../helpers/fake_io.ts";
import { DEMO_TOKEN } from "../simulator/seeds/demo_seed.ts";

const snapshot = await takeSnapshot({
  instanceUrl: "https://acme.zitadel.cloud",
  token: DEMO_TOKEN,
  runtime: { fetch: demoZitadel().fetch },
});

const app = createApp({
  store: createStore({
    intervalMs: 0,
    initial: await publish(snapshot),
    sync: () => Promise.resolve(snapshot),
  }),
});

const document = await (await app.fetch(new Request("http://localhost/openapi.json"))).json();
const schemas: Record<string, Record<string, unknown>> = document.components.schemas;

/** All objects in a JSON value. */
function* objectsIn(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield value as Record<string, unknown>;
  for (const part of Object.values(value)) yield* objectsIn(part);
}

function itemsOf(schema: string, list: string): unknown {
  const properties = schemas[schema]!["properties"] as Record<string, { items?: unknown }>;
  return properties[list]?.items;
}

describe("GET /openapi.json", () => {
  it("is valid OpenAPI 3.1", async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document));
    assert(valid, JSON.stringify(errors));
    assertEquals(validator.version, "3.1");
  });

  it("refers to components by name, and to nothing within them", () => {
    const references = [...objectsIn(document)].flatMap(({ $ref }) =>
      $ref === undefined ? [] : [$ref]
    );
    assert(references.length > 100, `${references.length}`);
    for (const reference of new Set(references)) {
      assertMatch(reference as string, /^#\/components\/schemas\/[A-Za-z]+$/);
      assert((reference as string).split("/").at(-1)! in schemas, `${reference}`);
    }
  });

  it("names the rows of the snapshot and of the lists alike", () => {
    const rows = {
      users: "User",
      groups: "Group",
      entitlements: "Entitlement",
      grants: "Grant",
      credentials: "Credential",
    };
    for (const [list, name] of Object.entries(rows)) {
      const reference = { $ref: `#/components/schemas/${name}` };
      assertEquals(itemsOf("Snapshot", list), reference);
      assertEquals(itemsOf(`${name}List`, list), reference);
    }
    const { organization } = schemas["Snapshot"]!["properties"] as Record<string, unknown>;
    assertEquals(organization, { $ref: "#/components/schemas/Organization" });
  });

  it("has a component of its own for each note", () => {
    const { oneOf } = itemsOf("Snapshot", "notes") as { oneOf: { $ref: string }[] };
    const codes = oneOf.map(({ $ref }) => {
      const { properties } = schemas[$ref.split("/").at(-1)!]! as {
        properties: { code: { const: string } };
      };
      return properties.code.const;
    });
    assertEquals(new Set(codes).size, oneOf.length);
    for (const { code } of snapshot.notes) assert(codes.includes(code), code);
  });

  it("says where the routes are wherever the app is mounted", async () => {
    const outer = new Hono();
    outer.mount("/tools/access", app.fetch);
    for (const base of ["http://localhost/", "http://localhost/tools/access/"]) {
      const ask = (url: string) =>
        base.endsWith("/access/") ? outer.fetch(new Request(url)) : app.fetch(new Request(url));
      const at = `${base}openapi.json`;
      const { servers, paths } = await (await ask(at)).json();
      const server = new URL(servers[0].url, at).href.replace(/\/$/, "");
      assert("/v1/users" in paths);
      const response = await ask(`${server}/v1/users`);
      assertEquals([response.status, (await response.json()).users.length], [
        200,
        snapshot.users.length,
      ]);
    }
  });
});
