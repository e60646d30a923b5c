/**
 * One error class with a closed set of codes.
 *
 * @module
 */

/**
 * A closed set of codes that callers can switch over. Unlike the messages, codes stay the same across releases.
 *
 * | code | for example |
 * |---|---|
 * | `CONFIG_INVALID` | `instanceUrl` has a path; `pageSize` is 0; two snapshots of different organizations are compared |
 * | `AUTH_REJECTED` | ZITADEL answers 401 `AUTH-7fs1e`: the token has expired, or its user is locked |
 * | `PERMISSION_MISSING` | the token's user may read users, but not `user.grant.read` |
 * | `ORG_NOT_FOUND` | there is no organization with the id `organizationId`, or it has been removed |
 * | `ORG_AMBIGUOUS` | the token may read the whole instance, which has several organizations, and none was named |
 * | `INSTANCE_NOT_FOUND` | the host is no domain of an instance, or answers with a redirect |
 * | `INCONSISTENT` | a list kept changing in a way that leaves no proof that all of it was read |
 * | `FOREIGN_ROW` | a user of another organization is in the list of this one's users |
 * | `RESPONSE_INVALID` | a proxy answers 200 with a sign-in page; a list has no `details.totalResult` |
 * | `SNAPSHOT_INVALID` | a file is cut off, was changed by hand, or is of a newer version |
 * | `UNREACHABLE` | the host's name cannot be resolved, its certificate is not trusted, five attempts timed out |
 * | `RATE_LIMITED` | ZITADEL answers 429 to every attempt, or the instance has used up its quota |
 * | `API_ERROR` | ZITADEL answers 500 to every attempt |
 * | `ABORTED` | a program ended what it had begun; the library itself rejects with the reason of `signal` |
 *
 * @example What a program may do about each
 * ```ts
 * import type { SyncError } from "@zitadel-sync/zitadel-sync";
 *
 * // Whether to try again later, to ask somebody, or to stop.
 * function decide({ code, details }: SyncError): string {
 *   switch (code) {
 *     case "CONFIG_INVALID":
 *       return "stop: an option is wrong, and stays so";
 *     case "AUTH_REJECTED":
 *       return "ask for a new Personal Access Token";
 *     case "PERMISSION_MISSING":
 *       return `ask for ${details?.permissions?.join(", ") ?? "the role ORG_OWNER_VIEWER"}`;
 *     case "ORG_NOT_FOUND":
 *       return "check organizationId";
 *     case "ORG_AMBIGUOUS":
 *       return `choose one of ${details?.organizations?.map(({ id }) => id).join(", ")}`;
 *     case "INSTANCE_NOT_FOUND":
 *       return "check instanceUrl";
 *     case "INCONSISTENT":
 *       return "try again when the organization changes less";
 *     case "FOREIGN_ROW":
 *     case "RESPONSE_INVALID":
 *       return `look at what stands between here and ZITADEL: ${details?.request ?? ""}`;
 *     case "SNAPSHOT_INVALID":
 *       return "take a new snapshot";
 *     case "UNREACHABLE":
 *     case "RATE_LIMITED":
 *     case "API_ERROR":
 *       return `try again later: status ${details?.status ?? "none"}`;
 *     case "ABORTED":
 *       return "nothing: it was asked for";
 *   }
 * }
 * ```
 */
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
 * The facts of a {@linkcode SyncError} as plain JSON data, for programs. The code decides which facts there are; later
 * releases may add some.
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

/** Optional parts of a {@linkcode SyncError}. */
export interface SyncErrorOptions {
  /** Advice for the reader. Names of options of this library stand between backticks. */
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
 * import { SyncError, takeSnapshot } from "@zitadel-sync/zitadel-sync";
 *
 * try {
 *   await takeSnapshot({ instanceUrl: "https://acme.zitadel.cloud/ui/console", token: "…" });
 * } catch (error) {
 *   if (!(error instanceof SyncError)) throw error;
 *   console.error(error.code, error.message, error.hint);
 *   // CONFIG_INVALID The instance URL must be an origin, but it has a path Write https://acme.zitadel.cloud
 * }
 * ```
 */
export class SyncError extends Error {
  /** The kind of failure. */
  readonly code: SyncErrorCode;
  /** Advice for the reader. Names of options of this library stand between backticks. */
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
