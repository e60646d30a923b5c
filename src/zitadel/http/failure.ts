/**
 * The error that a failed call ends in.
 *
 * @module
 */
import { SyncError, type SyncErrorCode } from "../../errors.ts";
import {
  describeOutcome,
  type Intercepted,
  isTemporary,
  isUsedUp,
  type Outcome,
  type Refused,
} from "./outcome.ts";

/** The role that carries every permission a sync needs, in the organization (zitadel's default role mapping). */
export const SUFFICIENT_ROLE = "ORG_OWNER_VIEWER";

export interface FailedCall {
  method: string;
  path: string;
  instanceUrl: URL;
  organizationId?: string | undefined;
}

/** The meaning of a failure for the person who waits. */
type Meaning = [code: SyncErrorCode, message: string, hint: string];

/** Explains an outcome that is no answer. */
export function toSyncError(
  outcome: Exclude<Outcome, { kind: "json" }>,
  call: FailedCall,
): SyncError {
  const request = `${call.method} ${call.path}`;
  const [code, message, hint] = explain(outcome, { ...call, request });
  const errorId = outcome.kind === "refused" ? outcome.failure.id : undefined;
  return new SyncError(code, message, {
    hint,
    details: {
      request,
      ...("status" in outcome && { status: outcome.status }),
      ...(errorId !== undefined && { errorId }),
    },
    ...(outcome.kind === "unreachable" && { cause: outcome.cause }),
  });
}

function explain(
  outcome: Exclude<Outcome, { kind: "json" }>,
  call: FailedCall & { request: string },
): Meaning {
  const { request, instanceUrl: { origin } } = call;
  switch (outcome.kind) {
    case "unreachable":
      return [
        "UNREACHABLE",
        `Cannot reach ${origin}: ${outcome.reason} (${request})`,
        outcome.hint ?? "Check the instance URL and the network",
      ];
    case "garbled":
      return [
        "RESPONSE_INVALID",
        `${request} returned ${outcome.reason}`,
        "Check that the instance URL is ZITADEL itself, and not a proxy or a sign-in page",
      ];
    case "oversized":
      return [
        "RESPONSE_INVALID",
        `${request} returned ${describeOutcome(outcome)}; the rest was not read`,
        "Check that the instance URL is ZITADEL itself; if it is, set a smaller `pageSize`",
      ];
    case "page-too-large":
      return [
        "API_ERROR",
        `${request}: ZITADEL refuses even the smallest page`,
        outcome.by === "rows"
          ? "Raise MaxQueryLimit in ZITADEL's configuration"
          : "One row is larger than the 4 MiB that ZITADEL can send",
      ];
    case "redirected":
      return explainRedirect(outcome, call);
    case "refused":
      return explainRefusal(outcome, call);
    case "intercepted":
      return explainInterception(outcome, call);
  }
}

/** The names that the words of a refusal need. */
interface Names {
  organization: string;
  origin: string;
  host: string;
}

/** A kind of refusal; of several that fit, the first counts. `message` stands before method, path, status and error id. */
interface RefusalKind {
  fits: (refused: Refused) => boolean;
  code: SyncErrorCode;
  message: (names: Names) => string;
  hint: (names: Names) => string;
}

