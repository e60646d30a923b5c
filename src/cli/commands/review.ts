import { mkdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { CliError } from "../errors.ts";
import type { Snapshot } from "../../snapshot/contract.ts";
import { parseCsv, toCsv } from "../../snapshot/export/csv.ts";
import { findGroups, findUsers } from "../../snapshot/query/find.ts";
import { indexSnapshot } from "../../snapshot/query/index_snapshot.ts";
import {
  buildReviewPackets,
  type Decision,
  decisionsIn,
  planRemovals,
  type Removal,
  type ReviewPacket,
  toReviewRows,
} from "../../snapshot/audit/review.ts";
import { organizationInWords, toAnswerHead, writeJson } from "./shared/answer.ts";
import type { Options } from "../args/option.ts";
import { resultOptions, sourceOptions } from "../args/shared_options.ts";
import { choice, path } from "../args/value_types.ts";
import { type CommandContext, defineCommand, type Operand } from "../command.ts";
import { readSource } from "../settings/connection.ts";
import { escapeControlCharacters } from "../terminal/escape_control_characters.ts";
import { loadSnapshot, readText } from "../files/load_snapshot.ts";
import { inspectTarget, writeTarget } from "../files/write_output.ts";
import { reviewPage } from "./shared/review_page.ts";
import { writeStdout } from "../terminal/stdout.ts";
import { systemWords } from "../files/system_error.ts";
import { counted, digits } from "../terminal/format_count.ts";

const operands = [{ name: "apply", optional: true }, {
  name: "FILE",
  isPath: true,
  optional: true,
  many: true,
}] as const satisfies readonly Operand[];

const options = {
  by: {
    name: "by",
    type: choice("person", "project"),
    unset: "person for diff, project for review",
    help:
      "diff: what to sort changes by. review: whether who answers for a project or who answers " +
      "for a person decides.",
    alias: ["group-by"],
  },
  reviewers: {
    name: "reviewers",
    type: path(),
    unset: "a packet for each project",
    help: "CSV file with a heading and two columns: a project (with --by person: a user) and who " +
      "answers for it.",
    alias: ["owners", "managers"],
  },
  out: {
    ...resultOptions.out,
    unset: "there is none",
    help: "The folder to write to.",
  },
  force: {
    ...resultOptions.force,
    help: "Replace what is in the folder, also if it may be filled in.",
  },
  ...sourceOptions,
} as const satisfies Options;

const inputs = { source: readSource };

type ReviewContext = CommandContext<typeof options, typeof operands, typeof inputs>;

/**
 * `review`: writes the packets of a review; `review apply`: reads them back.
 *
 * With `--json` the first writes one object: `organization`, `completedAt`, `digest` and `packets`, each with `reviewer`,
 * `grants` (how many), `csv` and `page` (the files). The second writes `organization`, `completedAt`, `digest`, `keep`
 * (how many grants stay by decision), `undecided` and `gone` (ids of grants), and `removals`, each a `Removal` with its
 * `curl`.
 */
export const review = defineCommand({
  name: "review",
  summary: "Write packets for an access review, and read the decisions back",
  details: "Writes for each reviewer a CSV to fill in and a page to print into the folder --out. " +
    "review apply reads the CSVs that come back and prints, for each user grant that has to " +
    "change, the curl that does it. It changes nothing in ZITADEL by itself.",
  operands,
  options,
  inputs,
  examples: [
    "zitadel-sync review --out review-2026 --reviewers owners.csv --snapshot access.json",
    "zitadel-sync review apply review-2026/*.csv --snapshot access.json > removals.sh",
  ],
  async run(context) {
    const [verb, ...files] = context.operands;
    if (verb === undefined) return await make(context);
    if (verb !== "apply") {
      throw new CliError("CONFIG_INVALID", `review does not know ${JSON.stringify(verb)}`, {
        hint: "Write review --out FOLDER, or review apply FILE...",
      });
    }
    if (files.length === 0) {
      throw new CliError("CONFIG_INVALID", "review apply needs the files that came back", {
        hint: "Write review apply FILE...",
      });
    }
    return await apply(context, files);
  },
});

async function make(context: ReviewContext): Promise<number> {
  const { io, settings } = context;
  const folder = settings.out;
  if (folder === "-") {
    throw new CliError("CONFIG_INVALID", "review needs a folder to write to", {
      hint: "Add --out FOLDER",
    });
  }
  const by = settings.by === "person" ? "user" : "group";
  if (by === "user" && settings.reviewers === undefined) {
    throw new CliError("CONFIG_INVALID", "review --by person needs to know who decides", {
      hint: "Add --reviewers FILE, a CSV with two columns: user, manager",
    });
  }
  const table = settings.reviewers === undefined
    ? undefined
    : parseCsv(await readText(settings.reviewers, io));
  const snapshot = await loadSnapshot(context);
  const reviewers = table && reviewersIn(table, by, snapshot, settings.reviewers!);
  const packets = buildReviewPackets(indexSnapshot(snapshot), { by, reviewers });
  const names = fileNames(packets);
  const files = packets.map((packet, index) => ({
    packet,
    csv: join(folder, `${names[index]}.csv`),
    page: join(folder, `${names[index]}.html`),
  }));
  await prepareFolder(
    folder,
    files.flatMap(({ csv, page }) => [csv, page]),
    settings.force,
  );
  for (const { packet, csv, page } of files) {
    await write(csv, toCsv(toReviewRows(packet), { bom: true }), io.signal);
    await write(page, reviewPage(packet, snapshot), io.signal);
  }
  if (settings.json) {
    const packets = files.map(({ packet: { reviewer, holdings }, csv, page }) => ({
      reviewer,
      grants: holdings.length,
      csv,
      page,
    }));
    await writeJson(context, { ...toAnswerHead(snapshot), packets });
  } else {
    await writeStdout(
      io,
      files.map(({ packet: { reviewer, holdings }, csv }) =>
        `${escapeControlCharacters(csv)}  ${counted(holdings.length, "grant")} for ${
          escapeControlCharacters(reviewer)
        }\n`
      ),
    );
  }
  return 0;
}

/** Who answers for which group or user: the first two columns of a table, of which the first row is the heading. */
function reviewersIn(
  [, ...rows]: readonly string[][],
  by: "group" | "user",
  snapshot: Snapshot,
  file: string,
): ReadonlyMap<string, string> {
  const reviewers = new Map<string, string>();
  const faults: string[] = [];
  rows.forEach(([subject = "", reviewer = ""], index) => {
    if (subject.trim() === "" && reviewer.trim() === "") return;
    const matches: readonly { id: string }[] = by === "group"
      ? findGroups(snapshot.groups, subject.trim())
      : findUsers(snapshot.users, subject.trim());
    const source = `${file}: row ${index + 2}: ${JSON.stringify(subject)}`;
    if (matches.length === 0) faults.push(`${source} is nobody and nothing in this snapshot`);
    if (matches.length > 1) {
      faults.push(`${source} names ${matches.length}: ${matches.map(({ id }) => id).join(", ")}`);
    }
    if (reviewer.trim() === "") faults.push(`${source} has no reviewer`);
    if (matches[0] !== undefined) reviewers.set(matches[0].id, reviewer.trim());
  });
  refuse(faults, "The file of reviewers does not fit");
  return reviewers;
}

/** Names of files that every system takes, each once, also where case does not count. */
function fileNames(packets: readonly ReviewPacket[]): string[] {
  const taken = new Set<string>();
  return packets.map(({ reviewer }) => {
    const slug = reviewer.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
      .replace(/[^a-z0-9]+/g, "-").slice(0, 60).replace(/^-|-$/g, "") || "packet";
    let name = slug;
    for (let n = 2; taken.has(name); n++) name = `${slug}-${n}`;
    taken.add(name);
    return name;
  });
}

/** Files that are there may be filled in: they are not replaced. */
async function prepareFolder(
  folder: string,
  files: readonly string[],
  force: boolean,
): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new CliError("OUTPUT_FAILED", `Cannot make ${folder}: ${systemWords(cause)}`, { cause });
  }
  if (force) return;
  for (const file of files) {
    const found = await stat(file).catch(() => undefined);
    if (found === undefined) continue;
    throw new CliError("OUTPUT_FAILED", `Will not replace ${file}, which may be filled in`, {
      hint: "Name another folder, or add --force to replace it all the same",
    });
  }
}

