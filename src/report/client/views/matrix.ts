/// <reference lib="dom" />
import { createRowFilter } from "../../../snapshot/query/select.ts";
import { h } from "../element.ts";
import { createFilters } from "../filters.ts";
import { createMatrix } from "../matrix/matrix.ts";
import { createPrintList } from "../matrix/print_list.ts";
import { heading, type View, type ViewContext } from "../view.ts";
import { formatCount } from "../../../snapshot/text/format_count.ts";
import { fitsUser, TYPE_CHOICE, USER_STATE_CHOICE } from "../user_filters.ts";

export function matrixView({ data, route, signal }: ViewContext): View {
  const { index } = data;
  const matrix = createMatrix(data, signal);
  const list = createPrintList(data, signal);
  const size = h("p", { class: "tally", role: "status" });
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
      const fitsColumn = createRowFilter(index, "entitlements", { text: value("e") });
      const entitlements = data.entitlementsByName.filter((entitlement) =>
        fitsColumn(entitlement) && (all || data.countOfEntitlement(entitlement.id) > 0)
      );
      const chosen = new Set(entitlements.map(({ id }) => id));
      const holds = (userId: string) =>
        index.grantsOfUser.get(userId)?.some(({ entitlementId }) => chosen.has(entitlementId)) ===
          true;
      const fits = fitsUser(data, value);
      const users = data.usersByName.filter((user) => fits(user) && (all || holds(user.id)));
      matrix.show(users, entitlements);
      list.show(users, chosen);
      size.textContent = `${formatCount(users.length, "user")} × ${
        formatCount(entitlements.length, "entitlement")
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
