import { CliError } from "../errors.ts";
import { diffSnapshots } from "../../snapshot/diff/diff.ts";
import { type DiffEvent, groupEvents, toEvents } from "../../snapshot/diff/diff_events.ts";
import { terminalColumns, writeJson } from "../output/result.ts";
import { byOption, compareOptions, sourceOptions } from "../options/shared_options.ts";
import { choice } from "../options/value_types.ts";
import { defineCommand, type InputContext } from "../command.ts";
import { indexSnapshot } from "../../snapshot/query/index_snapshot.ts";
import { toJsonLine } from "../../snapshot/text/json_line.ts";
import { diffMarkdown, diffText } from "../output/format_diff.ts";
import { DIFFERENT } from "../exit_codes.ts";
import { readSnapshot } from "../input/read_snapshot.ts";
import { loadSnapshot, readSource } from "../input/source.ts";
import { warnOfReversal } from "./shared/warn_of_reversal.ts";
import { writeStdout } from "../output/stdout.ts";

/** With `--format json` it writes a `SnapshotDiff`, with `--format jsonl` a `DiffEvent` in each line. */
export const diff = defineCommand({
  name: "diff",
  summary: "List the changes from one snapshot to another",
  details: "OLD and NEW are files; without NEW, OLD is compared with --snapshot or with a new " +
    "snapshot of ZITADEL. A new name is a change, not a removal and an addition.",
  operands: [{ name: "OLD", isPath: true }, { name: "NEW", isPath: true, optional: true }],
  options: {
    by: {
      ...byOption,
      default: "person",
      help: "How changes are grouped.",
      about: { person: "under each user", project: "under each project" },
    },
    format: {
      name: "format",
      type: choice("text", "json", "markdown", "jsonl"),
      unset: "text, json with --json",
      help: "The form of the result.",
      about: {
        text: "lines to read",
        json: "one object",
        markdown: "for tickets and comments",
        jsonl: "JSON, an event a line",
      },
    },
    ...compareOptions,
    ...sourceOptions,
  },
  inputs: {
    source: async (reading: InputContext<typeof sourceOptions>) => {
      const [, newPath] = reading.operands;
      return newPath === undefined
        ? await readSource(reading)
        : { value: { kind: "file" as const, path: newPath } };
    },
  },
  examples: [
    "zitadel-sync diff march.json april.json",
    "zitadel-sync diff march.json april.json --by project --format markdown",
  ],
  async run(context) {
    const { io, log, settings, operands: [oldPath], inputs: { source } } = context;
    const { ignoreDigest } = settings;
    const format = settings.format ?? (settings.json ? "json" : "text");
    if (oldPath === "-" && source.kind === "file" && source.path === "-") {
      throw new CliError("CONFIG_INVALID", "Only one of the two snapshots can come from stdin");
    }
    const old = await readSnapshot(oldPath, { io, log, ignoreDigest });
    const current = await loadSnapshot(context);
    warnOfReversal(log, { old, current, advice: "name the older one first" });
    const found = diffSnapshots(old, current, {
      anyOrganization: settings.anyOrganization,
      ignore: settings.ignore ?? [],
    });
    const events = toEvents(found, indexSnapshot(current));
    if (format === "json") {
      await writeJson(context, found);
    } else if (format === "jsonl") {
      await writeStdout(io, toLines(events));
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
  },
});

function* toLines(events: Iterable<DiffEvent>): Generator<string, void, undefined> {
  for (const event of events) yield `${toJsonLine(event)}\n`;
}
