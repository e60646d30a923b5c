import type { Command, Operand } from "../command.ts";
import { DIFFERENT, EXIT_CODES, FINDINGS, INCOMPLETE, NOTHING_FOUND } from "../exit_codes.ts";
import { formatOption, formatOptionHelp } from "../options/option.ts";
import type { Io } from "../io.ts";
import { wrapText } from "./wrap.ts";

/** The exit codes and what they mean. */
export const EXITS: readonly (readonly [codes: string, meaning: string])[] = [
  ["0", "done"],
  ["1", "a bug in this program"],
  [exit("CONFIG_INVALID"), "wrong options, environment or files"],
  [exit("AUTH_REJECTED"), "the token is rejected, or lacks a permission"],
  [exit("ORG_NOT_FOUND"), "no such organization or instance, or several of them"],
  [exit("INCONSISTENT"), "an answer that cannot be trusted, or too many rows gone"],
  [exit("UNREACHABLE"), "no answer, or a temporary failure"],
  [exit("OUTPUT_FAILED"), "the snapshot could not be written; the old file is untouched"],
  [exit("LISTEN_FAILED"), "serve cannot use its port, certificate or state file"],
  [`${DIFFERENT}`, "diff: the snapshots differ"],
  [`${NOTHING_FOUND}`, "no row matches"],
  [`${FINDINGS}`, "findings: some are as severe as --fail-on"],
  [`${INCOMPLETE}`, "review apply --require-complete: some grants are undecided"],
  [`${exit("ABORTED")}, 143`, "interrupted by SIGINT, SIGTERM"],
];

/** The width of help outside of a terminal. */
const DEFAULT_WIDTH = 100;

/** The width of help on a stream: that of the terminal, if it is one. */
export function helpWidth(io: Io, stream: "stdout" | "stderr"): number {
  return io[`${stream}IsTerminal`] ? io.columns() : DEFAULT_WIDTH;
}

export function formatOverview(commands: readonly Command[], width: number): string {
  return [
    ...wrapText("Who holds which role in which ZITADEL project: completely, or not at all.", width),
    "",
    "Usage: zitadel-sync <command> [options]",
    "",
    "Commands:",
    ...pairs(commands.map(({ name, summary }) => [name, summary]), width),
    "",
    "Begin with:",
    ...pairs([
      ["zitadel-sync demo", "to try it without an instance"],
      ["zitadel-sync help sync", "for the options of a command"],
    ], width),
    "",
    ...wrapText(
      "Settings come from the command line, then the environment, then the file named by --config.",
      width,
    ),
    "",
    "Exit codes:",
    ...pairs(EXITS, width),
    "",
  ].join("\n");
}

/** The help of a command. Examples are not wrapped, so that they can be copied. */
export function formatHelp(
  { name, details, examples, operands, options }: Command,
  width: number,
): string {
  const rows = Object.entries(options).map(([key, option]): [string, string] => {
    const { env = [], file } = option;
    const help = formatOptionHelp(option);
    const fallback = option.default ?? option.unset;
    const facts = [
      ...(fallback === undefined ? [] : [`default: ${fallback}`]),
      ...(env.length === 0 ? [] : [env.join(", ")]),
      ...(file ? [key] : []),
    ];
    return [formatOption(option), facts.length === 0 ? help : `${help} [${facts.join("; ")}]`];
  });
  return [
    ...wrapText(
      `Usage: zitadel-sync ${[name, ...operands.map(formatOperand)].join(" ")} [options]`,
      width,
    ),
    "",
    ...wrapText(details, width),
    "",
    ...wrapText("Options [default; environment; key in the file of --config]:", width),
    ...pairs(rows, width),
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

/** Names on the left, explanations beside them; a long name stands on a line of its own. */
function pairs(
  rows: readonly (readonly [left: string, right: string])[],
  width: number,
): string[] {
  const longest = Math.max(...rows.map(([left]) => left.length));
  const column = Math.min(24, longest, Math.floor(width / 4));
  const indent = `  ${"".padEnd(column)}  `;
  return rows.flatMap(([left, right]) => {
    const lines = wrapText(right, width - indent.length);
    const [first, ...rest] = lines;
    return left.length > column
      ? [`  ${left}`, ...lines.map((line) => indent + line)]
      : [`  ${left.padEnd(column)}  ${first}`, ...rest.map((line) => indent + line)];
  });
}
