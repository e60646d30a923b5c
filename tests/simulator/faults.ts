/**
 * Faults of one request, between a client and ZITADEL or inside ZITADEL.
 *
 * @module
 */
import { refuse } from "./answers.ts";
import { type Refusal, refusals } from "./errors.ts";
import { isConnectPath, refuseConnect } from "./v2/connect.ts";

/** One thing that goes wrong. */
export type Fault =
  /** No connection: the request is rejected before anything was read. */
  | { kind: "refuse" }
  /** The connection breaks after this many bytes of the answer's body; by default after half of it. */
  | { kind: "reset"; afterBytes?: number }
  /** No answer, ever: until the request's signal aborts. */
  | { kind: "hang" }
  /** Another answer than ZITADEL's. */
  | { kind: "answer"; status: number; headers: Record<string, string>; body: string }
  /** An error answer of ZITADEL. */
  | { kind: "refusal"; refusal: Refusal }
  /** The answer's text, changed: cut, for instance. */
  | { kind: "retext"; change: (text: string) => string }
  /** The answer to another request: its JSON, changed. */
  | { kind: "request"; change: (body: unknown) => unknown }
  /** The answer's JSON, changed. */
  | { kind: "rewrite"; change: (body: unknown) => unknown }
  /** The answer with other headers. */
  | { kind: "headers"; headers: Record<string, string> }
  /** A body of this many bytes, sent as fast as it is read. */
  | { kind: "huge"; bytes: number }
  /** The answer in pieces, with a pause before each. */
  | { kind: "slow"; chunkBytes: number; pauseMs: number };

/** The error of `fetch` when a connection ends. */
export class NoAnswer extends TypeError {}

const HTML = { "content-type": "text/html; charset=utf-8" };
const html = (title: string) =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;

function refusalFault(refusal: Refusal): Fault {
  return { kind: "refusal", refusal };
}

/** Changes the rows of a list, by whatever name the answer has for it. */
function rowsFault(change: (rows: unknown[]) => unknown[]): Fault {
  return {
    kind: "rewrite",
    change: (body) =>
      Object.fromEntries(
        Object.entries(body as object).map(([name, value]) => [
          name,
          Array.isArray(value) ? change(value) : value,
        ]),
      ),
  };
}

/** The answer to the same request with another page in it. */
function pageFault(change: (query: { offset?: number; limit?: number }) => object): Fault {
  return {
    kind: "request",
    change: (body) => {
      const fields = (body ?? {}) as Record<string, object | undefined>;
      const name = "pagination" in fields ? "pagination" : "query";
      return { ...fields, [name]: { ...fields[name], ...change(fields[name] ?? {}) } };
    },
  };
}