async function write(file: string, chunks: Iterable<string>, signal: AbortSignal): Promise<void> {
  await writeTarget(await inspectTarget(file, { writes: "other", force: true }), chunks, signal);
}

async function apply(context: ReviewContext, files: readonly string[]): Promise<number> {
  const { io, settings } = context;
  const tables = [];
  for (const file of files) {
    tables.push({ file, rows: parseCsv(await readText(file, io)) });
  }
  const read = tables.map(({ file, rows }) => decisionsIn(rows, basename(file)));
  refuse(read.flatMap(({ faults }) => faults), "The decisions cannot be read");
  const snapshot = await loadSnapshot(context);
  const decisions = read.flatMap((part) => part.decisions);
  const { removals, gone, faults } = planRemovals(indexSnapshot(snapshot), decisions);
  refuse(faults, "The decisions contradict each other");

  const undecided = read.flatMap((part) => part.undecided);
  const keep = decisions.filter(({ decision }) => decision === "keep").length;
  const withCurl = removals.map((removal) => ({ ...removal, curl: formatCurl(removal, snapshot) }));
  if (settings.json) {
    const goneIds = gone.map(({ grantId }) => grantId);
    await writeJson(context, {
      ...toAnswerHead(snapshot),
      keep,
      undecided,
      gone: goneIds,
      removals: withCurl,
    });
    return 0;
  }
  const counts = `${counted(removals.length, "user grant")} to change, ` +
    `${counted(keep, "grant")} kept, ${digits(undecided.length)} undecided`;
  await writeStdout(io, [
    `# ${organizationInWords(snapshot)}: ${counts}\n`,
    ...gone.map((decision) => `# gone already: ${goneInWords(decision)}\n`),
    ...withCurl.map((removal) => `\n# ${removalInWords(removal)}\n${removal.curl}\n`),
  ]);
  return 0;
}

