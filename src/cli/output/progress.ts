import { formatDeprecation, type SyncEvent } from "../../sync/progress.ts";
import type { Log } from "./log.ts";
import type { ProgressLine } from "./progress_line.ts";
import { formatCount, formatNumber } from "../../snapshot/text/format_count.ts";
import { formatDuration } from "./format_duration.ts";

export interface ProgressOptions {
  log: Log;
  /** Absent where standard error is no terminal: then each list is a line of the log. */
  line?: ProgressLine | undefined;
  /** The time in milliseconds since 1970. */
  now: () => number;
}

/** The shortest time between two drawings, in milliseconds. */
const REDRAW_MS = 50;

/** Shows the progress of a sync. */
export interface Progress {
  /** The number of requests sent so far. */
  readonly requests: number;
  follow(event: SyncEvent): void;
  /** Removes the progress line, so that a result can be written. */
  clear(): void;
}

/** Shows the progress of a sync. It has no timer: the line changes when something happens. */
export function createProgress({ log, line, now }: ProgressOptions): Progress {
  let startedAt = NaN;
  let drawnAt = -Infinity;
  let requests = 0;
  const draw = (text: string) => {
    drawnAt = now();
    line?.draw(
      `${text}, ${formatCount(requests, "request")}, ${formatDuration(drawnAt - startedAt)}`,
    );
  };
  const follow = (event: SyncEvent) => {
    if (Number.isNaN(startedAt)) startedAt = now();
    const { kind, ...fields } = event;
    const report = (level: "debug" | "info", message: string) =>
      log.write(level, message, { event: kind, ...fields });
    switch (event.kind) {
      case "organization": {
        const { id, name } = event.organization;
        report(
          line === undefined ? "info" : "debug",
          `organization: ${name ?? "(no name)"} (${id})`,
        );
        break;
      }
      case "rows":
        requests = event.requests;
        if (now() - drawnAt < REDRAW_MS) break;
        draw(`${event.list}: ${formatNumber(event.received)} of ${formatNumber(event.reported)}`);
        break;
      case "list":
        report(
          line === undefined ? "info" : "debug",
          `${event.list}: ${formatCount(event.rows, "row")}, ${
            formatCount(event.requests, "request")
          }`,
        );
        draw(`${event.list}: ${formatNumber(event.rows)}, complete`);
        break;
      case "events":
        requests = event.requests;
        draw(`events: ${formatNumber(event.events)}`);
        break;
      case "completed":
        requests = event.requests;
        break;
      case "recheck":
        report(
          "info",
          `${
            formatCount(event.rows, "row")
          } of ZITADEL's lists and events differ: reading again in ${formatDuration(event.waitMs)}`,
        );
        break;
      case "retry":
        report(
          event.isFirst ? "info" : "debug",
          `${event.request}: ${event.reason}; attempt ${event.attempt} in ${
            formatDuration(event.waitMs)
          }`,
        );
        break;
      case "deprecation":
        report("info", formatDeprecation(event));
        break;
      case "reread": {
        const where = event.groupId === undefined ? "" : ` of group ${event.groupId}`;
        report("info", `${event.list}${where}: reading again, because ${event.reason}`);
        break;
      }
    }
  };
  return {
    get requests() {
      return requests;
    },
    follow,
    clear: () => line?.clear(),
  };
}
