/**
 * The options of a sync.
 *
 * @module
 */
import { SyncError } from "../errors.ts";
import type { Fetch } from "../zitadel/http/attempt.ts";
import { type Client, createClient } from "../zitadel/http/client.ts";
import { parseInstanceUrl } from "../zitadel/http/instance_url.ts";
import {
  createServerLimits,
  MAX_PAGE_SIZE,
  type ServerLimits,
} from "../zitadel/lists/server_limits.ts";
import { type Delay, realDelay } from "../zitadel/http/retry.ts";
import { type Inclusion, INCLUSIONS } from "../zitadel/api/permissions.ts";
import type { SyncEvent } from "./progress.ts";

/** The defaults of {@linkcode TakeSnapshotOptions}, and the range of each. */
export const LIMITS = {
  pageSize: { min: 1, max: MAX_PAGE_SIZE, default: MAX_PAGE_SIZE },
  concurrency: { min: 1, max: 64, default: 4 },
  attempts: { min: 1, max: 20, default: undefined },
  timeoutMs: { min: 1, max: 3_600_000, default: 30_000 },
  maxRequestsPerSecond: { min: 0.1, max: 10_000, default: undefined },
  verifyPauseMs: { min: 0, max: 3_600_000, default: 20_000 },
} as const;

/** The limit that keeps a sync below the 50 requests a second and address of ZITADEL Cloud (its rate limit policy). */
export const CLOUD_REQUESTS_PER_SECOND = 40;

/** The parts of the world that a sync uses; you can replace each, in a test for instance. */
export interface Runtime {
  /** Sends the requests. @default {fetch} */
  fetch?: Fetch | undefined;
  /** The time in milliseconds since 1970. @default {Date.now} */
  now?: (() => number) | undefined;
  /** Waits between attempts. By default as long as it is told. */
  delay?: Delay | undefined;
  /**
   * Waits for the time that an attempt may take, which then ends; apart from `delay`, so that waits can be skipped where
   * attempts cannot. @default {a timer}
   */
  timer?: Delay | undefined;
  /** A random number from 0 up to 1, for the jitter of waits and the sizes of pages. @default {Math.random} */
  random?: (() => number) | undefined;
}

/** Options of {@linkcode takeSnapshot}. */
export interface TakeSnapshotOptions {
  /** Where ZITADEL answers, such as `https://acme.zitadel.cloud`: an origin, without path, query or credentials. */
  instanceUrl: string | URL;
  /** The Personal Access Token of a service user with the role ORG_OWNER_VIEWER. */
  token: string;
  /** Which organization to read; by default the one that the token's user belongs to. */
  organizationId?: string | undefined;
  /** Ends the sync; its reason is what the sync rejects with. */
  signal?: AbortSignal | undefined;
  /** Learns what happens while the sync runs. */
  onProgress?: ((event: SyncEvent) => void) | undefined;
  /** Lets the token travel over plain `http` to hosts that are not this machine. @default {false} */
  allowHttp?: boolean | undefined;
  /** Rows a page, 1 to 1000. Unset: 1000, and lists that are longer are asked for as a whole first. */
  pageSize?: number | undefined;
  /** How many requests run side by side, 1 to 64. @default {4} */
  concurrency?: number | undefined;
  /** Requests a second at most; by default 40 on `zitadel.cloud` hosts, and no limit elsewhere. */
  maxRequestsPerSecond?: number | undefined;
  /** How long one attempt at a request may take, in milliseconds. @default {30_000} */
  timeoutMs?: number | undefined;
  /**
   * How often a request is tried at most, 1 to 20. By default what may pass, such as a restart of ZITADEL, is tried for a
   * minute, and five times at least.
   */
  attempts?: number | undefined;
  /**
   * The parts to read beside users, projects, roles and user grants. `administrators`: those of the organization, its
   * projects, its project grants and, if the token may see them, the instance. `credentials`: the tokens, keys and client
   * secrets of machines, without the secrets. `history`: who gave each role of a project to whom, and when; for this the
   * token's user also needs the role IAM_OWNER_VIEWER, on the instance. @default {[]}
   */
  include?: readonly Inclusion[] | undefined;
  /**
   * `events`: compares the lists with what ZITADEL's events make, and tells what it has lost from its lists or keeps in
   * them. The token's user also needs the role IAM_OWNER_VIEWER, on the instance. By default nothing is compared.
   */
  verify?: "events" | undefined;
  /**
   * How long what differs may take to reach ZITADEL's lists before it is asked for again, in milliseconds: under load they
   * follow the events only seconds later. @default {20_000}
   */
  verifyPauseMs?: number | undefined;
  /** Network, clock, waits and randomness. By default the runtime's own. */
  runtime?: Runtime | undefined;
}

