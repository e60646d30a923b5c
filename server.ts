/**
 * The HTTP endpoint of `zitadel-sync serve` for your own program: a store that takes snapshots in intervals, and an app
 * that answers the last good one, its filtered lists, a page and an OpenAPI document.
 *
 * {@linkcode createApp} opens no port. Any server that takes a `Request` and gives a `Response` can call its `fetch`, also
 * below a path of its own. {@linkcode createStore} does nothing until you call its `run` or `refresh`.
 *
 * @example
 * ```ts
 * import { takeSnapshot } from "@zitadel-sync/zitadel-sync";
 * import { createApp, createStore, createTokenCheck } from "@zitadel-sync/zitadel-sync/server";
 *
 * function createHandler(pat: string, clientToken: string, signal: AbortSignal) {
 *   const store = createStore({
 *     sync: (run) => takeSnapshot({ instanceUrl: "https://acme.zitadel.cloud", token: pat, ...run }),
 *   });
 *   void store.run(signal);
 *   const app = createApp({ store, verifyToken: createTokenCheck([clientToken]) });
 *   return (request: Request) => app.fetch(request); // for Deno.serve, @hono/node-server, ...
 * }
 * ```
 *
 * @module
 */
export { type AccessEntry, type AppOptions, createApp, type HttpApp } from "./src/server/app.ts";
export type { WebPage } from "./src/server/handlers.ts";
export { type ChunkedBytes, publish, type Published } from "./src/server/published.ts";
export type { ServerRuntime } from "./src/server/runtime.ts";
export type { ServerLog } from "./src/server/server_log.ts";
export {
  createStore,
  type Store,
  type StoreOptions,
  type StoreStatus,
  type SyncResult,
  type SyncRun,
} from "./src/server/store.ts";
export type { Failure, RecordedStatus, Running, Success } from "./src/server/sync_record.ts";
export { createTokenCheck, SHORTEST_TOKEN } from "./src/server/tokens.ts";
export { type LivePage, renderLivePage } from "./src/report/render_live_page.ts";
export type {
  AuthorizationsWithoutRolesNote,
  Counts,
  Entitlement,
  Evidence,
  ForeignGroupsNote,
  Grant,
  Group,
  Instance,
  Note,
  Organization,
  OtherOrganizationsNote,
  PartnerGrantsNote,
  ReportedCountNote,
  Snapshot,
  Tool,
  UnlistedGroupsNote,
  UnlistedUsersNote,
  User,
  UsersWithoutLoginNameNote,
} from "./src/snapshot/types.ts";
export type { ListName } from "./src/snapshot/lists.ts";
export type { Fetch } from "./src/zitadel/http/attempt.ts";
export type { Delay } from "./src/zitadel/http/retry.ts";
