import type { Options } from "./option.ts";
import { choice, duration, text, texts } from "./value_types.ts";

/** The options of commands that list rows: each takes those by which its rows can be told apart. */
export const listOptions = {
  states: {
    name: "state",
    type: texts("STATE,..."),
    help: "Only rows in one of these states, such as active or locked.",
  },
  type: {
    name: "type",
    type: choice("human", "machine"),
    help: "Only users of this kind.",
    about: { human: "people", machine: "service users" },
  },
  group: {
    name: "group",
    type: text("PROJECT"),
    help: "Only what belongs to this project, by name or id; of users those who hold a role in it.",
    alias: ["project"],
  },
  role: {
    name: "role",
    type: text("ROLE"),
    help: "Only this role, by key or name, of any project; of users those who hold it.",
  },
  user: {
    name: "user",
    type: text("USER"),
    help: "Only what this user holds; a user name, login name, address, full name or id.",
  },
  text: {
    name: "text",
    type: text("TEXT"),
    help: "Only rows that have each of these words in a name, address, description or id, in any " +
      "case and without accents.",
    alias: ["search", "filter", "grep"],
  },
  expiresWithin: {
    name: "expires-within",
    type: duration({ min: "1h", max: "3650d", examples: "12h, 30d or 4w" }),
    help: "Only what has ended or ends within this time after the snapshot was read, such as 30d.",
    alias: ["expiring", "expires-in"],
  },
  columns: {
    name: "columns",
    type: texts("COLUMN,..."),
    unset: "some for people, all with --json",
    help: "Which columns, in this order.",
    alias: ["fields"],
  },
  sort: {
    name: "sort",
    type: text("COLUMN[:desc]"),
    unset: "by names",
    help: "By which column to sort; with :desc from the greatest down.",
    alias: ["order-by"],
  },
} as const satisfies Options;
