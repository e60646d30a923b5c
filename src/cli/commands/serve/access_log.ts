import type { AccessEntry } from "../../../server/app.ts";
import type { Delay } from "../../../zitadel/http/retry.ts";
import { createLog, type Log } from "../../output/log.ts";

/** The time that lines wait for others, in milliseconds. */
const WAIT_MS = 100;

/** The most text that waits, in characters. */
const LARGEST_BATCH = 64 * 1024;

/** The options of {@linkcode createAccessLog}. */
export interface AccessLogOptions {
  /** The log whose level decides about the lines. */
  log: Log;
  write: (text: string) => void;
  format: "text" | "json";
  /** The clock, in milliseconds since 1970. */
  now: () => number;
  delay: Delay;
}

/** A log with a line for each request. */
export interface AccessLog {
  /** Adds a line. */
  add(entry: AccessEntry): void;
  /** Writes the lines that wait. */
  flush(): void;
}

/** Creates a log that writes lines together: one at a time would take longer than most responses. */
export function createAccessLog({ log, write, format, now, delay }: AccessLogOptions): AccessLog {
  let waiting = "";
  let timer: AbortController | undefined;
  const flush = () => {
    timer?.abort();
    timer = undefined;
    if (waiting !== "") write(waiting);
    waiting = "";
  };
  const lines = createLog({
    write: (text) => waiting += text,
    level: log.shows("info") ? "info" : "error",
    format,
    colour: false,
    now,
  });
  return {
    flush,
    add(entry) {
      const { method, route, status, durationMs, bytes } = entry;
      lines.write("info", `${method} ${route} ${status} ${durationMs} ms ${bytes} bytes`, {
        event: "request",
        ...entry,
      });
      if (waiting.length > LARGEST_BATCH) return flush();
      if (timer !== undefined || waiting === "") return;
      timer = new AbortController();
      delay(WAIT_MS, { signal: timer.signal }).then(flush, () => {});
    },
  };
}
