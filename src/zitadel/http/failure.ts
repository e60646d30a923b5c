/**
 * The error that a failed call ends in.
 *
 * @module
 */
import { SyncError, type SyncErrorCode } from "../../errors.ts";
import {
  describeIntercepted,
  type Intercepted,
  isTemporary,
  isUsedUp,
  type Outcome,
  type Refused,
} from "./outcome.ts";

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
 * without a role; only the error id and the routing message tell them apart.
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
        details: { request: call, status: outcome.status },
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
      return refused(outcome, { call, instanceUrl, organizationId });
    case "intercepted":
      return intercepted(outcome, call, instanceUrl);
  }
}

/** What a refusal is told with. */
interface RefusedCall {
  /** Method and path. */
  call: string;
  /** The origin that was asked. */
  instanceUrl: URL;
  /** The organization that was named, if one was. */
  organizationId: string | undefined;
}

/** What one kind of refusal means. */
interface Refusal {
  /** Whether a refusal is of this kind; of several the first counts. */
  fits(refused: Refused): boolean;
  /** What it ends in. */
  code: SyncErrorCode;
  /** What happened, before the call and its status. */
  message(organization: string, instanceUrl: URL): string;
  /** What to do about it. */
  hint(organization: string, instanceUrl: URL): string;
}

const REFUSALS: readonly Refusal[] = [
  {
    fits: ({ status }) => status === 401,
    code: "AUTH_REJECTED",
    message: () => "ZITADEL rejects the token: ",
    hint: () =>
      "The token is mistyped, expired or removed, or its user is locked, inactive or removed. " +
      "Create a new Personal Access Token for the service user",
  },
  {
    fits: ({ failure }) => failure.id === "AUTH-Bs7Ds",
    code: "ORG_NOT_FOUND",
    message: (organization) => `There is no ${organization}: `,
    hint: () =>
      "Check `organizationId`: it is the number that ZITADEL's console shows as Resource Id",
  },
  {
    fits: ({ failure }) => failure.id === "AUTHZ-cdgFk",
    code: "PERMISSION_MISSING",
    message: (organization) => `The token's user has no role in ${organization}: `,
    hint: () =>
      `Make the service user a manager of the organization, with the role ${SUFFICIENT_ROLE}`,
  },
  {
    fits: ({ status }) => status === 403,
    code: "PERMISSION_MISSING",
    message: () => "The token's user may not do that: ",
    hint: (organization) => `Give the service user the role ${SUFFICIENT_ROLE} in ${organization}`,
  },
  {
    fits: ({ status, failure: { message } }) =>
      status === 404 && /QUERY-1kIjX|unable to set instance/.test(message),
    code: "INSTANCE_NOT_FOUND",
    message: (_, { host }) => `${host} is no domain of a ZITADEL instance: `,
    hint: () => "Use the instance's own domain, as in the address of its console",
  },
  {
    fits: ({ status }) => status === 404,
    code: "INSTANCE_NOT_FOUND",
    message: () => "",
    hint: (_, { origin }) =>
      `Check that ${origin} is ZITADEL, of version 2 to 4: its Management API v1 is used`,
  },
  {
    fits: ({ failure }) => failure.id?.startsWith("QUOTA-") === true,
    code: "RATE_LIMITED",
    message: () => "The instance has used up its quota of requests: ",
    hint: () =>
      "Trying again does not help before the quota's period ends; see the instance's billing or limits",
  },
  {
    fits: ({ failure }) => isUsedUp(failure),
    code: "RATE_LIMITED",
    message: () => "The instance is blocked: ",
    hint: () => "Whoever runs the instance has blocked it; ask them",
  },
  {
    fits: ({ status }) => status === 429,
    code: "RATE_LIMITED",
    message: () => "ZITADEL asks for fewer requests: ",
    hint: () => "Try again later, with a lower `maxRequestsPerSecond`",
  },
  {
    fits: ({ status }) => status >= 500,
    code: "API_ERROR",
    message: () => "ZITADEL cannot answer: ",
    hint: () => "ZITADEL or what stands before it is in trouble; try again later",
  },
];

const UNFORESEEN: Refusal = {
  fits: () => true,
  code: "API_ERROR",
  message: () => "ZITADEL cannot answer: ",
  hint: () => "If the instance URL is right, please report this: the request should be a valid one",
};

function refused(outcome: Refused, { call, instanceUrl, organizationId }: RefusedCall): SyncError {
  const { status, failure: { id } } = outcome;
  const organization = organizationId === undefined
    ? "its own organization"
    : `organization ${organizationId}`;
  const refusal = REFUSALS.find(({ fits }) => fits(outcome)) ?? UNFORESEEN;
  const answered = `${call} answered ${status}${id === undefined ? "" : ` (${id})`}`;
  return new SyncError(refusal.code, refusal.message(organization, instanceUrl) + answered, {
    hint: refusal.hint(organization, instanceUrl),
    details: { request: call, status, ...(id !== undefined && { errorId: id }) },
  });
}

/** Nothing is said of token and roles here: whoever answered has not looked at them. */
function intercepted(outcome: Intercepted, call: string, { protocol, host }: URL): SyncError {
  const { status } = outcome;
  const details = { request: call, status };
  const told = `${call} answered ${describeIntercepted(outcome)}, which is not ZITADEL's`;
  if (status === 429) {
    return new SyncError(
      "RATE_LIMITED",
      `Something before ZITADEL asks for fewer requests: ${told}`,
      {
        hint: "Try again later, with a lower `maxRequestsPerSecond`",
        details,
      },
    );
  }
  if (status >= 500 || isTemporary(status)) {
    return new SyncError("API_ERROR", `Something before ZITADEL cannot reach it now: ${told}`, {
      hint: "A proxy or load balancer before ZITADEL is in trouble; try again later",
      details,
    });
  }
  const scheme = protocol === "http:" ? ", and whether it wants https" : "";
  return new SyncError(
    status === 404 ? "INSTANCE_NOT_FOUND" : "RESPONSE_INVALID",
    `Something before ZITADEL refuses the request: ${told}`,
    {
      hint:
        `A firewall, a proxy or another service answers at ${host}. Check the instance URL${scheme}, ` +
        "or ask whoever runs what is in between to let these requests through",
      details,
    },
  );
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
