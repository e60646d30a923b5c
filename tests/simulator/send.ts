/**
 * The way of a request through the simulator: seen, disturbed, answered.
 *
 * @module
 */
import type { Hono } from "hono";
import { parseBearer, userOfToken } from "./authorize.ts";
import { applyFault, NoAnswer } from "./faults.ts";
import type { SeenRequest, Simulator, SimulatorOptions } from "./options.ts";

/** Answers a request. */
export async function send(
  request: Request,
  { app, simulator, options, advance }: {
    app: Hono;
    simulator: Simulator;
    options: SimulatorOptions;
    /** Lets late views catch up. */
    advance: () => void;
  },
): Promise<Response> {
  request.signal.throwIfAborted();
  const text = await request.text();
  const seen = see(request, text, simulator);
  simulator.requests.push(seen);
  const fault = await options.onRequest?.(seen, simulator);
  await pause(options.latencyMs ?? 0, request.signal);

  const { method, headers, url } = request;
  const body = method === "GET" || method === "HEAD" ? null : text;
  const answer = async (changed = body) => {
    options.beforeAnswer?.(simulator);
    advance();
    return await app.fetch(new Request(url, { method, headers, body: changed }));
  };
  const now = (options.now ?? Date.now)();
  try {
    const response = fault
      ? await applyFault(fault, { request, body: text, answer, now })
      : await answer();
    seen.status = response.status;
    return followed(request, response);
  } finally {
    await options.afterRequest?.(seen, simulator);
  }
}

function see(request: Request, text: string, { requests, state }: Simulator): SeenRequest {
  const url = new URL(request.url);
  const token = parseBearer(request.headers.get("authorization"));
  let body: unknown = text === "" ? undefined : text;
  try {
    body = JSON.parse(text);
  } catch { /* it is shown as the text that it is */ }
  return {
    number: requests.length + 1,
    method: request.method,
    path: url.pathname + url.search,
    organizationId: request.headers.get("x-zitadel-orgid") ?? undefined,
    authorized: userOfToken(state, token) !== undefined,
    token,
    body,
  };
}

/** Treats a redirect as `fetch` does, as far as that is possible without a network. */
function followed(request: Request, response: Response): Response {
  if (response.status < 300 || response.status > 399 || request.redirect === "manual") {
    return response;
  }
  if (request.redirect === "error") throw new NoAnswer("Encountered redirect");
  throw new Error("Cannot follow a redirect: put the simulator behind a port, with listen()");
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
