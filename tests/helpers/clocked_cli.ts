/**
 * The command line with a clock that others move: a line `12000` on standard input lets 12 seconds pass, and is
 * answered by a line on standard output once whatever was due has begun.
 *
 * @module
 */
import process from "node:process";
import { createInterface } from "node:readline";
import { main } from "../../src/cli/main.ts";
import { processIo } from "../../src/cli/process_io.ts";

const waits = new Set<{ due: number; go: () => void }>();
let time = Date.now();

function delay(ms: number, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const wait = { due: time + ms, go: resolve };
    waits.add(wait);
    signal?.addEventListener("abort", () => {
      waits.delete(wait);
      reject(signal.reason);
    }, { once: true });
  });
}

function pass(ms: number): void {
  const end = time + ms;
  for (;;) {
    const next = [...waits].sort((a, b) => a.due - b.due)[0];
    if (next === undefined || next.due > end) break;
    waits.delete(next);
    time = Math.max(time, next.due);
    next.go();
  }
  time = end;
}

const io = processIo();
const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  pass(Number(line));
  process.stdout.write("\n");
});
process.exitCode = await main({ ...io, now: () => time, delay });
lines.close();
io.close();
