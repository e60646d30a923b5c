/**
 * Reading a snapshot: its form, and the promises that it makes about itself.
 *
 * @module
 */
import { z } from "zod";
import { SyncError } from "../errors.ts";
import { LIST_NAMES, type ListName, SNAPSHOT_FORMAT, SNAPSHOT_VERSION } from "./lists.ts";
import { SNAPSHOT } from "./schema.ts";
import type { Snapshot } from "./types.ts";

/**
 * Checks that `value` is a snapshot, and returns it as one. A string is taken as the JSON text of a snapshot.
 *
 * Besides the shape it checks the counts, the order of the lists, that no id is there twice, and that every reference
 * resolves. It does not check the digest: see `computeDigest`.
 *
 * @throws {SyncError} `SNAPSHOT_INVALID`: not JSON, not a snapshot, of a newer version, or self-contradictory.
 */
export function parseSnapshot(value: unknown): Snapshot {
  const json = typeof value === "string" ? parseJson(value) : value;
  refuseOtherDocuments(json);
  const result = SNAPSHOT.safeParse(json);
  if (!result.success) {
    throw invalid(`it does not fit the format: ${z.prettifyError(result.error)}`, result.error);
  }
  // The value itself, not zod's copy: keys that a later release added stay.
  const checked = json as Snapshot;
  refuseContradictions(checked);
  return checked;
}

function invalid(why: string, cause?: unknown): SyncError {
  return new SyncError("SNAPSHOT_INVALID", `Cannot read the snapshot: ${why}`, { cause });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // The parser's own message quotes the text, which holds personal data.
    if (text.trim() === "") throw invalid("it is empty", cause);
    const cut = text.trimEnd().endsWith("}") ? "" : "; it seems to be cut off";
    throw invalid(`it is not JSON (${text.length} characters${cut})`, cause);
  }
}

function refuseOtherDocuments(json: unknown): void {
  const { format, version } = (typeof json === "object" && json !== null ? json : {}) as {
    format?: unknown;
    version?: unknown;
  };
  if (format !== SNAPSHOT_FORMAT) {
    throw invalid(`it has no "format": "${SNAPSHOT_FORMAT}", so it is some other document`);
  }
  if (typeof version === "number" && version > SNAPSHOT_VERSION) {
    throw new SyncError(
      "SNAPSHOT_INVALID",
      `Cannot read the snapshot: its format has version ${version}, this release reads ${SNAPSHOT_VERSION}`,
      { hint: "Use a newer release of zitadel-sync" },
    );
  }
}

function refuseContradictions(snapshot: Snapshot): void {
  for (const name of LIST_NAMES) {
    const rows: readonly { id: string }[] | undefined = snapshot[name];
    if (rows?.length !== snapshot.counts[name]) {
      throw invalid(
        `counts.${name} is ${snapshot.counts[name]}, but ${rows?.length ?? "no"} rows follow`,
      );
    }
    refuseDisorder(name, rows ?? []);
  }
  refuseUnresolved(snapshot);
}

function refuseDisorder(name: ListName, rows: readonly { id: string }[]): void {
  for (let i = 1; i < rows.length; i++) {
    if (rows[i - 1]!.id < rows[i]!.id) continue;
    throw invalid(
      `${name} are not in the order of their ids, or one stands there twice (row ${i})`,
    );
  }
}

function refuseUnresolved(snapshot: Snapshot): void {
  const users = new Set(snapshot.users.map(({ id }) => id));
  const groups = new Set(snapshot.groups.map(({ id }) => id));
  const entitlements = new Map(snapshot.entitlements.map(({ id, groupId }) => [id, groupId]));
  snapshot.entitlements.forEach(({ groupId }, i) => {
    if (!groups.has(groupId)) throw invalid(`entitlements[${i}].groupId names no group`);
  });
  snapshot.grants.forEach(({ userId, groupId, entitlementId }, i) => {
    if (!users.has(userId)) throw invalid(`grants[${i}].userId names no user`);
    if (entitlements.get(entitlementId) !== groupId) {
      throw invalid(`grants[${i}].entitlementId names no entitlement of its group`);
    }
  });
  snapshot.credentials?.forEach(({ userId }, i) => {
    if (!users.has(userId)) throw invalid(`credentials[${i}].userId names no user`);
  });
}
