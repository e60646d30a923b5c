/**
 * One sync in a process of its own: `sync_client.ts <url> <concurrency> <file> [events]`. Writes the snapshot into the file, and
 * prints what it cost as JSON.
 *
 * @module
 */
import process from "node:process";
import { serializeSnapshot, takeSnapshot } from "../../mod.ts";
import { RANDOM_ORGANIZATION_ID, RANDOM_TOKEN } from "../simulator/seeds/random_seed.ts";

/** What one sync cost. */
export interface Cost {
  /** Until the snapshot is there. */
  wallMs: number;
  /** Until it is written. */
  writtenMs: number;
  cpuMs: number;
  peakBytes: number;
  snapshotBytes: number;
  /** Those for the lists. */
  listRequests: number;
  /** All of them. */
  requests: number;
  longestBlockMs: number;
}

const [instanceUrl = "", concurrency, path = "", verify] = Deno.args;

/** The longest time for which nothing else could run. */
let longestBlockMs = 0;
let last = performance.now();
const heartbeat = setInterval(() => {
  const now = performance.now();
  longestBlockMs = Math.max(longestBlockMs, now - last - 1);
  last = now;
}, 1);

let requests = 0;
const cpu = process.cpuUsage();
const start = performance.now();
last = start;
const snapshot = await takeSnapshot({
  instanceUrl,
  token: RANDOM_TOKEN,
  concurrency: Number(concurrency),
  organizationId: RANDOM_ORGANIZATION_ID,
  ...(verify === "events" && { verify }),
  runtime: {
    fetch: (request) => {
      requests++;
      return fetch(request);
    },
  },
});
const wallMs = performance.now() - start;
const file = await Deno.open(path, { create: true, truncate: true, write: true });
const encoder = new TextEncoder();
let snapshotBytes = 0;
for (const chunk of serializeSnapshot(snapshot)) {
  snapshotBytes += await file.write(encoder.encode(chunk));
}
file.close();
clearInterval(heartbeat);
const { user, system } = process.cpuUsage(cpu);
const cost: Cost = {
  wallMs,
  writtenMs: performance.now() - start,
  cpuMs: (user + system) / 1000,
  // Linux and macOS differ in the unit; libuv and Deno give kibibytes on both.
  peakBytes: process.resourceUsage().maxRSS * 1024,
  snapshotBytes,
  listRequests: snapshot.evidence.reduce((sum, { requests }) => sum + requests, 0),
  requests,
  longestBlockMs,
};
await Deno.stdout.write(encoder.encode(JSON.stringify(cost)));
