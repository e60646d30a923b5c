/// <reference lib="dom" />
/**
 * What all views of the report share.
 *
 * @module
 */
import type { AllowEntry } from "../../snapshot/audit/allow_list.ts";
import type { Entitlement, Group, User } from "../../snapshot/contract.ts";
import type { Finding } from "../../snapshot/audit/findings.ts";
import type { Holding } from "../../snapshot/query/holding.ts";
import { groupName, userName } from "../../snapshot/query/names.ts";
import type { ReportChanges } from "../report_changes.ts";
import type { Directory } from "./directory.ts";
import { type Child, h, said } from "./element.ts";
import { buildHref, type Route } from "./route.ts";
import { formatDay, formatMinute, maySignIn, OBSTACLES, USER_STATES } from "./words.ts";

/** A finding that somebody accepted. */
export interface Accepted {
  /** The finding. */
  finding: Finding;
  /** Why, and until when. */
  entry: AllowEntry;
}

/** What a view shows. */
export interface ViewContext {
  /** The snapshot. */
  directory: Directory;
  /** What to look at. */
  findings: readonly Finding[];
  /** What was looked at and accepted. */
  accepted: readonly Accepted[];
  /** What changed since the baseline; absent without one. */
  changes?: ReportChanges | undefined;
  /** Where the reader is. */
  route: Route;
  /** Aborted when the reader leaves the view. */
  signal: AbortSignal;
}

/** A view on the page. */
export interface View {
  /** Its name, for the window's title. */
  title: string;
  /** What it consists of. */
  content: Child[];
  /** Where in it the reader starts, if not at its top. */
  start?: HTMLElement | false;
}

/** A link to a user. */
export function userLink(user: User): HTMLElement {
  return h("a", { href: buildHref("users", user.id) }, said(userName(user)));
}

/** A link to a project. */
export function groupLink(group: Group): HTMLElement {
  return h("a", { href: buildHref("projects", group.id) }, said(groupName(group)));
}

/** A link to an entitlement in its project. */
export function entitlementLink(
  { groupId, roleKey }: Pick<Entitlement, "groupId" | "roleKey">,
): HTMLElement {
  return h("a", { href: buildHref("projects", groupId, { role: roleKey }) }, said(roleKey));
}

/** A day, with the exact time for those who ask. */
export function day(time: string | undefined): Child {
  return time === undefined
    ? undefined
    : h("time", { datetime: time, title: formatMinute(time) }, formatDay(time));
}

/** A user's state, plain where the user may sign in. */
export function userState(value: User["state"]): HTMLElement {
  return state(USER_STATES[value], maySignIn(value));
}

/** A state, plain where all is well. */
export function state(label: string, well: boolean): HTMLElement {
  return h("span", { class: well ? "state" : "state off" }, label);
}

/** Whether a holding can be used, and why not. */
export function use({ obstacles }: Pick<Holding, "obstacles">): HTMLElement {
  if (obstacles.length === 0) return state("In force", true);
  const why = obstacles.map((obstacle) => OBSTACLES[obstacle]).join(", ");
  return h("span", { class: "state off", title: why }, "Held, but ", why);
}

/** Facts as a list of terms; those without a value are left out. */
export function facts(entries: readonly (readonly [term: string, value: Child])[]): HTMLElement {
  return h(
    "dl",
    { class: "facts" },
    entries.filter(([, value]) => value !== undefined && value !== false).map(([term, value]) =>
      h("div", {}, h("dt", {}, term), h("dd", {}, value))
    ),
  );
}

/** Names longer than this, in characters, are no headline any more. */
const LENGTHY = 120;

/** The heading of a view. */
export function heading(eyebrow: Child, title: Child, ...more: Child[]): HTMLElement {
  const h1 = h("h1", { tabindex: -1 }, title);
  if (h1.textContent.length > LENGTHY) h1.classList.add("lengthy");
  return h("header", { class: "heading" }, h("p", { class: "eyebrow" }, eyebrow), h1, more);
}

/** A part of a view. */
export function section(title: Child, ...content: Child[]): HTMLElement {
  return h("section", {}, h("h2", {}, title), content);
}
