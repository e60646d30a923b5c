import data from "./rows.json" with { type: "json" };

/** A row as ZITADEL answers it. */
export interface Row {
  id?: string;
  /** Rows of the Management API have it. */
  details?: { creationDate: string; resourceOwner: string };
  /** Rows of v2 lists have it. */
  creationDate?: string;
  [field: string]: unknown;
}

/** An event as ZITADEL answers it. */
export interface Event {
  aggregate: { id: string; type: { type: string }; resourceOwner: string };
  creationDate: string;
  type: { type: string };
}

/** All rows of an instance with two organizations, as a token that may read the instance sees them. */
export interface Rows {
  /** The token's user. */
  user: Row;
  permissions: string[];
  organizations: Row[];
  users: Row[];
  projects: Row[];
  /** By the id of their project. */
  roles: Record<string, Row[]>;
  userGrants: Row[];
  projectGrants: Row[];
  administrators: Row[];
  personalAccessTokens: Row[];
  keys: Row[];
  /** None of a type that holds secrets. */
  events: Event[];
}

/** The rows. */
export const ROWS: Rows = data;
