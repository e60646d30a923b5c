/**
 * What can go wrong, as one error class with a closed set of codes.
 *
 * @module
 */

/** What went wrong, as a closed set that callers can switch over. Stable across releases, unlike the messages. */
export type SyncErrorCode =
  | "CONFIG_INVALID"
  | "AUTH_REJECTED"
  | "PERMISSION_MISSING"
  | "ORG_NOT_FOUND"
  | "ORG_AMBIGUOUS"
  | "INSTANCE_NOT_FOUND"
  | "INCONSISTENT"
  | "FOREIGN_ROW"
  | "RESPONSE_INVALID"
  | "SNAPSHOT_INVALID"
  | "SHRUNK"
  | "UNREACHABLE"
  | "RATE_LIMITED"
  | "API_ERROR"
  | "OUTPUT_FAILED"
  | "ABORTED";

/**
 * The exit code of the command line for each {@linkcode SyncErrorCode}.
 *
 * `ABORTED` is 130 after SIGINT; after SIGTERM the command line answers 143 instead.
 */
export const EXIT_CODES: Readonly<Record<SyncErrorCode, number>> = {
  CONFIG_INVALID: 2,
  AUTH_REJECTED: 3,
  PERMISSION_MISSING: 3,
  ORG_NOT_FOUND: 4,
  ORG_AMBIGUOUS: 4,
  INSTANCE_NOT_FOUND: 4,
  INCONSISTENT: 5,
  FOREIGN_ROW: 5,
  RESPONSE_INVALID: 5,
  SNAPSHOT_INVALID: 5,
  SHRUNK: 5,
  UNREACHABLE: 6,
  RATE_LIMITED: 6,
  API_ERROR: 6,
  OUTPUT_FAILED: 7,
  ABORTED: 130,
};

/** What a {@linkcode SyncError} may carry beside its code and message. */
export interface SyncErrorOptions {
  /** What the reader can do about it. */
  hint?: string | undefined;
  /** The original error. */
  cause?: unknown;
}

/**
 * The only error that this library throws on purpose.
 *
 * Messages name the HTTP method, the path, the status and ZITADEL's error id where there are such; never headers,
 * bodies or the token.
 *
 * @example
 * ```ts
 * import { SyncError } from "./errors.ts";
 *
 * const error = new SyncError("ORG_NOT_FOUND", "Organization 123 does not exist", {
 *   hint: "Check --org-id",
 * });
 * if (error.code === "ORG_NOT_FOUND") console.error(error.hint);
 * ```
 */
export class SyncError extends Error {
  /** What went wrong. */
  readonly code: SyncErrorCode;
  /** What the reader can do about it. */
  readonly hint?: string;

  /** An error of the given code; `message` says what happened and where. */
  constructor(code: SyncErrorCode, message: string, options: SyncErrorOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.name = "SyncError";
    this.code = code;
    if (options.hint !== undefined) this.hint = options.hint;
  }
}
