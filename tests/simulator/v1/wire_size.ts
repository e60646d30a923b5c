/**
 * The size of rows as protobuf, which ZITADEL's 4 MiB limit counts.
 *
 * @module
 */
import type { Row } from "../rows.ts";

/** The number of a field and what it holds. */
type Field = [number: number, "string" | "one byte" | "integer" | "timestamp" | Fields];
/** A message's fields by JSON name. */
type Fields = { [name: string]: Field };

const DETAILS: Fields = {
  sequence: [1, "integer"],
  creationDate: [2, "timestamp"],
  changeDate: [3, "timestamp"],
  resourceOwner: [4, "string"],
};

const PROFILE: Fields = {
  firstName: [1, "string"],
  lastName: [2, "string"],
  nickName: [3, "string"],
  displayName: [4, "string"],
  preferredLanguage: [5, "string"],
  gender: [6, "one byte"],
};

/** The rows that may come in pages large enough to matter. */
export const ROW_FIELDS = {
  users: {
    id: [1, "string"],
    details: [2, DETAILS],
    state: [3, "one byte"],
    userName: [4, "string"],
    loginNames: [5, "string"],
    preferredLoginName: [6, "string"],
    human: [7, {
      profile: [1, PROFILE],
      email: [2, { email: [1, "string"], isEmailVerified: [2, "one byte"] }],
      phone: [3, { phone: [1, "string"], isPhoneVerified: [2, "one byte"] }],
      passwordChanged: [4, "timestamp"],
    }],
    machine: [8, {
      name: [1, "string"],
      description: [2, "string"],
      hasSecret: [3, "one byte"],
      accessTokenType: [4, "one byte"],
    }],
  },
  projects: {
    id: [1, "string"],
    details: [2, DETAILS],
    name: [3, "string"],
    state: [4, "one byte"],
    projectRoleAssertion: [5, "one byte"],
    projectRoleCheck: [6, "one byte"],
    hasProjectCheck: [7, "one byte"],
    privateLabelingSetting: [8, "one byte"],
  },
  roles: {
    key: [1, "string"],
    details: [2, DETAILS],
    displayName: [3, "string"],
    group: [4, "string"],
  },
  userGrants: {
    id: [1, "string"],
    details: [2, DETAILS],
    roleKeys: [3, "string"],
    state: [4, "one byte"],
    userId: [5, "string"],
    userName: [6, "string"],
    firstName: [7, "string"],
    lastName: [8, "string"],
    email: [9, "string"],
    displayName: [10, "string"],
    orgId: [11, "string"],
    orgName: [12, "string"],
    orgDomain: [13, "string"],
    projectId: [14, "string"],
    projectName: [15, "string"],
    projectGrantId: [16, "string"],
    preferredLoginName: [18, "string"],
    userType: [19, "one byte"],
    grantedOrgId: [20, "string"],
    grantedOrgName: [21, "string"],
    grantedOrgDomain: [22, "string"],
  },
} as const satisfies Record<string, Fields>;

const LIST_DETAILS: Fields = { totalResult: [1, "integer"], viewTimestamp: [3, "timestamp"] };

/** The size of a list's `details`, with what frames them. */
export function listDetailsSize(details: Row): number {
  return framed(1, messageSize(details, LIST_DETAILS));
}

/** The size of one row in a list, with what frames it. */
export function rowSize(row: Row, list: keyof typeof ROW_FIELDS): number {
  // The rows are field 2 or 3 of their response: a tag of one byte either way.
  return framed(2, messageSize(row, ROW_FIELDS[list]));
}

function messageSize(row: Row, fields: Fields): number {
  let size = 0;
  for (const name in row) {
    const value = row[name];
    if (value === undefined) continue;
    const field = fields[name];
    if (field === undefined) throw new Error(`Cannot size the field ${name}`);
    for (const one of Array.isArray(value) ? value : [value]) size += fieldSize(one, field);
  }
  return size;
}

function fieldSize(value: unknown, [number, kind]: Field): number {
  if (typeof kind === "object") return framed(number, messageSize(value as Row, kind));
  switch (kind) {
    case "string":
      return framed(number, utf8Size(value as string));
    case "one byte":
      return varintSize(number * 8) + 1;
    case "integer":
      return varintSize(number * 8) + varintSize(Number(value));
    case "timestamp":
      return framed(number, timestampSize(value as string));
  }
}

function framed(number: number, length: number): number {
  return varintSize(number * 8) + varintSize(length) + length;
}

/** Seconds of any year between 1979 and 3058 are a varint of five bytes. */
function timestampSize(rfc3339: string): number {
  const nanos = rfc3339.length <= 20 ? 0 : Number(rfc3339.slice(20, -1).padEnd(9, "0"));
  return 6 + (nanos === 0 ? 0 : 1 + varintSize(nanos));
}

function utf8Size(text: string): number {
  let size = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    // The two halves of a surrogate pair take two bytes each.
    size += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return size;
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) size++;
  return size;
}
