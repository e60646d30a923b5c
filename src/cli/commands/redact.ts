import { randomBytes } from "node:crypto";
import { CliError } from "../errors.ts";
import { redactSnapshot } from "../../snapshot/redact/redact.ts";
import { serializeSnapshot } from "../../snapshot/serialize.ts";
import { resultOptions, sourceOptions } from "../options/shared_options.ts";
import { path } from "../options/value_types.ts";
import { defineCommand } from "../command.ts";
import type { Io } from "../io.ts";
import { readText } from "../input/read_text.ts";
import { loadSnapshot, readSource } from "../input/source.ts";
import { resultTarget, writeResult } from "../output/write_result.ts";

/** A shorter key could be guessed. */
const SHORTEST_KEY = 16;

export const redact = defineCommand({
  name: "redact",
  summary: "Replace people in a snapshot by pseudonyms",
  details: "Replaces ids, names and addresses of users, also in names of projects and roles. " +
    "Lists, counts, states, times and grants stay.",
  options: {
    keyFile: {
      name: "key-file",
      type: path(),
      unset: "a new key for every run",
      help: "File with a key of at least 16 characters: the same key gives the same pseudonyms.",
    },
    ...resultOptions,
    ...sourceOptions,
  },
  inputs: { source: readSource },
  examples: [
    "zitadel-sync token > key.txt",
    "zitadel-sync redact --key-file key.txt --snapshot access.json --out to-share.json",
  ],
  async run(context) {
    const { settings, log } = context;
    const target = await resultTarget(context);
    const key = await readKey(context);
    const redacted = await redactSnapshot(await loadSnapshot(context), { key });
    await writeResult(context, target, serializeSnapshot(redacted));
    if (settings.keyFile === undefined) {
      log.write(
        "info",
        "The key was discarded, so the next run gives other pseudonyms; see --key-file",
      );
    }
    return 0;
  },
});

async function readKey(
  { settings, io }: {
    settings: { keyFile?: string | undefined; snapshot?: string | undefined };
    io: Io;
  },
): Promise<Uint8Array<ArrayBuffer>> {
  if (settings.keyFile === undefined) return Uint8Array.from(randomBytes(32));
  if (settings.keyFile === "-" && settings.snapshot === "-") {
    throw new CliError("CONFIG_INVALID", "Only one of key and snapshot can come from stdin");
  }
  const key = (await readText(settings.keyFile, io)).trim();
  if (key.length < SHORTEST_KEY) {
    throw new CliError(
      "CONFIG_INVALID",
      `--key-file: the key has ${key.length} characters, it needs ${SHORTEST_KEY}`,
      { hint: "Make one with: zitadel-sync token > redact-key.txt" },
    );
  }
  return new TextEncoder().encode(key);
}
