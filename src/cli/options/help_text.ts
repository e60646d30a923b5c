import type { Command, Operand } from "../command.ts";
import { DIFFERENT, EXIT_CODES, FINDINGS, INCOMPLETE, NOTHING_FOUND } from "../exit_codes.ts";
import { wrapText } from "../output/wrap.ts";
import { formatOption } from "./option.ts";

/** The exit codes and what they mean. */
export const EXITS: readonly (readonly [codes: string, meaning: string])[] = [
  ["0", "done"],
  ["1", "a bug in this program"],
  [exit("CONFIG_INVALID"), "wrong options, environment or files"],
  [exit("AUTH_REJECTED"), "the token is refused, or may not read what is needed"],
  [exit("ORG_NOT_FOUND"), "no such organization or instance, or several to choose from"],
  [exit("INCONSISTENT"), "ZITADEL answered, but nothing to trust; or too much is gone"],
  [exit("UNREACHABLE"), "no answer, or not now"],
  [exit("OUTPUT_FAILED"), "the snapshot could not be written; the old file is untouched"],
  [exit("LISTEN_FAILED"), "serve cannot have its port, certificate or state file"],
  [`${DIFFERENT}`, "diff: the snapshots differ"],
  [`${NOTHING_FOUND}`, "nobody or nothing matches"],
  [`${FINDINGS}`, "findings: there are some that --fail-on names"],
  [`${INCOMPLETE}`, "review apply --require-complete: there are grants without a decision"],
  [`${exit("ABORTED")}, 143`, "interrupted by SIGINT, SIGTERM"],
];

/** What there is: all commands in a line each. Lines are at most 100 characters. */
export function formatOverview(commands: readonly Command[]): string {
  return [
    "Who holds which role in which ZITADEL project: completely, or not at all.",
    "",
    "Usage: zitadel-sync <command> [options]",
    "",
    "Commands:",
    ...pairs(commands.map(({ name, summary }) => [name, summary])),
    "",
    "Try it without an instance:  zitadel-sync demo",
    "Options of a command:        zitadel-sync help sync",
    "",
    "Settings come from the command line, then the environment, then the file named by --config.",
    "",
    "Exit codes:",
    ...pairs(EXITS),
    "",
  ].join("\n");
}

/** What a command does, and its options. Lines are at most 100 characters. */
export function formatHelp({ name, details, examples, operands, options }: Command): string {
  const rows = Object.entries(options).map(([key, option]): [string, string] => {
    const { env = [], file, help } = option;
    const fallback = option.default ?? option.unset;
    const facts = [
      ...(fallback === undefined ? [] : [`default: ${fallback}`]),
      ...(env.length === 0 ? [] : [env.join(", ")]),
      ...(file ? [key] : []),
    ];
    return [formatOption(option), facts.length === 0 ? help : `${help} [${facts.join("; ")}]`];
  });
  return [
    `Usage: zitadel-sync ${[name, ...operands.map(formatOperand)].join(" ")} [options]`,
    "",
    ...wrapText(details, 98),
    "",
    "Options [default; environment; key in the file of --config]:",
    ...pairs(rows),
    "",
    examples.length === 1 ? "Example:" : "Examples:",
    ...examples.map((example) => `  ${example}`),
    "",
  ].join("\n");
}

function formatOperand({ name, optional, many }: Operand): string {
  const shown = many ? `${name}...` : name;
  return optional ? `[${shown}]` : shown;
}

function exit(code: keyof typeof EXIT_CODES): string {
  return String(EXIT_CODES[code]);
}

/** Names on the left, explanations beside them; long names have the line for themselves. */
function pairs(rows: readonly (readonly [left: string, right: string])[]): string[] {
  const width = Math.min(24, Math.max(...rows.map(([left]) => left.length)));
  return rows.flatMap(([left, right]) => {
    const lines = wrapText(right, 100 - width - 4);
    const indent = `  ${"".padEnd(width)}  `;
    const [first, ...rest] = lines;
    return left.length > width
      ? [`  ${left}`, ...lines.map((line) => indent + line)]
      : [`  ${left.padEnd(width)}  ${first}`, ...rest.map((line) => indent + line)];
  });
}
