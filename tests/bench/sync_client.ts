/**
 * One sync in a process of its own: `sync_client.ts <url> <concurrency> <folder> <keep>`. Writes the snapshot into
 * the folder, with `keep` also every answer, a line each, and prints what it cost as JSON.
 *
 * @module
 */
import process from "node:process";
import { type Fetch, serializeSnapshot, takeSnapshot } from "../../mod.ts";
import { RANDOM_TOKEN } from "../stand_in/seeds/random_seed.ts";

/** What one sync cost. */
export interface Cost {
  wallMs: number;
  cpuMs: number;
  peakBytes: number;
  snapshotBytes: number;
  requests: number;
  passes: number;
  longestBlockMs: number;
}

const [instanceUrl = "", concurrency, folder, keep] = Deno.args;
const answers = keep === "keep"
  ? await Deno.open(`${folder}/answers.jsonl`, { create: true, truncate: true, write: true })
  : undefined;
const keeping: Fetch = async (request) => {
  const response = await fetch(request);
  const text = await response.text();
  await answers!.write(new TextEncoder().encode(`${text}\n`));
  return new Response(text, response);
};

/** The longest time for which nothing else could run. */
let longestBlockMs = 0;
let last = performance.now();
const heartbeat = setInterval(() => {
  const now = performance.now();
  longestBlockMs = Math.max(longestBlockMs, now - last - 1);
  last = now;
}, 1);

const cpu = process.cpuUsage();
const start = performance.now();
last = start;
const snapshot = await takeSnapshot({
  instanceUrl,
  token: RANDOM_TOKEN,
  concurrency: Number(concurrency),
  ...(answers && { runtime: { fetch: keeping } }),
});
const wallMs = performance.now() - start;
const file = await Deno.open(`${folder}/snapshot.json`, {
  create: true,
  truncate: true,
  write: true,
});
const encoder = new TextEncoder();
let snapshotBytes = 0;
for (const chunk of serializeSnapshot(snapshot)) {
  snapshotBytes += await file.write(encoder.encode(chunk));
}
file.close();
answers?.close();
clearInterval(heartbeat);
const { user, system } = process.cpuUsage(cpu);
const cost: Cost = {
  wallMs,
  cpuMs: (user + system) / 1000,
  // Linux and macOS differ in the unit; libuv and Deno give kibibytes on both.
  peakBytes: process.resourceUsage().maxRSS * 1024,
  snapshotBytes,
  requests: snapshot.evidence.reduce((sum, { requests }) => sum + requests, 0),
  passes: snapshot.evidence[0]!.passes,
  longestBlockMs,
};
await Deno.stdout.write(encoder.encode(JSON.stringify(cost)));
