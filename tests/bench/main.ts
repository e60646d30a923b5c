/**
 * Runs the benchmarks, or those that are named: `deno task bench [sync]`.
 *
 * @module
 */
import { benchServer } from "./server.ts";
import { benchSnapshot } from "./snapshot.ts";
import { benchSync } from "./sync.ts";

const BENCHES: Record<string, () => Promise<string>> = {
  sync: benchSync,
  snapshot: benchSnapshot,
  server: benchServer,
};

const names = Deno.args.length > 0 ? Deno.args : Object.keys(BENCHES);
for (const name of names) {
  const bench = BENCHES[name];
  if (bench === undefined) {
    throw new Error(`No benchmark ${name}; there are: ${Object.keys(BENCHES).join(", ")}`);
  }
  await Deno.stdout.write(new TextEncoder().encode(`${await bench()}\n\n`));
}
