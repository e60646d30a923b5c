/**
 * What comparing with events adds to a sync, against the least that reading them costs: pages one after the other,
 * parsed, nothing kept.
 *
 * @module
 */
import { median, output, script, serve } from "./sync.ts";
import type { Cost } from "./sync_client.ts";
import type { EventsFloor } from "./events_floor.ts";
import { table } from "./table.ts";

const CONCURRENCY = 4;
const RUNS = 5;

/** 100,002 user grants, with an event each. */
const SIZE = { users: 33_334, projects: 100 };

/** Prints the table. */
export async function benchEvents(): Promise<string> {
  const { users, projects } = SIZE;
  const rows = [[
    "compared with events",
    "floor",
    "added",
    "/ floor",
    "peak without",
    "peak with",
    "more",
    "longest block",
  ]];
  const file = await Deno.makeTempFile();
  try {
    for (const latencyMs of [0, 20]) {
      await using server = await serve(
        ...[users, projects, "legacy", latencyMs, "instance"].map(String),
      );
      const sync = (...verify: string[]) =>
        output<Cost>(script("sync_client.ts", server.url, `${CONCURRENCY}`, file, ...verify));
      await sync();
      const costs: { floor: EventsFloor; plain: Cost; verified: Cost }[] = [];
      for (let run = 0; run < RUNS; run++) {
        costs.push({
          floor: await output<EventsFloor>(script("events_floor.ts", server.url)),
          plain: await sync(),
          verified: await sync("events"),
        });
      }
      rows.push(toRow(`${costs[0]!.floor.events} events, ${latencyMs} ms`, costs));
    }
  } finally {
    await Deno.remove(file);
  }
  return table(rows);
}

function toRow(
  name: string,
  costs: readonly { floor: EventsFloor; plain: Cost; verified: Cost }[],
): string[] {
  const of = (value: (cost: (typeof costs)[number]) => number) => median(costs.map(value));
  const floorMs = of(({ floor }) => floor.wallMs);
  const addedMs = of(({ verified }) => verified.wallMs) - of(({ plain }) => plain.wallMs);
  const [before, after] = [
    of(({ plain }) => plain.peakBytes),
    of(({ verified }) => verified.peakBytes),
  ];
  const mib = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MiB`;
  return [
    name,
    `${Math.round(floorMs)} ms`,
    `${Math.round(addedMs)} ms`,
    (addedMs / floorMs).toFixed(2),
    mib(before),
    mib(after),
    mib(after - before),
    `${Math.round(of(({ verified }) => verified.longestBlockMs))} ms`,
  ];
}
