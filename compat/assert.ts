/**
 * The part of `@std/assert` that the tests use, on Node's own `assert`.
 *
 * @module
 */
import nodeAssert from "node:assert/strict";

/** Fails unless `expr` is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  nodeAssert.ok(expr, msg);
}

/** Fails unless both are deeply equal. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  nodeAssert.deepStrictEqual(actual, expected, msg);
}

/** Fails if both are deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  nodeAssert.notDeepStrictEqual(actual, expected, msg);
}

/** Fails unless `actual` contains `expected`. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  nodeAssert.ok(
    actual.includes(expected),
    msg ?? `Expected actual: "${actual}" to contain: "${expected}".`,
  );
}

/** Fails unless `actual` matches `expected`. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  nodeAssert.match(actual, expected, msg);
}

/** Fails if `actual` matches `expected`. */
export function assertNotMatch(actual: string, expected: RegExp, msg?: string): void {
  nodeAssert.doesNotMatch(actual, expected, msg);
}

/** Fails unless `fn` rejects, with an instance of `ErrorClass` whose message includes `msgIncludes`. */
export async function assertRejects<E extends Error>(
  fn: () => PromiseLike<unknown>,
  // deno-lint-ignore no-explicit-any -- the signature of @std/assert
  ErrorClass: abstract new (...args: any[]) => E,
  msgIncludes = "",
): Promise<E> {
  let caught: unknown;
  try {
    await fn();
  } catch (error) {
    caught = error;
  }
  return check(caught, ErrorClass, msgIncludes);
}

/** Fails unless `fn` throws an instance of `ErrorClass` whose message includes `msgIncludes`. */
export function assertThrows<E extends Error>(
  fn: () => unknown,
  // deno-lint-ignore no-explicit-any -- the signature of @std/assert
  ErrorClass: abstract new (...args: any[]) => E,
  msgIncludes = "",
): E {
  let caught: unknown;
  try {
    fn();
  } catch (error) {
    caught = error;
  }
  return check(caught, ErrorClass, msgIncludes);
}

function check<E extends Error>(
  caught: unknown,
  // deno-lint-ignore no-explicit-any -- the signature of @std/assert
  ErrorClass: abstract new (...args: any[]) => E,
  msgIncludes: string,
): E {
  nodeAssert.ok(caught !== undefined, "Expected an error, but none was thrown.");
  nodeAssert.ok(caught instanceof ErrorClass, `Expected a ${ErrorClass.name}, got: ${caught}`);
  assertStringIncludes(caught.message, msgIncludes);
  return caught;
}