/** Faults by name. */
export const faults = {
  refused: (): Fault => ({ kind: "refuse" }),
  reset: (afterBytes?: number): Fault =>
    afterBytes === undefined ? { kind: "reset" } : { kind: "reset", afterBytes },
  hang: (): Fault => ({ kind: "hang" }),
  slow: (chunkBytes: number, pauseMs: number): Fault => ({ kind: "slow", chunkBytes, pauseMs }),
  huge: (bytes: number): Fault => ({ kind: "huge", bytes }),

  /** The edge's rate limit. `retryAfter` as it stands in the header: seconds or an HTTP date. */
  tooManyRequests: (retryAfter?: string): Fault => ({
    kind: "answer",
    status: 429,
    headers: { ...HTML, ...(retryAfter === undefined ? {} : { "retry-after": retryAfter }) },
    body: html("429 Too Many Requests"),
  }),
  badGateway: (): Fault => ({
    kind: "answer",
    status: 502,
    headers: HTML,
    body: html("502 Bad Gateway"),
  }),
  /** A proxy's 503. */
  serviceUnavailable: (retryAfter?: string): Fault => ({
    kind: "answer",
    status: 503,
    headers: { ...HTML, ...(retryAfter === undefined ? {} : { "retry-after": retryAfter }) },
    body: html("503 Service Temporarily Unavailable"),
  }),
  gatewayTimeout: (): Fault => ({
    kind: "answer",
    status: 504,
    headers: HTML,
    body: html("504 Gateway Time-out"),
  }),
  redirect: (location: string, status = 302): Fault => ({
    kind: "answer",
    status,
    headers: { location },
    body: "",
  }),
  /** A page of HTML with status 200, as of a captive portal. */
  portal: (): Fault => ({ kind: "answer", status: 200, headers: HTML, body: html("Welcome") }),
  answer: (status: number, headers: Record<string, string> = {}, body = ""): Fault => ({
    kind: "answer",
    status,
    headers,
    body,
  }),

  /** 500 with code 13. */
  databaseOfUsers: (): Fault => refusalFault(refusals.databaseOfUsers),
  /** 500 with code 2. */
  databaseOfGrants: (): Fault => refusalFault(refusals.databaseOfGrants),
  /** 503 with code 14. */
  unavailable: (): Fault => refusalFault(refusals.unavailable),
  deadlineExceeded: (): Fault => refusalFault(refusals.deadlineExceeded),
  blocked: (): Fault => refusalFault(refusals.blocked),
  quotaExhausted: (): Fault => refusalFault(refusals.quotaExhausted),
  messageTooLarge: (bytes = 4_275_335): Fault =>
    refusalFault(refusals.messageTooLarge(bytes, 4_194_304)),
  messageTooLargeToSend: (bytes = 12_173_821): Fault =>
    refusalFault(refusals.messageTooLargeToSend(bytes, 10_485_760)),
  limitExceeded: (): Fault => refusalFault(refusals.limitExceeded),
  tokenInvalid: (): Fault => refusalFault(refusals.tokenInvalid),
  organizationUnknown: (): Fault => refusalFault(refusals.organizationUnknown),
  membershipNotFound: (): Fault => refusalFault(refusals.membershipNotFound),
  permissionMissing: (): Fault => refusalFault(refusals.permissionMissing),
  notFound: (): Fault => refusalFault(refusals.notFound),

  /** Half of the text, well framed as HTTP. */
  cutJson: (): Fault => ({
    kind: "retext",
    change: (text) => text.slice(0, Math.ceil(text.length / 2)),
  }),
  /** Nothing at all, with status 200. */
  emptyBody: (): Fault => ({ kind: "retext", change: () => "" }),
  /** Valid JSON of another shape. */
  wrongShape: (body: unknown = { result: "no list" }): Fault => ({
    kind: "rewrite",
    change: () => body,
  }),
  rewrite: (change: (body: unknown) => unknown): Fault => ({ kind: "rewrite", change }),
  /** The right body under another type. */
  contentType: (type = "text/plain"): Fault => ({
    kind: "headers",
    headers: { "content-type": type },
  }),
  /** The first page, whatever the offset. */
  ignoreOffset: (): Fault => pageFault(() => ({ offset: 0 })),
  /** The same page for ever. */
  repeatPage: (offset: number): Fault => pageFault(() => ({ offset })),
  /** No more rows than this, without a word. */
  capPage: (rows: number): Fault =>
    pageFault(({ limit }) => ({ limit: limit ? Math.min(Number(limit), rows) : rows })),
  /** Another total than there is. */
  announce: (change: (total: number) => number): Fault => ({
    kind: "rewrite",
    change: (body) => {
      const fields = body as Record<string, { totalResult?: string } | undefined>;
      const name = "pagination" in fields ? "pagination" : "details";
      const total = change(Number(fields[name]?.totalResult ?? 0));
      return { ...fields, [name]: { ...fields[name], totalResult: String(total) } };
    },
  }),
  /** JSON with status 200 that is no answer of ZITADEL's: of a gateway, for instance. */
  foreignJson: (body: unknown = { status: "ok" }): Fault => ({
    kind: "answer",
    status: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  }),
  /** Leaves a row out of the page; the total still counts it. */
  dropRow: (index = 0): Fault => rowsFault((rows) => rows.filter((_, at) => at !== index)),
  /** Puts a row into the page in place of the next one. */
  repeatRow: (index = 0): Fault =>
    rowsFault((rows) => rows.map((row, at) => at === index + 1 ? rows[index] : row)),
  /** Changes the rows of the page. */
  rows: (change: (rows: unknown[]) => unknown[]): Fault => rowsFault(change),
};

