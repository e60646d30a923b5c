/**
 * The filters by which users are chosen, in every view that lists them.
 *
 * @module
 */
import type { User } from "../../snapshot/contract.ts";
import type { Directory } from "./directory.ts";
import type { Choice } from "./filters.ts";
import { matches, splitWords, USER_STATES } from "./words.ts";

/** Which kind of user. */
export const TYPE_CHOICE: Choice = {
  name: "type",
  label: "Type",
  values: [["", "All"], ["human", "People"], ["machine", "Machines"], [
    "external",
    "Other organizations",
  ]],
};

/** In which state. */
export const USER_STATE_CHOICE: Choice = {
  name: "state",
  label: "State",
  values: [["", "All"], ...Object.entries(USER_STATES)],
};

/** What the filters `q`, `type` and `state` let through. */
export function fitsUser(
  directory: Directory,
  value: (name: string) => string,
): (user: User) => boolean {
  const words = splitWords(value("q"));
  const type = value("type");
  const state = value("state");
  return (user) =>
    (type === "" || (type === "external" ? user.external : user.type === type)) &&
    (state === "" || user.state === state) &&
    matches(directory.buildSearchText(user), words);
}
