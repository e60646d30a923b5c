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
  | "UNREACHABLE"
  | "RATE_LIMITED"
  | "API_ERROR"
  | "ABORTED";

/**
 * What a program may want to know of a {@linkcode SyncError}, as plain JSON data; which of it is there depends on the
 * code, and later releases may add to it.
 */
export interface SyncErrorDetails {
  /** The HTTP method and the path of the call that failed. */
  readonly request?: string;
  /** The HTTP status of the response. */
  readonly status?: number;
  /** ZITADEL's error id, such as `AUTH-7fs1e`. */
  readonly errorId?: string;
  /** `ORG_AMBIGUOUS`: how many organizations there are. */
  readonly total?: number;
  /** `ORG_AMBIGUOUS`: the organizations to choose from, 20 of them at most, with their names as ZITADEL has them. */
  readonly organizations?: readonly { readonly id: string; readonly name: string }[];
  /** `PERMISSION_MISSING`: the permissions that the token lacks. */
  readonly permissions?: readonly string[];
  /** Anything else. */
  readonly [name: string]: unknown;
}

/** What a {@linkcode SyncError} may carry beside its code and message. */
export interface SyncErrorOptions {
  /** What the reader can do about it. Names of options of this library stand between backticks. */
  hint?: string | undefined;
  /** The facts behind the message, for programs. */
  details?: SyncErrorDetails | undefined;
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
 *   hint: "Check `organizationId`",
 *   details: { status: 403 },
 * });
 * if (error.code === "ORG_NOT_FOUND") console.error(error.hint, error.details?.status);
 * ```
 */
export class SyncError extends Error {
  /** What went wrong. */
  readonly code: SyncErrorCode;
  /** What the reader can do about it. Names of options of this library stand between backticks. */
  readonly hint?: string;
  /** The facts behind the message, for programs. */
  readonly details?: SyncErrorDetails;

  /** An error of the given code; `message` says what happened and where. */
  constructor(code: SyncErrorCode, message: string, options: SyncErrorOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.name = "SyncError";
    this.code = code;
    if (options.hint !== undefined) this.hint = options.hint;
    if (options.details !== undefined) this.details = options.details;
  }
}