/** Applies a fault to an answer. Rejects with {@linkcode NoAnswer} if the fault prevents an answer. */
export async function applyFault(
  fault: Fault,
  { request, body, answer, now }: {
    request: Request;
    /** The text of the request. */
    body: string;
    /** Answers it, or the same request with another text. */
    answer: (body?: string) => Promise<Response>;
    now: number;
  },
): Promise<Response> {
  switch (fault.kind) {
    case "refuse":
      throw new NoAnswer(
        `error sending request for url (${request.url}): client error (Connect): tcp connect error: Connection refused (os error 111)`,
      );
    case "hang":
      await aborted(request.signal);
      throw request.signal.reason;
    case "answer":
      return new Response(fault.body === "" ? null : fault.body, fault);
    case "refusal":
      return isConnectPath(new URL(request.url).pathname)
        ? refuseConnect(fault.refusal)
        : refuse(fault.refusal, now);
    case "huge":
      return new Response(padding(fault.bytes), {
        headers: { "content-type": "application/json" },
      });
  }
  if (fault.kind === "request") {
    return await answer(JSON.stringify(fault.change(JSON.parse(body || "{}"))));
  }
  const response = await answer();
  const { status } = response;
  const headers = new Headers(response.headers);
  const text = await response.text();
  switch (fault.kind) {
    case "headers":
      for (const [name, value] of Object.entries(fault.headers)) headers.set(name, value);
      return new Response(text, { status, headers });
    case "retext":
      return new Response(fault.change(text), { status, headers });
    case "rewrite":
      return new Response(JSON.stringify(fault.change(JSON.parse(text))), { status, headers });
    case "reset": {
      const bytes = new TextEncoder().encode(text);
      const end = fault.afterBytes ?? Math.floor(bytes.length / 2);
      return new Response(broken(bytes.slice(0, end)), { status, headers });
    }
    case "slow": {
      const body = inPieces(new TextEncoder().encode(text), fault, request.signal);
      return new Response(body, { status, headers });
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function broken(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  let sent = false;
  return new ReadableStream({
    pull(controller) {
      if (!sent && bytes.length > 0) controller.enqueue(bytes);
      else controller.error(new NoAnswer("error reading a body from connection"));
      sent = true;
    },
  }, { highWaterMark: 0 });
}

/** A valid empty list, with so much space in it. */
function padding(bytes: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  const space = new Uint8Array(65_536).fill(32);
  let left = bytes - 2;
  return new ReadableStream({
    start: (controller) => controller.enqueue(Uint8Array.of(123)),
    pull(controller) {
      if (left > 0) controller.enqueue(space.slice(0, Math.min(left, space.length)));
      else {
        controller.enqueue(Uint8Array.of(125));
        controller.close();
      }
      left -= space.length;
    },
  }, { highWaterMark: 0 });
}

function inPieces(
  bytes: Uint8Array<ArrayBuffer>,
  { chunkBytes, pauseMs }: { chunkBytes: number; pauseMs: number },
  signal: AbortSignal,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let offset = 0;
  let stop = () => {};
  return new ReadableStream({
    start(controller) {
      const onAbort = () => {
        stop();
        controller.error(signal.reason);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      stop = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
      };
    },
    pull(controller) {
      return new Promise((resolve) => {
        timer = setTimeout(() => {
          controller.enqueue(bytes.slice(offset, offset + chunkBytes));
          offset += chunkBytes;
          if (offset >= bytes.length) {
            stop();
            controller.close();
          }
          resolve();
        }, pauseMs);
      });
    },
    cancel: () => stop(),
  }, { highWaterMark: 0 });
}
