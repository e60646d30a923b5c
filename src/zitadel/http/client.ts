/**
 * One authorized, validated call.
 *
 * @module
 */
import { z } from "zod";
import { SyncError } from "../../errors.ts";
import { TOOL } from "../../version.ts";
import { attempt, type Fetch } from "./attempt.ts";
import { toSyncError } from "./failure.ts";
import { createRateLimit } from "./rate_limit.ts";
import { describeOutcome, type Outcome, type PageTooLarge } from "./outcome.ts";
import { readResponse } from "./read_response.ts";
import { type Delay, retry, type RetryOptions } from "./retry.ts";

export interface ClientOptions {
  instanceUrl: URL;
  token: string;
  /** How long one attempt may take, in milliseconds. */
  timeoutMs: number;
  /** How often a call is tried at most; by default what may pass is tried for a minute. */
  attempts?: number | undefined;
  concurrency: number;
  /** How many requests start in a second at most; no limit if absent. */
  maxRequestsPerSecond?: number | undefined;
  fetch: Fetch;
  now: () => number;
  delay: Delay;
  timer: Delay;
  random: () => number;
  onRetry?: (retry: Retry) => void;
  /** Learns, once, that ZITADEL announces the end of a path. */
  onDeprecation?: (deprecation: Deprecation) => void;
}

/** The announcement that a path will go. */
export interface Deprecation {
  request: string;
  /** The header `Deprecation`: `@` and a time in seconds since 1970, a date, or `true`. */
  deprecation: string;
  /** The header `Sunset`: the date on which the path goes. */
  sunset?: string;
}

/** An attempt that is made again. */
export interface Retry {
  request: string;
  reason: string;
  /** Which attempt comes next: 2 is the first repetition. */
  attempt: number;
  /** How long it waits before that, in milliseconds. */
  waitMs: number;
  /** Whether no other call has been made again since one was last answered. */
  isFirst: boolean;
}

/** One call of ZITADEL's API. */
export interface Call<T> {
  method: "GET" | "POST";
  /** The path, its variable parts escaped. */
  path: string;
  /** The organization that the call is about; without it, the one of the token's user. */
  organizationId?: string | undefined;
  body?: unknown;
  schema: z.ZodType<T>;
  signal?: AbortSignal | undefined;
  /** `false`: the token is not sent. @default {true} */
  authorize?: boolean;
}

/** The result of a call for a page of a list. */
export type PageResult<T> =
  | {
    kind: "page";
    value: T;
    /** How long its text was, in bytes. */
    bytes: number;
    /** How long the attempt took that brought it, in milliseconds. */
    elapsedMs: number;
  }
  | PageTooLarge;

/** Calls ZITADEL's API as one token. */
export interface Client {
  /** How many requests have been sent, each attempt counted. */
  readonly requests: number;
  /** The answer of a call. @throws {SyncError} See {@linkcode toSyncError}; `RESPONSE_INVALID` for another shape. */
  call<T>(call: Call<T>): Promise<T>;
  /** The answer of a call for a page, which may be too large for ZITADEL. @throws {SyncError} As `call`. */
  page<T>(call: Call<T>): Promise<PageResult<T>>;
}

/** A client that sends every request, and every attempt, within the limits of `options`. */
export function createClient(options: ClientOptions): Client {
  const { instanceUrl } = options;
  const sender = createSender(options);

  async function ask<T>(call: Call<T>, isPage: boolean): Promise<PageResult<T>> {
    const outcome = await sender.send(call, isPage);
    if (outcome.kind === "page-too-large") return outcome;
    if (outcome.kind !== "json") throw toSyncError(outcome, { ...call, instanceUrl });
    const result = call.schema.safeParse(outcome.value);
    if (!result.success) throw unexpectedShape(call, result.error);
    const { bytes, elapsedMs } = outcome;
    return { kind: "page", value: result.data, bytes, elapsedMs };
  }

  async function call<T>(call: Call<T>): Promise<T> {
    const result = await ask(call, false);
    if (result.kind === "page") return result.value;
    throw toSyncError(result, { ...call, instanceUrl });
  }

  return {
    get requests() {
      return sender.requests;
    },
    call,
    page: (call) => ask(call, true),
  };
}

