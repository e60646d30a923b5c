import type { AccessEntry } from "../../../server/app.ts";
import type { Delay } from "../../../zitadel/http/retry.ts";
import { createLog, type Log } from "../../output/log.ts";

/** How long lines wait for others, in milliseconds. */
const WAIT_MS = 100;

/** So much text waits at most, in characters. */
const LARGEST_BATCH = 64 * 1024;

/** What {@linkcode createAccessLog} needs. */
export interface AccessLogOptions {
  /** The log that says which lines are wanted. */
  log: Log;
  write: (text: string) => void;
  format: "text" | "json";
  /** The time in milliseconds since 1970. */
  now: () => number;
  /** Waits. */
  delay: Delay;
}

/** A line for each request. */
export interface AccessLog {
  /** Adds one. */
  add(entry: AccessEntry): void;
  /** Writes what still waits. */
  flush(): void;
}

/** Lines are written together: one at a time would take longer than most responses. */
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
