import { basename } from "node:path";
import { SyncError } from "../../../errors.ts";
import { type Decision, readDecisions } from "../../../snapshot/review/decisions.ts";
import { planRemovals, type Removal } from "../../../snapshot/review/removals.ts";
import type { Snapshot } from "../../../snapshot/types.ts";
import { readCsv } from "../../../snapshot/export/csv.ts";
import { indexSnapshot } from "../../../snapshot/query/index_snapshot.ts";
import { parseInstanceUrl } from "../../../zitadel/http/instance_url.ts";
import { CliError, describeError } from "../../errors.ts";
import { INCOMPLETE } from "../../exit_codes.ts";
import { readText } from "../../input/read_text.ts";
import type { Io } from "../../io.ts";
import { escapeControlCharacters } from "../../output/escape_control_characters.ts";
import { formatCount, formatNumber } from "../../../snapshot/text/format_count.ts";
import type { Log } from "../../output/log.ts";
import { writeStdout } from "../../output/stdout.ts";
import { formatOrganization, toResultHeader, writeJson } from "../../output/result.ts";

/** The greatest age of a snapshot from which requests are made, in minutes. */
const FRESH_MINUTES = 15;

/** Options of {@linkcode applyDecisions}. */
export interface ApplyDecisionsOptions {
  io: Io;
  log: Log;
  /** The tables that came back. */
  files: readonly string[];
  /** Whether the answer is JSON. */
  json: boolean;
  /** Whether a grant without a decision has an exit code of its own. */
  requireComplete: boolean;
  /** The instance that the requests go to. @default the instance of the snapshot */
  url?: string | undefined;
  /** The instance in the settings. */
  instanceUrl?: string | undefined;
  /** Whether requests may go to `url` over plain http. */
  allowHttp?: boolean | undefined;
  /** Reads the snapshot. */
  loadSnapshot: () => Promise<Snapshot>;
}

/** `review apply`: tells the decisions in tables, and prints the requests that carry them out. */
export async function applyDecisions(options: ApplyDecisionsOptions): Promise<number> {
  const { io, log, files, json, loadSnapshot } = options;
  const read = [];
  for (const file of files) {
    read.push(readDecisions(readCsv(await readText(file, io, "table")), toTableName(file, files)));
  }
  refuseIssues(read.flatMap(({ issues }) => issues), "The decisions cannot be read");
  const snapshot = await loadSnapshot();
  const decisions = read.flatMap((part) => part.decisions);
  const rows = [...decisions, ...read.flatMap((part) => part.undecided)];
  const plan = planRemovals(indexSnapshot(snapshot), decisions, rows.slice(decisions.length));
  refuseIssues(plan.issues, "The decisions contradict the snapshot or each other");
  if (plan.removals.length > 0) refuseOld(snapshot, io.now());
  const origin = chooseOrigin(snapshot, options);

  const { keep, undecided, unmentioned, gone } = plan;
  if (rows.length > 0 && unmentioned === snapshot.grants.length) {
    log.write(
      "warn",
      "The snapshot holds none of the grants in these files: is it of the same organization?",
    );
  }
  const removals = plan.removals.map((removal) => {
    const curl = formatCurl(removal, origin, snapshot.organization.id);
    return curl === undefined ? removal : { ...removal, curl };
  });
  const blocked = removals.filter(({ blockedBy }) => blockedBy !== undefined).length;
  if (blocked > 0) {
    log.write("warn", `No request can change ${formatCount(blocked, "user grant")} as decided`);
  }
  const incomplete = options.requireComplete && undecided.length + unmentioned > 0;
  const code = incomplete ? INCOMPLETE : 0;
  if (json) {
    const ids = gone.map(({ grantId }) => grantId);
    const header = toResultHeader(snapshot);
    await writeJson(options, { ...header, keep, undecided, unmentioned, gone: ids, removals });
    return code;
  }
  const rest = unmentioned === 0
    ? ""
    : `, ${formatNumber(unmentioned)} of ${formatNumber(snapshot.grants.length)} in no file`;
  const counts = `${formatCount(removals.length, "user grant")} to change, ` +
    `${formatCount(keep, "grant")} kept, ${formatNumber(undecided.length)} undecided${rest}`;
  await writeStdout(io, [
    `# ${formatOrganization(snapshot)}: ${counts}\n`,
    ...gone.map((decision) => `# ${formatGone(decision)}\n`),
    ...removals.map((removal) => `\n# ${formatRemoval(removal)}\n${formatRequest(removal)}\n`),
  ]);
  return code;
}

