/**
 * How long questions to a large snapshot take, against JSON.parse of its text.
 *
 * @module
 */
import { parseSnapshot, serializeSnapshot, type Snapshot } from "../../mod.ts";
import { listAccess, listHolders } from "../../src/snapshot/query/list_holdings.ts";
import { diffSnapshots } from "../../src/snapshot/diff/diff.ts";
import { listFindings } from "../../src/snapshot/findings/findings.ts";
import { indexSnapshot } from "../../src/snapshot/query/index_snapshot.ts";
import { redactSnapshot } from "../../src/snapshot/redact/redact.ts";
import { createRandom, integer, pick } from "../helpers/random.ts";
import { grant, makeSnapshot, person, project, role } from "../helpers/snapshots.ts";
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

/** What is measured, in the order in which it is done. */
const WORK = ["parse", "load", "access", "who", "diff", "findings", "redact"] as const;

type Times = Record<typeof WORK[number], number>;

/** Questions to 100,000 users, 1,000 projects and 300,000 grants. */
export async function benchSnapshot(): Promise<string> {
  const text = [...serializeSnapshot(await organization(0))].join("");
  const other = [...serializeSnapshot(await organization(3000))].join("");
  const runs: Times[] = [];
  for (let run = 0; run < RUNS; run++) runs.push(await measure(text, other));
  const ms = Object.fromEntries(WORK.map((work) => {
    const times = runs.map((run) => run[work]).toSorted((a, b) => a - b);
    return [work, times[RUNS >> 1]!];
  })) as Times;
  const row = (what: string, work: keyof Times, is: string, target: string) => [
    what,
    `${Math.round(ms[work])} ms`,
    is,
    target,
  ];
  const times = (value: number) => `${value.toFixed(2)} x`;
  return `questions to a snapshot of ${
    (text.length / 1e6).toFixed(0)
  } MB, median of ${RUNS} runs\n\n${
    table([
      ["what", "time", "ratio", "target"],
      row("JSON.parse", "parse", "", ""),
      row("load and validate", "load", times(ms.load / ms.parse), "3 x JSON.parse"),
      row("access of one user", "access", "", "100 ms"),
      row("who of one project", "who", "", "100 ms"),
      row("diff, 6,000 changes", "diff", times(ms.diff / (2 * ms.load)), "1.5 x loading both"),
      row("findings", "findings", times(ms.findings / ms.load), ""),
      row("redact", "redact", times(ms.redact / ms.load), ""),
    ])
  }`;
}

async function measure(text: string, other: string): Promise<Times> {
  const times = {} as Times;
  const timed = async <T>(work: keyof Times, answer: () => T): Promise<Awaited<T>> => {
    const startedAt = performance.now();
    const result = await answer();
    times[work] = performance.now() - startedAt;
    return result;
  };
  await timed("parse", () => JSON.parse(text));
  const snapshot = await timed("load", () => parseSnapshot(text));
  const { userId, groupId } = snapshot.grants[snapshot.grants.length >> 1]!;
  // An index of its own for each question, as a command has it.
  await timed("access", () => listAccess(indexSnapshot(snapshot), userId));
  await timed("who", () => listHolders(indexSnapshot(snapshot), { groupId }));
  const later = parseSnapshot(other);
  await timed("diff", () => diffSnapshots(snapshot, later));
  await timed("findings", () => listFindings(indexSnapshot(snapshot)));
  const key = new TextEncoder().encode("a key for a benchmark");
  await timed("redact", () => redactSnapshot(snapshot, { key }));
  return times;
}
