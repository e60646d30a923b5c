/**
 * A simulator behind a port, in a process of its own: `sync_server.ts <users> <projects> <mode> <latency ms>
 * [instance]`, whose viewer may read the whole instance. Prints its URL, then serves until its standard input ends.
 *
 * @module
 */
import { listen } from "../simulator/listen.ts";
import { randomSeed } from "../simulator/seeds/random_seed.ts";
import { createSimulator } from "../simulator/simulator.ts";

const [users, projects, mode, latencyMs, scope] = Deno.args;
const seed = randomSeed({
  users: Number(users),
  projects: Number(projects),
  userGrants: 3 * Number(users),
});
const { userId } = seed.memberships[0]!;
const simulator = createSimulator({
  seed: scope === "instance"
    ? { ...seed, memberships: [...seed.memberships, { userId, role: "IAM_OWNER_VIEWER" }] }
    : seed,
  mode: mode === "legacy" ? "legacy" : "v4.20",
  latencyMs: Number(latencyMs),
});
await using server = await listen(simulator);
await Deno.stdout.write(new TextEncoder().encode(`${server.url}\n`));
for await (const _ of Deno.stdin.readable) { /* until it ends */ }
