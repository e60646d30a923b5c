/**
 * A fast check of rows as ZITADEL nearly always sends them: such rows are used as they were parsed.
 *
 * The schemas of {@link file://./wire.ts} say what a row may look like, what is wrong with one that may not, and how values
 * change that need it. They copy each row, which takes a fifth of the processor time of a sync. A row that passes here is
 * one that its schema would give back unchanged; the schema judges all others.
 *
 * @module
 */
import { z } from "zod";
import { RFC_3339_UTC } from "../../rfc3339.ts";
import type { Project, ProjectRole, UserGrant, WireUser } from "./wire.ts";

type Json = Readonly<Record<string, unknown>>;

/** Whether a value is a row that its schema would give back unchanged, unknown keys apart. */
export type IsPlain<T> = (row: unknown) => row is T;

/** Rows that fit `row`; those of an answer that are all plain are given back as they are. */
export function rowsSchema<W>(row: z.ZodType<W>, isPlain?: IsPlain<W>): z.ZodType<W[]> {
  const rows = z.array(row);
  if (isPlain === undefined) return rows;
  return z.custom<W[]>().check((payload) => {
    const value: unknown = payload.value;
    if (Array.isArray(value) && value.every(isPlain)) return;
    const result = rows.safeParse(value);
    if (result.success) payload.value = result.data;
    else payload.issues.push(...result.error.issues as z.core.$ZodRawIssue[]);
  });
}

/** A row of the list of users. */
export function isPlainUser(row: unknown): row is WireUser {
  return isObject(row) && isId(row.id) && isDetails(row.details) && isText(row.state) &&
    isText(row.userName) && isText(row.preferredLoginName) &&
    (row.loginNames === undefined ||
      Array.isArray(row.loginNames) && row.loginNames.every(isString)) &&
    (row.human === undefined || isHuman(row.human)) &&
    (row.machine === undefined || isMachine(row.machine));
}

/** A row of the list of projects. */
export function isPlainProject(row: unknown): row is Project {
  return isObject(row) && isId(row.id) && isDetails(row.details) && isText(row.name) &&
    isText(row.state) && isFlag(row.projectRoleAssertion) && isFlag(row.projectRoleCheck) &&
    isFlag(row.hasProjectCheck);
}

/** A row of a list of project roles. */
export function isPlainProjectRole(row: unknown): row is ProjectRole {
  return isObject(row) && isId(row.key) && isDetails(row.details) && isText(row.displayName) &&
    isText(row.group);
}

/** A row of a list of user grants. */
export function isPlainUserGrant(row: unknown): row is UserGrant {
  return isObject(row) && isId(row.id) && isDetails(row.details) && isText(row.state) &&
    isId(row.userId) && isId(row.projectId) &&
    (row.roleKeys === undefined || Array.isArray(row.roleKeys) && row.roleKeys.every(isId)) &&
    isText(row.userName) && isText(row.firstName) && isText(row.lastName) && isText(row.email) &&
    isText(row.displayName) && isText(row.preferredLoginName) && isText(row.userType) &&
    isText(row.projectGrantId) && isText(row.grantedOrgId);
}

function isHuman(human: unknown): boolean {
  if (!isObject(human)) return false;
  const { profile, email } = human;
  return (profile === undefined || isObject(profile) && isText(profile.firstName) &&
      isText(profile.lastName) && isText(profile.displayName)) &&
    (email === undefined ||
      isObject(email) && isText(email.email) && isFlag(email.isEmailVerified));
}

function isMachine(machine: unknown): boolean {
  return isObject(machine) && isText(machine.name) && isText(machine.description) &&
    isFlag(machine.hasSecret);
}

function isDetails(details: unknown): boolean {
  return isObject(details) && isId(details.resourceOwner) && isTime(details.creationDate) &&
    isTime(details.changeDate);
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function isId(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isText(value: unknown): boolean {
  return value === undefined || typeof value === "string";
}

function isFlag(value: unknown): boolean {
  return value === undefined || typeof value === "boolean";
}

/** A time of the year 1 is none, and not plain. */
function isTime(value: unknown): boolean {
  return value === undefined ||
    typeof value === "string" && !value.startsWith("0001-") && RFC_3339_UTC.test(value);
}
