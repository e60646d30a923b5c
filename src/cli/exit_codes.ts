/**
 * Exit codes that are answers, not errors.
 *
 * @module
 */

/** `diff` found differences. */
export const DIFFERENT = 10;

/** Nobody or nothing matches. */
export const NOTHING_FOUND = 11;

/** `findings` found something of the severity that `--fail-on` names, or above. */
export const FINDINGS = 12;
