import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { CliError } from "../errors.ts";
import { readCsv, toCsv } from "../../snapshot/export/csv.ts";
import { indexSnapshot } from "../../snapshot/query/index_snapshot.ts";
import { buildReviewPackets, readReviewers, toReviewRows } from "../../snapshot/review/review.ts";
import { toAnswerHead, writeJson } from "./shared/answer.ts";
import type { Options } from "../options/option.ts";
import { csvOptions, resultOptions, sourceOptions } from "../options/shared_options.ts";
import { SEPARATORS } from "../options/value_types.ts";
import { choice, path, text } from "../options/value_types.ts";
import { type CommandContext, defineCommand, type Operand } from "../command.ts";
import { readSource } from "../input/connection.ts";
import { escapeControlCharacters } from "../output/escape_control_characters.ts";
import { loadSnapshot, readText } from "../input/load_snapshot.ts";
import { inspectTarget, writeTarget } from "../output/write_output.ts";
import { applyReview, refuseIssues } from "./shared/apply_review.ts";
import { toFileNames } from "../output/file_names.ts";
import { reviewPage } from "./shared/review_page.ts";
import { writeStdout } from "../output/stdout.ts";
import { formatSystemError } from "../output/system_error.ts";
import { formatCount } from "../../snapshot/text/format_count.ts";

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
  url: {
    name: "url",
    type: text("URL"),
    unset: "the instance of the snapshot",
    help: "review apply: where the requests go, if that is not where the snapshot came from.",
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
 * `grants` (how many), `csv` and `page` (the files). The second writes `organization`, `completedAt`, `digest`, `keep`
 * (how many grants stay by decision), `undecided`, `gone` and `manual` (ids of grants), and `removals`, each a `Removal` with its
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
  refuseIssues(read?.issues ?? [], "The file of reviewers does not fit");
  const reviewers = read?.reviewers;
  const packets = buildReviewPackets(indexSnapshot(snapshot), { by, reviewers });
  const names = toFileNames(packets.map(({ reviewer }) => reviewer), "packet");
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
  const separator = SEPARATORS[settings.separator];
  for (const { packet, csv, page } of files) {
    await write(csv, toCsv(toReviewRows(packet), { bom: true, separator }), io.signal);
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
        `${escapeControlCharacters(csv)}  ${formatCount(holdings.length, "grant")} for ${
          escapeControlCharacters(reviewer)
        }\n`
      ),
    );
  }
  return 0;
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
    throw new CliError("OUTPUT_FAILED", `Cannot make ${folder}: ${formatSystemError(cause)}`, {
      cause,
      hint: "Name a folder, or one that can be made",
    });
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
