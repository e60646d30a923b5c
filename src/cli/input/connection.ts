/**
 * The connection of a command to ZITADEL.
 *
 * @module
 */
import type { Issue } from "../options/issues.ts";
import type { Options, Settings } from "../options/option.ts";
import { connectionOptions, type syncOptions } from "../options/shared_options.ts";
import type { InputContext, InputResult } from "../command.ts";
import { SOURCE_LEVELS } from "../command.ts";
import { SyncError } from "../../errors.ts";
import { CliError, describeError } from "../errors.ts";
import type { Fetch } from "../../zitadel/http/attempt.ts";
import { createFetch } from "./create_fetch.ts";
import type { TakeSnapshotOptions } from "../../sync/options.ts";
import { parseInstanceUrl } from "../../zitadel/http/instance_url.ts";
import { type PatReading, readPat } from "./read_pat.ts";

export type Connection = TakeSnapshotOptions;

type ConnectionReading =
  & InputContext<typeof connectionOptions>
  & { settings: Partial<Settings<typeof syncOptions>> };

/** Reads the token, and reports everything that is missing or wrong. */
export async function readConnection(
  reading: ConnectionReading,
): Promise<InputResult<Connection>> {
  const { io, settings, sources, hide } = reading;
  const instance = readInstanceUrl(reading);
  const contradiction = checkTokenSources(reading);
  const issues: Issue[] = [...contradiction, ...instance.issues];
  if (!sources.has("instanceUrl")) {
    issues.push(missing("instance URL", connectionOptions, ["instanceUrl"]));
  }
  if (!sources.has("pat") && !sources.has("patFile")) {
    issues.push(missing("Personal Access Token", connectionOptions, ["patFile", "pat"]));
  }
  const pat = contradiction.length > 0 ? {} : await readToken(reading);
  const warnings = pat.warning === undefined ? [] : [pat.warning];
  if (pat.issue !== undefined) issues.push(pat.issue);
  if (pat.token !== undefined) hide(pat.token);
  const { origin } = instance;
  const network = origin === undefined ? undefined : await openNetwork(origin, reading);
  issues.push(...network?.issues ?? []);
  if (origin === undefined || pat.token === undefined || issues.length > 0) {
    return { issues, warnings };
  }
  const { orgId, pageSize, maxRps, include } = settings;
  return {
    warnings,
    value: {
      instanceUrl: origin,
      token: pat.token,
      signal: io.signal,
      allowHttp: settings.allowHttp,
      concurrency: settings.concurrency,
      timeoutMs: settings.timeout,
      attempts: settings.attempts,
      verify: settings.verify,
      runtime: { fetch: network?.fetch, now: () => io.now(), delay: io.delay },
      organizationId: orgId,
      pageSize,
      maxRequestsPerSecond: maxRps,
      include,
    },
  };
}

/** Absent: requests are sent as the runtime sends them. */
async function openNetwork(
  instanceUrl: string,
  { io, settings: { caFile } }: InputContext<typeof connectionOptions>,
): Promise<{ fetch?: Fetch | undefined; issues: Issue[] }> {
  if (io.fetch !== undefined) return { fetch: io.fetch, issues: [] };
  try {
    return { fetch: await createFetch({ instanceUrl, caFile }, io.env), issues: [] };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { issues: [{ message: error.message, hint: error.hint }] };
  }
}

export function readInstanceUrl(
  { settings, sources }: InputContext<typeof connectionOptions>,
): { origin?: string; issues: Issue[] } {
  const { instanceUrl, allowHttp } = settings;
  if (instanceUrl === undefined) return { issues: [] };
  try {
    return { origin: parseInstanceUrl(instanceUrl, { allowHttp }).origin, issues: [] };
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    const { message, hint } = describeError(error);
    return { issues: [{ message: `${sources.get("instanceUrl")!.name}: ${message}`, hint }] };
  }
}

/** A token and a file that holds one exclude each other at one place. */
export function checkTokenSources({ sources }: InputContext): Issue[] {
  const pat = sources.get("pat");
  const file = sources.get("patFile");
  if (pat === undefined || file === undefined || pat.level !== file.level) return [];
  return [{
    message: `${pat.name} and ${file.name} both give a token`,
    hint: `Keep one of them; ${file.name} is safer`,
  }];
}

/** Reads the token of the place that comes first. */
async function readToken(
  { io, settings, sources }: InputContext<typeof connectionOptions>,
): Promise<PatReading> {
  const pat = sources.get("pat");
  const file = sources.get("patFile");
  const source = pat !== undefined && file !== undefined
    ? SOURCE_LEVELS.indexOf(pat.level) < SOURCE_LEVELS.indexOf(file.level) ? pat : file
    : pat ?? file;
  if (source === undefined) return {};
  const named = source === pat ? { pat: settings.pat } : { patFile: settings.patFile };
  return await readPat(named, source.name, io);
}

function missing(what: string, options: Options, keys: readonly string[]): Issue {
  const flags = keys.map((key) => `--${options[key]!.name}`);
  const variables = keys.flatMap((key) => options[key]!.env?.slice(0, 1) ?? []);
  return {
    missing: true,
    message: `There is no ${what}`,
    hint: `Set ${[...flags, ...variables].join(" or ")}, or ${
      keys.map((key) => `"${key}"`).join(" or ")
    } in a file named by --config`,
  };
}
