import type { ListName } from "../../snapshot/contract.ts";
import { TABLE_COLUMNS } from "../../snapshot/query/tables.ts";
import { DIFFERENT, EXIT_CODES, FINDINGS, NOTHING_FOUND } from "../exit_codes.ts";
import { type CommandName, COMMANDS, OPERANDS, OPTION_ENTRIES, takes } from "./options.ts";
import { wrapped } from "../terminal/wrap.ts";

/** What there is to say of a command. */
export interface CommandHelp {
  /** One line, for the list of commands. */
  summary: string;
  /** More, for the command's own help. */
  details: string;
  /** Commands to type. */
  examples: readonly string[];
}

/** What there is to say of each command. */
export const COMMAND_HELP: Readonly<Record<CommandName, CommandHelp>> = {
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
  serve: {
    summary: "Answer the snapshot over HTTP, and keep it fresh",
    details: "Syncs at once and then in intervals, one sync at a time, and answers the last good " +
      "snapshot at /v1/snapshot, its lists at /v1/users, /v1/groups, /v1/entitlements and " +
      "/v1/grants; /openapi.json describes everything. A sync that fails changes nothing but " +
      "/v1/status, /metrics and the log. Ends on SIGTERM and SIGINT after what it is answering.",
    examples: [
      "zitadel-sync token > server-token.txt",
      "zitadel-sync serve --config zitadel.json --server-token-file server-token.txt",
    ],
  },
  token: {
    summary: "Print a new token for serve",
    details: "Prints 32 random bytes as text, for --server-token-file.",
    examples: ["(umask 077; zitadel-sync token > server-token.txt)"],
  },
  health: {
    summary: "Ask a server on this machine whether it is alive",
    details: "Asks /healthz of the server that listens at --listen, for a container's health " +
      "check: the exit code is 0 if it is alive.",
    examples: ["zitadel-sync health --listen 127.0.0.1:8080"],
  },
  access: {
    summary: "Tell everything that one person or machine holds",
    details:
      "USER is a user name, login name, address, full name or id. Says for each role since " +
      "when, in which state, through which user grant, and what keeps the user from using it. " +
      'With --json: one object with "user" and "grants".',
    examples: ["zitadel-sync access ada --snapshot access.json"],
  },
  who: {
    summary: "Tell everybody who holds a role in a project",
    details: "PROJECT is a name or id, ROLE a role's key or name; without it, all roles of the " +
      'project. With --json: one object with "group", "entitlement" and "grants".',
    examples: ["zitadel-sync who Payroll approver --snapshot access.json"],
  },
  users: {
    summary: "List people and machines",
    details: listDetails("users"),
    examples: [
      "zitadel-sync users --state inactive,locked --snapshot access.json",
      "zitadel-sync users --type machine --columns name,description,grants --sort grants:desc",
    ],
  },
  groups: {
    summary: "List projects",
    details: listDetails("groups"),
    examples: ["zitadel-sync groups --sort users:desc --snapshot access.json"],
  },
  entitlements: {
    summary: "List the roles of projects",
    details: listDetails("entitlements"),
    examples: ["zitadel-sync entitlements --group Payroll --snapshot access.json"],
  },
  grants: {
    summary: "List who holds what",
    details: listDetails("grants"),
    examples: ["zitadel-sync grants --role admin --type machine --snapshot access.json"],
  },
  findings: {
    summary: "Tell what deserves a second look",
    details:
      "Ghost roles, grants of people who left, users of other organizations, stale grants, " +
      "roles that look the same, and more; each with an id, why it matters and what to do. " +
      'With --json: one object with "counts", "findings", "allowed", "expired" and "unused".',
    examples: [
      "zitadel-sync findings --fail-on high --allow accepted.json --snapshot access.json",
    ],
  },
  diff: {
    summary: "Tell what changed from one snapshot to another",
    details: "OLD and NEW are files; without NEW, OLD is compared with --snapshot or with what " +
      "ZITADEL says now. A new name is a change, not a removal and an addition.",
    examples: [
      "zitadel-sync diff march.json april.json",
      "zitadel-sync diff march.json april.json --by project --format markdown",
    ],
  },
  report: {
    summary: "Write a report for an auditor: one HTML file that needs nothing else",
    details:
      "Counts, the evidence that the snapshot is complete, findings, an access matrix to search " +
      "and filter, a page for each user and project, and with --baseline what changed. It opens " +
      "in any browser, without a network; no request leaves it. It holds the snapshot: treat it " +
      "like one.",
    examples: [
      "zitadel-sync report --snapshot access.json --out report.html",
      "zitadel-sync report --snapshot april.json --baseline march.json --out report.html",
    ],
  },
  review: {
    summary: "Write packets for an access review, and read the decisions back",
    details:
      "Writes for each reviewer a CSV to fill in and a page to print into the folder --out. " +
      "review apply reads the CSVs that come back and prints, for each user grant that has to " +
      "change, the curl that does it. It changes nothing in ZITADEL by itself.",
    examples: [
      "zitadel-sync review --out review-2026 --reviewers owners.csv --snapshot access.json",
      "zitadel-sync review apply review-2026/*.csv --snapshot access.json > removals.sh",
    ],
  },
  export: {
    summary: "Write who holds what for other programs",
    details:
      "In CSV, cells that a spreadsheet would run as a formula begin with an apostrophe. A " +
      "spreadsheet rounds long ids in CSV: give it xlsx, where all cells are text.",
    examples: [
      "zitadel-sync export --format xlsx --out access.xlsx --snapshot access.json",
      "zitadel-sync export --format matrix --snapshot access.json > matrix.csv",
    ],
  },
  redact: {
    summary: "Write the same snapshot with pseudonyms for people",
    details: "Replaces ids, names and addresses of users, and full names and addresses in names " +
      "of projects and roles. Lists, counts, states, times and who holds what stay.",
    examples: [
      "zitadel-sync token > key.txt",
      "zitadel-sync redact --key-file key.txt --snapshot access.json --out to-share.json",
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
  completions: {
    summary: "Print what completes commands and options in a shell",
    details: "Prints a script for bash, zsh or fish that completes commands, options and their " +
      "values with the Tab key.",
    examples: [
      "source <(zitadel-sync completions bash)",
      "zitadel-sync completions zsh > ~/.zfunc/_zitadel-sync",
      "zitadel-sync completions fish > ~/.config/fish/completions/zitadel-sync.fish",
    ],
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

function listDetails(list: ListName): string {
  return `The columns are: ${TABLE_COLUMNS[list].all.join(", ")}. Exit code 11 if no row fits. ` +
    `With --json: one object with "${list}", each row with its columns by name.`;
}

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
  const operands = (OPERANDS[name] ?? [])
    .map(({ name, optional, many }) => {
      const shown = many ? `${name}...` : name;
      return optional ? ` [${shown}]` : ` ${shown}`;
    }).join("");
  return [
    `Usage: zitadel-sync ${name}${operands} [options]`,
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
