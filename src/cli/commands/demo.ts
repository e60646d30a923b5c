import { findEventDifferences } from "../../snapshot/findings/event_findings.ts";
import { indexSnapshot, type SnapshotIndex } from "../../snapshot/query/index_snapshot.ts";
import {
  formatEntitlementName,
  formatGroupName,
  formatUserName,
} from "../../snapshot/text/names.ts";
import { formatVerification } from "../../snapshot/text/notes.ts";
import { serializeSnapshot } from "../../snapshot/serialize.ts";
import { createFetch } from "../input/create_fetch.ts";
import { scopeOptions } from "../options/shared_options.ts";
import { defineCommand } from "../command.ts";
import { createProgress } from "../output/progress.ts";
import { writeStdout } from "../output/stdout.ts";
import { writeSummary } from "../output/summary.ts";
import { table } from "../output/table.ts";

/** So many rows are shown: a demo should fit on a screen. */
const SHOWN_GRANTS = 25;

/** `demo`: syncs a ZITADEL that lives in this process, over a real socket. */
export const demo = defineCommand({
  name: "demo",
  summary: "Sync a small ZITADEL that runs inside this program",
  details: "Starts a stand-in for ZITADEL on a free port of this machine, syncs it with the real " +
    "client, and shows who holds what. It needs no instance, no token and no network. With " +
    "--json it prints the snapshot instead.",
  options: { include: scopeOptions.include },
  examples: [
    "zitadel-sync demo",
    "zitadel-sync demo --json",
    "zitadel-sync demo --include administrators,credentials --json > access.json",
  ],
  async run({ io, settings, log, progressLine }) {
    // Loaded here, so that no other command carries the stand-in along.
    const [
      { createStandIn },
      { listen },
      { DEMO_INSTANCE_TOKEN, DEMO_ORGANIZATION_ID, demoSeed },
      { takeSnapshot },
    ] = await Promise.all([
      import("../../../tests/simulator/simulator.ts"),
      import("../../../tests/simulator/listen.ts"),
      import("../../../tests/simulator/seeds/demo_seed.ts"),
      import("../../sync/take_snapshot.ts"),
    ]);
    await using listener = await listen(createStandIn({ seed: demoSeed }));
    const fetch = await createFetch({ instanceUrl: listener.url }, io.env);
    const startedAt = io.now();
    log.write("info", `a stand-in for ZITADEL answers at ${listener.url}`);
    const progress = createProgress({ log, line: progressLine, now: io.now });
    const snapshot = await takeSnapshot({
      instanceUrl: listener.url,
      token: DEMO_INSTANCE_TOKEN,
      organizationId: DEMO_ORGANIZATION_ID,
      verify: "events",
      include: settings.include,
      // Its lists never lag.
      verifyPauseMs: 0,
      signal: io.signal,
      runtime: { fetch, now: io.now },
      onProgress: progress.follow,
    });
    progressLine?.clear();
    if (settings.json) {
      await writeStdout(io, serializeSnapshot(snapshot));
    } else {
      const index = indexSnapshot(snapshot);
      await writeStdout(io, [
        grants(index),
        evidence(index),
        events(index),
        nextSteps(io.program),
      ]);
    }
    const { requests } = progress;
    writeSummary(snapshot, { log, requests, durationMs: io.now() - startedAt });
    return 0;
  },
});

function grants(index: SnapshotIndex): string {
  const rows = index.snapshot.grants.map(({ userId, groupId, entitlementId, state }) => [
    formatUserName(index.users.get(userId)!),
    formatGroupName(index.groups.get(groupId)!),
    formatEntitlementName(index.entitlements.get(entitlementId)!),
    state,
  ]);
  rows.sort((a, b) => a.join("\0") < b.join("\0") ? -1 : 1);
  const more = rows.length - SHOWN_GRANTS;
  return `Who holds what\n\n${
    table([
      ["USER", "GROUP (PROJECT)", "ENTITLEMENT (ROLE)", "STATE"],
      ...rows.slice(0, SHOWN_GRANTS),
    ])
  }${more > 0 ? `and ${more} more\n` : ""}\n`;
}

function evidence({ snapshot, groups }: SnapshotIndex): string {
  const rows = snapshot.evidence.map((entry) => [
    entry.groupId === undefined
      ? entry.list
      : `${entry.list} of ${formatGroupName(groups.get(entry.groupId)!)}`,
    String(entry.reported),
    String(entry.received),
    String(entry.distinct),
    String(entry.requests),
    entry.method,
  ]);
  return `How we know that it is complete\n\n${
    table([["LIST", "ANNOUNCED", "RECEIVED", "DISTINCT", "REQUESTS", "BY"], ...rows])
  }\n${snapshot.digest}\n\n`;
}

/** What ZITADEL's lists say otherwise than its events. */
function events(index: SnapshotIndex): string {
  const lines = Array.from(findEventDifferences(index), ({ what }) => `- ${what}\n`).join("");
  return `What ZITADEL's events say beyond it (--verify events)\n\nThe lists, ${
    formatVerification(index.snapshot)
  }\n${lines}\n`;
}

function nextSteps(program: string): string {
  return `The same with your own instance

  1. In ZITADEL make a service user, give it the role ORG_OWNER_VIEWER in your organization, make a
     Personal Access Token for it, and put that into a file for yourself alone:
       (umask 077; cat > pat.txt)
  2. See whether everything that is needed is there:
       ${program} check --instance-url https://acme.zitadel.cloud --pat-file pat.txt
  3. Write the snapshot:
       ${program} sync --instance-url https://acme.zitadel.cloud --pat-file pat.txt --out access.json
`;
}
