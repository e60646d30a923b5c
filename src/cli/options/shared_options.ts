/**
 * The options that more than one command takes.
 *
 * @module
 */
import { CLOUD_REQUESTS_PER_SECOND, LIMITS } from "../../sync/options.ts";
import { INCLUSIONS } from "../../zitadel/api/permissions.ts";
import type { Option, Options } from "./option.ts";
import {
  choice,
  duration,
  flag,
  id,
  listenAddress,
  number,
  path,
  plainText,
  separator,
  share,
  texts,
  wholeNumber,
  words,
} from "./value_types.ts";

/** Options of every command. */
export const commonOptions = {
  json: {
    name: "json",
    type: flag(),
    env: ["ZITADEL_JSON"],
    file: true,
    help: "For programs: print results as JSON, and an error as one JSON object " +
      "(code, message, hint) in the last line of stderr.",
  },
  quiet: {
    name: "quiet",
    type: flag(),
    env: ["ZITADEL_QUIET"],
    file: true,
    help: "Print warnings and errors only, no progress and no summary.",
    alias: ["silent", "q"],
  },
  logLevel: {
    name: "log-level",
    type: choice("debug", "info", "warn", "error"),
    env: ["ZITADEL_LOG_LEVEL", "BATON_LOG_LEVEL"],
    file: true,
    default: "info",
    help: "How much goes to stderr.",
    about: {
      debug: "everything, and the stack of an error",
      info: "progress and the summary",
      warn: "warnings and errors",
      error: "errors alone",
    },
    alias: ["verbose", "debug", "v"],
  },
  logFormat: {
    name: "log-format",
    type: choice("text", "json"),
    env: ["ZITADEL_LOG_FORMAT", "BATON_LOG_FORMAT"],
    file: true,
    default: "text",
    help: "The form of the lines on stderr.",
    about: { text: "lines to read", json: "one object a line, and no progress line" },
  },
  help: {
    name: "help",
    type: flag(),
    help: "Explain a command and its options. Also -h.",
  },
  version: {
    name: "version",
    type: flag(),
    help: "Show the version.",
  },
} as const satisfies Options;

