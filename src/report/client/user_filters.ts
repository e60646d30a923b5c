/**
 * The filters of users, for every view that lists them.
 *
 * @module
 */
import type { User } from "../../snapshot/types.ts";
import { createRowFilter } from "../../snapshot/query/select.ts";
import type { ReportData } from "./report_data.ts";
import type { Choice } from "./filters.ts";
import { USER_STATES } from "./words.ts";

export const TYPE_CHOICE: Choice = {
  name: "type",
  label: "Type",
  values: [["", "All"], ["human", "People"], ["machine", "Machines"], [
    "external",
    "Other organizations",
  ]],
};

export const USER_STATE_CHOICE: Choice = {
  name: "state",
  label: "State",
  values: [["", "All"], ...Object.entries(USER_STATES)],
};

/** Makes a test of whether a user fits the filters `q`, `type` and `state`. */
export function fitsUser(
  { index }: ReportData,
  value: (name: string) => string,
): (user: User) => boolean {
  const type = value("type");
  const state = value("state");
  return createRowFilter(index, "users", {
    text: value("q"),
    type: type === "human" || type === "machine" ? type : undefined,
    external: type === "external" ? true : undefined,
    states: state === "" ? undefined : [state],
  });
}
