/**
 * Who administers an organization, its projects, their loans and the instance.
 *
 * @module
 */
import { SyncError } from "../../errors.ts";
import { inParallel } from "../in_parallel.ts";
import type { ListEvidence } from "../lists/list_source.ts";
import { type ListsContext, read } from "../api/lists.ts";
import { members } from "./v1_members.ts";
import { listOfAdministrators } from "./v2_administrators.ts";
import { isServiceMissing, readConnect } from "../api/connect.ts";

/** Something that is administered. */
export type Administered =
  | { scope: "instance" }
  | { scope: "organization"; id: string }
  | { scope: "project"; id: string }
  | {
    scope: "project-grant";
    id: string;
    projectId: string;
    /** The organization that the project is lent to. */
    grantedOrganizationId: string;
  };

/** What one user may do with something that is administered. */
export interface Administrator {
  /** What is administered. */
  of: Administered;
  /** The manager roles. */
  roles: readonly string[];
  /** Who holds them. */
  user: AdministratorUser;
  /** Since when the user is an administrator, in RFC 3339. */
  createdAt: string | undefined;
  /** When the roles were last changed, in RFC 3339. */
  updatedAt: string | undefined;
}

/** What the lists say of an administrator. */
export interface AdministratorUser {
  /** ZITADEL's id. */
  id: string;
  /** The user's own organization. */
  organizationId: string | undefined;
  /** The name to show; v2 leaves out that of machines. */
  displayName: string | undefined;
  /** The login name that ZITADEL shows first. */
  preferredLoginName: string | undefined;
}

/** Administrators, and how we know that they are all. */
export interface AdministratorsReading {
  /** All of them. */
  administrators: Administrator[];
  /** Of each list that was read, and of what it is where that is one thing. */
  evidence: { evidence: ListEvidence; of?: Administered }[];
}

/** So many things are asked about in one request of v2. */
const PLACES_A_REQUEST = 400;

/**
 * Reads the administrators of all these things: by v2 in as few requests as it takes, where the server has no v2 by the v1
 * lists of members, one for each thing.
 *
 * @throws {SyncError} As {@linkcode readConnect} and {@linkcode read}.
 */
export async function readAdministrators(
  context: ListsContext,
  places: readonly Administered[],
): Promise<AdministratorsReading> {
  try {
    const parts = cut(places, PLACES_A_REQUEST);
    const readings = await inParallel(
      parts,
      context,
      (part, signal) => readConnect({ ...context, signal }, listOfAdministrators(part)),
    );
    return {
      administrators: readings.flatMap(({ rows }) => rows),
      evidence: readings.map(({ evidence }) => ({ evidence })),
    };
  } catch (error) {
    if (!isServiceMissing(error)) throw error;
  }
  const readings = await inParallel(
    places,
    context,
    async (of, signal) => ({ of, ...await read({ ...context, signal }, members(of)) }),
  );
  return {
    administrators: readings.flatMap(({ rows }) => rows),
    evidence: readings.map(({ of, evidence }) => ({ of, evidence })),
  };
}

function cut<T>(all: readonly T[], size: number): T[][] {
  return Array.from(
    { length: Math.ceil(all.length / size) },
    (_, i) => all.slice(i * size, (i + 1) * size),
  );
}

/** What tells apart what is administered. */
export function administeredKey(of: Administered): string {
  return of.scope === "instance" ? of.scope : `${of.scope} ${of.id}`;
}

/** A row about something that nobody asked about. */
export function foreignAdministrator(path: string, of: string): SyncError {
  return new SyncError("FOREIGN_ROW", `POST ${path} answered with an administrator of ${of}`, {
    hint: "Something between here and ZITADEL changes requests or answers, such as a cache",
  });
}
