/**
 * The floor and the plain client of the sync's benchmark, in a process of their own:
 * `sync_floor.ts <url> <concurrency>`. Prints what both cost as JSON.
 *
 * The floor sends the fewest requests that carry the rows, parses what comes, and keeps nothing: no client that
 * promises anything can do with less. The plain one asks for page after page of 1000 rows, and is what people write.
 *
 * @module
 */
import process from "node:process";
import { RANDOM_TOKEN } from "../simulator/seeds/random_seed.ts";

/** What the floor and the plain client cost. */
export interface Floor {
  /** How many requests the floor sends. */
  requests: number;
  /** The floor's wall times. */
  wallMs: number[];
  /** The CPU time of the floor, of one run. */
  cpuMs: number;
  /** The CPU time of `JSON.parse` over all answers, and nothing else. */
  parseMs: number;
  /** How many bytes the answers have. */
  bytes: number;
  /** How many requests the plain client sends. */
  plainRequests: number;
  /** The plain client's wall time. */
  plainMs: number;
}

interface Page {
  details?: { totalResult?: string };
  result?: { id: string }[];
}

const USERS = "users/_search";
const GRANTS = "users/grants/_search";
const PROJECTS = "projects/_search";
const RUNS = 3;
const PLAIN_ROWS = 1000;

const [url, concurrency] = Deno.args;

async function ask(list: string, query: Record<string, unknown>): Promise<string> {
  const response = await fetch(`${url}/management/v1/${list}`, {
    method: "POST",
    headers: { authorization: `Bearer ${RANDOM_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  return await response.text();
}

/** How many rows one answer can have, and how many there are. */
async function discover(list: string): Promise<{ rows: number; total: number }> {
  const { details, result } = JSON.parse(await ask(list, {})) as Page;
  if (result !== undefined) return { rows: result.length, total: Number(details?.totalResult) };
  const total = Number((JSON.parse(await ask(list, { limit: 1 })) as Page).details?.totalResult);
  for (let rows = total;; rows = Math.floor(rows * 0.99)) {
    const answers = await Promise.all(
      offsets(total, rows).map((offset) => ask(list, { offset, limit: rows })),
    );
    if (answers.every((answer) => (JSON.parse(answer) as Page).result)) return { rows, total };
    // What the refusal tells of the size is a good guess of how many rows fit.
    const [, size, limit] = /\((\d+) vs\. (\d+)\)/.exec(answers[0]!) ?? [];
    if (size !== undefined) rows = Math.floor(rows * Number(limit) / Number(size));
  }
}

function offsets(total: number, rows: number): number[] {
  return Array.from({ length: Math.ceil(total / rows) }, (_, n) => n * rows);
}

/** Lets `width` through at a time. */
function createGate(width: number): { enter(): Promise<void>; leave(): void } {
  const waiting: (() => void)[] = [];
  let free = width;
  return {
    enter: () => free-- > 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve)),
    leave() {
      free++;
      waiting.shift()?.();
    },
  };
}

/** Sends all requests, `width` at a time, and hands out each answer; the roles follow when the projects are known. */
async function readAll(
  pages: Record<string, { rows: number; total: number }>,
  width: number,
  take: (answer: string) => Page,
): Promise<number> {
  const gate = createGate(width);
  let requests = 0;
  const call = async (list: string, query: Record<string, number>) => {
    await gate.enter();
    try {
      requests++;
      return take(await ask(list, query));
    } finally {
      gate.leave();
    }
  };
  const readList = (list: string) => {
    const { rows, total } = pages[list]!;
    return offsets(total, rows).map((offset) => call(list, { offset, limit: rows }));
  };
  const readRoles = async (projects: Promise<Page>) => {
    const { result = [] } = await projects;
    await Promise.all(result.map(({ id }) => call(`projects/${id}/roles/_search`, {})));
  };
  await Promise.all([
    ...readList(PROJECTS).map(readRoles),
    ...readList(USERS),
    ...readList(GRANTS),
  ]);
  return requests;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function measure(): Promise<Floor> {
  const lists = [PROJECTS, USERS, GRANTS];
  const pages = Object.fromEntries(
    await Promise.all(lists.map(async (list) => [list, await discover(list)])),
  );
  const width = Number(concurrency);
  const parse = (answer: string): Page => JSON.parse(answer);
  const wallMs: number[] = [];
  let requests = 0;
  const beforeRuns = process.cpuUsage();
  for (let run = 0; run < RUNS; run++) {
    wallMs.push(await timed(async () => void (requests = await readAll(pages, width, parse))));
  }
  const runs = process.cpuUsage(beforeRuns);

  const answers: string[] = [];
  await readAll(pages, width, (answer) => {
    answers.push(answer);
    return parse(answer);
  });
  const before = process.cpuUsage();
  for (const answer of answers) JSON.parse(answer);
  const { user, system } = process.cpuUsage(before);

  let plainRequests = 0;
  const plain = Object.fromEntries(
    lists.map((list) => [list, { ...pages[list], rows: PLAIN_ROWS }]),
  );
  const plainMs = await timed(async () => void (plainRequests = await readAll(plain, 1, parse)));
  return {
    requests,
    wallMs,
    cpuMs: (runs.user + runs.system) / 1000 / RUNS,
    parseMs: (user + system) / 1000,
    bytes: answers.reduce((sum, { length }) => sum + length, 0),
    plainRequests,
    plainMs,
  };
}

await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(await measure())));
