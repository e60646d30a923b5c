/**
 * All settings of the command line, each written once: parsing, configuration, help and error messages come from here.
 *
 * @module
 */
import { CLOUD_REQUESTS_PER_SECOND, LIMITS } from "../sync/options.ts";
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
  wholeNumber,
} from "./kinds.ts";
import { nearest } from "./nearest.ts";

/** The commands, in the order in which help lists them. */
export const COMMANDS = ["sync", "check", "schema", "demo", "version", "help"] as const;

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

const READING: readonly CommandName[] = ["sync", "check"];

/** All settings, in the order in which help lists them. */
export const OPTIONS = {
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
    help: "Where the snapshot goes; - is stdout. A file is replaced as a whole or not at all, " +
      "and only its owner may read it.",
    commands: ["sync"],
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
    help: "Keep the old file if users, groups or grants became fewer by more than this share.",
    commands: ["sync"],
  },
  force: {
    name: "force",
    kind: flag(),
    env: [],
    file: false,
    help: "Replace the file in --out, whatever it holds and however much is gone.",
    commands: ["sync"],
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
    commands: ["sync"],
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
    commands: ["sync", "check", "demo"],
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
