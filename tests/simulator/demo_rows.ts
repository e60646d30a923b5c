/**
 * The rows of the demo, as the simulator answers them: run this file to write them after a change of the demo's seed.
 *
 * @module
 */
import type { Event, Row, Rows } from "../../src/demo/rows.ts";
import { DEMO_INSTANCE_TOKEN, demoSeed } from "./seeds/demo_seed.ts";
import { createSimulator } from "./simulator.ts";

/** Where they are. */
export const DEMO_ROWS = new URL("../../src/demo/rows.json", import.meta.url);

/** The types whose payloads hold secrets. */
const SECRET = ["user.human.added"];

/** The text of the file: a row a line. */
export async function writeDemoRows(): Promise<string> {
  const { fetch } = createSimulator({ seed: demoSeed, now: () => Date.UTC(2026, 10, 24) });
  const ask = async (method: string, path: string, organizationId?: string, body?: unknown) => {
    const response = await fetch(
      new Request(`http://zitadel.localhost${path}`, {
        method,
        headers: {
          authorization: `Bearer ${DEMO_INSTANCE_TOKEN}`,
          "content-type": "application/json",
          ...(organizationId && { "x-zitadel-orgid": organizationId }),
        },
        body: method === "GET" ? null : JSON.stringify(body ?? {}),
      }),
    );
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    return await response.json();
  };
  const organizations = demoSeed.organizations.map(({ id }) => id);
  const everywhere = async (path: string, body?: unknown): Promise<Row[]> =>
    (await Promise.all(
      organizations.map(async (id) =>
        (await ask("POST", `/management/v1/${path}`, id, body)).result ?? []
      ),
    )).flat();
  const connect = async (method: string, key: string): Promise<Row[]> =>
    (await ask("POST", `/zitadel.${method}`, undefined, {
      pagination: { asc: true, limit: 1000 },
    }))[
      key
    ];
  const projects = await everywhere("projects/_search");
  const events: Event[] =
    (await ask("POST", "/admin/v1/events/_search", undefined, { asc: true })).events;
  const rows: Rows = {
    user: (await ask("GET", "/auth/v1/users/me")).user,
    permissions: (await ask("POST", "/auth/v1/permissions/zitadel/me/_search")).result,
    organizations: await Promise.all(
      organizations.map(async (id) => (await ask("GET", "/management/v1/orgs/me", id)).org),
    ),
    users: await everywhere("users/_search", { query: { asc: true } }),
    projects,
    roles: Object.fromEntries(
      await Promise.all(
        projects.map(async ({ id }) =>
          [id, await everywhere(`projects/${id}/roles/_search`)] as [string, Row[]]
        ),
      ),
    ),
    userGrants: await everywhere("users/grants/_search"),
    projectGrants: await everywhere("projectgrants/_search"),
    administrators: await connect(
      "internal_permission.v2.InternalPermissionService/ListAdministrators",
      "administrators",
    ),
    personalAccessTokens: await connect("user.v2.UserService/ListPersonalAccessTokens", "result"),
    keys: await connect("user.v2.UserService/ListKeys", "result"),
    events: events.filter(({ type }) => !SECRET.includes(type.type)).map(withoutTranslations),
  };
  return `{\n${
    Object.entries(rows).map(([name, value]) => `  ${JSON.stringify(name)}: ${toLines(value)}`)
      .join(",\n")
  }\n}\n`;
}

/** Leaves out the names of types, which only the console shows. */
function withoutTranslations({ aggregate, type, ...event }: Event): Event {
  return {
    ...event,
    aggregate: { ...aggregate, type: { type: aggregate.type.type } },
    type: { type: type.type },
  };
}

function toLines(value: unknown): string {
  if (!Array.isArray(value) || typeof value[0] === "string") return JSON.stringify(value);
  return `[\n${value.map((row) => `    ${JSON.stringify(row)}`).join(",\n")}\n  ]`;
}

if (import.meta.main) await Deno.writeTextFile(DEMO_ROWS, await writeDemoRows());