/** Sends calls, each as often as its outcomes deserve. */
interface Sender {
  readonly requests: number;
  send(call: Call<unknown>, isPage: boolean): Promise<Outcome>;
}

function createSender(options: ClientOptions): Sender {
  const { attempts, now, delay, timer, random, fetch, timeoutMs } = options;
  const limit = createRateLimit({
    concurrency: options.concurrency,
    maxPerSecond: options.maxRequestsPerSecond,
    now,
    delay,
  });

  let requests = 0;
  let isTokenAccepted = false;
  let isInTrouble = false;
  let isDeprecated = false;

  async function send(call: Call<unknown>, isPage: boolean): Promise<Outcome> {
    const { signal } = call;
    const request = `${call.method} ${call.path}`;
    const url = new URL(call.path, options.instanceUrl);
    const init = toRequest(call, options.token);
    const onRetry: RetryOptions["onRetry"] = (outcome, next) => {
      const isFirst = !isInTrouble;
      isInTrouble = true;
      options.onRetry?.({ request, reason: describeOutcome(outcome), ...next, isFirst });
    };
    // A failed call keeps its place while it waits: a server in trouble gets fewer requests.
    const leave = await limit.enter();
    try {
      return await retry(async () => {
        signal?.throwIfAborted();
        await limit.pace(signal);
        const sentAt = now();
        requests++;
        const result = await attempt(url, init, {
          ...{ fetch, timeoutMs, timer, isPage, signal },
        });
        if (result.kind !== "response") return result;
        const deprecation = readDeprecation(result.headers);
        if (deprecation !== undefined && !isDeprecated) {
          isDeprecated = true;
          options.onDeprecation?.({ request, ...deprecation });
        }
        const receivedAt = now();
        const outcome = readResponse(result, { receivedAt, elapsedMs: receivedAt - sentAt });
        if (outcome.kind === "json") {
          isInTrouble = false;
          isTokenAccepted ||= call.authorize !== false;
        }
        return outcome;
      }, {
        ...{ attempts, now, signal, delay, random, onRetry },
        isTokenAccepted: () => isTokenAccepted,
      });
    } finally {
      leave();
    }
  }

  return {
    get requests() {
      return requests;
    },
    send,
  };
}

function readDeprecation(headers: Headers): Omit<Deprecation, "request"> | undefined {
  const deprecation = headers.get("deprecation");
  const sunset = headers.get("sunset");
  // It goes into a log: nothing that is not a time in some form.
  const isTime = (text: string) => /^[\w@,:+ -]{1,60}$/.test(text);
  if (deprecation === null || !isTime(deprecation)) return undefined;
  return { deprecation, ...(sunset !== null && isTime(sunset) && { sunset }) };
}

function toRequest(
  { method, organizationId, body, authorize = true }: Call<unknown>,
  token: string,
): RequestInit {
  return {
    method,
    headers: {
      "accept": "application/json",
      // ZITADEL translates its messages; the ids do not need it, a person who reads the traffic does.
      "accept-language": "en",
      "content-type": "application/json",
      "user-agent": `${TOOL.name}/${TOOL.version}`,
      ...(authorize && { authorization: `Bearer ${token}` }),
      ...(organizationId !== undefined && { "x-zitadel-orgid": organizationId }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
}

function unexpectedShape({ method, path }: Call<unknown>, error: z.ZodError): SyncError {
  // Where it differs and what was expected there; never what was found, which may be personal data.
  const [issue] = error.issues;
  const where = issue === undefined || issue.path.length === 0
    ? "the answer"
    : z.core.toDotPath(issue.path);
  const request = `${method} ${path}`;
  return new SyncError(
    "RESPONSE_INVALID",
    `${request} answered 200 with JSON of another shape than ZITADEL's: ${where}: ${
      describeIssue(issue)
    }`,
    {
      hint: "Check that the instance URL is ZITADEL itself, and not a proxy or another service",
      details: { request, status: 200 },
    },
  );
}

/** The expectation, and at most the type of the value. */
function describeIssue(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return "unknown";
  if (issue.code === "unrecognized_keys") return "expected nothing there";
  return issue.message.replace(/^Invalid (?:input|string): /, "");
}
