import type { Snapshot } from "../../snapshot/contract.ts";
import type { Log } from "./log.ts";
import { formatNote } from "../../snapshot/query/notes.ts";
import { formatCount, formatDuration } from "./format_count.ts";

/** What {@linkcode writeSummary} shows beside the snapshot. */
export interface SummaryOptions {
  /** Where it goes. */
  log: Log;
  /** How long it all took, in milliseconds. */
  durationMs: number;
  /** The file that was written, if any. */
  file?: string | undefined;
}

/** Tells at the end what was read, and what is worth knowing about it. */
export function writeSummary(snapshot: Snapshot, options: SummaryOptions): void {
  const { organization, counts, evidence, digest } = snapshot;
  const { log, durationMs, file } = options;
  const requests = evidence.reduce((sum, entry) => sum + entry.requests, 0);
  const notes = snapshot.notes.map((note) =>
    note.code === "other-organizations-unknown"
      ? `${formatNote(note)}; --org-id chooses one`
      : formatNote(note)
  );
  const lines = [
    `${organization.name ?? "Organization"} (${organization.id}): ${
      formatCount(counts.users, "user")
    }, ` +
    `${formatCount(counts.groups, "group")}, ${formatCount(counts.entitlements, "entitlement")}, ` +
    `${formatCount(counts.grants, "grant")}`,
    `complete after ${formatCount(requests, "request")} for lists in ${formatDuration(durationMs)}`,
    ...notes.map((note) => `note: ${note}`),
    digest,
    ...(file === undefined ? [] : [`written to ${file}`]),
  ];
  log.write("info", lines.join("\n"), {
    event: "summary",
    organization,
    counts,
    requests,
    durationMs,
    notes,
    digest,
    ...(file === undefined ? {} : { file }),
  });
}
