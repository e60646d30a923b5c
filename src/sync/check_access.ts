/**
 * Whether everything that a sync needs is there.
 *
 * @module
 */
import { SyncError, type SyncErrorCode } from "../errors.ts";
import type { ListName } from "../snapshot/lists.ts";
import type { Client } from "../zitadel/http/client.ts";
import {
  type List,
  type ListsContext,
  projectRoles,
  PROJECTS,
  readFew,
  USER_GRANTS,
  USERS,
} from "../zitadel/api/lists.ts";
import { findOrganization } from "../zitadel/api/organization.ts";
import {
  INSTANCE_PERMISSION,
  listNeededPermissions,
  type NeededPermission,
  permissionFault,
  permissionHint,
  readPermissions,
  readsEvents,
} from "../zitadel/api/permissions.ts";
import { countConnect } from "../zitadel/api/connect.ts";
import { searchEvents } from "../zitadel/api/events.ts";
import { listOfAdministrators } from "../zitadel/privileged/administrators.ts";
import { CREDENTIAL_KINDS, listOfCredentials } from "../zitadel/privileged/credentials.ts";
import { healthSchema, myUserSchema } from "../zitadel/api/wire.ts";
import { openSession, type TakeSnapshotOptions } from "./options.ts";

/** The things that {@linkcode checkAccess} checks. */
export type CheckId =
  | "host"
  | "token"
  | "organization"
  | `permission:${string}`
  | `list:${ListName}`
  | "administrators"
  | "credentials"
  | "events";

/** The result of checking one thing that a sync needs. */
export type CheckResult = PassedCheck | FailedCheck;

/** Something that a sync needs is there, or could not be checked. */
export interface PassedCheck {
  /** The thing that was checked. */
  id: CheckId;
  /** `skipped`: something before it failed, so there was nothing to check. */
  status: "ok" | "skipped";
  /** The facts. */
  detail: string;
}

/** Something that a sync needs is not there. */
export interface FailedCheck {
  /** The thing that was checked. */
  id: CheckId;
  /** Which result this is. */
  status: "failed";
  /** The facts. */
  detail: string;
  /** The kind of failure. */
  code: SyncErrorCode;
  /** Advice. */
  hint?: string;
}

/** How often a request is tried where nothing is said of that: somebody waits for the result. */
const CHECK_ATTEMPTS = 5;

/** The facts of a check that succeeded, and its result for later checks. */
interface Checked<T> {
  detail: string;
  value: T;
}

/**
 * Checks each thing that a sync needs, in the order in which a sync needs them: the host, the token, the
 * organization, each permission, one row of each list; one administrator, one credential and one event where these are read.
 *
 * @returns One result for each, in that order, also if the first one fails.
 * @throws {SyncError} `CONFIG_INVALID`, for options that make no sense.
 * @throws The reason of `options.signal`, once that is aborted.
 */