/** Checked options with every default filled in, and the client that they give. */
export interface Session {
  client: Client;
  instanceUrl: URL;
  organizationId: string | undefined;
  /** The limits of the server, as the lists of this sync learn them. */
  limits: ServerLimits;
  concurrency: number;
  include: readonly Inclusion[];
  verify: "events" | undefined;
  /** How long lists may lag behind events, in milliseconds. */
  verifyPauseMs: number;
  delay: Delay;
  now: () => number;
  random: () => number;
}

/**
 * Checks the options.
 *
 * @throws {SyncError} `CONFIG_INVALID`, naming the option and its range.
 */
export function openSession(options: TakeSnapshotOptions): Session {
  const {
    fetch = globalThis.fetch,
    now = Date.now,
    delay = realDelay,
    timer = realDelay,
    random = Math.random,
  } = options.runtime ?? {};
  for (const name of Object.keys(LIMITS) as (keyof typeof LIMITS)[]) {
    checkRange(name, options[name]);
  }
  const instanceUrl = parseInstanceUrl(String(options.instanceUrl), {
    allowHttp: options.allowHttp ?? false,
  });
  checkToken(options.token);
  const { organizationId } = options;
  // A caller in JavaScript may give anything.
  const isId = typeof organizationId === "string" && /^[\x21-\x7e]{1,200}$/.test(organizationId);
  if (organizationId !== undefined && !isId) {
    throw new SyncError("CONFIG_INVALID", "The organization's id is empty or not an id", {
      hint: "It is the number that ZITADEL's console shows as Resource Id",
    });
  }
  checkInclude(options.include);
  if (options.verify !== undefined && options.verify !== "events") {
    throw new SyncError("CONFIG_INVALID", `verify is ${options.verify}; it must be "events"`);
  }
  const timeoutMs = options.timeoutMs ?? LIMITS.timeoutMs.default;
  const concurrency = options.concurrency ?? LIMITS.concurrency.default;
  const client = createClient({
    instanceUrl,
    token: options.token,
    timeoutMs,
    attempts: options.attempts,
    concurrency,
    maxRequestsPerSecond: options.maxRequestsPerSecond ?? cloudLimit(instanceUrl),
    fetch: (request) => fetch(request),
    now,
    delay,
    timer,
    random,
    onRetry: (retry) => options.onProgress?.({ kind: "retry", ...retry }),
    onDeprecation: (deprecation) => options.onProgress?.({ kind: "deprecation", ...deprecation }),
  });
  const limits = createServerLimits({ pageSize: options.pageSize, timeoutMs });
  const { include = [], verify, verifyPauseMs = LIMITS.verifyPauseMs.default } = options;
  return {
    ...{ client, instanceUrl, organizationId, limits, concurrency, include },
    ...{ verify, verifyPauseMs, delay, now, random },
  };
}

function checkInclude(include: readonly string[] = []): void {
  const known: readonly string[] = INCLUSIONS;
  const wrong = include.find((one) => !known.includes(one));
  if (wrong === undefined) return;
  throw new SyncError("CONFIG_INVALID", `include holds ${wrong}; it can hold ${known.join(", ")}`);
}

/** A caller in JavaScript may give anything, such as a variable of the environment that is not set. */
function checkToken(token: unknown): void {
  if (typeof token === "string" && /^[\x21-\x7e]+$/.test(token)) return;
  const what = typeof token !== "string"
    ? `There is no token: it is ${token === null ? "null" : typeof token}, not a string`
    : token === ""
    ? "The token is empty"
    : "The token holds a space, a line break or another character that no token has";
  throw new SyncError("CONFIG_INVALID", what, {
    hint: typeof token === "string" && token !== ""
      ? "Copy the Personal Access Token again, without anything around it"
      : "Give a Personal Access Token as `token`",
  });
}

function cloudLimit({ hostname }: URL): number | undefined {
  const isCloud = /(?:^|\.)zitadel\.cloud\.?$/.test(hostname);
  return isCloud ? CLOUD_REQUESTS_PER_SECOND : undefined;
}

function checkRange(name: keyof typeof LIMITS, value: number | undefined): void {
  const { min, max } = LIMITS[name];
  const isWhole = name === "maxRequestsPerSecond"
    ? typeof value === "number"
    : Number.isInteger(value);
  if (value === undefined || (isWhole && value >= min && value <= max)) return;
  throw new SyncError("CONFIG_INVALID", `${name} is ${value}; it must be from ${min} to ${max}`);
}
