import type { Note, Snapshot } from "../../snapshot/types.ts";
import type { Log } from "./log.ts";
import { formatNote, formatVerification, listDifferences } from "../../snapshot/text/notes.ts";
import { formatCount } from "../../snapshot/text/format_count.ts";
import { formatDuration } from "./format_duration.ts";

export interface SummaryOptions {
  log: Log;
  requests: number;
  durationMs: number;
  file?: string | undefined;
}

/** The differences from events that are shown; the rest is counted. */
const TOLD_DIFFERENCES = 5;

/** Logs the counts, evidence and notes of a new snapshot. */
export function writeSummary(snapshot: Snapshot, options: SummaryOptions): void {
  const { organization, counts, verification, digest } = snapshot;
  const { log, requests, durationMs, file } = options;
  // There may be thousands that differ from events; all of them are findings.
  const differing = listDifferences(snapshot);
  const untold = new Set<Note>(differing.slice(TOLD_DIFFERENCES));
  const notes = snapshot.notes.filter((note) => !untold.has(note)).map((note) =>
    note.code === "other-organizations-unknown"
      ? `${formatNote(note)}; --org-id chooses one`
      : formatNote(note)
  );
  if (untold.size > 0) {
    notes.push(`${formatCount(untold.size, "more difference")}, which the command findings lists`);
  }
  const compared = formatVerification(snapshot);
  const lines = [
    `${organization.name ?? "Organization"} (${organization.id}): ${
      formatCount(counts.users, "user")
    }, ` +
    `${formatCount(counts.groups, "group")}, ${formatCount(counts.entitlements, "entitlement")}, ` +
    `${formatCount(counts.grants, "grant")}`,
    `complete after ${formatCount(requests, "request")} in ${formatDuration(durationMs)}`,
    ...(compared === undefined ? [] : [compared]),
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
    ...(verification && { verification }),
    notes,
    digest,
    ...(file === undefined ? {} : { file }),
  });
}
