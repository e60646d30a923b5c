// Posts what changed since the last run to a chat's webhook, and keeps the new snapshot for the next run.
//
//   ZITADEL_INSTANCE_URL=https://acme.zitadel.cloud ZITADEL_PAT=... CHAT_WEBHOOK=https://... node post_changes.ts access.json

import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import process from "node:process";
import {
  diffSnapshots,
  indexSnapshot,
  parseSnapshot,
  stringifySnapshot,
  takeSnapshot,
  toEvents,
} from "@zitadel-sync/zitadel-sync";

const file = process.argv[2] ?? "access.json";
const next = await takeSnapshot({
  instanceUrl: process.env["ZITADEL_INSTANCE_URL"] ?? "",
  token: process.env["ZITADEL_PAT"] ?? "",
});
if (existsSync(file)) {
  const last = parseSnapshot(await readFile(file, "utf8"));
  const diff = diffSnapshots(last, next, { ignore: ["updatedAt"] });
  const lines = [];
  for (const change of toEvents(diff, indexSnapshot(next))) {
    const sign = { "grant.added": "+", "grant.removed": "-" }[String(change.event)];
    if (sign !== undefined) lines.push(`${sign} ${change.user}: ${change.role} in ${change.group}`);
  }
  if (lines.length > 0) {
    const response = await fetch(process.env["CHAT_WEBHOOK"] ?? "", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text: lines.join("\n") }),
    });
    // The file stays as it is, so the next run posts the same changes again.
    if (!response.ok) throw new Error(`the webhook answered ${response.status}`);
  }
}
await writeFile(file, stringifySnapshot(next), { mode: 0o600 });