function goneInWords({ grantId, source }: Decision): string {
  return escapeControlCharacters(`${grantId} (${source})`);
}

function removalInWords({ user, group, remove, keep, comments }: Removal): string {
  const rest = keep.length === 0 ? "" : `, which leaves ${keep.join(", ")}`;
  const said = comments.length === 0 ? "" : ` (${[...new Set(comments)].join("; ")})`;
  return escapeControlCharacters(`${user}: remove ${remove.join(", ")} in ${group}${rest}${said}`);
}

/** The command line that carries a decision out; the token stays in the environment. */
function formatCurl({ request }: Removal, { instance, organization }: Snapshot): string {
  const parts = [
    "curl --fail-with-body",
    `-X ${request.method}`,
    '-H "Authorization: Bearer $ZITADEL_PAT"',
    `-H ${shellQuoted(`x-zitadel-orgid: ${organization.id}`)}`,
    ...(request.body === undefined ? [] : [
      "-H 'Content-Type: application/json'",
      `--data-raw ${shellQuoted(escapeControlCharacters(JSON.stringify(request.body)))}`,
    ]),
    shellQuoted(`${instance.url}${request.path}`),
  ];
  return parts.join(" ");
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function refuse(faults: readonly string[], message: string): void {
  if (faults.length === 0) return;
  throw new CliError(
    "CONFIG_INVALID",
    `${message}:\n${faults.map((fault) => `  ${fault}`).join("\n")}`,
  );
}
