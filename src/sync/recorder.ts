/**
 * The reports and the evidence of the lists of one sync.
 *
 * @module
 */
import type { Evidence } from "../snapshot/types.ts";
import { type ListName, SOURCE_NAMES, type SourceName } from "../snapshot/lists.ts";
import { byCodeUnit } from "../snapshot/order.ts";
import type { ListEvidence, ListReading } from "../zitadel/lists/list_source.ts";
import { type List, type ListsContext, read } from "../zitadel/api/lists.ts";
import type { SyncEvent } from "./progress.ts";

/** A list that ZITADEL announces longer than it is. */
export interface MiscountedList {
  list: ListName;
  reported: number;
  distinct: number;
}

/** Reads lists and remembers how each was proven. */
export interface Recorder {
  /** The context for a list, or for the part of it that belongs to a group. */
  contextFor(list: SourceName, signal: AbortSignal, groupId?: string): ListsContext;
  /** Reads a list, or the part of it that belongs to a group, and adds its evidence. @throws As `read`. */
  read<W, T>(
    list: SourceName,
    source: List<W, T>,
    signal: AbortSignal,
    groupId?: string,
  ): Promise<T[]>;
  /** Adds the evidence of a list that was read otherwise. */
  add(list: SourceName, reading: Pick<ListReading<unknown>, "evidence">, groupId?: string): void;
  /** Reports that a list is complete. */
  finish(list: SourceName, rows: number): void;
  /** The evidence in the order of the lists, then of the groups: what is read side by side ends in any order. */
  evidence(): Evidence[];
  /** The lists that are announced longer than they are. */
  readonly miscounted: readonly MiscountedList[];
}

export function createRecorder(
  context: ListsContext,
  report: (event: SyncEvent) => void,
): Recorder {
  const evidence: Evidence[] = [];
  const miscounted: MiscountedList[] = [];
  const sums = new Map(SOURCE_NAMES.map((list) => [list, { received: 0, reported: 0 }]));

  const recorder: Recorder = {
    contextFor(list, signal, groupId) {
      const sum = sums.get(list)!;
      let before = { received: 0, reported: 0 };
      return {
        ...context,
        signal,
        onRows(rows) {
          sum.received += rows.received - before.received;
          sum.reported += rows.reported - before.reported;
          before = rows;
          report({ kind: "rows", list, ...sum, requests: context.client.requests });
        },
        onReread: (reason) =>
          report({ kind: "reread", list, ...(groupId !== undefined && { groupId }), reason }),
      };
    },
    async read(list, source, signal, groupId) {
      const reading = await read(recorder.contextFor(list, signal, groupId), source);
      recorder.add(list, reading, groupId);
      const { reported, distinct } = reading.evidence;
      // Of no other list but that of users is this believed.
      if (reading.announcedTooMany && list === "users") {
        miscounted.push({ list, reported, distinct });
      }
      return reading.rows;
    },
    add(list, reading, groupId) {
      evidence.push(toEvidence(list, groupId, reading.evidence));
    },
    finish(list, rows) {
      const requests = evidence.filter((entry) => entry.list === list)
        .reduce((sum, entry) => sum + entry.requests, 0);
      report({ kind: "list", list, rows, requests });
    },
    evidence() {
      const key = ({ list, groupId = "" }: Evidence) => `${SOURCE_NAMES.indexOf(list)} ${groupId}`;
      return evidence.toSorted((a, b) => byCodeUnit(key(a), key(b)));
    },
    miscounted,
  };
  return recorder;
}

function toEvidence(
  list: SourceName,
  groupId: string | undefined,
  evidence: ListEvidence,
): Evidence {
  return { list, ...(groupId !== undefined && { groupId }), ...evidence };
}
