import { serializeSnapshot } from "../../snapshot/serialize.ts";
import { takeSnapshot } from "../../sync/take_snapshot.ts";
import type { Context } from "../context.ts";
import { inspectTarget, writeTarget } from "../files/write_output.ts";
import { createProgress } from "../terminal/progress.ts";
import { refuseLoss } from "../files/shrink_guard.ts";
import { snapshotOptions } from "../args/snapshot_options.ts";
import { writeStdout } from "../terminal/stdout.ts";
import { writeSummary } from "../terminal/summary.ts";

/** `sync`: reads an organization and writes the snapshot. */
export async function sync(context: Context): Promise<number> {
  const { io, unmasked, settings, log, line } = context;
  const { out, maxShrink } = settings;
  const startedAt = io.now();
  const target = out === "-" || out === "/dev/stdout"
    ? undefined
    : await inspectTarget(out, { writes: "snapshot", force: settings.force === true });

  const onProgress = createProgress({ log, line, now: io.now });
  const snapshot = await takeSnapshot({ ...snapshotOptions(context), onProgress });
  line?.clear();

  const chunks = serializeSnapshot(snapshot, { pretty: settings.pretty === true });
  if (target === undefined) {
    await writeStdout(unmasked, chunks);
  } else {
    if (target.previous !== undefined) {
      refuseLoss(target.previous, snapshot, { path: target.path, maxShrink });
    }
    await writeTarget(target, chunks, io.signal);
  }
  writeSummary(snapshot, { log, durationMs: io.now() - startedAt, file: target?.path });
  return 0;
}
