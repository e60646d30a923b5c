/**
 * The part of `@std/cli/parse-args` that the command line uses, on Node's own `parseArgs`.
 *
 * @module
 */
import { parseArgs as parse } from "node:util";

/** The settings of {@linkcode parseArgs}. */
export interface ParseOptions {
  /** Options whose values are text; `_` is what stands beside options. */
  string?: readonly string[];
  /** Options whose values come as a list of all that were given. */
  collect?: readonly string[];
  /** Whether what follows `--` comes apart from `_`. */
  "--"?: boolean;
}

/** Options by name, and what stands beside them. */
export interface Args {
  /** The words that are no options. */
  _: (string | number)[];
  /** The words after `--`. */
  "--": string[];
  /** The values of the options. */
  // deno-lint-ignore no-explicit-any -- the real one says the same
  [name: string]: any;
}

/** Takes arguments apart: words, and options as `--name=value`, of which `string` has all names. */
export function parseArgs(args: readonly string[], options: ParseOptions = {}): Args {
  const { string = [], collect = [], "--": apart = false } = options;
  const names = string.filter((name) => name !== "_");
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const { values, positionals } = parse({
    args: args.slice(0, end),
    allowPositionals: true,
    options: Object.fromEntries(
      names.map((name) => [name, { type: "string", multiple: collect.includes(name) }] as const),
    ),
  });
  const rest = args.slice(end + 1);
  return {
    ...Object.fromEntries(collect.map((name) => [name, []])),
    ...values,
    _: apart ? positionals : [...positionals, ...rest],
    ...apart && { "--": rest },
  } as Args;
}
