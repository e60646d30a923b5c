/**
 * The errors of the program, and the library's errors in the words of the command line.
 *
 * @module
 */
import { SyncError, type SyncErrorCode, type SyncErrorDetails } from "../errors.ts";
import { TOOL } from "../version.ts";

/** The codes of errors that only a program meets. `NOTHING_FOUND` is an answer, reported like an error. */
export type CliErrorCode =
  | "CONFIG_INVALID"
  | "SHRUNK"
  | "UNREACHABLE"
  | "OUTPUT_FAILED"
  | "LISTEN_FAILED"
  | "NOTHING_FOUND";

/** The code of anything that ends the program; `INTERNAL` is a bug. */
export type ErrorCode = SyncErrorCode | CliErrorCode | "INTERNAL";

export interface CliErrorOptions {
  /** Advice, in the words of the command line. */
  hint?: string | undefined;
  cause?: unknown;
}

/** An error of options, files or ports; one of ZITADEL or a snapshot is a `SyncError`. */
export class CliError extends Error {
  readonly code: CliErrorCode;
  readonly hint?: string;

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
  timeoutMs: "--timeout",
  token: "--pat-file",
  verify: "--verify",
};

/**
 * A hint of the library in the words of the command line: of `` `organizationId: "123"` `` it makes `--org-id 123`, of
 * `` `allowHttp: true` `` `--allow-http`, of `` `pageSize` `` `--page-size`.
 */
export function toFlags(hint: string): string {
  return hint.replace(/`(\w+)(?:: ([^`]+))?`/g, (written, option: string, value?: string) => {
    const flag = Object.hasOwn(FLAGS, option) ? FLAGS[option]! : written;
    return value === undefined || value === "true" || flag === written
      ? flag
      : `${flag} ${value.replace(/^"(.*)"$/, "$1")}`;
  });
}

/** An error as the program reports it. */
export interface DescribedError {
  code: ErrorCode;
  message: string;
  /** Advice, in the words of the command line. */
  hint?: string;
  details?: SyncErrorDetails;
}

/** Describes an error for its report; an unforeseen one is a bug. */
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
