import { randomBytes } from "node:crypto";
import { CliError } from "../errors.ts";
import { redactSnapshot } from "../../snapshot/audit/redact.ts";
import { serializeSnapshot } from "../../snapshot/serialize.ts";
import type { Context } from "../context.ts";
import { loadSnapshot, readText } from "../files/load_snapshot.ts";
import { resultTarget, writeResult } from "../files/write_result.ts";

/** A shorter key could be found by trying. */
const SHORTEST_KEY = 16;

/** `redact`: the same snapshot with pseudonyms for people. */
export async function redact(context: Context): Promise<number> {
  const { settings, log } = context;
  const target = await resultTarget(context);
  const key = await readKey(context);
  const redacted = await redactSnapshot(await loadSnapshot(context), { key });
  await writeResult(context, target, serializeSnapshot(redacted));
  if (settings.keyFile === undefined) {
    log.write(
      "info",
      "The key was thrown away: the next run gives other pseudonyms; see --key-file",
    );
  }
  return 0;
}

async function readKey({ settings, io }: Context): Promise<Uint8Array<ArrayBuffer>> {
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
