/// <reference lib="dom" />
import type { AllowListResult } from "../../snapshot/findings/allow_list.ts";
import type { Entitlement, Group, User } from "../../snapshot/types.ts";
import type { ChangeSet } from "../../snapshot/diff/diff_events.ts";
import type { Finding } from "../../snapshot/findings/finding_rules.ts";
import { formatObstacles, type Holding, maySignIn } from "../../snapshot/query/holding.ts";
import {
  formatEntitlementName,
  formatGroupName,
  formatUserName,
} from "../../snapshot/text/names.ts";
import type { ReportData } from "./report_data.ts";
import { type Child, h, visibleText } from "./element.ts";
import { buildHref, type Route } from "./route.ts";
import { USER_STATES } from "./words.ts";
import { formatDay, formatMinute } from "../../snapshot/text/format_time.ts";

/** An accepted finding, with its entry in the allow list. */
export type Accepted = AllowListResult["allowed"][number];

export interface ViewContext {
  data: ReportData;
  findings: readonly Finding[];
  accepted: readonly Accepted[];
  /** The changes since the baseline; absent without one. */
  changes?: ChangeSet | undefined;
  route: Route;
  /** Aborted when the reader leaves the view. */
  signal: AbortSignal;
}

export interface View {
  title: string;
  content: Child[];
  /** The element to scroll to, if not the top. */
  start?: HTMLElement | false;
}

export function userLink(user: User): HTMLElement {
  return h("a", { href: buildHref("users", user.id) }, visibleText(formatUserName(user)));
}

/** A link to a project, or to the administration of something. */
export function groupLink(group: Group): HTMLElement {
  return h("a", { href: buildHref("projects", group.id) }, visibleText(formatGroupName(group)));
}

export function entitlementLink(
  entitlement: Entitlement,
): HTMLElement {
  const { groupId, roleKey: role } = entitlement;
  return h(
    "a",
    { href: buildHref("projects", groupId, { role }) },
    visibleText(formatEntitlementName(entitlement)),
  );
}

/** A day, with the exact time as a tooltip. */
export function day(time: string | undefined): Child {
  return time === undefined
    ? undefined
    : h("time", { datetime: time, title: formatMinute(time) }, formatDay(time));
}

/** A user's state, marked if the user cannot sign in. */
export function userState(value: User["state"]): HTMLElement {
  return state(USER_STATES[value], maySignIn(value));
}

/** A state, marked unless all is well. */
export function state(label: string, well: boolean): HTMLElement {
  return h("span", { class: well ? "state" : "state off" }, label);
}

/** Tells whether a holding can be used, with the reason if not. */
export function renderUsability({ obstacles }: Pick<Holding, "obstacles">): HTMLElement {
  if (obstacles.length === 0) return state("In force", true);
  const why = formatObstacles(obstacles);
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

/** The length in characters from which a name is set smaller. */
const LENGTHY = 120;

export function heading(eyebrow: Child, title: Child, ...more: Child[]): HTMLElement {
  const h1 = h("h1", { tabindex: -1 }, title);
  if (h1.textContent.length > LENGTHY) h1.classList.add("lengthy");
  return h("header", { class: "heading" }, h("p", { class: "eyebrow" }, eyebrow), h1, more);
}

export function section(title: Child, ...content: Child[]): HTMLElement {
  return h("section", {}, h("h2", {}, title), content);
}
