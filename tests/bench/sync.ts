/**
 * What a sync costs, against a server in a process of its own that adds 20 ms to each request, and against the least
 * that any client can do with that server.
 *
 * @module
 */
import { compatFlags } from "../../compat/deno.ts";
import type { Cost } from "./sync_client.ts";
import type { Floor } from "./sync_floor.ts";
import { table } from "./table.ts";

const LATENCY_MS = 20;
const CONCURRENCY = 4;
const RUNS = 3;

const SIZES = [
  { users: 10_000, projects: 100 },
  { users: 100_000, projects: 1_000 },
];

const FLAGS = await compatFlags("all");

/** A script of the benchmark, to be run in a process of its own. */
export function script(name: string, ...args: string[]): Deno.Command {
  const path = new URL(name, import.meta.url).pathname;
  return new Deno.Command(Deno.execPath(), {
    args: ["run", ...FLAGS, "-A", "--no-check", "--quiet", path, ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  });
}

/** What a script prints. */
export async function output<T>(command: Deno.Command): Promise<T> {
  const child = command.spawn();
  await child.stdin.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error("a script of the benchmark failed");
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** The server, until it is disposed. */
export async function serve(...args: string[]): Promise<AsyncDisposable & { url: string }> {
  const server = script("sync_server.ts", ...args).spawn();
  const reader = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const url = (await reader.read()).value!.trim();
  return {
    url,
    async [Symbol.asyncDispose]() {
      await server.stdin.close();
      await reader.cancel();
      await server.status;
    },
  };
}

async function measure(size: { users: number; projects: number }, mode: string): Promise<string[]> {
  const file = await Deno.makeTempFile();
  const { users, projects } = size;
  try {
    await using server = await serve(`${users}`, `${projects}`, mode, `${LATENCY_MS}`);
    const { url } = server;
    // The floor finds out first how many rows an answer can have, which warms the server up.
    const floor = await output<Floor>(script("sync_floor.ts", url, String(CONCURRENCY)));
    const costs: Cost[] = [];
    for (let run = 0; run < RUNS; run++) {
      costs.push(await output<Cost>(script("sync_client.ts", url, String(CONCURRENCY), file)));
    }
    return toRow(`${size.users} users, ${size.projects} projects, ${mode}`, floor, costs);
  } finally {
    await Deno.remove(file);
  }
}

/** The one in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function toRow(name: string, floor: Floor, costs: readonly Cost[]): string[] {
  const of = (key: keyof Cost) => median(costs.map((cost) => cost[key]));
  const ratio = (value: number, base: number) => (value / base).toFixed(2);
  const ms = (value: number) => `${Math.round(value)} ms`;
  const mib = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MiB`;
  const floorMs = median(floor.wallMs);
  return [
    name,
    String(of("requests")),
    ratio(of("requests"), floor.requests),
    ms(of("wallMs")),
    ratio(of("wallMs"), floorMs),
    ratio(of("writtenMs"), floorMs),
    ratio(floor.plainMs, of("wallMs")),
    ms(of("cpuMs")),
    ratio(of("cpuMs"), floor.cpuMs),
    ratio(of("cpuMs"), floor.parseMs),
    ratio(floor.cpuMs, floor.parseMs),
    mib(of("peakBytes")),
    ratio(of("peakBytes"), 3 * of("snapshotBytes") + 100 * 1024 * 1024),
    mib(of("snapshotBytes")),
    ms(of("longestBlockMs")),
  ];
}

/** Prints the table. */
export async function benchSync(): Promise<string> {
  const rows = [[
    "sync",
    "requests",
    "/ floor",
    "wall",
    "/ floor",
    "with the file written",
    "plain client /",
    "CPU",
    "/ floor",
    "/ JSON.parse",
    "floor / JSON.parse",
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
