/**
 * Metrics in the text format 0.0.4 of Prometheus.
 *
 * @module
 */
import { listNames } from "../snapshot/lists.ts";
import { listRows } from "../snapshot/types.ts";
import type { Published } from "./published.ts";
import type { Store, StoreStatus } from "./store.ts";

/** Counts of answered requests by route, method and status. */
export interface RequestCounts {
  add(route: string, method: string, status: number): void;
  entries(): Iterable<readonly [labels: RequestLabels, count: number]>;
}

export interface RequestLabels {
  /** The path of the route; `other` if there is none. */
  route: string;
  /** The method; `other` if no route takes it. */
  method: string;
  status: number;
}

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST"]);

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
      // Methods that clients make up must not fill the memory.
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

export interface MetricsOptions {
  store: Store;
  requests: RequestCounts;
  now: number;
}

interface Measured {
  current: Published | undefined;
  status: StoreStatus;
  requests: RequestCounts;
  now: number;
}

type Labels = Readonly<Record<string, string | number>>;

/** A value, or one for each set of labels; `undefined` while there is none. */
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
    help: "Age of the snapshot that is answered",
    read: ({ current, now }) => current && Math.max(0, (now - current.completedAt) / 1000),
  },
  {
    name: "snapshot_completed_timestamp_seconds",
    type: "gauge",
    help: "Time of completion of the snapshot that is answered",
    read: ({ current }) => current && current.completedAt / 1000,
  },
  {
    name: "snapshot_bytes",
    type: "gauge",
    help: "Length of the snapshot as JSON",
    read: ({ current }) => current?.plain.length,
  },
  {
    name: "snapshot_rows",
    type: "gauge",
    help: "Number of rows in each list of the snapshot",
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
    help: "Duration of the last successful sync",
    read: ({ status: { lastSuccess } }) => lastSuccess && lastSuccess.durationMs / 1000,
  },
  {
    name: "sync_running",
    type: "gauge",
    help: "1 while a sync runs",
    read: ({ status }) => status.running ? 1 : 0,
  },
  {
    name: "sync_last_success_timestamp_seconds",
    type: "gauge",
    help: "Time of the last successful sync since the start",
    read: ({ status: { lastSuccess } }) => lastSuccess && lastSuccess.at / 1000,
  },
  {
    name: "sync_last_failure_timestamp_seconds",
    type: "gauge",
    help: "Time of the last failed sync since the start",
    read: ({ status: { lastFailure } }) => lastFailure && lastFailure.at / 1000,
  },
  {
    name: "sync_failures_in_a_row",
    type: "gauge",
    help: "Number of failed syncs since the last successful one",
    read: ({ status }) => status.failuresInARow,
  },
  {
    name: "syncs_total",
    type: "counter",
    help: "Number of successful syncs",
    read: ({ status }) => status.successes,
  },
  {
    name: "sync_failures_total",
    type: "counter",
    help: "Number of failed syncs",
    read: ({ status }) => [...status.failures].map(([code, count]) => [{ code }, count]),
  },
  {
    name: "zitadel_requests_total",
    type: "counter",
    help: "Number of requests that ZITADEL answered",
    read: ({ status }) => status.requests + (status.running?.requests ?? 0),
  },
  {
    name: "zitadel_retries_total",
    type: "counter",
    help: "Number of requests to ZITADEL that were sent again",
    read: ({ status }) => status.retries,
  },
  {
    name: "state_keep_failed",
    type: "gauge",
    help: "1 if the last attempt to save the snapshot failed",
    read: ({ status }) => status.saveFailure ? 1 : 0,
  },
  {
    name: "http_requests_total",
    type: "counter",
    help: "Number of answered requests",
    read: ({ requests }) =>
      [...requests.entries()].map(([labels, count]) => [{ ...labels }, count]),
  },
];

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

/** Formats labels. They are words of this program, so none needs escaping. */
function formatLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}