const REFUSALS: readonly RefusalKind[] = [
  {
    fits: ({ status }) => status === 401,
    code: "AUTH_REJECTED",
    message: () => "ZITADEL rejects the token",
    hint: () =>
      "The token is mistyped, expired or removed, or its user is locked, inactive or removed. " +
      "Create a new Personal Access Token for the service user",
  },
  {
    fits: ({ failure }) => failure.id === "AUTH-Bs7Ds",
    code: "ORG_NOT_FOUND",
    message: ({ organization }) => `${capitalize(organization)} does not exist`,
    hint: () =>
      "Check `organizationId`: it is the number that ZITADEL's console shows as Resource Id",
  },
  {
    fits: ({ failure }) => failure.id === "AUTHZ-cdgFk",
    code: "PERMISSION_MISSING",
    message: ({ organization }) => `The token's user has no role in ${organization}`,
    hint: () =>
      `Make the service user a manager of the organization, with the role ${SUFFICIENT_ROLE}`,
  },
  {
    fits: ({ status }) => status === 403,
    code: "PERMISSION_MISSING",
    message: () => "The token's user lacks a permission",
    hint: ({ organization }) =>
      `Give the service user the role ${SUFFICIENT_ROLE} in ${organization}`,
  },
  {
    fits: ({ status, failure: { message } }) =>
      status === 404 && /QUERY-1kIjX|unable to set instance/.test(message),
    code: "INSTANCE_NOT_FOUND",
    message: ({ host }) => `${host} is no domain of a ZITADEL instance`,
    hint: () => "Use the instance's own domain, as in the address of its console",
  },
  {
    fits: ({ status }) => status === 404,
    code: "INSTANCE_NOT_FOUND",
    message: ({ origin }) => `${origin} does not know this endpoint`,
    hint: ({ origin }) =>
      `Check that ${origin} is ZITADEL, of version 3 or 4: its Management API v1 is used`,
  },
  {
    fits: ({ failure }) => failure.id?.startsWith("QUOTA-") === true,
    code: "RATE_LIMITED",
    message: () => "The instance has used up its quota of requests",
    hint: () =>
      "Trying again does not help before the quota's period ends; see the instance's billing or limits",
  },
  {
    fits: ({ failure }) => isUsedUp(failure),
    code: "RATE_LIMITED",
    message: () => "The instance is blocked",
    hint: () => "Ask the operator of the instance: it was blocked on purpose",
  },
  {
    fits: ({ status }) => status === 429,
    code: "RATE_LIMITED",
    message: () => "ZITADEL asks for fewer requests",
    hint: () => "Try again later, with a lower `maxRequestsPerSecond`",
  },
  {
    fits: ({ status }) => isTemporary(status),
    code: "API_ERROR",
    message: () => "ZITADEL cannot answer",
    hint: () => "ZITADEL, or a proxy in front of it, is in trouble; try again later",
  },
  {
    fits: () => true,
    code: "API_ERROR",
    message: () => "ZITADEL cannot answer",
    hint: () => "If the instance URL is right, please report this: the request should be valid",
  },
];

function explainRefusal(
  outcome: Refused,
  { request, instanceUrl: { origin, host }, organizationId }: FailedCall & { request: string },
): Meaning {
  const organization = organizationId === undefined
    ? "the token's own organization"
    : `organization ${organizationId}`;
  const names = { organization, origin, host };
  const { code, message, hint } = REFUSALS.find(({ fits }) => fits(outcome))!;
  const { status, failure: { id } } = outcome;
  const returned = `${request} returned ${status}${id === undefined ? "" : `, ${id}`}`;
  return [code, `${message(names)} (${returned})`, hint(names)];
}

/** Explains an answer of something in front of ZITADEL, which has not looked at the token or its roles. */
function explainInterception(
  outcome: Intercepted,
  { request, instanceUrl: { protocol, host } }: FailedCall & { request: string },
): Meaning {
  const { status } = outcome;
  const returned = `${request} answered ${describeOutcome(outcome)}`;
  if (status === 429) {
    return [
      "RATE_LIMITED",
      `Something before ZITADEL asks for fewer requests: ${returned}`,
      "Try again later, with a lower `maxRequestsPerSecond`",
    ];
  }
  if (status >= 500 || isTemporary(status)) {
    return [
      "API_ERROR",
      `Something before ZITADEL cannot reach it now: ${returned}`,
      "A proxy or load balancer in front of ZITADEL is in trouble; try again later",
    ];
  }
  const scheme = protocol === "http:" ? ", and whether it wants https" : "";
  return [
    status === 404 ? "INSTANCE_NOT_FOUND" : "RESPONSE_INVALID",
    `Something before ZITADEL refuses the request: ${returned}`,
    `A firewall, a proxy or another service answers at ${host}. Check the instance URL${scheme}, ` +
    "or ask the operator of what is in between to let these requests through",
  ];
}

function explainRedirect(
  { status, location }: Extract<Outcome, { kind: "redirected" }>,
  { request, instanceUrl }: FailedCall & { request: string },
): Meaning {
  const url = location !== null && URL.canParse(location, instanceUrl)
    ? new URL(location, instanceUrl)
    : undefined;
  const elsewhere = url === undefined || url.host === "" ? "" : ` to ${url.protocol}//${url.host}`;
  const isInstance = url?.protocol === "https:" && url.origin !== instanceUrl.origin;
  return [
    "INSTANCE_NOT_FOUND",
    `${instanceUrl.origin} answers ${request} with a redirect (${status})${elsewhere}; redirects are not followed, ` +
    "so that the token stays on the host you named",
    isInstance
      ? `If that is your ZITADEL, name it: \`instanceUrl: "${url.protocol}//${url.host}"\``
      : "Use the URL at which ZITADEL itself answers",
  ];
}

/** The error about an answer to a question that nobody asked. */
export function tamperedAnswer(
  code: "FOREIGN_ROW" | "RESPONSE_INVALID",
  message: string,
): SyncError {
  return new SyncError(code, message, {
    hint: "Something between here and ZITADEL changes requests or answers, such as a cache",
  });
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
