/**
 * How long questions to a large snapshot take, against JSON.parse of its text.
 *
 * @module
 */
import { parseSnapshot, serializeSnapshot, type Snapshot } from "../../mod.ts";
import { accessOf } from "../../src/snapshot/access.ts";
import { diffSnapshots } from "../../src/snapshot/diff.ts";
import { findingsOf } from "../../src/snapshot/findings.ts";
import { lookupOf } from "../../src/snapshot/lookup.ts";
import { redactSnapshot } from "../../src/snapshot/redact.ts";
import { holdersOf } from "../../src/snapshot/who.ts";
import { createRandom, integer, pick } from "../random.ts";
import { grant, makeSnapshot, person, project, role } from "../snapshots.ts";
import { table } from "./table.ts";

const RUNS = 5;
const USERS = 100_000;
const PROJECTS = 1000;
const GRANTS = 300_000;

const ROLES = ["admin", "editor", "viewer", "auditor"];

/** The organization; `changes` of its grants and users are not as in the one without changes. */
async function organization(changes: number): Promise<Snapshot> {
  const random = createRandom(6);
  const time = () => new Date(1_700_000_000_000 + integer(random, 80_000_000_000)).toISOString();
  const id = (block: number, index: number) => `${block}${String(index).padStart(15, "0")}`;
  const users = Array.from({ length: USERS }, (_, index) => {
    const name = `user-${index}`;
    const createdAt = time();
    return person(id(331, index), {
      username: name,
      displayName: index < changes ? `Renamed ${index}` : `Person Number ${index}`,
      firstName: "Person",
      lastName: `Number ${index}`,
      email: `${name}@acme.example`,
      emailVerified: true,
      preferredLoginName: `${name}@acme.example`,
      loginNames: [name, `${name}@acme.example`],
      organizationId: "330000000000000001",
      createdAt,
      updatedAt: createdAt,
    });
  });
  const projects = Array.from(
    { length: PROJECTS },
    (_, index) => project(id(332, index), { name: `Project ${index}`, createdAt: time() }),
  );
  const roles = projects.flatMap((group) =>
    ROLES.map((key) => role(group.id, key, { displayName: `Role ${key}`, createdAt: time() }))
  );
  const grants = new Map<string, Snapshot["grants"][number]>();
  while (grants.size < GRANTS) {
    const createdAt = time();
    const edge = grant(pick(random, users).id, pick(random, projects).id, pick(random, ROLES), {
      authorizations: [id(333, grants.size)],
      createdAt,
      updatedAt: createdAt,
    });
    grants.set(edge.id, edge);
  }
  return await makeSnapshot({
    users,
    groups: projects,
    entitlements: roles,
    grants: [...grants.values()].slice(changes),
  });
}

/** Times of one thing that is done, in milliseconds; and what it is compared with. */
interface Row {
  what: string;
  ms: number;
  target: string;
}

/** Questions to 100,000 users, 1,000 projects and 300,000 grants; the targets are those of the README. */
export async function benchSnapshot(): Promise<string> {
  const text = [...serializeSnapshot(await organization(0))].join("");
  const other = [...serializeSnapshot(await organization(3000))].join("");
  const runs: Row[][] = [];
  for (let run = 0; run < RUNS; run++) runs.push(await measure(text, other));
  const rows = runs[0]!.map(({ what, target }, index) => {
    const times = runs.map((run) => run[index]!.ms).toSorted((a, b) => a - b);
    return [what, `${Math.round(times[RUNS >> 1]!)} ms`, target];
  });
  const parse = rows[0]![1]!;
  const megabytes = (text.length / 1e6).toFixed(0);
  return `questions to a snapshot of ${megabytes} MB, median of ${RUNS} runs; JSON.parse takes ${parse}\n\n${
    table([["what", "time", "target"], ...rows])
  }`;
}

async function measure(text: string, other: string): Promise<Row[]> {
  const rows: Row[] = [];
  const timed = async <T>(
    what: string,
    target: (ms: number) => string,
    work: () => T,
  ): Promise<Awaited<T>> => {
    const startedAt = performance.now();
    const result = await work();
    const ms = performance.now() - startedAt;
    rows.push({ what, ms, target: target(ms) });
    return result;
  };
  const none = () => "";
  await timed("JSON.parse", none, () => JSON.parse(text));
  const parse = rows[0]!.ms;
  const snapshot = await timed(
    "load and validate",
    (ms) => `3 x JSON.parse; is ${(ms / parse).toFixed(1)} x`,
    () => parseSnapshot(text),
  );
  const load = rows[1]!.ms;
  const { userId, groupId } = snapshot.grants[snapshot.grants.length >> 1]!;
  await timed("access of one user", () => "100 ms", () => accessOf(lookupOf(snapshot), userId));
  await timed(
    "who of one project",
    () => "100 ms",
    () => holdersOf(lookupOf(snapshot), { groupId }),
  );
  const later = parseSnapshot(other);
  await timed(
    "diff, 6,000 changes",
    (ms) => `1.5 x loading both, it included; is ${((ms + 2 * load) / (2 * load)).toFixed(2)} x`,
    () => diffSnapshots(snapshot, later),
  );
  await timed("findings", none, () => findingsOf(lookupOf(snapshot)));
  const key = new TextEncoder().encode("a key for a benchmark");
  await timed("redact", none, () => redactSnapshot(snapshot, { key }));
  return rows;
}
