/**
 * Taking a snapshot: organization, lists, result.
 *
 * @module
 */
import type { Snapshot } from "../snapshot/contract.ts";
import type { SyncEvent } from "./progress.ts";

/** The part of `fetch` that the client uses; a Hono app's `fetch` fits it. */
export type Fetch = (request: Request) => Promise<Response> | Response;

/** Waits for `ms` milliseconds, or rejects with the reason of `signal`. */
export type Delay = (ms: number, options?: { signal?: AbortSignal }) => Promise<void>;

/** What {@linkcode takeSnapshot} needs and may be told. */
export interface TakeSnapshotOptions {
  /** Where ZITADEL answers, such as `https://acme.zitadel.cloud`: an origin, without path, query or credentials. */
  instanceUrl: string | URL;
  /** The Personal Access Token of a service user with the role ORG_OWNER_VIEWER. */
  token: string;
  /** Which organization to read; by default the one that the token's user belongs to. */
  organizationId?: string;
  /** Ends the sync; its reason is what {@linkcode takeSnapshot} rejects with. */
  signal?: AbortSignal;
  /** Told what happens while the sync runs. */
  onProgress?: (event: SyncEvent) => void;
  /** Lets the token travel over plain `http` to hosts that are not this machine. @default {false} */
  allowHttp?: boolean;
  /** Rows a page, 1 to 1000. Unset: 1000, and lists that are longer are asked for as a whole first. */
  pageSize?: number;
  /** How many requests run side by side, 1 to 64. @default {4} */
  concurrency?: number;
  /** Requests a second at most; by default 40 on `zitadel.cloud` hosts, and no limit elsewhere. */
  maxRequestsPerSecond?: number;
  /** How long one attempt may take, in milliseconds. @default {30_000} */
  timeoutMs?: number;
  /** How often a request is tried at most. @default {5} */
  attempts?: number;
  /** Reads long lists once instead of proving that nothing moved; the evidence says so. @default {false} */
  singlePass?: boolean;
  /** Sends the requests. @default {fetch} */
  fetch?: Fetch;
  /** The time in milliseconds since 1970. @default {Date.now} */
  now?: () => number;
  /** Waits between attempts. */
  delay?: Delay;
}

/** Reads an organization. */
export function takeSnapshot(_options: TakeSnapshotOptions): Promise<Snapshot> {
  throw new Error("not yet");
}