export async function checkAccess(options: TakeSnapshotOptions): Promise<CheckResult[]> {
  const { client, instanceUrl } = openSession({
    ...options,
    attempts: options.attempts ?? CHECK_ATTEMPTS,
  });
  const { organizationId } = options;
  const signal = options.signal ?? new AbortController().signal;
  const results: CheckResult[] = [];

  /** Checks one thing; `undefined` if it failed, or if what it needs has failed. */
  async function runCheck<N, T>(
    id: CheckId,
    needs: N | undefined,
    check: (needs: N) => Promise<Checked<T>> | Checked<T>,
  ): Promise<T | undefined> {
    if (needs === undefined) {
      results.push({ id, status: "skipped", detail: "not looked at: it needs what failed above" });
      return undefined;
    }
    try {
      const { detail, value } = await check(needs);
      results.push({ id, status: "ok", detail });
      return value;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof SyncError)) throw error;
      const { code, message, hint } = error;
      results.push({ id, status: "failed", detail: message, code, ...(hint && { hint }) });
      return undefined;
    }
  }

  const host = await runCheck("host", true, () => checkHost(client, instanceUrl, signal));
  const token = await runCheck("token", host, () => checkToken(client, signal));
  // ResolverState even if the organization cannot be read: that may be for want of a permission.
  let permissions: ReadonlySet<string> | undefined;
  const org = await runCheck("organization", token, async () => {
    permissions = await readPermissions(client, { organizationId, signal });
    const { org } = await findOrganization(client, { organizationId, permissions, signal });
    return { detail: `${org.name ?? "without a name"} (${org.id})`, value: org };
  });
  for (const needed of listNeededPermissions(options)) {
    await runCheck(`permission:${needed.name}`, permissions, (permissions) => {
      checkPermission(permissions, needed, organizationId);
      return { detail: `may read ${needed.reads}`, value: true };
    });
  }

  const context = org && { client, organizationId: org.id, signal };
  await runCheck("list:users", context, (context) => checkList(context, USERS));
  const project = await runCheck("list:groups", context, (context) => checkList(context, PROJECTS));
  await runCheck(
    "list:entitlements",
    project && context,
    (context) =>
      project!.row === undefined
        ? { detail: "no project to look into", value: { row: undefined } }
        : checkList(context, projectRoles(project!.row.id)),
  );
  await runCheck("list:grants", context, (context) => checkList(context, USER_GRANTS));
  const { include = [] } = options;
  if (include.includes("administrators")) {
    await runCheck("administrators", context, checkAdministrators);
  }
  if (include.includes("credentials")) await runCheck("credentials", context, checkCredentials);
  if (readsEvents(options)) {
    const mayRead = permissions?.has(INSTANCE_PERMISSION) ? context : undefined;
    await runCheck("events", mayRead, checkEvents);
  }
  return results;
}

/** The health endpoint needs no token, so none is sent to a host that may be the wrong one. */
async function checkHost(client: Client, url: URL, signal: AbortSignal): Promise<Checked<true>> {
  await client.call({
    method: "GET",
    path: "/management/v1/healthz",
    schema: healthSchema,
    authorize: false,
    signal,
  });
  return { detail: `a ZITADEL instance answers at ${url.origin}`, value: true };
}

/** Asked without an organization: this is about the token alone. */
async function checkToken(client: Client, signal: AbortSignal): Promise<Checked<true>> {
  const { user: { id, userName = "without a name" } } = await client.call({
    method: "GET",
    path: "/auth/v1/users/me",
    schema: myUserSchema,
    signal,
  });
  return { detail: `it belongs to ${userName} (${id})`, value: true };
}

function checkPermission(
  permissions: ReadonlySet<string>,
  needed: NeededPermission,
  organizationId: string | undefined,
): void {
  const { name } = needed;
  const fault = permissionFault(permissions, name);
  if (fault === undefined) return;
  throw new SyncError("PERMISSION_MISSING", `${name} is ${fault}`, {
    hint: permissionHint([needed], organizationId),
  });
}

async function checkEvents({ client, ...context }: OrganizationContext): Promise<Checked<true>> {
  const [first] = await searchEvents(client, { ...context, limit: 1, asc: true }, context.signal);
  const detail = first === undefined
    ? "none, so nothing can be compared with them"
    : `the first is of ${first.creationDate}`;
  return { detail, value: true };
}

/** The context of checks of an organization. */
type OrganizationContext = { client: Client; organizationId: string; signal: AbortSignal };

async function checkAdministrators(context: OrganizationContext): Promise<Checked<true>> {
  const place = { scope: "organization", id: context.organizationId } as const;
  const total = await countConnect(context, listOfAdministrators([place]));
  return { detail: `${total} of the organization`, value: true };
}

async function checkCredentials(context: OrganizationContext): Promise<Checked<true>> {
  const [tokens, keys] = await Promise.all(
    CREDENTIAL_KINDS.map((kind) => countConnect(context, listOfCredentials(kind, context))),
  );
  return { detail: `${tokens} personal access tokens, ${keys} keys`, value: true };
}

async function checkList<T>(
  context: Pick<ListsContext, "client" | "organizationId" | "signal">,
  list: List<T>,
): Promise<Checked<{ row: T | undefined }>> {
  const { rows: [row], total } = await readFew(context, list, 1);
  return { detail: `${total} ${list.name}`, value: { row } };
}
