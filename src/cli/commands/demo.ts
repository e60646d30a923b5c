import { findEventDifferences } from "../../snapshot/findings/event_findings.ts";
import { indexSnapshot, type SnapshotIndex } from "../../snapshot/query/index_snapshot.ts";
import {
  formatEntitlementName,
  formatGroupName,
  formatUserName,
} from "../../snapshot/text/names.ts";
import { formatVerification } from "../../snapshot/text/notes.ts";
import { serializeSnapshot } from "../../snapshot/serialize.ts";
import { whenAborted } from "../../concurrency.ts";
import { createFetch } from "../input/create_fetch.ts";
import { scopeOptions } from "../options/shared_options.ts";
import type { Options } from "../options/option.ts";
import { flag } from "../options/value_types.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { writeStdout } from "../output/stdout.ts";
import { writeSummary } from "../output/summary.ts";
import { table } from "../output/table.ts";
import { realDelay } from "../../zitadel/http/retry.ts";
import { closeServer, startServer } from "./serve/start_server.ts";

/** A demo should fit on a screen. */
const SHOWN_GRANTS = 25;

const options = {
  ...scopeOptions,
  serve: {
    name: "serve",
    type: flag(),
    help: "Keep listening until Ctrl-C, for commands in another terminal.",
  },
} as const satisfies Options;

type DemoContext = CommandContext<typeof options>;

export const demo = defineCommand({
  name: "demo",
  summary: "Sync a small ZITADEL that runs inside this program",
  details:
    "Serves a small ZITADEL of fixed rows on a free port of this machine, syncs it with the " +
    "real client, and shows who holds what. It needs no instance, no token and no network. With " +
    "--json it prints the snapshot instead. With --serve it keeps that ZITADEL listening, and " +
    "prints what to try on it.",
  options,
  examples: [
    "zitadel-sync demo",
    "zitadel-sync demo --verify events",
    "zitadel-sync demo --include administrators,credentials --json > access.json",
    "zitadel-sync demo --serve",
  ],
  async run(context) {
    // Loaded here, so that no other command carries the demo's rows along.
    const { createDemo } = await import("../../demo/app.ts");
    const app = createDemo({ now: context.io.now });
    const server = await startServer(
      { fetch: async (request) => await app.fetch(request), allRead: () => Promise.resolve() },
      { hostname: "127.0.0.1", port: 0 },
    );
    const url = `http://127.0.0.1:${server.port}`;
    try {
      return await (context.settings.serve ? keepServing : syncDemo)(url, context);
    } finally {
      await closeServer(server, realDelay);
    }
  },
});

/** Prints what to try, and waits for the signal that ends it. */
async function keepServing(url: string, { io, settings }: DemoContext): Promise<number> {
  const { DEMO_ORGANIZATION_ID: organizationId, DEMO_TOKEN: token } = await import(
    "../../demo/app.ts"
  );
  await writeStdout(io, [
    settings.json
      ? `${JSON.stringify({ url, token, organizationId })}\n`
      : thingsToTry({ url, token, organizationId }, io.program),
  ]);
  await whenAborted(io.signal);
  return 0;
}

/** Reads it, and shows what came. */
async function syncDemo(
  url: string,
  { io, settings, log, progress }: DemoContext,
): Promise<number> {
  const [{ DEMO_ORGANIZATION_ID, DEMO_TOKEN }, { takeSnapshot }] = await Promise.all([
    import("../../demo/app.ts"),
    import("../../sync/take_snapshot.ts"),
  ]);
  const fetch = await createFetch({ instanceUrl: url }, io.env);
  const startedAt = io.now();
  log.write("info", `a ZITADEL of fixed rows answers at ${url}`);
  const snapshot = await takeSnapshot({
    instanceUrl: url,
    token: DEMO_TOKEN,
    organizationId: DEMO_ORGANIZATION_ID,
    verify: settings.verify,
    include: settings.include,
    // Its lists never lag.
    verifyPauseMs: 0,
    signal: io.signal,
    runtime: { fetch, now: io.now },
    onProgress: progress.follow,
  });
  progress.clear();
  if (settings.json) {
    await writeStdout(io, serializeSnapshot(snapshot));
  } else {
    const index = indexSnapshot(snapshot);
    await writeStdout(io, [
      grants(index),
      evidence(index),
      ...(snapshot.verification === undefined ? [] : [events(index)]),
      nextSteps(io.program),
    ]);
  }
  const { requests } = progress;
  writeSummary(snapshot, { log, requests, durationMs: io.now() - startedAt });
  return 0;
}

function grants(index: SnapshotIndex): string {
  const rows = index.snapshot.grants.map(({ userId, groupId, entitlementId, state }) => [
    formatUserName(index.users.get(userId)!),
    formatGroupName(index.groups.get(groupId)!),
    formatEntitlementName(index.entitlements.get(entitlementId)!),
    state,
  ]);
  // People first: their names begin with a letter.
  const text = (row: string[]) => `${/^\p{L}/u.test(row[0]!) ? 0 : 1}${row.join("\0")}`;
  rows.sort((a, b) => text(a) < text(b) ? -1 : 1);
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

/** Differences between ZITADEL's lists and its events. */
function events(index: SnapshotIndex): string {
  const lines = Array.from(findEventDifferences(index), ({ what }) => `- ${what}\n`).join("");
  return `Compared with ZITADEL's events (--verify events)\n\nThe lists, ${
    formatVerification(index.snapshot)
  }\n${lines}\n`;
}

/** Commands for another terminal. */
function thingsToTry(
  { url, token, organizationId }: { url: string; token: string; organizationId: string },
  program: string,
): string {
  const connection = `--instance-url ${url} --pat ${token} --org-id ${organizationId}`;
  return `A ZITADEL of fixed rows answers at ${url} until you end it with Ctrl-C

  URL           ${url}
  token         ${token}
  organization  ${organizationId}

In another terminal

  ${program} check ${connection}
  ${program} sync ${connection} --out access.json
  ${program} serve ${connection}
  curl --request POST --header 'authorization: Bearer ${token}' --header 'x-zitadel-orgid: ${organizationId}' ${url}/management/v1/projects/_search

Events, administrators and credentials are there, too: add --verify events and
--include administrators,credentials,history to check, sync and serve.
`;
}

function nextSteps(program: string): string {
  return `More of the demo

  ${program} demo --verify events    compares its lists with its events
  ${program} demo --serve            keeps it listening, for sync, serve, check and curl

The same with your own instance

  1. In ZITADEL make a service user, give it the role ORG_OWNER_VIEWER in your organization, make a
     Personal Access Token for it, and put that into a file for yourself alone:
       (umask 077; cat > pat.txt)
  2. See whether everything that is needed is there:
       ${program} check --instance-url https://acme.zitadel.cloud --pat-file pat.txt
  3. Write the snapshot:
       ${program} sync --instance-url https://acme.zitadel.cloud --pat-file pat.txt --out access.json
`;
}
