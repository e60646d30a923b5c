/**
 * Runs the benchmarks, or those that are named: `deno task bench [sync]`.
 *
 * @module
 */
import { benchServer } from "./server.ts";
const BENCHES: Record<string, () => Promise<string>> = {
  sync: async () => (await import("./sync.ts")).benchSync(),
  events: async () => (await import("./events.ts")).benchEvents(),
  snapshot: async () => (await import("./snapshot.ts")).benchSnapshot(),
  report: async () => (await import("./report.ts")).benchReport(),
  server: benchServer,
  binary: async () => (await import("./binary.ts")).benchBinary(),
};

const names = Deno.args.length > 0 ? Deno.args : Object.keys(BENCHES);
for (const name of names) {
  const bench = BENCHES[name];
  if (bench === undefined) {
    throw new Error(`No benchmark ${name}; there are: ${Object.keys(BENCHES).join(", ")}`);
  }
  await Deno.stdout.write(new TextEncoder().encode(`${await bench()}\n\n`));
}
