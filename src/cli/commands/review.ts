import { CliError } from "../errors.ts";
import type { Options } from "../options/option.ts";
import { formatWord } from "../options/parse_command_line.ts";
import { byOption, csvOptions, resultOptions, sourceOptions } from "../options/shared_options.ts";
import { flag, path, SEPARATORS, text } from "../options/value_types.ts";
import { defineCommand, type Operand } from "../command.ts";
import { loadSnapshot, readSource } from "../input/source.ts";
import { applyDecisions } from "./review/apply_decisions.ts";
import { writePackets } from "./review/write_packets.ts";

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

/**
 * `review` writes the packets of a review, `review apply` reads them back.
 *
 * With `--json`, `review` writes one object: `organization`, `completedAt`, `digest` and `packets`, each with `reviewer`,
 * `grants` and `ownGrants` (numbers), `csv` and `page` (the files). `review apply` writes `organization`, `completedAt`,
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
    const { io, log, settings, operands: [verb, ...files] } = context;
    const { json, url, instanceUrl, allowHttp, requireComplete } = settings;
    const load = () => loadSnapshot(context);
    if (verb === undefined) {
      const { out, by, reviewers, force } = settings;
      const separator = SEPARATORS[settings.separator];
      await writePackets({ io, out, by, reviewers, force, separator, json, loadSnapshot: load });
      return 0;
    }
    if (files.length === 0) {
      throw new CliError("CONFIG_INVALID", "review apply needs the returned files", {
        hint: "Write review apply FILE...",
      });
    }
    if (settings.ignoreDigest) {
      throw new CliError(
        "CONFIG_INVALID",
        "review apply makes no requests from a snapshot that was changed",
        { hint: "Leave out --ignore-digest" },
      );
    }
    return await applyDecisions({
      ...{ io, log, files, json, url, instanceUrl, allowHttp, requireComplete },
      loadSnapshot: load,
    });
  },
});