/** Options of commands that send requests to ZITADEL. */
export const connectionOptions = {
  instanceUrl: {
    name: "instance-url",
    type: plainText("URL"),
    env: ["ZITADEL_INSTANCE_URL", "BATON_INSTANCE_URL"],
    file: true,
    help: "The URL of ZITADEL, such as https://acme.zitadel.cloud. Required.",
    alias: ["url", "host", "domain", "issuer", "instance", "base-url"],
    neverShown: true,
  },
  patFile: {
    name: "pat-file",
    type: path(),
    env: ["ZITADEL_PAT_FILE", "BATON_PAT_FILE"],
    file: true,
    help: "File with the Personal Access Token of the service user; - is stdin. " +
      "This or ZITADEL_PAT is required.",
    alias: ["token-file", "key-file"],
  },
  pat: {
    name: "pat",
    type: plainText("TOKEN"),
    env: ["ZITADEL_PAT", "BATON_PAT"],
    file: true,
    help: "The token itself. Flags show in process lists: --pat-file or ZITADEL_PAT is safer.",
    alias: ["token", "access-token", "personal-access-token", "key"],
    secret: true,
  },
  orgId: {
    name: "org-id",
    type: id(),
    env: ["ZITADEL_ORG_ID", "BATON_ORG_ID"],
    file: true,
    unset: "that of the service user",
    help: "The organization to read.",
    alias: ["org", "organization", "organization-id", "org-name"],
  },
  config: {
    name: "config",
    type: path(),
    env: ["ZITADEL_CONFIG"],
    help: "JSON file with settings. Its keys are the options in camelCase, such as instanceUrl.",
    alias: ["config-file", "conf", "settings"],
    holdsSettings: true,
  },
  pageSize: {
    name: "page-size",
    type: wholeNumber(LIMITS.pageSize),
    env: ["ZITADEL_PAGE_SIZE"],
    file: true,
    unset: `${LIMITS.pageSize.default}, and longer lists are first asked for as a whole`,
    help: "Rows per request.",
    alias: ["limit", "batch-size"],
  },
  concurrency: {
    name: "concurrency",
    type: wholeNumber(LIMITS.concurrency),
    env: ["ZITADEL_CONCURRENCY"],
    file: true,
    default: `${LIMITS.concurrency.default}`,
    help: "Requests at the same time.",
    alias: ["parallel", "jobs", "workers"],
  },
  maxRps: {
    name: "max-rps",
    type: number(LIMITS.maxRequestsPerSecond),
    env: ["ZITADEL_MAX_RPS"],
    file: true,
    unset: `${CLOUD_REQUESTS_PER_SECOND} on zitadel.cloud, no limit elsewhere`,
    help: "Requests per second at most.",
    alias: ["rate", "rate-limit", "rps"],
  },
  timeout: {
    name: "timeout",
    type: duration({
      min: `${LIMITS.timeoutMs.min}ms`,
      max: `${LIMITS.timeoutMs.max / 60_000}m`,
      examples: "500ms, 30s or 2m",
    }),
    env: ["ZITADEL_TIMEOUT"],
    file: true,
    default: `${LIMITS.timeoutMs.default / 1000}s`,
    help: "The time limit of one attempt at a request, such as 500ms, 30s or 2m.",
  },
  attempts: {
    name: "attempts",
    type: wholeNumber(LIMITS.attempts),
    env: ["ZITADEL_ATTEMPTS"],
    file: true,
    unset: "what may pass is tried for a minute",
    help: "Attempts at a request at most.",
    alias: ["retries", "retry", "max-attempts"],
  },
  allowHttp: {
    name: "allow-http",
    type: flag(),
    env: ["ZITADEL_ALLOW_HTTP"],
    file: true,
    help: "Allow plain http to hosts other than this machine, which sends the token unencrypted.",
    alias: ["insecure", "http"],
  },
  caFile: {
    name: "ca-file",
    type: path(),
    env: ["ZITADEL_CA_FILE", "DENO_CERT", "NODE_EXTRA_CA_CERTS"],
    file: true,
    help:
      "PEM file with the certificates of your own authorities, trusted in addition to public ones.",
    alias: ["ca", "cacert", "ca-cert", "ca-certificate"],
  },
} as const satisfies Options;

/** Options that add to the four lists. */
export const scopeOptions = {
  include: {
    name: "include",
    type: words(...INCLUSIONS),
    env: ["ZITADEL_INCLUDE"],
    file: true,
    unset: "users, projects, roles and user grants only",
    help: "Read more than users, projects, roles and user grants.",
    about: {
      administrators: "who administers the organization, projects and project grants",
      credentials: "tokens and keys of machines, without the secrets",
      history: "who gave each role and when, for which the service user also needs " +
        "IAM_OWNER_VIEWER, on the instance",
    },
    alias: ["with"],
  },
  verify: {
    name: "verify",
    type: choice("events"),
    env: ["ZITADEL_VERIFY"],
    file: true,
    unset: "no comparison",
    help: "Compare the lists with another source in ZITADEL.",
    about: {
      events:
        "the event store, to report rows that the lists have lost or still show; the service " +
        "user also needs IAM_OWNER_VIEWER, on the instance",
    },
  },
} as const satisfies Options;

/** Options of commands that read whole lists from ZITADEL. */
export const syncOptions = {
  ...connectionOptions,
  ...scopeOptions,
} as const satisfies Options;

