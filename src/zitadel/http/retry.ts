/**
 * Trying again: how often, and how long to wait in between.
 *
 * @module
 */
import { parseHttpDate } from "../../http_date.ts";
import { judgePermanence, type Outcome } from "./outcome.ts";

/** Waits for `ms` milliseconds, or rejects with the reason of `signal`. */
export type Delay = (ms: number, options?: { signal?: AbortSignal | undefined }) => Promise<void>;

/** The wait before the second attempt, in milliseconds; it doubles with each further one. */
const FIRST_WAIT_MS = 500;

/** The longest wait between two attempts, whatever `Retry-After` asks for, in milliseconds. */
const LONGEST_WAIT_MS = 60_000;

/** How long what may pass is tried where no number of attempts is given, in milliseconds: as long as a restart takes. */
const PATIENCE_MS = 60_000;

/** How often it is tried at least, whatever time each attempt takes. */
const LEAST_ATTEMPTS = 5;

/** The longest step within that time, in milliseconds: a server that is back is to be noticed soon. */
const LONGEST_PATIENT_STEP_MS = 10_000;

/** How often an outcome is seen at most before it is believed although it may be database trouble in disguise. */
const DOUBTFUL_ATTEMPTS = 3;

export interface RetryOptions {
  /** How many attempts there are at most, the first included; by default as many as a minute takes, and five at least. */
  attempts?: number | undefined;
  /** Whether the token has been accepted before. */
  isTokenAccepted: () => boolean;
  now: () => number;
  signal?: AbortSignal | undefined;
  delay: Delay;
  random: () => number;
  /** Learns of each wait before it. */
  onRetry: (outcome: Outcome, next: { attempt: number; waitMs: number }) => void;
}

/**
 * Makes attempts until one is final or there are none left, and gives back the last outcome.
 *
 * Every request that this program sends only reads, so repeating one is always safe, a POST too.
 */
export async function retry(
  attempt: () => Promise<Outcome>,
  { attempts, isTokenAccepted, now, signal, delay, random, onRetry }: RetryOptions,
): Promise<Outcome> {
  const startedAt = now();
  const longestStepMs = attempts === undefined ? LONGEST_PATIENT_STEP_MS : Infinity;
  let waitedMs = 0;
  let hasFailed = false;
  for (let n = 1;; n++) {
    const outcome = await attempt();
    // Where the database stops, a refused connection or a 503 comes before or after the 401.
    const permanence = judgePermanence(outcome, {
      isTokenAccepted: hasFailed || isTokenAccepted(),
    });
    hasFailed ||= permanence === "temporary";
    // Waits count by themselves as well: a clock may be set back.
    const isPatienceOver = n >= LEAST_ATTEMPTS &&
      Math.max(waitedMs, now() - startedAt) >= PATIENCE_MS;
    const isOver = attempts === undefined ? isPatienceOver : n >= attempts;
    if (permanence === "final" || isOver) return outcome;
    if (permanence === "doubtful" && n >= DOUBTFUL_ATTEMPTS) return outcome;
    // A server that asks to be asked at once, or since long ago, may be in as much trouble as any other.
    const asked = "retryAfterMs" in outcome ? outcome.retryAfterMs ?? 0 : 0;
    const backoff = jitter(Math.min(FIRST_WAIT_MS * 2 ** (n - 1), longestStepMs), random());
    const waitMs = Math.min(Math.max(backoff, asked), LONGEST_WAIT_MS);
    onRetry(outcome, { attempt: n + 1, waitMs });
    await delay(waitMs, { signal });
    waitedMs += waitMs;
  }
}

/** Half of an exponential step is certain, the other half is random: clients that failed together come back apart. */
function jitter(stepMs: number, random: number): number {
  return stepMs * (0.5 + random / 2);
}

/**
 * The wait that a `Retry-After` asks for, in milliseconds: it comes in seconds or as a date, which is measured against
 * `now`. `undefined` for none or one that makes no sense.
 */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const ms = parseHttpDate(text) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** Waits by the runtime's own timer. */
export const realDelay: Delay = (ms, { signal } = {}) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", abort, { once: true });
  });
