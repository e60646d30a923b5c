import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { CliError } from "../errors.ts";
import { readCsv, toCsv } from "../../snapshot/export/csv.ts";
import { indexSnapshot } from "../../snapshot/query/index_snapshot.ts";
import { isReviewTable } from "../../snapshot/review/decisions.ts";
import {
  buildReviewPackets,
  type ReviewPacket,
  toReviewRows,
} from "../../snapshot/review/packets.ts";
import { readReviewers } from "../../snapshot/review/reviewers.ts";
import { toResultHeader, writeJson } from "../output/result.ts";
import type { Options } from "../options/option.ts";
import { formatWord } from "../options/parse_command_line.ts";
import { byOption, csvOptions, resultOptions, sourceOptions } from "../options/shared_options.ts";
import { flag, path, SEPARATORS, text } from "../options/value_types.ts";
import { type CommandContext, defineCommand, type Operand } from "../command.ts";
import type { Io } from "../io.ts";
import { escapeControlCharacters } from "../output/escape_control_characters.ts";
import { readText } from "../input/read_text.ts";
import { loadSnapshot, readSource } from "../input/source.ts";
import { inspectTarget, writeTarget } from "../output/write_output.ts";
import { applyReview, refuseIssues } from "./shared/apply_review.ts";
import { toFileNames } from "../output/file_names.ts";
import { isReviewPage, reviewPage } from "./shared/review_page.ts";
import { writeStdout } from "../output/stdout.ts";
import { formatSystemError } from "../system_error.ts";
import { foldName } from "../../snapshot/text/fold.ts";
import { formatCount, formatNumber } from "../../snapshot/text/format_count.ts";

const operands = [{
  name: "apply",
  words: ["apply"],
  about: { apply: "read the returned files" },
  optional: true,
  refuse: (word: string) => ({
    message: `review does not know ${formatWord(word)}`,
    hint: "Write review --out FOLDER, or review apply FILE...",
  }),
}, {
  name: "FILE",
  isPath: true,
  optional: true,
  many: true,
}] as const satisfies readonly Operand[];

const options = {
  by: {
    ...byOption,
    default: "project",
    help: "Who decides.",
    about: { person: "the manager of each user", project: "the owner of each project" },
  },
  reviewers: {
    name: "reviewers",
    type: path(),
    unset: "a packet for each project",
    help:
      "CSV file with a heading and two columns: the project (with --by person: the user), and " +
      "its reviewer.",
    alias: ["owners", "managers"],
  },
  out: {
    ...resultOptions.out,
    unset: "there is none",
    help: "The folder to write to.",
  },
  force: {
    ...resultOptions.force,
    help: "Replace packets in the folder, even if they are filled in.",
  },
  requireComplete: {
    name: "require-complete",
    type: flag(),
    help: "review apply: exit with 13 if a grant is undecided.",
  },
  url: {
    name: "url",
    type: text("URL"),
    unset: "the instance of the snapshot",
    help: "The URL for the requests of review apply.",
  },
  ...csvOptions,
  ...sourceOptions,
} as const satisfies Options;

const inputs = { source: readSource };

type ReviewContext = CommandContext<typeof options, typeof operands, typeof inputs>;

/**
 * `review`: writes the packets of a review; `review apply`: reads them back.
 *
 * With `--json` the first writes one object: `organization`, `completedAt`, `digest` and `packets`, each with `reviewer`,
 * `grants` and `ownGrants` (how many), `csv` and `page` (the files). The second writes `organization`, `completedAt`,
 * `digest`, `keep` (how many grants stay by decision), `undecided` (the ids of grants in the files that nobody decided on),
 * `unmentioned` (how many grants no file names), `gone` (the ids of decided grants that the snapshot does not hold), and
 * `removals`, each a `Removal` with its `curl`.
 */
