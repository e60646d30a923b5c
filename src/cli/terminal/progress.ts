import type { SyncEvent } from "../../sync/progress.ts";
import type { Log } from "./log.ts";
import type { ProgressLine } from "./progress_line.ts";
import { counted, digits, elapsed } from "./format_count.ts";

/** What {@linkcode createProgress} needs. */
export interface ProgressOptions {
  /** Where lines go. */
  log: Log;
  /** The line to redraw; absent where standard error is no terminal: then each list is a line of the log. */
  line?: ProgressLine | undefined;
  /** The time in milliseconds since 1970. */
  now: () => number;
}

/** More often than this nobody can read, in milliseconds. */
const REDRAW_MS = 50;

/** Shows what happens during a sync. It has no timer: the line moves when something happens. */
export function createProgress({ log, line, now }: ProgressOptions): (event: SyncEvent) => void {
  const startedAt = now();
  let drawnAt = -Infinity;
  let requests = 0;
  const draw = (text: string) => {
    drawnAt = now();
    line?.draw(`${text}, ${counted(requests, "request")}, ${elapsed(drawnAt - startedAt)}`);
  };
  return (event) => {
    const { kind, ...fields } = event;
    const tell = (level: "debug" | "info", message: string) =>
      log.write(level, message, { event: kind, ...fields });
    switch (event.kind) {
      case "organization": {
        const { id, name } = event.organization;
        tell(line === undefined ? "info" : "debug", `organization: ${name ?? "(no name)"} (${id})`);
        break;
      }
      case "rows":
        requests = event.requests;
        if (now() - drawnAt < REDRAW_MS) break;
        draw(`${event.list}: ${digits(event.received)} of ${digits(event.reported)}`);
        break;
      case "list":
        tell(
          line === undefined ? "info" : "debug",
          `${event.list}: ${counted(event.rows, "row")}, ${counted(event.requests, "request")}`,
        );
        draw(`${event.list}: ${digits(event.rows)}, complete`);
        break;
      case "retry":
        tell(
          "info",
          `${event.request}: ${event.reason}; attempt ${event.attempt} in ${elapsed(event.waitMs)}`,
        );
        break;
      case "reread": {
        const where = event.groupId === undefined ? "" : ` of group ${event.groupId}`;
        tell("info", `${event.list}${where}: reading again, because ${event.reason}`);
        break;
      }
    }
  };
}
