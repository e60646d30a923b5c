/**
 * The reload of tokens and certificate on SIGHUP.
 *
 * @module
 */
import type { RunningServer } from "../../../server/running_server.ts";
import type { Store } from "../../../server/store.ts";
import { createTokenCheck } from "../../../server/tokens.ts";
import { checkAccess } from "../../../sync/check_access.ts";
import type { TakeSnapshotOptions } from "../../../sync/options.ts";
import { configInvalid } from "../../options/issues.ts";
import type { InputResult } from "../../command.ts";
import { CliError, describeError } from "../../errors.ts";
import { readTls } from "./read_tls.ts";
import type { Log } from "../../output/log.ts";
import { type ConnectionInForce, readOwnOrganization } from "./served_store.ts";

/** The server tokens that are valid now. */
export interface TokensInForce {
  check: (token: string) => boolean;
}

/** The options of {@linkcode createReload}. */
export interface ReloadOptions {
  /** The files to read again. */
  settings: Readonly<
    Partial<Record<"serverTokenFile" | "patFile" | "tlsCert" | "tlsKey", string | undefined>>
  >;
  /** Reads them. */
  reread: {
    connection(): Promise<InputResult<TakeSnapshotOptions>>;
    serverTokens(): Promise<InputResult<readonly string[]>>;
  };
  connection: ConnectionInForce;
  tokens: TokensInForce;
  server: RunningServer;
  store: Pick<Store, "current">;
  log: Log;
}

/** Creates a function that reads tokens and certificate again. A bad one leaves the old one in force. */
export function createReload(options: ReloadOptions): () => void {
  const { log } = options;
  const parts: [
    what: string,
    event: string,
    renew: (options: ReloadOptions) => Promise<boolean>,
  ][] = [
    ["server token", "server-tokens", renewServerTokens],
    ["Personal Access Token", "pat", renewPat],
    ["certificate", "tls", renewTls],
  ];
  const reload = async () => {
    for (const [what, event, renew] of parts) {
      try {
        if (!await renew(options)) continue;
        log.write("info", `the ${what} was read again`, { event: `${event}-renewed` });
      } catch (error) {
        const { message } = describeError(error);
        log.write("error", `the old ${what} stays: ${message}`, { event: `${event}-refused` });
      }
    }
  };
  let last = Promise.resolve();
  return () => void (last = last.then(reload));
}

async function renewServerTokens(
  { settings, reread, tokens }: ReloadOptions,
): Promise<boolean> {
  if (settings.serverTokenFile === undefined) return false;
  tokens.check = createTokenCheck(unwrap(await reread.serverTokens()));
  return true;
}

/**
 * Reads the PAT again. The old one stays if ZITADEL does not accept the new one, or if it may not read everything or reads
 * another organization.
 */
async function renewPat(
  { settings: { patFile }, reread, connection, store }: ReloadOptions,
): Promise<boolean> {
  if (patFile === undefined || patFile === "-") return false;
  const next = unwrap(await reread.connection());
  if (next.token === connection.current.token) return false;
  for (const result of await checkAccess(next)) {
    if (result.status === "failed") throw new CliError("CONFIG_INVALID", result.detail);
  }
  const served = store.current()?.snapshot.organization.id;
  if (served !== undefined && next.organizationId === undefined) {
    const id = await readOwnOrganization(next);
    if (id !== served) {
      throw new CliError(
        "CONFIG_INVALID",
        `it reads organization ${id}, and the snapshot that is served is of ${served}`,
      );
    }
  }
  connection.current = next;
  return true;
}

async function renewTls({ settings, server }: ReloadOptions): Promise<boolean> {
  const { tls } = await readTls(settings);
  if (tls === undefined) return false;
  await server.useTls(tls);
  return true;
}

function unwrap<T>(read: InputResult<T>): T {
  if ("value" in read) return read.value;
  throw configInvalid(read.issues);
}
