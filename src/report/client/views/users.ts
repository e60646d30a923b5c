/// <reference lib="dom" />
import type { User } from "../../../snapshot/types.ts";
import { formatUserName } from "../../../snapshot/text/names.ts";
import { h, visibleText } from "../element.ts";
import { createFilters } from "../filters.ts";
import { rememberQuery } from "../route.ts";
import { createResultCount, createTable } from "../table.ts";
import { fitsUser, TYPE_CHOICE, USER_STATE_CHOICE } from "../user_filters.ts";
import { day, heading, userLink, userState, type View, type ViewContext } from "../view.ts";
import { formatUserType, USER_STATES } from "../words.ts";
import { formatNumber } from "../../../snapshot/text/format_count.ts";

export function usersView({ data, route, signal }: ViewContext): View {
  const table = createTable<User>({
    caption: "Users",
    signal,
    rows: [],
    empty: "No user fits the filters.",
    sort: route.query.get("sort") ?? "name",
    onSort: (sort) => rememberQuery({ sort }),
    columns: [
      {
        key: "name",
        head: "Name",
        width: "27%",
        heading: true,
        cell: (user) => [
          userLink(user),
          user.external && h("small", { class: "off" }, " of another organization"),
        ],
        sortBy: formatUserName,
      },
      {
        key: "login",
        head: "Login name",
        width: "27%",
        cell: (user) => visibleText(formatLogin(user)),
        sortBy: formatLogin,
      },
      { key: "type", head: "Type", width: "10%", cell: formatUserType, sortBy: formatUserType },
      {
        key: "state",
        head: "State",
        width: "14%",
        cell: (user) => userState(user.state),
        sortBy: (user) => USER_STATES[user.state],
      },
      {
        key: "holds",
        head: "Holds",
        width: "9%",
        numeric: true,
        cell: ({ id }) => formatNumber(data.countOfUser(id)),
        sortBy: ({ id }) => data.countOfUser(id),
      },
      {
        key: "created",
        head: "Created",
        width: "13%",
        cell: ({ createdAt }) => day(createdAt),
        sortBy: ({ createdAt }) => createdAt,
        isTime: true,
      },
    ],
  });
  const count = createResultCount("user");
  const filters = createFilters({
    query: route.query,
    fields: [{ name: "q", label: "Name, login, address or id", wide: true }],
    choices: [TYPE_CHOICE, USER_STATE_CHOICE, {
      name: "access",
      label: "Access",
      values: [["", "All"], ["some", "With grants"], ["none", "Without grants"]],
    }],
    onChange(value) {
      const fits = fitsUser(data, value);
      const access = value("access");
      const users = data.usersByName.filter((user) =>
        fits(user) && (access === "" || (access === "some") === data.countOfUser(user.id) > 0)
      );
      table.show(users);
      count.show(users.length, data.snapshot.users.length);
    },
  });
  return {
    title: "Users",
    content: [heading("People and machines", "Users"), filters, count.element, table.element],
  };
}

function formatLogin(user: User): string {
  return user.preferredLoginName ?? user.username ?? "";
}