/** A file as messages name it: its whole path only where another one has the same name. */
function toTableName(file: string, files: readonly string[]): string {
  const name = basename(file);
  return files.some((other) => other !== file && basename(other) === name) ? file : name;
}

/**
 * Refuses an old snapshot: a request names all roles that a user grant is to have, so it would give back the roles that
 * were removed since.
 */
function refuseOld({ completedAt }: Snapshot, now: number): void {
  const minutes = (now - Date.parse(completedAt)) / 60_000;
  // A snapshot from the future is no better: one of the two clocks is wrong.
  if (Math.abs(minutes) <= FRESH_MINUTES) return;
  throw new CliError(
    "CONFIG_INVALID",
    `The snapshot is of ${completedAt}: requests made from it would give roles back that were ` +
      "removed since",
    {
      hint: `Leave out --snapshot, so that ZITADEL is read now, or name a snapshot that is not ` +
        `older than ${FRESH_MINUTES} minutes`,
    },
  );
}

/** The instance that the requests go to, and the token with them: only the user may change it. */
function chooseOrigin(
  { instance }: Snapshot,
  { url, instanceUrl, allowHttp = false }: ApplyDecisionsOptions,
): string {
  if (url !== undefined) {
    try {
      return parseInstanceUrl(url, { allowHttp }).origin;
    } catch (error) {
      if (!(error instanceof SyncError)) throw error;
      const { message, hint } = describeError(error);
      throw new CliError("CONFIG_INVALID", `--url: ${message}`, { hint });
    }
  }
  if (instanceUrl === undefined) return instance.url;
  const { origin } = parseInstanceUrl(instanceUrl, { allowHttp });
  if (origin === instance.url) return origin;
  throw new CliError(
    "CONFIG_INVALID",
    `The snapshot is of ${instance.url}, not of ${origin} as the settings say`,
    { hint: "If the requests are to go elsewhere than the snapshot came from, say so with --url" },
  );
}

function formatGone({ decision, grantId, source }: Decision): string {
  const gone = decision === "keep" ? "gone, though the reviewer keeps it" : "gone already";
  return escapeControlCharacters(`${gone}: ${grantId} (${source})`);
}

function formatRemoval({ user, group, remove, keep, comments }: Removal): string {
  const rest = keep.length === 0 ? "" : `, which leaves ${keep.join(", ")}`;
  const said = comments.length === 0 ? "" : ` (${[...new Set(comments)].join("; ")})`;
  return escapeControlCharacters(`${user}: remove ${remove.join(", ")} in ${group}${rest}${said}`);
}

function formatRequest({ curl, blockedBy }: Removal & { curl?: string }): string {
  if (curl !== undefined) return curl;
  const roles = escapeControlCharacters(blockedBy!.join(", "));
  return `# no request can do that: the project does not define ${roles}, and ZITADEL refuses a ` +
    "user grant that keeps such a role (COMMAND-mm9F4); remove it too, or define it again";
}

/** The command line of a request; the token stays in the environment. */
function formatCurl(
  { request }: Removal,
  origin: string,
  organizationId: string,
): string | undefined {
  if (request === undefined) return undefined;
  const parts = [
    "curl --fail-with-body",
    `-X ${request.method}`,
    '-H "Authorization: Bearer $ZITADEL_PAT"',
    `-H ${quoteForShell(escapeControlCharacters(`x-zitadel-orgid: ${organizationId}`))}`,
    ...(request.body === undefined ? [] : [
      "-H 'Content-Type: application/json'",
      `--data-raw ${quoteForShell(escapeControlCharacters(JSON.stringify(request.body)))}`,
    ]),
    quoteForShell(`${origin}${request.path}`),
  ];
  return parts.join(" ");
}

function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Refuses a table, with all that is wrong with it. */
export function refuseIssues(issues: readonly string[], message: string): void {
  if (issues.length === 0) return;
  throw new CliError(
    "CONFIG_INVALID",
    `${message}:\n${issues.map((issue) => `  ${issue}`).join("\n")}`,
  );
}
