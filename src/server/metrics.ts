/**
 * Numbers for Prometheus, in its text format 0.0.4.
 *
 * @module
 */
import { listNames } from "../snapshot/lists.ts";
import { listRows } from "../snapshot/types.ts";
import type { Published } from "./published.ts";
import type { Store, StoreStatus } from "./store.ts";

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
  /** The status of the response. */
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

/** What {@linkcode formatMetrics} tells of. */
export interface MetricsOptions {
  /** The snapshot and its syncs. */
  store: Store;
  /** The requests that were answered. */
  requests: RequestCounts;
  /** The time in milliseconds since 1970. */
  now: number;
}

interface Measured {
  current: Published | undefined;
  status: StoreStatus;
  requests: RequestCounts;
  now: number;
}

type Labels = Readonly<Record<string, string | number>>;

/** One value, or one for each set of labels; nothing while there is nothing to tell. */
type Samples = number | undefined | readonly (readonly [labels: Labels, value: number])[];

interface Metric {
  name: string;
  type: "gauge" | "counter";
  help: string;
  read: (measured: Measured) => Samples;
}

const METRICS: readonly Metric[] = [
  {
    name: "snapshot_age_seconds",
    type: "gauge",
    help: "How old the snapshot is that is answered",
    read: ({ current, now }) => current && Math.max(0, (now - current.completedAt) / 1000),
  },
  {
    name: "snapshot_completed_timestamp_seconds",
    type: "gauge",
    help: "When the snapshot that is answered was complete",
    read: ({ current }) => current && current.completedAt / 1000,
  },
  {
    name: "snapshot_bytes",
    type: "gauge",
    help: "How long the snapshot is as JSON",
    read: ({ current }) => current?.plain.length,
  },
  {
    name: "snapshot_rows",
    type: "gauge",
    help: "How many rows the lists of the snapshot have",
    read: ({ current }) =>
      current &&
      listNames(current.snapshot).map((list) => [
        { list },
        listRows(current.snapshot, list).length,
      ]),
  },
  {
    name: "sync_duration_seconds",
    type: "gauge",
    help: "How long the last sync took that succeeded",
    read: ({ status: { lastSuccess } }) => lastSuccess && lastSuccess.durationMs / 1000,
  },
  {
    name: "sync_running",
    type: "gauge",
    help: "Whether a sync runs",
    read: ({ status }) => status.running ? 1 : 0,
  },
  {
    name: "sync_last_success_timestamp_seconds",
    type: "gauge",
    help: "When a sync last succeeded since the start",
    read: ({ status: { lastSuccess } }) => lastSuccess && lastSuccess.at / 1000,
  },
  {
    name: "sync_last_failure_timestamp_seconds",
    type: "gauge",
    help: "When a sync last failed since the start",
    read: ({ status: { lastFailure } }) => lastFailure && lastFailure.at / 1000,
  },
  {
    name: "sync_failures_in_a_row",
    type: "gauge",
    help: "How many syncs have failed since the last that succeeded",
    read: ({ status }) => status.failuresInARow,
  },
  {
    name: "syncs_total",
    type: "counter",
    help: "How many syncs have succeeded",
    read: ({ status }) => status.successes,
  },
  {
    name: "sync_failures_total",
    type: "counter",
    help: "How many syncs have failed",
    read: ({ status }) => [...status.failures].map(([code, count]) => [{ code }, count]),
  },
  {
    name: "zitadel_requests_total",
    type: "counter",
    help: "How many requests ZITADEL has answered",
    read: ({ status }) => status.requests + (status.running?.requests ?? 0),
  },
  {
    name: "zitadel_retries_total",
    type: "counter",
    help: "How many requests to ZITADEL were tried again",
    read: ({ status }) => status.retries,
  },
  {
    name: "state_keep_failed",
    type: "gauge",
    help: "Whether the snapshot could not be saved for after a restart",
    read: ({ status }) => status.saveFailure ? 1 : 0,
  },
  {
    name: "http_requests_total",
    type: "counter",
    help: "How many requests were answered",
    read: ({ requests }) =>
      [...requests.entries()].map(([labels, count]) => [{ ...labels }, count]),
  },
];

/** All numbers. */
export function formatMetrics({ store, requests, now }: MetricsOptions): string {
  const measured = { current: store.current(), status: store.status(), requests, now };
  return METRICS.map((metric) => formatMetric(metric, measured)).join("");
}

function formatMetric({ name, type, help, read }: Metric, measured: Measured): string {
  const value = read(measured);
  const samples = typeof value === "number" ? [[{}, value] as const] : value ?? [];
  if (samples.length === 0) return "";
  const full = `zitadel_sync_${name}`;
  const lines = samples.map(([labels, value]) => `${full}${formatLabels(labels)} ${value}\n`);
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join("")}`;
}

/** All labels are words of this program, so nothing in them needs escaping. */
function formatLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}
