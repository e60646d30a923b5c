/**
 * What can go wrong in the program, and how errors of the library read on its command line.
 *
 * @module
 */
import { SyncError, type SyncErrorCode, type SyncErrorDetails } from "../errors.ts";
import { TOOL } from "../version.ts";

/** What only a program can meet; `NOTHING_FOUND` is an answer that is reported as an error is. */
export type CliErrorCode =
  | "CONFIG_INVALID"
  | "SHRUNK"
  | "UNREACHABLE"
  | "OUTPUT_FAILED"
  | "LISTEN_FAILED"
  | "NOTHING_FOUND";

/** The code of anything that ends the program; `INTERNAL` is a bug. */
export type ErrorCode = SyncErrorCode | CliErrorCode | "INTERNAL";

/** What a {@linkcode CliError} may carry beside its code and message. */
export interface CliErrorOptions {
  /** What the reader can do about it, in the words of the command line. */
  hint?: string | undefined;
  /** The original error. */
  cause?: unknown;
}

/** What flags, files and ports end in; what ZITADEL and snapshots end in is a `SyncError`. */
export class CliError extends Error {
  /** What went wrong. */
  readonly code: CliErrorCode;
  /** What the reader can do about it. */
  readonly hint?: string;

  /** An error of the given code; `message` says what happened and where. */
  constructor(code: CliErrorCode, message: string, options: CliErrorOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.name = "CliError";
    this.code = code;
    if (options.hint !== undefined) this.hint = options.hint;
  }
}

/** The flag for each option of the library that a hint names. */
export const FLAGS: Readonly<Record<string, string>> = {
  allowHttp: "--allow-http",
  anyOrganization: "--any-organization",
  attempts: "--attempts",
  concurrency: "--concurrency",
  fetch: "--ca-file",
  ignoreDigest: "--ignore-digest",
  include: "--include",
  instanceUrl: "--instance-url",
  maxRequestsPerSecond: "--max-rps",
  organizationId: "--org-id",
  pageSize: "--page-size",
  singlePass: "--single-pass",
  timeoutMs: "--timeout",
  token: "--pat-file",
  verify: "--verify",
};

/**
 * A hint of the library in the words of the command line: of `` `organizationId: "123"` `` it makes `--org-id 123`, of
 * `` `singlePass: true` `` `--single-pass`, of `` `pageSize` `` `--page-size`.
 */
export function toFlags(hint: string): string {
  return hint.replace(/`(\w+)(?:: ([^`]+))?`/g, (written, option: string, value?: string) => {
    const flag = Object.hasOwn(FLAGS, option) ? FLAGS[option]! : written;
    return value === undefined || value === "true" || flag === written
      ? flag
      : `${flag} ${value.replace(/^"(.*)"$/, "$1")}`;
  });
}

/** An error as the program tells it. */
export interface DescribedError {
  /** What went wrong. */
  code: ErrorCode;
  /** What happened and where. */
  message: string;
  /** What the reader can do about it, in the words of the command line. */
  hint?: string;
  /** The facts behind the message. */
  details?: SyncErrorDetails;
}

/** Says what ends the program; an error that nobody foresaw is a bug. */
export function describeError(error: unknown): DescribedError {
  if (error instanceof CliError) {
    const { code, message, hint } = error;
    return { code, message, ...(hint !== undefined && { hint }) };
  }
  if (error instanceof SyncError) {
    const { code, message, hint, details } = error;
    return {
      code,
      message,
      ...(hint !== undefined && { hint: toFlags(hint) }),
      ...(details !== undefined && { details }),
    };
  }
  return {
    code: "INTERNAL",
    message: `This is a bug in ${TOOL.name} ${TOOL.version}: ${
      error instanceof Error ? error.message : String(error)
    }`,
    hint: "Please report it, with what --log-level debug shows",
  };
}
