/**
 * The error that a failed call ends in.
 *
 * @module
 */
import { SyncError, type SyncErrorDetails } from "../../errors.ts";
import { isUsedUp, type Outcome } from "./outcome.ts";

/** The role that carries every permission a sync needs, in the organization (zitadel's default role mapping). */
export const SUFFICIENT_ROLE = "ORG_OWNER_VIEWER";

/** What the error says of the call. */
export interface FailedCall {
  /** The HTTP method. */
  method: string;
  /** The path. */
  path: string;
  /** The origin that was asked. */
  instanceUrl: URL;
  /** The organization that was named, if one was. */
  organizationId?: string | undefined;
}

/**
 * What a final outcome other than an answer means for the person who waits for it.
 *
 * Of ZITADEL's 404 there are three kinds here: a host that is no instance, a path that it does not know, a user
 * without a role (zitadel-wire.md 5.3); only the error id and the routing message tell them apart.
 */
export function toSyncError(
  outcome: Exclude<Outcome, { kind: "json" }>,
  { method, path, instanceUrl, organizationId }: FailedCall,
): SyncError {
  const call = `${method} ${path}`;
  switch (outcome.kind) {
    case "unreachable":
      return new SyncError(
        "UNREACHABLE",
        `Cannot reach ${instanceUrl.origin}: ${outcome.reason} (${call})`,
        { hint: outcome.hint ?? "Check the instance URL and the network", cause: outcome.cause },
      );
    case "garbled":
      return new SyncError("RESPONSE_INVALID", `${call} answered ${outcome.reason}`, {
        hint: "Check that the instance URL is ZITADEL itself, and not a proxy or a sign-in page",
      });
    case "oversized":
      return new SyncError(
        "RESPONSE_INVALID",
        `${call} answered with more than ${outcome.limit / 1024 / 1024} MiB; the rest was not read`,
        {
          hint: "Check that the instance URL is ZITADEL itself; if it is, set a smaller `pageSize`",
        },
      );
    case "page-too-large":
      return new SyncError("API_ERROR", `${call}: ZITADEL refuses even the smallest page`, {
        hint: outcome.by === "rows"
          ? "Raise MaxQueryLimit in ZITADEL's configuration"
          : "One row is larger than the 4 MiB that ZITADEL can send",
      });
    case "redirected":
      return new SyncError(
        "INSTANCE_NOT_FOUND",
        `${instanceUrl.origin} answers ${call} with a redirect (${outcome.status})${
          elsewhere(outcome.location, instanceUrl)
        }; redirects are not followed, so that the token stays on the host you named`,
        { hint: redirectHint(outcome.location, instanceUrl) },
      );
    case "refused":
      return withDetails(refused(outcome, call, instanceUrl, organizationId), {
        request: call,
        status: outcome.status,
        ...(outcome.failure.id !== undefined && { errorId: outcome.failure.id }),
      });
  }
}

/** The same error with the facts behind it. */
function withDetails(
  { code, message, hint, details: known, cause }: SyncError,
  details: SyncErrorDetails,
): SyncError {
  return new SyncError(code, message, { hint, details: { ...details, ...known }, cause });
}

function refused(
  outcome: Extract<Outcome, { kind: "refused" }>,
  call: string,
  { origin, host }: URL,
  organizationId: string | undefined,
): SyncError {
  const { status, failure } = outcome;
  const what = `${call} answered ${status}${failure.id === undefined ? "" : ` (${failure.id})`}`;
  const organization = organizationId === undefined
    ? "its own organization"
    : `organization ${organizationId}`;

  if (status === 401) {
    return new SyncError("AUTH_REJECTED", `ZITADEL rejects the token: ${what}`, {
      hint:
        "The token is mistyped, expired or removed, or its user is locked, inactive or removed. " +
        "Create a new Personal Access Token for the service user",
    });
  }
  if (failure.id === "AUTH-Bs7Ds") {
    return new SyncError("ORG_NOT_FOUND", `There is no ${organization}: ${what}`, {
      hint: "Check `organizationId`: it is the number that ZITADEL's console shows as Resource Id",
    });
  }
  if (failure.id === "AUTHZ-cdgFk") {
    return new SyncError(
      "PERMISSION_MISSING",
      `The token's user has no role in ${organization}: ${what}`,
      {
        hint:
          `Make the service user a manager of the organization, with the role ${SUFFICIENT_ROLE}`,
      },
    );
  }
  if (status === 403) {
    return new SyncError("PERMISSION_MISSING", `The token's user may not do that: ${what}`, {
      hint: `Give the service user the role ${SUFFICIENT_ROLE} in ${organization}`,
    });
  }
  if (status === 404) {
    const noInstance = failure.message.includes("QUERY-1kIjX") ||
      failure.message.includes("unable to set instance");
    return new SyncError(
      "INSTANCE_NOT_FOUND",
      noInstance ? `${host} is no domain of a ZITADEL instance: ${what}` : `${what}`,
      {
        hint: noInstance
          ? "Use the instance's own domain, as in the address of its console"
          : `Check that ${origin} is ZITADEL, of version 2 to 4: its Management API v1 is used`,
      },
    );
  }
  if (isUsedUp(failure)) {
    const quota = failure.id?.startsWith("QUOTA-");
    return new SyncError(
      "RATE_LIMITED",
      quota
        ? `The instance has used up its quota of requests: ${what}`
        : `The instance is blocked: ${what}`,
      {
        hint: quota
          ? "Trying again does not help before the quota's period ends; see the instance's billing or limits"
          : "Whoever runs the instance has blocked it; ask them",
      },
    );
  }
  if (status === 429) {
    return new SyncError("RATE_LIMITED", `ZITADEL asks for fewer requests: ${what}`, {
      hint: "Try again later, with a lower `maxRequestsPerSecond`",
    });
  }
  return new SyncError("API_ERROR", `ZITADEL cannot answer: ${what}`, {
    hint: status >= 500
      ? "ZITADEL or what stands before it is in trouble; try again later"
      : "If the instance URL is right, please report this: the request should be a valid one",
  });
}

function target(location: string | null, instanceUrl: URL): URL | undefined {
  return location !== null && URL.canParse(location, instanceUrl)
    ? new URL(location, instanceUrl)
    : undefined;
}

function elsewhere(location: string | null, instanceUrl: URL): string {
  const url = target(location, instanceUrl);
  return url === undefined || url.host === "" ? "" : ` to ${url.protocol}//${url.host}`;
}

function redirectHint(location: string | null, instanceUrl: URL): string {
  const url = target(location, instanceUrl);
  return url === undefined || url.origin === instanceUrl.origin || url.protocol !== "https:"
    ? "Use the URL at which ZITADEL itself answers"
    : `If that is your ZITADEL, name it: \`instanceUrl: "${url.protocol}//${url.host}"\``;
}
