/**
 * Numbers for Prometheus, in its text format 0.0.4.
 *
 * @module
 */
import { LIST_NAMES } from "../snapshot/contract.ts";
import type { Store } from "./store.ts";

/** How many requests were answered, by route, method and status. */
export interface RequestCounts {
  /** Counts one. */
  add(route: string, method: string, status: number): void;
  /** All counts. */
  entries(): Iterable<readonly [labels: RequestLabels, count: number]>;
}

/** What a request is counted by. */
export interface RequestLabels {
  /** The path of the route; `other` where there is none. */
  route: string;
  /** The method; `other` for one that no route takes. */
  method: string;
  /** The status of the answer. */
  status: number;
}

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST"]);

/** Counts that begin at nothing. */
export function createRequestCounts(): RequestCounts {
  const counts = new Map<string, { labels: RequestLabels; count: number }>();
  return {
    add(route, method, status) {
      const key = `${route} ${method} ${status}`;
      const found = counts.get(key);
      if (found !== undefined) {
        found.count++;
        return;
      }
      const labels = { route, method: METHODS.has(method) ? method : "other", status };
      // What clients make up must not grow the memory.
      const known = METHODS.has(method) ? key : `${route} other ${status}`;
      const entry = counts.get(known) ?? { labels, count: 0 };
      entry.count++;
      counts.set(known, entry);
    },
    *entries() {
      for (const { labels, count } of counts.values()) yield [labels, count];
    },
  };
}

/** What {@linkcode metricsText} tells of. */
export interface MetricsOptions {
  /** The snapshot and its syncs. */
  store: Store;
  /** The requests that were answered. */
  requests: RequestCounts;
  /** The time in milliseconds since 1970. */
  now: number;
}

type Samples = readonly (readonly [labels: Record<string, string | number>, value: number])[];

/** All numbers. */
export function metricsText({ store, requests, now }: MetricsOptions): string {
  const current = store.current();
  const status = store.status();
  const { lastSuccess, lastFailure } = status;
  const single = (value: number | undefined): Samples => value === undefined ? [] : [[{}, value]];
  const metrics: [name: string, type: "gauge" | "counter", help: string, samples: Samples][] = [
    [
      "snapshot_age_seconds",
      "gauge",
      "How old the snapshot is that is answered",
      single(current && Math.max(0, (now - current.completedAt) / 1000)),
    ],
    [
      "snapshot_completed_timestamp_seconds",
      "gauge",
      "When the snapshot that is answered was complete",
      single(current && current.completedAt / 1000),
    ],
    ["snapshot_bytes", "gauge", "How long the snapshot is as JSON", single(current?.plain.length)],
    [
      "snapshot_rows",
      "gauge",
      "How many rows the lists of the snapshot have",
      current === undefined
        ? []
        : LIST_NAMES.map((list) => [{ list }, current.snapshot.counts[list]]),
    ],
    [
      "sync_duration_seconds",
      "gauge",
      "How long the last sync took that succeeded",
      single(lastSuccess && lastSuccess.durationMs / 1000),
    ],
    ["sync_running", "gauge", "Whether a sync runs", single(status.running ? 1 : 0)],
    [
      "sync_last_success_timestamp_seconds",
      "gauge",
      "When a sync last succeeded since the start",
      single(lastSuccess && lastSuccess.at / 1000),
    ],
    [
      "sync_last_failure_timestamp_seconds",
      "gauge",
      "When a sync last failed since the start",
      single(lastFailure && lastFailure.at / 1000),
    ],
    [
      "sync_failures_in_a_row",
      "gauge",
      "How many syncs have failed since the last that succeeded",
      single(status.failuresInARow),
    ],
    [
      "syncs_total",
      "counter",
      "How many syncs have succeeded",
      single(status.successes),
    ],
    [
      "sync_failures_total",
      "counter",
      "How many syncs have failed",
      [...status.failures].map(([code, count]) => [{ code }, count]),
    ],
    [
      "zitadel_requests_total",
      "counter",
      "How many requests ZITADEL has answered",
      single(status.requests + (status.running?.requests ?? 0)),
    ],
    [
      "zitadel_retries_total",
      "counter",
      "How many requests to ZITADEL were tried again",
      single(status.retries),
    ],
    [
      "state_keep_failed",
      "gauge",
      "Whether the snapshot could not be kept for after a restart",
      single(status.keepFailure ? 1 : 0),
    ],
    [
      "http_requests_total",
      "counter",
      "How many requests were answered",
      [...requests.entries()].map(([labels, count]) => [{ ...labels }, count]),
    ],
  ];
  return metrics.filter(([, , , samples]) => samples.length > 0)
    .map(([name, type, help, samples]) => {
      const lines = samples.map(([labels, value]) =>
        `zitadel_sync_${name}${labelText(labels)} ${value}`
      );
      return `# HELP zitadel_sync_${name} ${help}\n# TYPE zitadel_sync_${name} ${type}\n${
        lines.join("\n")
      }\n`;
    }).join("");
}

/** All labels are words of this program, so nothing in them needs escaping. */
function labelText(labels: Record<string, string | number>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}
