/// <reference lib="dom" />
import { groupName } from "../../../snapshot/query/names.ts";
import { h } from "../element.ts";
import { createFilters } from "../filters.ts";
import { createMatrix } from "../matrix.ts";
import { createPrintList } from "../print_list.ts";
import { heading, type View, type ViewContext } from "../view.ts";
import { counted, folded, matches, splitWords } from "../words.ts";
import { fitsUser, TYPE_CHOICE, USER_STATE_CHOICE } from "../user_filters.ts";

/** Makes the view of the matrix. */
export function matrixView({ directory, route, signal }: ViewContext): View {
  const { lookup } = directory;
  const matrix = createMatrix(directory, signal);
  const list = createPrintList(directory, signal);
  const size = h("p", { class: "tally", role: "status" });
  const columnTexts = directory.entitlementsByName.map((entitlement) => ({
    entitlement,
    text: folded(
      [
        groupName(lookup.groups.get(entitlement.groupId)!),
        entitlement.roleKey,
        entitlement.displayName,
        entitlement.roleGroup,
      ].filter((part) => part !== undefined).join("\n"),
    ),
  }));
  const filters = createFilters({
    query: route.query,
    fields: [
      { name: "q", label: "Users" },
      { name: "e", label: "Projects and entitlements" },
    ],
    choices: [
      TYPE_CHOICE,
      USER_STATE_CHOICE,
      {
        name: "rows",
        label: "Rows and columns",
        values: [["", "With grants"], ["all", "All"]],
      },
    ],
    onChange(value) {
      const all = value("rows") === "all";
      const columnWords = splitWords(value("e"));
      const entitlements = columnTexts.filter(({ entitlement, text }) =>
        matches(text, columnWords) && (all || directory.countOfEntitlement(entitlement.id) > 0)
      ).map(({ entitlement }) => entitlement);
      const chosen = new Set(entitlements.map(({ id }) => id));
      const holds = (userId: string) =>
        lookup.grantsOfUser.get(userId)?.some(({ entitlementId }) => chosen.has(entitlementId)) ===
          true;
      const fits = fitsUser(directory, value);
      const users = directory.usersByName.filter((user) => fits(user) && (all || holds(user.id)));
      matrix.show(users, entitlements);
      list.show(users, chosen);
      size.textContent = `${counted(users.length, "user")} × ${
        counted(entitlements.length, "entitlement")
      }`;
    },
  });
  return {
    title: "Matrix",
    content: [
      heading("Who holds what", "Access matrix"),
      filters,
      h(
        "div",
        { class: "legend" },
        size,
        h("p", {}, h("span", { class: "mark held" }), " in force"),
        h("p", {}, h("span", { class: "mark held off" }), " held, but not usable now"),
      ),
      matrix.element,
      list.element,
    ],
  };
}
