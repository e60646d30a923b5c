/**
 * Makes the parts of docs/ that come from the code: all options, all errors, all rules of findings.
 *
 * Usage: `deno run -A tools/docs.ts [--check]`. With `--check` it writes nothing, and fails if a document is out of date.
 *
 * @module
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FINDING_RULES, type FindingRuleId, SEVERITIES } from "../mod.ts";
import { COMMAND_NAMES } from "../src/cli/command_names.ts";
import { loadCommands } from "../src/cli/commands.ts";
import {
  type CollectedOption,
  collectOptions,
  formatOptionHelp,
} from "../src/cli/options/option.ts";
import { DIFFERENT, EXIT_CODES, FINDINGS } from "../src/cli/exit_codes.ts";
import type { ErrorCode } from "../src/cli/errors.ts";
import { findingExamples } from "./finding_examples.ts";

/** Where what is made stands in a document. */
const MADE = /(<!-- made from the code by "deno task docs" -->\n)[^]*?(<!-- end -->)/;

/** The documents that are made from the code, and what makes each. */
export const MADE_DOCUMENTS: Readonly<Record<string, () => string | Promise<string>>> = {
  "docs/settings.md": async () => describeOptions(collectOptions(await loadCommands())),
  "docs/errors.md": describeErrors,
  "docs/findings.md": describeRules,
};

/** A document with what the code says now in it. */
export async function makeDocument(name: string, text: string): Promise<string> {
  if (!MADE.test(text)) throw new Error(`${name} says not where what is made belongs`);
  const made = await MADE_DOCUMENTS[name]!();
  return text.replace(MADE, (_, start: string, end: string) => `${start}\n${made}\n${end}`);
}

function describeOptions(options: readonly CollectedOption[]): string {
  const groups = Map.groupBy(options, ({ commands }) => commands.join(", "));
  return Array.from(groups, ([commands, members]) => {
    const heading = describeCommands(commands.split(", "));
    return `### ${heading}\n\n${
      table([
        ["option", "environment; key in the file", "default", ""],
        ...members.map(({ key, option }) => [
          `\`--${option.name}${
            option.type.placeholder === undefined ? "" : ` ${option.type.placeholder}`
          }\``,
          [...option.env ?? [], ...option.file ? [key] : []].map((name) => `\`${name}\``)
            .join(", "),
          option.default === undefined ? option.unset ?? "" : `\`${option.default}\``,
          formatOptionHelp(option),
        ]),
      ])
    }`;
  }).join("\n");
}

/** The shorter one of who takes an option and who does not. */
function describeCommands(commands: readonly string[]): string {
  const others = COMMAND_NAMES.filter((name) => !commands.includes(name));
  if (others.length === 0) return "Every command";
  const list = (names: readonly string[]) => names.join(", ");
  return others.length < commands.length ? `Every command but ${list(others)}` : list(commands);
}

/** What happened, and what to do about it, by code. */
const ERRORS: Readonly<Record<ErrorCode, readonly [happened: string, todo: string]>> = {
  INTERNAL: ["a bug in this program", "please report it, with what `--log-level debug` shows"],
  CONFIG_INVALID: [
    "flags, environment or files are wrong",
    "the message names each issue and where it came from",
  ],
  AUTH_REJECTED: [
    "the token is mistyped, expired or removed, or its user is locked or inactive",
    "make a new token: one does not come back when its user does",
  ],
  PERMISSION_MISSING: [
    "the token may not read what is needed, or not any more",
    "give the service user the role that the message names",
  ],
  ORG_NOT_FOUND: ["no such organization, or it was removed", "check `--org-id`"],
  ORG_AMBIGUOUS: ["the token reads several organizations", "name one of them with `--org-id`"],
  INSTANCE_NOT_FOUND: [
    "the host answers, but is no ZITADEL instance, or redirects",
    "use the instance's own domain",
  ],
  INCONSISTENT: [
    "a list contradicts itself, or could not be proven in a generous number of passes",
    "try again; if it stays, something between here and ZITADEL changes pages",
  ],
  FOREIGN_ROW: [
    "rows of another organization came",
    "look for something in between that changes requests or answers, such as a cache",
  ],
  RESPONSE_INVALID: [
    "the answer is not ZITADEL's JSON",
    "look for a proxy, a sign-in page or another service at this address",
  ],
  SNAPSHOT_INVALID: [
    "the file holds no snapshot, or one that is damaged, was changed by hand, or is of a newer release",
    "the message says which; take a new snapshot",
  ],
  SHRUNK: [
    "more than half of the users, projects, roles, grants, administrators or credentials would be gone",
    "find out why, then use `--force` or `--max-shrink`",
  ],
  UNREACHABLE: [
    "no answer, after all attempts",
    "the message says whether it is the name, the port, the certificate or time",
  ],
  RATE_LIMITED: [
    "too many requests, or a quota is used up",
    "try later, or with a lower `--max-rps`",
  ],
  API_ERROR: ["ZITADEL answers with an error of its own", "try later; its id is in the message"],
  OUTPUT_FAILED: ["the file could not be written; the old one is untouched", "see the message"],
  LISTEN_FAILED: [
    "`serve` cannot have its port, its certificate or its state file",
    "see the message",
  ],
  NOTHING_FOUND: ["nobody or nothing matches the question", "check the name: an id always works"],
  ABORTED: ["interrupted by SIGINT (130) or SIGTERM (143)", ""],
};

function describeErrors(): string {
  const rows = (Object.keys(ERRORS) as ErrorCode[]).map((code) => {
    const exit = code === "ABORTED" ? `${EXIT_CODES[code]}, 143` : `${EXIT_CODES[code]}`;
    return { exit: EXIT_CODES[code], cells: [exit, `\`${code}\``, ...ERRORS[code]] };
  });
  const silent = [
    { exit: 0, cells: ["0", "", "done", ""] },
    { exit: DIFFERENT, cells: [`${DIFFERENT}`, "", "`diff` found differences", ""] },
    { exit: FINDINGS, cells: [`${FINDINGS}`, "", "`findings` has what `--fail-on` names", ""] },
  ];
  return table([
    ["exit", "code", "what happened", "what to do"],
    ...[...rows, ...silent].sort((a, b) => a.exit - b.exit).map(({ cells }) => cells),
  ]);
}

function describeRules(): string {
  const examples = findingExamples();
  const rules = Object.entries(FINDING_RULES) as [
    FindingRuleId,
    typeof FINDING_RULES["ghost-role"],
  ][];
  const missing = rules.filter(([id]) => !examples.has(id)).map(([id]) => id);
  if (missing.length > 0) throw new Error(`finding_examples.ts has nothing for ${missing}`);
  rules.sort(([, a], [, b]) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  return rules.map(([id, { title, severity, why, action }]) =>
    `### ${id}\n\n**${title}** (${severity})\n\n` +
    `- Why: ${why}\n- Do: ${action}\n- Example: ${examples.get(id)}\n`
  ).join("\n");
}

function table([head, ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
  return [line(head!), line(head!.map(() => "---")), ...rows.map(line)].join("");
}

/** Markdown as `deno fmt` writes it. */
async function formatMarkdown(text: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext=md", "--line-width=100", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error("deno fmt failed");
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) {
  const check = Deno.args.includes("--check");
  for (const name of Object.keys(MADE_DOCUMENTS)) {
    const file = join(import.meta.dirname!, "..", name);
    const text = await readFile(file, "utf8");
    const made = await formatMarkdown(await makeDocument(name, text));
    if (made === text) continue;
    if (check) throw new Error(`${name} is out of date: run "deno task docs"`);
    await writeFile(file, made);
  }
}
