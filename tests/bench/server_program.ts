/**
 * The command line, which also tells how long its event loop was held: each line on standard input is answered by a
 * line on standard output with the longest time between two turns since the line before, in milliseconds, and the
 * memory in use, in bytes.
 *
 * @module
 */
import process from "node:process";
import { createInterface } from "node:readline";
import { main } from "../../src/cli/main.ts";
import { processIo } from "../../src/cli/process_io.ts";

const TICK_MS = 2;

let last = performance.now();
let longest = 0;
const timer = setInterval(() => {
  const now = performance.now();
  longest = Math.max(longest, now - last - TICK_MS);
  last = now;
}, TICK_MS);
const lines = createInterface({ input: process.stdin });
lines.on("line", () => {
  process.stdout.write(`${JSON.stringify({ longest, rss: process.memoryUsage.rss() })}\n`);
  longest = 0;
});
const io = processIo();
process.exitCode = await main(io);
lines.close();
clearInterval(timer);
io.close();
