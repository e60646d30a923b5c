import { EXIT_CODES } from "../errors.ts";
import { type CommandName, COMMANDS, OPTION_ENTRIES, takes } from "./options.ts";

interface CommandHelp {
  /** One line, for the list of commands. */
  summary: string;
  /** More, for the command's own help. */
  details: string;
  examples: readonly string[];
}

const COMMAND_HELP: Readonly<Record<CommandName, CommandHelp>> = {
  sync: {
    summary: "Read an organization and write its snapshot",
    details:
      "Reads users, projects, roles and user grants of one organization and writes them as " +
      "one JSON document: all of them, or none. Nothing in ZITADEL is changed. The service user " +
      "needs the role ORG_OWNER_VIEWER.",
    examples: [
      "zitadel-sync sync --instance-url https://acme.zitadel.cloud --pat-file pat.txt --out access.json",
      "ZITADEL_PAT=... zitadel-sync sync --config zitadel.json | jq .counts",
    ],
  },
  check: {
    summary: "Tell what a sync needs, and what of it is missing",
    details: "Tries the host, the token, the organization, each permission and one row of each " +
      "list, and says for each whether it works and what to do if not. The exit code is that of " +
      'the first failure. With --json: one object with "ok" and "checks", each of these with ' +
      '"id", "status" (ok, failed or skipped), "detail", and on a failure "hint" and "code".',
    examples: [
      "zitadel-sync check --instance-url https://acme.zitadel.cloud --pat-file pat.txt",
    ],
  },
  schema: {
    summary: "Print the JSON Schema of a snapshot",
    details: "Prints the JSON Schema (draft 2020-12) that every snapshot of this release fits.",
    examples: ["zitadel-sync schema > snapshot.schema.json"],
  },
  demo: {
    summary: "Sync a small ZITADEL that runs inside this program",
    details:
      "Starts a stand-in for ZITADEL on a free port of this machine, syncs it with the real " +
      "client, and shows who holds what. It needs no instance, no token and no network. With " +
      "--json it prints the snapshot instead.",
    examples: ["zitadel-sync demo", "zitadel-sync demo --json"],
  },
  version: {
    summary: "Print the version",
    details: "Prints the name and the version of this program; with --json as an object.",
    examples: ["zitadel-sync version"],
  },
  help: {
    summary: "Explain a command",
    details: "Prints what there is, or what one command does and its options.",
    examples: ["zitadel-sync help sync"],
  },
};

const EXITS: readonly (readonly [codes: string, meaning: string])[] = [
  ["0", "done"],
  ["1", "a bug in this program"],
  [exit("CONFIG_INVALID"), "wrong options, environment or files"],
  [exit("AUTH_REJECTED"), "the token is refused, or may not read what is needed"],
  [exit("ORG_NOT_FOUND"), "no such organization or instance, or several to choose from"],
  [exit("INCONSISTENT"), "ZITADEL answered, but nothing to trust; or too much is gone"],
  [exit("UNREACHABLE"), "no answer, or not now"],
  [exit("OUTPUT_FAILED"), "the snapshot could not be written; the old file is untouched"],
  [`${exit("ABORTED")}, 143`, "interrupted by SIGINT, SIGTERM"],
];

/** The help of a command; of the whole program without one. Lines are at most 100 characters. */
export function helpText(topic: CommandName | undefined): string {
  return topic === undefined ? overview() : commandHelp(topic);
}

function overview(): string {
  return [
    "Who holds which role in which ZITADEL project: completely, or not at all.",
    "",
    "Usage: zitadel-sync <command> [options]",
    "",
    "Commands:",
    ...pairs(COMMANDS.map((name) => [name, COMMAND_HELP[name].summary])),
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

function commandHelp(name: CommandName): string {
  const { details, examples } = COMMAND_HELP[name];
  const options = OPTION_ENTRIES.filter(([, option]) => takes(name, option)).map((
    [key, { name, kind, help, env, file, default: value, unset }],
  ): [string, string] => {
    const fallback = value ?? unset;
    const facts = [
      ...(fallback === undefined ? [] : [`default: ${fallback}`]),
      ...(env.length === 0 ? [] : [env.join(", ")]),
      ...(file ? [key] : []),
    ];
    return [
      kind.placeholder === undefined ? `--${name}` : `--${name} ${kind.placeholder}`,
      facts.length === 0 ? help : `${help} [${facts.join("; ")}]`,
    ];
  });
  return [
    `Usage: zitadel-sync ${name}${name === "help" ? " [command]" : " [options]"}`,
    "",
    ...wrapped(details, 98),
    "",
    "Options [default; environment; key in the file of --config]:",
    ...pairs(options),
    "",
    examples.length === 1 ? "Example:" : "Examples:",
    ...examples.map((example) => `  ${example}`),
    "",
  ].join("\n");
}

function exit(code: keyof typeof EXIT_CODES): string {
  return String(EXIT_CODES[code]);
}

/** Names on the left, explanations beside them; long names have the line for themselves. */
function pairs(rows: readonly (readonly [left: string, right: string])[]): string[] {
  const width = Math.min(24, Math.max(...rows.map(([left]) => left.length)));
  return rows.flatMap(([left, right]) => {
    const lines = wrapped(right, 100 - width - 4);
    const indent = `  ${"".padEnd(width)}  `;
    const [first, ...rest] = lines;
    return left.length > width
      ? [`  ${left}`, ...lines.map((line) => indent + line)]
      : [`  ${left.padEnd(width)}  ${first}`, ...rest.map((line) => indent + line)];
  });
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