/** Options of commands that answer from a snapshot. */
export const sourceOptions = {
  snapshot: {
    name: "snapshot",
    type: path(),
    env: ["ZITADEL_SNAPSHOT"],
    unset: "a new one is taken",
    help: "The file of the snapshot; - is stdin.",
    alias: ["input", "from"],
  },
  ignoreDigest: {
    name: "ignore-digest",
    type: flag(),
    help: "Accept a snapshot that does not match its digest, because something in it was changed.",
  },
  ...syncOptions,
} as const satisfies Options;

/** Options of commands that replace a snapshot by a newer one. */
export const shrinkOptions = {
  maxShrink: {
    name: "max-shrink",
    type: share(),
    env: ["ZITADEL_MAX_SHRINK"],
    file: true,
    default: "0.5",
    help: "Keep the old snapshot if more than this share of the users, projects, roles, grants, " +
      "administrators or credentials is gone.",
  },
} as const satisfies Options;

/** Options of commands that write a result to a file. */
export const resultOptions = {
  // No variable and no key of a file: those of `sync` name the snapshot.
  out: {
    name: "out",
    type: path(),
    default: "-",
    help: "The file to write; - is stdout. It is replaced as a whole or not at all, and only its " +
      "owner may read it.",
    alias: ["output", "file", "output-file", "o"],
  },
  force: {
    name: "force",
    type: flag(),
    help: "Replace the file at --out, even if it is a snapshot.",
    alias: ["overwrite", "f"],
  },
} as const satisfies Options;

/** Options of commands that write CSV. */
export const csvOptions = {
  separator: {
    name: "separator",
    type: separator(),
    default: "comma",
    help: "The separator of CSV cells.",
    about: {
      comma: "for most programs",
      semicolon: "for spreadsheets where numbers have a comma",
      tab: "for programs that read TSV",
    },
    alias: ["delimiter", "sep"],
  },
} as const satisfies Options;

/** `--by` without its help and default, which are each command's own. */
export const byOption = {
  name: "by",
  type: choice("person", "project"),
  alias: ["group-by"],
} as const satisfies Partial<Option>;

/** Options of commands that compare two snapshots. */
export const compareOptions = {
  anyOrganization: {
    name: "any-organization",
    type: flag(),
    help: "Allow snapshots of different organizations.",
  },
  ignore: {
    name: "ignore",
    type: texts("FIELD,..."),
    help: "Fields whose changes are ignored, such as updatedAt.",
  },
} as const satisfies Options;

/** Options of commands that look for findings. */
export const findingOptions = {
  allow: {
    name: "allow",
    type: path(),
    help: 'JSON file of accepted findings: {"allow": [{"id" or "rule", "reason", "expires"}]}. ' +
      "Expired entries have no effect.",
    alias: ["ignore-file"],
  },
  staleDays: {
    name: "stale-days",
    type: wholeNumber({ min: 1, max: 36_500 }),
    default: "365",
    help: "Report grants that have not changed for this many days.",
  },
  broadest: {
    name: "broadest",
    type: wholeNumber({ min: 0, max: 1000 }),
    default: "5",
    help: "Report at most this many users for holding unusually many roles.",
  },
  expiringDays: {
    name: "expiring-days",
    type: wholeNumber({ min: 0, max: 36_500 }),
    default: "30",
    help: "Report tokens and keys that expire within this many days.",
  },
} as const satisfies Options;

/** Options of the server, and of commands that ask it. */
export const listenOptions = {
  listen: {
    name: "listen",
    type: listenAddress(),
    env: ["ZITADEL_SYNC_LISTEN"],
    file: true,
    default: "127.0.0.1:8080",
    help: "The address to listen on. Addresses that other machines can reach need a token.",
    alias: ["port", "bind", "address", "listen-address"],
  },
  tlsCert: {
    name: "tls-cert",
    type: path(),
    env: ["ZITADEL_SYNC_TLS_CERT"],
    file: true,
    help: "PEM file with the certificate and its chain; SIGHUP reads it again.",
    alias: ["cert", "certificate", "ssl-cert"],
  },
} as const satisfies Options;
