/**
 * The part of `@std/testing/bdd` that the tests use.
 *
 * On `Deno.test` and its steps, as the real one is, and not on `node:test`: Deno runs that without its sanitizers, and a
 * response that nobody closed would pass.
 *
 * @module
 */

type Hook = () => void | Promise<void>;
type Step = { name: string; run: (context: Deno.TestContext) => void | Promise<void> };

interface Suite {
  steps: Step[];
  beforeAll: Hook[];
  afterAll: Hook[];
}

let current: Suite | undefined;

function suite(caller: string): Suite {
  if (current === undefined) throw new TypeError(`${caller}() stands in a describe()`);
  return current;
}

/** A group of tests, which `fn` defines. */
export function describe(name: string, fn: () => void): void {
  const outer = current;
  const own: Suite = { steps: [], beforeAll: [], afterAll: [] };
  current = own;
  try {
    fn();
  } finally {
    current = outer;
  }
  const run = async (context: Deno.TestContext) => {
    for (const hook of own.beforeAll) await hook();
    try {
      for (const step of own.steps) await context.step(step.name, step.run);
    } finally {
      for (const hook of own.afterAll) await hook();
    }
  };
  if (outer === undefined) Deno.test(name, run);
  else outer.steps.push({ name, run });
}

/** A test of the group. */
export function it(
  name: string,
  fn: () => void | Promise<void>,
): void {
  suite("it").steps.push({ name, run: fn });
}

/** Runs before the tests of the group. */
export function beforeAll(fn: Hook): void {
  suite("beforeAll").beforeAll.push(fn);
}

/** Runs after the tests of the group, whatever became of them. */
export function afterAll(fn: Hook): void {
  suite("afterAll").afterAll.push(fn);
}
