/**
 * The store of `serve`: its snapshots come from ZITADEL and, after a restart, from the state file.
 *
 * @module
 */
import { publish, type Published } from "../../../server/published.ts";
import { createStore, type Store } from "../../../server/store.ts";
import type { Snapshot } from "../../../snapshot/types.ts";
import { serializeSnapshot } from "../../../snapshot/serialize.ts";
import { SyncError } from "../../../errors.ts";
import { openSession, type TakeSnapshotOptions } from "../../../sync/options.ts";
import { takeSnapshot } from "../../../sync/take_snapshot.ts";
import { readOrganization } from "../../../zitadel/api/organization.ts";
import { realDelay } from "../../../zitadel/http/retry.ts";
import { CliError, describeError } from "../../errors.ts";
import { refuseLoss, summarizeForGuard } from "../../output/shrink_guard.ts";
import { openStateFile, type StateFile } from "./state_file.ts";
import type { Io } from "../../io.ts";
import type { Log } from "../../output/log.ts";

/** The connection of the next sync. */
export interface ConnectionInForce {
  current: TakeSnapshotOptions;
}

/** The options of {@linkcode openStore}. */
export interface ServedStoreOptions {
  io: Io;
  log: Log;
  connection: ConnectionInForce;
  settings: {
    state?: string | undefined;
    maxShrink: number;
    refreshInterval: number;
  };
}

async function openState(
  { io, settings: { state }, connection: { current: connection }, log }: ServedStoreOptions,
): Promise<StateFile | undefined> {
  if (state === undefined) return undefined;
  return await openStateFile(state, {
    instanceUrl: String(connection.instanceUrl),
    organizationId: connection.organizationId,
    now: io.now,
    warn: (message) => log.write("warn", message, { event: "state-refused" }),
  });
}

/**
 * Opens the store. It begins with the snapshot of the state file, unless the token reads another organization.
 *
 * @throws {CliError} `LISTEN_FAILED`: the state file cannot be used.
 */
export async function openStore(options: ServedStoreOptions): Promise<Store> {
  const { io, settings, connection, log } = options;
  const opened = await openState(options);
  // Writing the file must not hold on to the snapshot that was in it.
  const state = opened && { write: opened.write, setAside: opened.setAside };
  const restored = opened?.snapshot && await restore(opened.snapshot, options);
  return createStore({
    sync: ({ signal, onProgress }) =>
      takeSnapshot({
        ...connection.current,
        signal,
        onProgress(event) {
          if (event.kind === "organization") restored?.settle(event.organization.id);
          onProgress(event);
        },
      }),
    initial: restored?.current,
    refuse: (previous, next) => refuseChange(previous.snapshot, next, settings),
    save: state && (async ({ snapshot }, signal) => {
      const foreign = restored?.release();
      if (foreign !== undefined) {
        const aside = await state.setAside();
        log.write("warn", `${settings.state} is of organization ${foreign}. It is now ${aside}`, {
          event: "state-refused",
        });
      }
      await state.write(serializeSnapshot(snapshot), signal);
    }),
    describeError,
    intervalMs: settings.refreshInterval,
    log,
    runtime: { now: io.now, delay: io.delay },
  });
}

/** The snapshot of the state file, until a newer one replaces it. */
interface Restored {
  /** Gets the snapshot, unless the token is known to read another organization. */
  current(): Published | undefined;
  /** Compares the snapshot with the organization that the token reads. */
  settle(organizationId: string): void;
  /** Forgets the snapshot. Returns its organization if the token reads another one. */
  release(): string | undefined;
}

/** The timeout of the first request for the organization, in milliseconds: it holds up the start. */
const FIRST_QUESTION_MS = 3000;

/** The wait before the next request for the organization, in milliseconds. */
const ASK_AGAIN_MS = 60_000;

/**
 * Makes the snapshot of the state file ready. Unless the settings name an organization, it asks ZITADEL which one the token
 * reads, again and again until ZITADEL answers. Until then the snapshot counts as the right one: the state file is there
 * for restarts while ZITADEL is down.
 */
async function restore(
  snapshot: Snapshot,
  { io, connection, log, settings }: ServedStoreOptions,
): Promise<Restored> {
  let published: Published | undefined = await publish(snapshot);
  const { id } = snapshot.organization;
  let isForeign: boolean | undefined = connection.current.organizationId === undefined
    ? undefined
    : false;
  const restored: Restored = {
    current: () => isForeign ? undefined : published,
    settle(organizationId) {
      if (isForeign !== undefined) return;
      isForeign = organizationId !== id;
      if (!isForeign) return;
      const message = `${settings.state} is of organization ${id}, and the token reads ` +
        `${organizationId}: it is not answered`;
      log.write("warn", message, { event: "state-foreign" });
    },
    release() {
      published = undefined;
      return isForeign ? id : undefined;
    },
  };
  const ask = async (limits: Partial<TakeSnapshotOptions>) => {
    try {
      restored.settle(await readOwnOrganization({ ...connection.current, ...limits }));
    } catch (error) {
      if (!(error instanceof SyncError)) throw error;
    }
  };
  const askAgain = async () => {
    while (isForeign === undefined && published !== undefined) {
      await (io.delay ?? realDelay)(ASK_AGAIN_MS, { signal: io.signal });
      await ask({});
    }
  };
  if (isForeign === undefined) await ask({ attempts: 1, timeoutMs: FIRST_QUESTION_MS });
  askAgain().catch((error) => {
    if (!io.signal.aborted) throw error;
  });
  return restored;
}

/** Reads the id of the organization that a token reads by default. */
export async function readOwnOrganization(options: TakeSnapshotOptions): Promise<string> {
  const { signal = new AbortController().signal } = options;
  const { id } = await readOrganization(openSession(options).client, {
    organizationId: undefined,
    signal,
  });
  return id;
}

function refuseChange(
  previous: Snapshot,
  next: Snapshot,
  { maxShrink }: { maxShrink: number },
): void {
  try {
    refuseLoss(summarizeForGuard(previous), next, {
      path: "the snapshot that is served",
      maxShrink,
    });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(error.code, error.message, {
      hint: "If that is right: POST /v1/refresh?force=true, or start with a larger --max-shrink",
    });
  }
}
