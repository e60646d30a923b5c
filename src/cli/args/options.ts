/**
 * All settings of the command line, each written once: parsing, configuration, help and error messages come from here.
 *
 * @module
 */
import { CLOUD_REQUESTS_PER_SECOND, LIMITS } from "../../sync/options.ts";
import {
  choice,
  duration,
  flag,
  id,
  type Kind,
  number,
  path,
  share,
  text,
  texts,
  wholeNumber,
} from "./value_types.ts";
import { nearest } from "./nearest.ts";
import { listenAddress, period } from "./server_value_types.ts";

/** The commands, in the order in which help lists them. */
export const COMMANDS = [
  "sync",
  "check",
  "serve",
  "token",
  "health",
  "access",
  "who",
  "users",
  "groups",
  "entitlements",
  "grants",
  "findings",
  "diff",
  "report",
  "review",
  "export",
  "redact",
  "schema",
  "demo",
  "completions",
  "version",
  "help",
] as const;

/** The name of a command. */
export type CommandName = typeof COMMANDS[number];

/** One setting. Its key in {@linkcode OPTIONS} is its name in a configuration file. */
export interface Option {
  /** Its name on the command line, without the dashes. */
  name: string;
  /** What values it takes. */
  kind: Kind<unknown>;
  /** The variables of the environment that set it; of two that are set the first counts. */
  env: readonly string[];
  /** Whether a configuration file may set it. */
  file: boolean;
  /** The value if nothing sets it, written as on the command line. */
  default?: string;
  /** In help, in place of the default: what happens if nothing sets it. */
  unset?: string;
  /** What it does. */
  help: string;
  /** The commands that take it. */
  commands: readonly CommandName[];
  /** Words by which people look for it. */
  alias?: readonly string[];
  /** Its value is never shown. */
  secret?: true;
}

/** What a command takes beside its options. */
export interface Operand {
  /** What stands for it in help texts. */
  name: string;
  /** It may be left out. */
  optional?: true;
  /** It may be given more than once; only the last one of a command. */
  many?: true;
}

/** What commands take beside their options, in order; the others take nothing. */
export const OPERANDS: Readonly<Partial<Record<CommandName, readonly Operand[]>>> = {
  help: [{ name: "COMMAND", optional: true }],
  completions: [{ name: "bash|zsh|fish" }],
  access: [{ name: "USER" }],
  who: [{ name: "PROJECT" }, { name: "ROLE", optional: true }],
  diff: [{ name: "OLD" }, { name: "NEW", optional: true }],
  review: [{ name: "apply", optional: true }, { name: "FILE", optional: true, many: true }],
};

/** The commands that list rows. */
const LISTS: readonly CommandName[] = ["users", "groups", "entitlements", "grants"];

/** The commands that ask questions of a snapshot. */
const ASKING: readonly CommandName[] = [
  "access",
  "who",
  ...LISTS,
  "findings",
  "diff",
  "report",
  "review",
  "export",
  "redact",
];

const READING: readonly CommandName[] = ["sync", "check", "serve", ...ASKING];