export const review = defineCommand({
  name: "review",
  summary: "Write the packets of an access review, and read the decisions back",
  details: "Writes a CSV to fill in and a page to print for each reviewer into the folder --out. " +
    "review apply reads the returned CSVs, and prints the curl command for each user grant " +
    "that has to change. It changes nothing in ZITADEL by itself.",
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
    if (files.length === 0) {
      throw new CliError("CONFIG_INVALID", "review apply needs the returned files", {
        hint: "Write review apply FILE...",
      });
    }
    const { io, log, settings } = context;
    const { json, url, instanceUrl, allowHttp } = settings;
    if (settings.ignoreDigest) {
      throw new CliError(
        "CONFIG_INVALID",
        "review apply makes no requests from a snapshot that was changed",
        { hint: "Leave out --ignore-digest" },
      );
    }
    return await applyReview({
      ...{ io, log, files, json, url, instanceUrl, allowHttp },
      requireComplete: settings.requireComplete,
      loadSnapshot: () => loadSnapshot(context),
    });
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
    : readCsv(await readText(settings.reviewers, io, "table"));
  const snapshot = await loadSnapshot(context);
  const read = table && readReviewers(table, { by, snapshot, file: settings.reviewers! });
  refuseIssues(read?.issues ?? [], "The reviewers file does not match the snapshot");
  const reviewers = read?.reviewers;
  const packets = buildReviewPackets(indexSnapshot(snapshot), { by, reviewers });
  const names = toFileNames(packets.map(({ reviewer }) => reviewer), "packet");
  const files = packets.map((packet, index) => ({
    packet,
    csv: join(folder, `${names[index]}.csv`),
    page: join(folder, `${names[index]}.html`),
  }));
  const stale = await prepareFolder(
    folder,
    names.flatMap((name) => [`${name}.csv`, `${name}.html`]),
    { force: settings.force, io },
  );
  const separator = SEPARATORS[settings.separator];
  for (const { packet, csv, page } of files) {
    await write(csv, toCsv(toReviewRows(packet), { bom: true, separator }), io.signal);
    await write(page, reviewPage(packet, snapshot), io.signal);
  }
  for (const name of stale) await rm(join(folder, name), { force: true });
  if (settings.json) {
    const packets = files.map(({ packet: { reviewer, holdings, ownGrants }, csv, page }) => ({
      reviewer,
      grants: holdings.length,
      ownGrants: ownGrants.size,
      csv,
      page,
    }));
    await writeJson(context, { ...toResultHeader(snapshot), packets });
  } else {
    await writeStdout(
      io,
      files.map(({ packet, csv }) => `${escapeControlCharacters(csv)}  ${formatPacket(packet)}\n`),
    );
  }
  return 0;
}

function formatPacket({ reviewer, holdings, ownGrants }: ReviewPacket): string {
  const own = ownGrants.size === 0 ? "" : `, ${formatNumber(ownGrants.size)} of them their own`;
  return `${formatCount(holdings.length, "grant")} for ${escapeControlCharacters(reviewer)}${own}`;
}

/**
 * Makes the folder of a review. It holds the packets of one review only, since `review apply folder/*.csv` reads all
 * of them back, and packets that may be filled in are not replaced.
 *
 * @returns With `force`, the names of the packets of an earlier review, which are to be removed.
 */
async function prepareFolder(
  folder: string,
  written: readonly string[],
  { force, io }: { force: boolean; io: Io },
): Promise<string[]> {
  let found: string[];
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    found = (await readdir(folder)).filter((name) => !name.startsWith("."));
  } catch (cause) {
    throw new CliError("OUTPUT_FAILED", `Cannot make ${folder}: ${formatSystemError(cause)}`, {
      cause,
      hint: "Name a folder, or one that can be made",
    });
  }
  // Many file systems count neither case nor normal forms.
  const names = new Set(written.map(foldName));
  const replaced = found.filter((name) => names.has(foldName(name)));
  if (!force && replaced.length > 0) {
    const file = join(folder, replaced[0]!);
    throw new CliError("OUTPUT_FAILED", `Will not replace ${file}, which may be filled in`, {
      hint: "Name another folder, or add --force to replace it all the same",
    });
  }
  const others = found.filter((name) => !names.has(foldName(name)));
  const packets = new Set<string>();
  for (const name of others) if (await isPacket(join(folder, name), io)) packets.add(name);
  const foreign = others.filter((name) => !packets.has(name));
  if (force && foreign.length === 0) return others;
  const refused = force ? foreign : others;
  if (refused.length === 0) return [];
  throw new CliError(
    "OUTPUT_FAILED",
    `${folder} holds what is not of this review: ${
      refused.map(escapeControlCharacters).join(", ")
    }`,
    {
      hint: foreign.length === 0
        ? "Name another folder, or add --force to take these packets away"
        : "Name another folder, or move these files: --force takes away packets alone",
    },
  );
}

/** Whether a file is the table or the page of a packet, filled in or not. */
async function isPacket(file: string, io: Io): Promise<boolean> {
  try {
    const text = await readText(file, io, "table");
    return file.endsWith(".html") ? isReviewPage(text) : isReviewTable(readCsv(text));
  } catch (error) {
    if (error instanceof CliError) return false;
    throw error;
  }
}

async function write(file: string, chunks: Iterable<string>, signal: AbortSignal): Promise<void> {
  await writeTarget(await inspectTarget(file, { writes: "other", force: true }), chunks, signal);
}
