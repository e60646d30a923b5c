/**
 * ZITADEL's errors.
 *
 * @module
 */

/** An answer that is an error: a gRPC status, and where in the chain it came from. */
export interface Refusal {
  /** A gRPC status code. */
  code: number;
  /** Without the id, which the body adds. */
  message: string;
  /** ZITADEL's own error id, such as `AUTH-7fs1e`. */
  id?: string;
  /** The HTTP gateway answered by itself, so headers of the gRPC side are missing. */
  gateway?: true;
  /** The HTTP status, where it is not the one of the code. */
  status?: number;
}

/** Carries a {@linkcode Refusal} out of a handler. */
export class Refused extends Error {
  override readonly name = "Refused";

  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}

/** The HTTP status of each gRPC code. */
export const HTTP_STATUS: Readonly<Record<number, number>> = {
  1: 499,
  2: 500,
  3: 400,
  4: 504,
  5: 404,
  6: 409,
  7: 403,
  8: 429,
  9: 400,
  10: 409,
  11: 400,
  12: 501,
  13: 500,
  14: 503,
  15: 500,
  16: 401,
};

const INSTANCE_NOT_FOUND =
  "ID=QUERY-1kIjX Message=Instance not found. Make sure you got the domain right. Check out https://zitadel.com/docs/apis/introduction#domains";

/** The catalogue. */
export const refusals = {
  notFound: { code: 5, message: "Not Found", gateway: true },
  methodNotAllowed: { code: 12, message: "Method Not Allowed", gateway: true, status: 405 },
  deadlineExceeded: { code: 4, message: "context deadline exceeded", gateway: true },
  badJson: (message: string) => ({ code: 3, message, gateway: true }),
  hostUnknown: (host: string, scheme: string, externalDomain: string) => ({
    code: 5,
    message:
      `unable to set instance using origin &{${host}  ${scheme}} (ExternalDomain is ${externalDomain}): ` +
      `${INSTANCE_NOT_FOUND} Parent=(unable to get instance by host: instanceHost ${host}, publicHost : ` +
      "ID=QUERY-1kIjX Message=Errors.IAM.NotFound)",
  }),
  authorizationMissing: { code: 16, message: "auth header missing" },
  authorizationInvalid: { code: 16, message: "invalid auth header", id: "AUTH-toLo1" },
  tokenInvalid: { code: 16, message: "Errors.Token.Invalid", id: "AUTH-7fs1e" },
  organizationUnknown: { code: 7, message: "Organisation doesn't exist", id: "AUTH-Bs7Ds" },
  membershipNotFound: { code: 5, message: "membership not found", id: "AUTHZ-cdgFk" },
  permissionMissing: { code: 7, message: "No matching permissions found", id: "AUTH-5mWD2" },
  permissionForOthers: { code: 7, message: "No matching permissions found", id: "AUTH-3jknH" },
  validation: (message: string) => ({ code: 3, message }),
  limitExceeded: { code: 3, message: "Limit exceeded", id: "QUERY-4M0fs" },
  emptyIds: { code: 2, message: "values array must not be empty" },
  messageTooLarge: (bytes: number, maximum: number) => ({
    code: 8,
    message: `grpc: received message larger than max (${bytes} vs. ${maximum})`,
  }),
  messageTooLargeToSend: (bytes: number, maximum: number) => ({
    code: 8,
    message: `grpc: trying to send message larger than max (${bytes} vs. ${maximum})`,
  }),
  userNotFound: { code: 5, message: "User could not be found", id: "QUERY-Dfbg2" },
  userOfAnother: { code: 5, message: "User could not be found", id: "MANAG-fpo4B" },
  projectNotFound: { code: 5, message: "Project not found", id: "QUERY-fk2fs" },
  projectOfAnother: { code: 5, message: "Project not found", id: "MANAG-SFf2a" },
  userGrantNotFound: { code: 5, message: "User grant not found", id: "QUERY-wIPkA" },
  blocked: { code: 8, message: "Errors.Limits.Instance.Blocked", id: "LIMITS-molsj" },
  quotaExhausted: { code: 8, message: "Quota.Access.Exhausted", id: "QUOTA-vjAy8" },
  database: { code: 13, message: "An internal error occurred" },
  databaseOfUsers: { code: 13, message: "An internal error occurred", id: "QUERY-AG4gs" },
  databaseOfGrants: {
    code: 2,
    message:
      "failed to connect to `user=zitadel database=zitadel`: 10.0.0.5:5432 (db): dial error: connection refused",
  },
  unavailable: {
    code: 14,
    message:
      'connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:8080: connect: connection refused"',
    gateway: true,
  },
} as const satisfies Record<string, Refusal | ((...parts: never[]) => Refusal)>;
