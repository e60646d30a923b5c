import { CliError } from "../errors.ts";
import { diffSnapshots } from "../../snapshot/diff/diff.ts";
import { type DiffEvent, groupEvents, toEvents } from "../../snapshot/diff/diff_events.ts";
import { terminalColumns, writeJson } from "./shared/answer.ts";
import type { Context } from "../context.ts";
import { indexSnapshot } from "../../snapshot/query/index_snapshot.ts";
import { diffMarkdown, diffText } from "../terminal/format_diff.ts";
import { DIFFERENT } from "../exit_codes.ts";
import { loadSnapshot, readSnapshot } from "../files/load_snapshot.ts";
import { writeStdout } from "../terminal/stdout.ts";

/**
 * `diff`: what changed from one snapshot to another; without the second one, to that of `--snapshot` or a new one.
 *
 * With `--format json` it writes a `SnapshotDiff`, with `--format jsonl` a `DiffEvent` in each line.
 */
export async function diff(context: Context): Promise<number> {
  const { io, settings, operands: [oldPath, newPath] } = context;
  const format = settings.diffFormat ?? (settings.json === true ? "json" : "text");
  if (oldPath === "-" && (newPath ?? settings.snapshot) === "-") {
    throw new CliError("CONFIG_INVALID", "Only one of the two snapshots can come from stdin");
  }
  const old = await readSnapshot(oldPath!, io);
  const now = newPath === undefined ? await loadSnapshot(context) : await readSnapshot(newPath, io);
  const found = diffSnapshots(old, now, {
    anyOrganization: settings.anyOrganization === true,
    ignore: settings.ignore ?? [],
  });
  const events = toEvents(found, indexSnapshot(now));
  if (format === "json") {
    await writeJson(context, found);
  } else if (format === "jsonl") {
    await writeStdout(io, linesOf(events));
  } else {
    const sections = groupEvents(events, settings.by === "project" ? "group" : "user");
    await writeStdout(
      io,
      format === "markdown"
        ? diffMarkdown(found, sections)
        : diffText(found, sections, terminalColumns(io)),
    );
  }
  return found.different ? DIFFERENT : 0;
}

function* linesOf(events: Iterable<DiffEvent>): Generator<string, void, undefined> {
  for (const event of events) yield `${JSON.stringify(event)}\n`;
}
