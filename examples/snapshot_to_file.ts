// deno-lint-ignore-file no-console -- these programs talk to people
// Writes a snapshot to a file: as a whole or not at all, and readable for its owner only.
//
//   ZITADEL_INSTANCE_URL=https://acme.zitadel.cloud ZITADEL_PAT=... node snapshot_to_file.ts access.json

import { rename, writeFile } from "node:fs/promises";
import process from "node:process";
import { stringifySnapshot, SyncError, takeSnapshot } from "@zitadel-sync/zitadel-sync";

const file = process.argv[2] ?? "access.json";
try {
  const snapshot = await takeSnapshot({
    instanceUrl: process.env["ZITADEL_INSTANCE_URL"] ?? "",
    token: process.env["ZITADEL_PAT"] ?? "",
  });
  // Written beside the target and renamed: an interrupted run leaves the old file as it was.
  await writeFile(`${file}.new`, stringifySnapshot(snapshot), { mode: 0o600 });
  await rename(`${file}.new`, file);
  console.log(`${file}: ${snapshot.counts.grants} grants, ${snapshot.digest}`);
} catch (error) {
  if (!(error instanceof SyncError)) throw error;
  // The hint says what to do; `code` is stable, for programs.
  console.error(`${error.code}: ${error.message}. ${error.hint ?? ""}`);
  process.exitCode = 1;
}
