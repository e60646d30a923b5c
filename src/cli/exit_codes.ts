/**
 * The exit codes of the program.
 *
 * @module
 */
import type { ErrorCode } from "./errors.ts";

/** `diff` found differences. */
export const DIFFERENT = 10;

export const NOTHING_FOUND = 11;

/** `findings` found something of the severity of `--fail-on`, or above. */
export const FINDINGS = 12;

/** `review apply --require-complete` found undecided grants. */
export const INCOMPLETE = 13;

/** The exit code for each error. `ABORTED` is 130 after SIGINT; after SIGTERM the program answers 143 instead. */
export const EXIT_CODES: Readonly<Record<ErrorCode, number>> = {
  INTERNAL: 1,
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
  LISTEN_FAILED: 8,
  NOTHING_FOUND,
  ABORTED: 130,
};

/** The exit codes of a process that a signal ends. */
export const SIGNAL_EXIT_CODES = { SIGINT: EXIT_CODES.ABORTED, SIGTERM: 143 } as const;
