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
import { formatOrganization, jsonLines, toResultHeader } from "../../output/result.ts";

/** The greatest age of a snapshot from which requests are made, in minutes. */
const FRESH_MINUTES = 15;

export interface ApplyReviewOptions {
  io: Io;
  log: Log;
  /** The paths of the returned tables. */
  files: readonly string[];
  json: boolean;
  requireComplete: boolean;
  /** The origin for the requests. @default the instance of the snapshot */
  url?: string | undefined;
  /** The instance in the settings, which must be that of the snapshot. */
  instanceUrl?: string | undefined;
  /** Whether `url` may be plain http. */
  allowHttp?: boolean | undefined;
  loadSnapshot: () => Promise<Snapshot>;
}

/** `review apply`: reads the decisions in tables, and prints the requests that carry them out. */
export async function applyReview(options: ApplyReviewOptions): Promise<number> {
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
      "No grant in these files is in the snapshot: is it of the same organization?",
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
    await writeStdout(
      io,
      jsonLines({
        ...toResultHeader(snapshot),
        keep,
        undecided,
        unmentioned,
        gone: gone.map(({ grantId }) => grantId),
        removals,
      }),
    );
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

/** The name of a file in messages: its whole path only where two files share a name. */
function toTableName(file: string, files: readonly string[]): string {
  const name = basename(file);
  return files.some((other) => other !== file && basename(other) === name) ? file : name;
}

/**
 * A request names all roles that a user grant is to keep, so one made from an old snapshot would restore roles that
 * were removed since.
 */
function refuseOld({ completedAt }: Snapshot, now: number): void {
  const minutes = (now - Date.parse(completedAt)) / 60_000;
  // In the future it is no younger: one of the two clocks is wrong.
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

/** The origin for the requests and the token in them: only the user may choose another one. */
function chooseOrigin(
  { instance }: Snapshot,
  { url, instanceUrl, allowHttp = false }: ApplyReviewOptions,
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

/** The curl command that carries out a decision; the token stays in the environment. */
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

/** Refuses a table, with all its issues in one error. */
export function refuseIssues(issues: readonly string[], message: string): void {
  if (issues.length === 0) return;
  throw new CliError(
    "CONFIG_INVALID",
    `${message}:\n${issues.map((issue) => `  ${issue}`).join("\n")}`,
  );
}
