import { CliError } from "../../errors.ts";
import type { Snapshot } from "../../../snapshot/types.ts";
import type { ListName } from "../../../snapshot/lists.ts";
import { findEntitlements } from "../../../snapshot/query/find.ts";
import { indexSnapshot, type SnapshotIndex } from "../../../snapshot/query/index_snapshot.ts";
import {
  buildTable,
  formatCell,
  isTimeColumn,
  LIST_STATES,
  type Row,
  type SortKey,
  TABLE_COLUMNS,
} from "../../../snapshot/query/tables.ts";
import type { Selection } from "../../../snapshot/query/select.ts";
import { terminalColumns, toResultHeader, writeJson } from "../../output/result.ts";
import { type Resolution, resolveEntitlement, resolveGroup, resolveUser } from "./resolve_name.ts";
import type { Options, Settings } from "../../options/option.ts";
import type { commonOptions } from "../../options/shared_options.ts";
import { choice, text, texts } from "../../options/value_types.ts";
import { NOTHING_FOUND } from "../../exit_codes.ts";
import { loadSnapshot, type SourceContext } from "../../input/source.ts";
import { nearest } from "../../options/nearest.ts";
import { writeStdout } from "../../output/stdout.ts";
import { table } from "../../output/table.ts";

/** What commands take that list rows: each takes what its rows can be told apart by. */
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

/** What the help of such a command says. */
export function listDetails(list: ListName): string {
  return `The columns are: ${TABLE_COLUMNS[list].all.join(", ")}. Exit code 11 if no row fits. ` +
    `With --json: one object with "${list}", each row with its columns by name.`;
}

type ListSettings = Partial<Settings<typeof listOptions>>;

/**
 * Lists one of a snapshot's lists.
 *
 * With `--json` it writes one object: `organization`, `completedAt`, `digest`, and under the name of the list its rows,
 * each with the columns of `TABLE_COLUMNS` (those of `--columns`, if given); a column is absent where ZITADEL did not
 * say.
 */
export async function runList(
  list: ListName,
  context: SourceContext & { settings: ListSettings & Settings<typeof commonOptions> },
  given: {
    /** The snapshot, if it is loaded already. */
    snapshot?: Snapshot;
    /** The only rows that may be listed. */
    ids?: ReadonlySet<string>;
  } = {},
): Promise<number> {
  const { settings, io } = context;
  const columns = columnsFor(list, settings.columns);
  const sort = sortFor(list, settings.sort);
  refuseStates(list, settings.states);
  const snapshot = given.snapshot ?? await loadSnapshot(context);
  const index = indexSnapshot(snapshot);
  const selection = { ...toSelection(settings, index), ids: given.ids };
  const rows = buildTable(index, list, { ...selection, sort });

  if (settings.json) {
    const picked = settings.columns === undefined ? rows : rows.map((row) => pick(row, columns));
    await writeJson(context, { ...toResultHeader(snapshot), [list]: picked });
  } else {
    await writeStdout(io, [
      table([
        columns.map(toHeading),
        ...rows.map((row) => columns.map((column) => shown(column, row))),
      ], { columns: terminalColumns(io) }),
    ]);
  }
  return rows.length === 0 ? NOTHING_FOUND : 0;
}

/** What a choice found; else the command ends with the answer that there is none. */
export function requireFound<T>(choice: Resolution<T>): T {
  if ("found" in choice) return choice.found;
  throw new CliError("NOTHING_FOUND", choice.message, { hint: choice.hint });
}

function toSelection(settings: ListSettings, index: SnapshotIndex): Selection {
  const { snapshot } = index;
  const group = settings.group === undefined
    ? undefined
    : requireFound(resolveGroup(snapshot, settings.group));
  const user = settings.user === undefined
    ? undefined
    : requireFound(resolveUser(snapshot, settings.user));
  return {
    states: settings.states,
    type: settings.type,
    groupIds: group && new Set([group.id]),
    userIds: user && new Set([user.id]),
    entitlementIds: settings.role === undefined
      ? undefined
      : rolesNamed(snapshot, settings.role, group?.id),
    text: settings.text,
  };
}

/** A role key may stand in many projects: all of them are meant. */
function rolesNamed(
  { entitlements }: Snapshot,
  text: string,
  groupId: string | undefined,
): ReadonlySet<string> {
  const within = entitlements.filter((row) => groupId === undefined || row.groupId === groupId);
  const matches = findEntitlements(within, text);
  if (matches.length === 0) requireFound(resolveEntitlement(within, text));
  return new Set(matches.map(({ id }) => id));
}

function columnsFor(list: ListName, asked: readonly string[] | undefined): readonly string[] {
  if (asked === undefined) return TABLE_COLUMNS[list].shown;
  return asked.map((name) => columnNamed(list, name, "--columns"));
}

function sortFor(list: ListName, asked: string | undefined): SortKey | undefined {
  if (asked === undefined) return undefined;
  const [, name, direction] = /^(.*?)(?::(asc|desc))?$/.exec(asked)!;
  return { column: columnNamed(list, name!, "--sort"), descending: direction === "desc" };
}

function columnNamed(list: ListName, name: string, option: string): string {
  const { all } = TABLE_COLUMNS[list];
  const found = all.find((column) => column.toLowerCase() === name.trim().toLowerCase());
  if (found !== undefined) return found;
  const near = nearest(name, all);
  throw new CliError(
    "CONFIG_INVALID",
    `${option}: ${list} have no column ${JSON.stringify(name)}`,
    {
      hint: `${near === undefined ? "" : `Did you mean ${near}? `}There are: ${all.join(", ")}`,
    },
  );
}

function refuseStates(list: ListName, states: readonly string[] | undefined): void {
  const wrong = states?.find((state) => !LIST_STATES[list].includes(state));
  if (wrong === undefined) return;
  throw new CliError("CONFIG_INVALID", `--state: ${list} are never ${JSON.stringify(wrong)}`, {
    hint: `They are: ${LIST_STATES[list].join(", ")}`,
  });
}

/** `roleName` becomes `ROLE NAME`. */
function toHeading(column: string): string {
  return column.replace(/[A-Z]/g, (letter) => ` ${letter}`).toUpperCase();
}

/** People want to see the day; `--json` has the time. */
function shown(column: string, row: Row): string {
  const text = formatCell(row[column]);
  return isTimeColumn(column) ? text.slice(0, 10) : text;
}

function pick(row: Row, columns: readonly string[]): Row {
  return Object.fromEntries(
    columns.filter((column) => row[column] !== undefined).map((column) => [column, row[column]]),
  );
}
