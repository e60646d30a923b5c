import type { TakeSnapshotOptions } from "../../sync/options.ts";
import type { Context } from "../context.ts";

/** The settings of the command line as the library takes them. */
export function snapshotOptions({ io, settings }: Context): TakeSnapshotOptions {
  const { instanceUrl, pat, orgId, pageSize, maxRps } = settings;
  if (instanceUrl === undefined || pat === undefined) {
    throw new Error("a command that reads ZITADEL was started without its settings");
  }
  return {
    instanceUrl,
    token: pat,
    signal: io.signal,
    allowHttp: settings.allowHttp === true,
    concurrency: settings.concurrency,
    timeoutMs: settings.timeout,
    attempts: settings.attempts,
    singlePass: settings.singlePass === true,
    runtime: { fetch: io.fetch, now: () => io.now(), delay: io.delay },
    organizationId: orgId,
    pageSize,
    maxRequestsPerSecond: maxRps,
  };
}