/** All settings, in the order in which help lists them. */
export const OPTIONS = {
  snapshot: {
    name: "snapshot",
    kind: path(),
    env: ["ZITADEL_SNAPSHOT"],
    file: false,
    unset: "ZITADEL is read first",
    help: "The snapshot to look at; - is stdin.",
    commands: ASKING,
    alias: ["input", "from"],
  },
  states: {
    name: "state",
    kind: texts("STATE,..."),
    env: [],
    file: false,
    help: "Only rows in one of these states, such as active or locked.",
    commands: ["users", "groups", "grants"],
  },
  type: {
    name: "type",
    kind: choice("human", "machine"),
    env: [],
    file: false,
    help: "Only people, or only machines.",
    commands: ["users", "grants"],
  },
  group: {
    name: "group",
    kind: text("PROJECT"),
    env: [],
    file: false,
    help: "Only what belongs to this project, by name or id; of users those who hold a role in it.",
    commands: ["users", "entitlements", "grants"],
    alias: ["project"],
  },
  role: {
    name: "role",
    kind: text("ROLE"),
    env: [],
    file: false,
    help: "Only this role, by key or name, of any project; of users those who hold it.",
    commands: LISTS,
  },
  user: {
    name: "user",
    kind: text("USER"),
    env: [],
    file: false,
    help: "Only what this user holds; a user name, login name, address, full name or id.",
    commands: ["groups", "entitlements", "grants"],
  },
  text: {
    name: "text",
    kind: text("TEXT"),
    env: [],
    file: false,
    help: "Only rows with this text in any column, in any case.",
    commands: LISTS,
    alias: ["search", "filter", "grep"],
  },
  columns: {
    name: "columns",
    kind: texts("COLUMN,..."),
    env: [],
    file: false,
    unset: "some for people, all with --json",
    help: "Which columns, in this order.",
    commands: LISTS,
    alias: ["fields"],
  },
  sort: {
    name: "sort",
    kind: text("COLUMN[:desc]"),
    env: [],
    file: false,
    unset: "by names",
    help: "By which column to sort; with :desc from the greatest down.",
    commands: LISTS,
    alias: ["order-by"],
  },
  by: {
    name: "by",
    kind: choice("person", "project"),
    env: [],
    file: false,
    unset: "person for diff, project for review",
    help:
      "diff: what to sort changes by. review: whether who answers for a project or who answers " +
      "for a person decides.",
    commands: ["diff", "review"],
    alias: ["group-by"],
  },
  diffFormat: {
    name: "format",
    kind: choice("text", "json", "markdown", "jsonl"),
    env: [],
    file: false,
    unset: "text, json with --json",
    help: "jsonl is one event a line.",
    commands: ["diff"],
  },
  findingsFormat: {
    name: "format",
    kind: choice("text", "json", "sarif"),
    env: [],
    file: false,
    unset: "text, json with --json",
    help: "sarif is SARIF 2.1.0, which code scanning tools read.",
    commands: ["findings"],
  },
  exportFormat: {
    name: "format",
    kind: choice("csv", "matrix", "jsonl", "xlsx", "c1-csv"),
    env: [],
    file: false,
    unset: "csv, jsonl with --json",
    help:
      "csv: a grant a row; matrix: CSV, a user a row, a role a column; jsonl: a grant a line; " +
      "xlsx: a workbook; c1-csv: the file that ConductorOne's baton-file takes.",
    commands: ["export"],
  },
  bom: {
    name: "bom",
    kind: flag(),
    env: [],
    file: false,
    help: "Begin CSV with a byte order mark, by which Excel knows UTF-8.",
    commands: ["export"],
  },
  exact: {
    name: "exact",
    kind: flag(),
    env: [],
    file: false,
    help:
      "CSV cells as they are, also those that a spreadsheet runs as formulas: for programs only.",
    commands: ["export"],
  },
  baseline: {
    name: "baseline",
    kind: path(),
    env: [],
    file: false,
    unset: "no changes are shown",
    help: "An earlier snapshot, to show what changed since; - is stdin.",
    commands: ["report"],
    alias: ["since", "old", "compare"],
  },
  anyOrganization: {
    name: "any-organization",
    kind: flag(),
    env: [],
    file: false,
    help: "Compare snapshots of different organizations too.",
    commands: ["diff", "report"],
  },
  ignore: {
    name: "ignore",
    kind: texts("FIELD,..."),
    env: [],
    file: false,
    help: "Fields whose changes do not matter, such as updatedAt.",
    commands: ["diff", "report"],
  },
  failOn: {
    name: "fail-on",
    kind: choice("high", "medium", "low", "info"),
    env: [],
    file: false,
    help: "End with exit code 12 if a finding of this severity or above counts.",
    commands: ["findings"],
    alias: ["severity", "threshold"],
  },
  allow: {
    name: "allow",
    kind: path(),
    env: [],
    file: false,
    help: 'JSON file of accepted findings: {"allow": [{"id" or "rule", "reason", "expires"}]}. ' +
      "An entry that has expired counts for nothing.",
    commands: ["findings", "report"],
    alias: ["ignore-file"],
  },
  staleDays: {
    name: "stale-days",
    kind: wholeNumber({ min: 1, max: 36_500 }),
    env: [],
    file: false,
    default: "365",
    help: "After so many days without a change a grant is a finding.",
    commands: ["findings", "report"],
  },
  broadest: {
    name: "broadest",
    kind: wholeNumber({ min: 0, max: 1000 }),
    env: [],
    file: false,
    default: "5",
    help: "So many users at most are findings for holding unusually many roles.",
    commands: ["findings", "report"],
  },
  reviewers: {
    name: "reviewers",
    kind: path(),
    env: [],
    file: false,
    unset: "a packet for each project",
    help: "CSV file with a heading and two columns: a project (with --by person: a user) and who " +
      "answers for it.",
    commands: ["review"],
    alias: ["owners", "managers"],
  },
  keyFile: {
    name: "key-file",
    kind: path(),
    env: [],
    file: false,
    unset: "a new key for every run",
    help: "File with a secret of at least 16 characters: the same key gives the same pseudonyms.",
    commands: ["redact"],
  },
  instanceUrl: {
    name: "instance-url",
    kind: text("URL"),
    env: ["ZITADEL_INSTANCE_URL", "BATON_INSTANCE_URL"],
    file: true,
    help: "Where ZITADEL answers, such as https://acme.zitadel.cloud. Needed.",
    commands: READING,
    alias: ["url", "host", "domain", "issuer", "instance", "base-url"],
  },
  patFile: {
    name: "pat-file",
    kind: path(),
    env: ["ZITADEL_PAT_FILE", "BATON_PAT_FILE"],
    file: true,
    help: "File with the Personal Access Token of the service user; - is stdin. " +
      "This or ZITADEL_PAT is needed.",
    commands: READING,
    alias: ["token-file", "key-file"],
  },
  pat: {
    name: "pat",
    kind: text("TOKEN"),
    env: ["ZITADEL_PAT", "BATON_PAT"],
    file: true,
    help: "The token itself. Flags show in process lists: rather use --pat-file or ZITADEL_PAT.",
    commands: READING,
    alias: ["token", "access-token", "personal-access-token", "key"],
    secret: true,
  },
  orgId: {
    name: "org-id",
    kind: id(),
    env: ["ZITADEL_ORG_ID", "BATON_ORG_ID"],
    file: true,
    unset: "the one of the service user",
    help: "Which organization to read.",
    commands: READING,
    alias: ["org", "organization", "organization-id", "org-name"],
  },
  config: {
    name: "config",
    kind: path(),
    env: ["ZITADEL_CONFIG"],
    file: false,
    help: "JSON file with settings; their keys are the options in camelCase, such as instanceUrl.",
    commands: READING,
    alias: ["config-file", "conf", "settings"],
  },
  out: {
    name: "out",
    kind: path(),
    env: ["ZITADEL_OUT"],
    file: true,
    default: "-",
    help: "Where the result goes; - is stdout. A file is replaced as a whole or not at all, " +
      "and only its owner may read it. For review it is a folder.",
    commands: ["sync", "report", "export", "redact", "review"],
    alias: ["output", "file", "output-file", "o"],
  },
  pretty: {
    name: "pretty",
    kind: flag(),
    env: ["ZITADEL_PRETTY"],
    file: true,
    help: "Indent the JSON.",
    commands: ["sync"],
    alias: ["indent"],
  },
  maxShrink: {
    name: "max-shrink",
    kind: share(),
    env: ["ZITADEL_MAX_SHRINK"],
    file: true,
    default: "0.5",
    help: "Keep the old snapshot if users, groups or grants became fewer by more than this share.",
    commands: ["sync", "serve"],
  },
  force: {
    name: "force",
    kind: flag(),
    env: [],
    file: false,
    help: "Replace what is at --out, whatever it holds and however much is gone.",
    commands: ["sync", "review"],
    alias: ["overwrite", "f"],
  },
  pageSize: {
    name: "page-size",
    kind: wholeNumber(LIMITS.pageSize),
    env: ["ZITADEL_PAGE_SIZE"],
    file: true,
    unset: `${LIMITS.pageSize.default}, and longer lists are first asked for as a whole`,
    help: "Rows a request.",
    commands: READING,
    alias: ["limit", "batch-size"],
  },
  concurrency: {
    name: "concurrency",
    kind: wholeNumber(LIMITS.concurrency),
    env: ["ZITADEL_CONCURRENCY"],
    file: true,
    default: `${LIMITS.concurrency.default}`,
    help: "Requests side by side.",
    commands: READING,
    alias: ["parallel", "jobs", "workers"],
  },
  maxRps: {
    name: "max-rps",
    kind: number(LIMITS.maxRequestsPerSecond),
    env: ["ZITADEL_MAX_RPS"],
    file: true,
    unset: `${CLOUD_REQUESTS_PER_SECOND} on zitadel.cloud, no limit elsewhere`,
    help: "Requests a second at most.",
    commands: READING,
    alias: ["rate", "rate-limit", "rps"],
  },
  timeout: {
    name: "timeout",
    kind: duration(LIMITS.timeoutMs),
    env: ["ZITADEL_TIMEOUT"],
    file: true,
    default: `${LIMITS.timeoutMs.default / 1000}s`,
    help: "How long one attempt at a request may take, such as 500ms, 30s or 2m.",
    commands: READING,
  },
  attempts: {
    name: "attempts",
    kind: wholeNumber(LIMITS.attempts),
    env: ["ZITADEL_ATTEMPTS"],
    file: true,
    default: `${LIMITS.attempts.default}`,
    help: "How often a request is tried at most.",
    commands: READING,
    alias: ["retries", "retry", "max-attempts"],
  },
  singlePass: {
    name: "single-pass",
    kind: flag(),
    env: ["ZITADEL_SINGLE_PASS"],
    file: true,
    help: "Read long lists once instead of proving that nothing moved: faster, and rows may be " +
      "missing. The snapshot says so.",
    commands: ["sync", "serve", ...ASKING],
  },
  allowHttp: {
    name: "allow-http",
    kind: flag(),
    env: ["ZITADEL_ALLOW_HTTP"],
    file: true,
    help: "Let the token travel over plain http to other hosts than this machine.",
    commands: READING,
    alias: ["insecure", "http"],
  },
  caFile: {
    name: "ca-file",
    kind: path(),
    env: ["ZITADEL_CA_FILE", "DENO_CERT", "NODE_EXTRA_CA_CERTS"],
    file: true,
    help: "File with certificates of your own authorities, as PEM, trusted beside the public ones.",
    commands: READING,
    alias: ["ca", "cacert", "ca-cert", "ca-certificate"],
  },
  listen: {
    name: "listen",
    kind: listenAddress(),
    env: ["ZITADEL_SYNC_LISTEN"],
    file: true,
    default: "127.0.0.1:8080",
    help: "Where to listen. Other addresses than those of this machine for itself need a token.",
    commands: ["serve", "health"],
    alias: ["port", "bind", "address", "listen-address"],
  },
  serverTokenFile: {
    name: "server-token-file",
    kind: path(),
    env: ["ZITADEL_SYNC_SERVER_TOKEN_FILE"],
    file: true,
    help: "File with the token that clients must send, at least 32 characters; for a rotation " +
      "with several, a line each.",
    commands: ["serve"],
    alias: ["api-token-file", "bearer-token-file"],
  },
  serverToken: {
    name: "server-token",
    kind: text("TOKEN"),
    env: ["ZITADEL_SYNC_SERVER_TOKEN"],
    file: false,
    help: "The same itself, with spaces between several. Flags show in process lists: rather use " +
      "--server-token-file or ZITADEL_SYNC_SERVER_TOKEN.",
    commands: ["serve"],
    alias: ["api-token", "bearer-token"],
    secret: true,
  },
  refreshInterval: {
    name: "refresh-interval",
    kind: period({ off: "on request only" }),
    env: ["ZITADEL_SYNC_REFRESH_INTERVAL"],
    file: true,
    default: "15m",
    help: "From one sync to the next, a tenth more or less; 0: only on POST /v1/refresh.",
    commands: ["serve"],
    alias: ["interval", "refresh"],
  },
  maxAge: {
    name: "max-age",
    kind: period(),
    env: ["ZITADEL_SYNC_MAX_AGE"],
    file: true,
    unset: "of any age",
    help: "How old a snapshot may be; an older one is answered with 503.",
    commands: ["serve"],
  },
  state: {
    name: "state",
    kind: path(),
    env: ["ZITADEL_SYNC_STATE"],
    file: true,
    help: "File that keeps the last good snapshot over a restart.",
    commands: ["serve"],
    alias: ["state-file", "cache"],
  },
  metricsOpen: {
    name: "metrics-open",
    kind: flag(),
    env: ["ZITADEL_SYNC_METRICS_OPEN"],
    file: true,
    help: "Answer /metrics without a token too.",
    commands: ["serve"],
  },
  tlsCert: {
    name: "tls-cert",
    kind: path(),
    env: ["ZITADEL_SYNC_TLS_CERT"],
    file: true,
    help: "File with the certificate and its chain, as PEM; SIGHUP reads it again.",
    commands: ["serve", "health"],
    alias: ["cert", "certificate", "ssl-cert"],
  },
  tlsKey: {
    name: "tls-key",
    kind: path(),
    env: ["ZITADEL_SYNC_TLS_KEY"],
    file: true,
    help: "File with the private key of the certificate, as PEM.",
    commands: ["serve"],
    alias: ["private-key", "ssl-key"],
  },
  json: {
    name: "json",
    kind: flag(),
    env: ["ZITADEL_JSON"],
    file: true,
    help: "For programs: results as JSON, and an error as one JSON object " +
      "(code, message, hint), the last line of stderr.",
    commands: COMMANDS,
  },
  quiet: {
    name: "quiet",
    kind: flag(),
    env: ["ZITADEL_QUIET"],
    file: true,
    help: "No progress and no summary; warnings and errors stay.",
    commands: ["sync", "check", "serve", ...ASKING, "demo"],
    alias: ["silent", "q"],
  },
  logLevel: {
    name: "log-level",
    kind: choice("debug", "info", "warn", "error"),
    env: ["ZITADEL_LOG_LEVEL", "BATON_LOG_LEVEL"],
    file: true,
    default: "info",
    help: "What is worth a line on stderr. debug adds the stack of an error.",
    commands: COMMANDS,
    alias: ["verbose", "debug", "v"],
  },
  logFormat: {
    name: "log-format",
    kind: choice("text", "json"),
    env: ["ZITADEL_LOG_FORMAT", "BATON_LOG_FORMAT"],
    file: true,
    default: "text",
    help: "json: each line on stderr is one object, and there is no progress line.",
    commands: COMMANDS,
  },
  help: {
    name: "help",
    kind: flag(),
    env: [],
    file: false,
    help: "Show what a command does and its options. Also -h.",
    commands: COMMANDS,
  },
  version: {
    name: "version",
    kind: flag(),
    env: [],
    file: false,
    help: "Show the version.",
    commands: COMMANDS,
  },
} as const satisfies Record<string, Option>;

/** The key of a setting: its name in a configuration file and in the program. */
export type OptionKey = keyof typeof OPTIONS;

/** All settings with their keys, in order. */
export const OPTION_ENTRIES = Object.entries(OPTIONS) as readonly (readonly [OptionKey, Option])[];

/** Whether a command takes a setting. */
export function takes(command: CommandName, option: Option): boolean {
  return option.commands.includes(command);
}

/** The option that a name nearly is, by its own name or by the words that people look for. */
export function optionNamed(name: string): { key: OptionKey; name: string } | undefined {
  const names = new Map<string, OptionKey>();
  for (const [key, option] of OPTION_ENTRIES) names.set(option.name, key);
  for (const [key, option] of OPTION_ENTRIES) {
    for (const alias of option.alias ?? []) names.set(alias, key);
  }
  const found = nearest(name, names.keys());
  if (found === undefined) return undefined;
  const key = names.get(found)!;
  return { key, name: OPTIONS[key].name };
}
