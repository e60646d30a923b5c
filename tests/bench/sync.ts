/**
 * What a sync costs, against a server in a process of its own that adds 20 ms to each request.
 *
 * @module
 */
import type { Cost } from "./sync_client.ts";
import { table } from "./table.ts";

const LATENCY_MS = 20;
const CONCURRENCY = 4;

/** The requests before the lists: permissions and organization, one after the other. */
const OPENING_REQUESTS = 2;

const SIZES = [
  { users: 1_000, projects: 10 },
  { users: 10_000, projects: 100 },
  { users: 100_000, projects: 1_000 },
];

function script(name: string, ...args: string[]): Deno.Command {
  const path = new URL(name, import.meta.url).pathname;
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", path, ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  });
}

async function output<T>(command: Deno.Command): Promise<T> {
  const child = command.spawn();
  await child.stdin.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error("a script of the benchmark failed");
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** How long a request without work takes: the added latency, as timers and sockets really give it. */
async function emptyRequestMs(url: string): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < 40; n++) {
    const start = performance.now();
    const response = await fetch(`${url}/management/v1/healthz`);
    await response.text();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[times.length / 2]!;
}

async function measure(size: { users: number; projects: number }, mode: string): Promise<string[]> {
  const folder = await Deno.makeTempDir();
  const server = script(
    "sync_server.ts",
    ...[size.users, size.projects, mode, LATENCY_MS].map(String),
  ).spawn();
  try {
    const reader = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const url = (await reader.read()).value!.trim();
    const client = (keep: string) =>
      output<Cost>(script("sync_client.ts", url, String(CONCURRENCY), folder, keep));
    // The first one warms the server up, and keeps the answers for the yardstick.
    await client("keep");
    const parse = await output<{ cpuMs: number; bytes: number }>(
      script("parse_answers.ts", `${folder}/answers.jsonl`),
    );
    const latencyMs = await emptyRequestMs(url);
    const cost = await client("");
    await server.stdin.close();
    await reader.cancel();
    await server.status;
    const requests = cost.requests + OPENING_REQUESTS;
    const ideal = (latencyMs: number) => requests / CONCURRENCY * latencyMs;
    const budget = 3 * cost.snapshotBytes + 100 * 1024 * 1024;
    const mib = (bytes: number) => (bytes / 1024 / 1024).toFixed(0);
    return [
      `${size.users} users, ${size.projects} projects, ${mode}`,
      String(requests),
      `${cost.wallMs.toFixed(0)} ms`,
      (cost.wallMs / ideal(LATENCY_MS)).toFixed(2),
      `${(cost.wallMs / ideal(latencyMs)).toFixed(2)} (${latencyMs.toFixed(1)} ms)`,
      `${cost.cpuMs.toFixed(0)} ms`,
      (cost.cpuMs / parse.cpuMs).toFixed(2),
      `${mib(cost.peakBytes)} MiB`,
      (cost.peakBytes / budget).toFixed(2),
      `${mib(cost.snapshotBytes)} MiB`,
      `${cost.longestBlockMs.toFixed(0)} ms`,
    ];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Prints the table. */
export async function benchSync(): Promise<string> {
  const rows = [[
    "sync",
    "requests",
    "wall",
    "/ ideal",
    "/ ideal at real latency",
    "CPU",
    "/ JSON.parse",
    "peak",
    "/ (3 x snapshot + 100 MiB)",
    "snapshot",
    "longest block",
  ]];
  for (const mode of ["v4.20", "legacy"]) {
    for (const size of SIZES) rows.push(await measure(size, mode));
  }
  return table(rows);
}
