import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type CsvSeparator, readCsv, toCsv } from "../../../snapshot/export/csv.ts";
import { indexSnapshot } from "../../../snapshot/query/index_snapshot.ts";
import { isReviewTable } from "../../../snapshot/review/decisions.ts";
import {
  buildReviewPackets,
  type ReviewPacket,
  toReviewRows,
} from "../../../snapshot/review/packets.ts";
import { readReviewers } from "../../../snapshot/review/reviewers.ts";
import { foldName } from "../../../snapshot/text/fold.ts";
import { formatCount, formatNumber } from "../../../snapshot/text/format_count.ts";
import type { Snapshot } from "../../../snapshot/types.ts";
import { CliError } from "../../errors.ts";
import { readText } from "../../input/read_text.ts";
import type { Io } from "../../io.ts";
import { escapeControlCharacters } from "../../output/escape_control_characters.ts";
import { toFileNames } from "../../output/file_names.ts";
import { toResultHeader, writeJson } from "../../output/result.ts";
import { writeStdout } from "../../output/stdout.ts";
import { inspectTarget, writeTarget } from "../../output/write_output.ts";
import { formatSystemError } from "../../system_error.ts";
import { refuseIssues } from "./apply_decisions.ts";
import { isReviewPage, reviewPage } from "./packet_page.ts";

/** Options of {@linkcode writePackets}. */
export interface WritePacketsOptions {
  io: Io;
  /** The folder. */
  out: string;
  /** Packets for the owner of each project, or for the manager of each person. */
  by: "person" | "project";
  /** The table of reviewers. */
  reviewers?: string | undefined;
  /** Whether packets in the folder are replaced, or taken away. */
  force: boolean;
  separator: CsvSeparator;
  /** Whether the answer is JSON. */
  json: boolean;
  /** Reads the snapshot. */
  loadSnapshot: () => Promise<Snapshot>;
}

/** Writes the packets of a review into a folder. */
export async function writePackets(options: WritePacketsOptions): Promise<void> {
  const { io, out: folder, loadSnapshot } = options;
  if (folder === "-") {
    throw new CliError("CONFIG_INVALID", "review needs a folder to write to", {
      hint: "Add --out FOLDER",
    });
  }
  const by = options.by === "person" ? "user" : "group";
  if (by === "user" && options.reviewers === undefined) {
    throw new CliError("CONFIG_INVALID", "review --by person needs to know who decides", {
      hint: "Add --reviewers FILE, a CSV with two columns: user, manager",
    });
  }
  const table = options.reviewers === undefined
    ? undefined
    : readCsv(await readText(options.reviewers, io, "table"));
  const snapshot = await loadSnapshot();
  const read = table && readReviewers(table, { by, snapshot, file: options.reviewers! });
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
    options,
  );
  for (const { packet, csv, page } of files) {
    await write(
      csv,
      toCsv(toReviewRows(packet), { bom: true, separator: options.separator }),
      io.signal,
    );
    await write(page, reviewPage(packet, snapshot), io.signal);
  }
  for (const name of stale) await rm(join(folder, name), { force: true });
  if (options.json) {
    const packets = files.map(({ packet: { reviewer, holdings, ownGrants }, csv, page }) => ({
      reviewer,
      grants: holdings.length,
      ownGrants: ownGrants.size,
      csv,
      page,
    }));
    await writeJson(options, { ...toResultHeader(snapshot), packets });
  } else {
    await writeStdout(
      io,
      files.map(({ packet, csv }) => `${escapeControlCharacters(csv)}  ${formatPacket(packet)}\n`),
    );
  }
}

function formatPacket({ reviewer, holdings, ownGrants }: ReviewPacket): string {
  const own = ownGrants.size === 0 ? "" : `, ${formatNumber(ownGrants.size)} of them their own`;
  return `${formatCount(holdings.length, "grant")} for ${escapeControlCharacters(reviewer)}${own}`;
}

/**
 * Makes the folder of a review, which may hold no other files: `review apply folder/*.csv` reads all of them back. Packets
 * that may be filled in are not replaced unless forced.
 *
 * @returns The names of packets of an earlier review to take away, if forced.
 */
async function prepareFolder(
  folder: string,
  written: readonly string[],
  { force, io }: Pick<WritePacketsOptions, "force" | "io">,
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
  // On many file systems neither case nor normal forms count.
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

/** Tells whether a file is the table or page of a packet, filled in or not. */
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
