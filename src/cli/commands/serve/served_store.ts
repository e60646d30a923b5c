/**
 * The snapshot that `serve` answers: from ZITADEL, and over a restart from the state file.
 *
 * @module
 */
import { publish, type Published } from "../../../server/published.ts";
import { createStore, type Store } from "../../../server/store.ts";
import type { Snapshot } from "../../../snapshot/types.ts";
import { serializeSnapshot } from "../../../snapshot/serialize.ts";
import type { TakeSnapshotOptions } from "../../../sync/options.ts";
import { takeSnapshot } from "../../../sync/take_snapshot.ts";
import { CliError, describeError } from "../../errors.ts";
import { refuseLoss, summarizeForGuard } from "../../output/shrink_guard.ts";
import { openStateFile, type StateFile } from "./state_file.ts";
import type { Io } from "../../io.ts";
import type { Log } from "../../output/log.ts";

/** What the next sync uses. */
export interface ConnectionInForce {
  current: TakeSnapshotOptions;
}

/** What {@linkcode openStore} needs. */
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
 * The store, which begins with what the state file holds.
 *
 * @throws {CliError} `LISTEN_FAILED`: the state file cannot be used.
 */
export async function openStore(options: ServedStoreOptions): Promise<Store> {
  const { io, settings, connection, log } = options;
  const opened = await openState(options);
  const initial = opened?.snapshot && await publish(opened.snapshot);
  // What writes the file must not hold on to what was in it.
  const state = opened && { write: opened.write, setAside: opened.setAside };
  // As long as the state file may be of another organization than the one that the token reads.
  let unconfirmed = initial;
  const isForeign = (previous: Published | undefined, next: Snapshot) =>
    previous !== undefined && previous === unconfirmed &&
    previous.snapshot.organization.id !== next.organization.id;
  return createStore({
    sync: ({ signal, onProgress }) => takeSnapshot({ ...connection.current, signal, onProgress }),
    initial,
    refuse: (previous, next) => {
      if (!isForeign(previous, next)) refuseChange(previous.snapshot, next, settings);
    },
    save: state && (async ({ snapshot }, signal) => {
      if (isForeign(unconfirmed, snapshot)) {
        const { id } = unconfirmed!.snapshot.organization;
        const aside = await state.setAside();
        log.write("warn", `${settings.state} is of organization ${id}. It is now ${aside}`, {
          event: "state-refused",
        });
      }
      unconfirmed = undefined;
      await state.write(serializeSnapshot(snapshot), signal);
    }),
    describeError,
    intervalMs: settings.refreshInterval,
    log,
    runtime: { now: io.now, delay: io.delay },
  });
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
