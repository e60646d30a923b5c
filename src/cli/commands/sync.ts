import { serializeSnapshot } from "../../snapshot/serialize.ts";
import { flag } from "../options/value_types.ts";
import { resultOptions, shrinkOptions, syncOptions } from "../options/shared_options.ts";
import { defineCommand } from "../command.ts";
import { readConnection } from "../input/connection.ts";
import { takeNew } from "../input/source.ts";
import { inspectTarget, writeTarget } from "../output/write_output.ts";
import { refuseLoss } from "../output/shrink_guard.ts";
import { writeStdout } from "../output/stdout.ts";
import { writeSummary } from "../output/summary.ts";

export const sync = defineCommand({
  name: "sync",
  summary: "Read an organization and write its snapshot",
  details: "Reads the users, projects, roles and user grants of one organization and writes them " +
    "as one JSON document: all of them, or none. It changes nothing in ZITADEL. The service user " +
    "needs the role ORG_OWNER_VIEWER.",
  options: {
    ...syncOptions,
    out: {
      ...resultOptions.out,
      env: ["ZITADEL_OUT"],
      file: true,
    },
    pretty: {
      name: "pretty",
      type: flag(),
      env: ["ZITADEL_PRETTY"],
      file: true,
      help: "Indent the JSON.",
      alias: ["indent"],
    },
    ...shrinkOptions,
    force: {
      ...resultOptions.force,
      help: "Replace the file at --out, whatever it contains and however many rows are gone.",
    },
  },
  inputs: { connection: readConnection },
  examples: [
    "zitadel-sync sync --instance-url https://acme.zitadel.cloud --pat-file pat.txt --out access.json",
    "ZITADEL_PAT=... zitadel-sync sync --config zitadel.json | jq .counts",
  ],
  async run(context) {
    const { io, rawIo, settings, inputs, log, progress } = context;
    const { out, maxShrink } = settings;
    const startedAt = io.now();
    const target = out === "-" || out === "/dev/stdout"
      ? undefined
      : await inspectTarget(out, { writes: "snapshot", force: settings.force });

    const snapshot = await takeNew(inputs.connection, progress);
    const chunks = serializeSnapshot(snapshot, { pretty: settings.pretty });
    if (target === undefined) {
      await writeStdout(rawIo, chunks);
    } else {
      if (target.previous !== undefined) {
        refuseLoss(target.previous, snapshot, { path: target.path, maxShrink });
      }
      await writeTarget(target, chunks, io.signal);
    }
    const { requests } = progress;
    writeSummary(snapshot, { log, requests, durationMs: io.now() - startedAt, file: target?.path });
    return 0;
  },
});
