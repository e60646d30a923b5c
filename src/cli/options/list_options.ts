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
    help: "Only rows of this project, by name or id; for users: only those who hold a role in it.",
    alias: ["project"],
  },
  role: {
    name: "role",
    type: text("ROLE"),
    help: "Only this role of any project, by key or name; for users: only those who hold it.",
  },
  user: {
    name: "user",
    type: text("USER"),
    help: "Only rows of this user, by user name, login name, address, full name or id.",
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
    help:
      "Only credentials that have expired, or expire within this time of the snapshot, such as 30d.",
    alias: ["expiring", "expires-in"],
  },
  columns: {
    name: "columns",
    type: texts("COLUMN,..."),
    unset: "some for people, all with --json",
    help: "The columns to show, in this order.",
    alias: ["fields"],
  },
  sort: {
    name: "sort",
    type: text("COLUMN[:desc]"),
    unset: "by names",
    help: "The column to sort by; with :desc in descending order.",
    alias: ["order-by"],
  },
} as const satisfies Options;
