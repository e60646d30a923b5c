import { CliError } from "../../errors.ts";
import { DAY_MS } from "../../../rfc3339.ts";
import type { Snapshot } from "../../../snapshot/types.ts";
import type { ListName } from "../../../snapshot/lists.ts";
import { countDaysLeft } from "../../../snapshot/query/expiry.ts";
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
import { type Command, type CommandContext, defineCommand } from "../../command.ts";
import { terminalColumns, toResultHeader, writeJson } from "../../output/result.ts";
import { resolveEntitlement, resolveGroup, resolveUser } from "./resolve_name.ts";
import { listOptions } from "../../options/list_options.ts";
import type { Settings } from "../../options/option.ts";
import { sourceOptions } from "../../options/shared_options.ts";
import { NOTHING_FOUND } from "../../exit_codes.ts";
import { loadSnapshot, readSource } from "../../input/source.ts";
import { nearest } from "../../options/nearest.ts";
import { writeStdout } from "../../output/stdout.ts";
import { table } from "../../output/table.ts";

const options = { ...listOptions, ...sourceOptions };
const inputs = { source: readSource };

type ListContext = CommandContext<typeof options, [], typeof inputs>;
type ListSettings = Settings<typeof listOptions>;

export interface ListCommandDefinition {
  summary: string;
  filters: readonly (keyof typeof listOptions)[];
  /** Sentences for its help, before those that all list commands have. */
  details?: string;
  examples: readonly string[];
}

/**
 * Defines the command that lists one of a snapshot's lists.
 *
 * With `--json` it writes one object: `organization`, `completedAt`, `digest`, and under the name of the list its rows,
 * each with the columns of `TABLE_COLUMNS` (those of `--columns`, if given); a column is absent where ZITADEL did not
 * say.
 */
export function defineListCommand<const L extends ListName>(
  list: L,
  { summary, filters, details = "", examples }: ListCommandDefinition,
): Command<L> {
  const taken = new Set<string>([...filters, "columns", "sort", ...Object.keys(sourceOptions)]);
  return defineCommand({
    name: list,
    summary,
    details: `${details}The columns are: ${TABLE_COLUMNS[list].all.join(", ")}. Exit code 11 if ` +
      `no row matches. With --json: one object with "${list}", each row with its columns by name.`,
    // The others have no default: to `run` they look as if nobody had set them.
    options: Object.fromEntries(
      Object.entries(options).filter(([key]) => taken.has(key)),
    ) as typeof options,
    inputs,
    examples,
    run: (context) => runList(list, context),
  });
}

async function runList(list: ListName, context: ListContext): Promise<number> {
  const { settings, io } = context;
  const columns = columnsFor(list, settings.columns);
  const sort = sortFor(list, settings.sort);
  refuseStates(list, settings.states);
  const snapshot = await loadSnapshot(context, list === "credentials" ? ["credentials"] : []);
  if (snapshot[list] === undefined) {
    throw new CliError("CONFIG_INVALID", `The snapshot was taken without ${list}`, {
      hint: `Take a snapshot with --include ${list}`,
    });
  }
  const index = indexSnapshot(snapshot);
  const rows = buildTable(index, list, { ...toSelection(settings, index), sort });

  if (settings.json) {
    const picked = settings.columns === undefined ? rows : rows.map((row) => pick(row, columns));
    await writeJson(context, { ...toResultHeader(snapshot), [list]: picked });
  } else {
    await writeStdout(io, [
      table([
        columns.map(toHeading),
        ...rows.map((row) => columns.map((column) => shown(column, row))),
      ], terminalColumns(io)),
    ]);
  }
  return rows.length === 0 ? NOTHING_FOUND : 0;
}

function toSelection(settings: ListSettings, index: SnapshotIndex): Selection {
  const { snapshot } = index;
  const group = settings.group === undefined ? undefined : resolveGroup(snapshot, settings.group);
  const user = settings.user === undefined ? undefined : resolveUser(snapshot, settings.user);
  return {
    states: settings.states,
    type: settings.type,
    groupIds: group && new Set([group.id]),
    userIds: user && new Set([user.id]),
    entitlementIds: settings.role === undefined
      ? undefined
      : rolesNamed(snapshot, settings.role, group?.id),
    text: settings.text,
    ids: settings.expiresWithin === undefined
      ? undefined
      : credentialsEndingWithin(settings.expiresWithin, snapshot),
  };
}

function credentialsEndingWithin(
  ms: number,
  { credentials = [], completedAt }: Snapshot,
): ReadonlySet<string> {
  const ending = credentials.filter((credential) =>
    (countDaysLeft(credential, completedAt) ?? Infinity) * DAY_MS <= ms
  );
  return new Set(ending.map(({ id }) => id));
}

/** The ids of the roles of that name in all projects, or in one. */
function rolesNamed(
  { entitlements }: Snapshot,
  text: string,
  groupId: string | undefined,
): ReadonlySet<string> {
  const within = entitlements.filter((row) => groupId === undefined || row.groupId === groupId);
  const matches = findEntitlements(within, text);
  if (matches.length === 0) resolveEntitlement(within, text);
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
      hint: `${near === undefined ? "" : `Did you mean ${near}? `}The columns are: ${
        all.join(", ")
      }`,
    },
  );
}

function refuseStates(list: ListName, states: readonly string[] | undefined): void {
  const wrong = states?.find((state) => !LIST_STATES[list].includes(state));
  if (wrong === undefined) return;
  throw new CliError("CONFIG_INVALID", `--state: ${list} have no state ${JSON.stringify(wrong)}`, {
    hint: `The states are: ${LIST_STATES[list].join(", ")}`,
  });
}

/** `roleName` becomes `ROLE NAME`. */
function toHeading(column: string): string {
  return column.replace(/[A-Z]/g, (letter) => ` ${letter}`).toUpperCase();
}

/** Times are cut to the day; `--json` has them whole. */
function shown(column: string, row: Row): string {
  const text = formatCell(row[column]);
  return isTimeColumn(column) ? text.slice(0, 10) : text;
}

function pick(row: Row, columns: readonly string[]): Row {
  return Object.fromEntries(
    columns.filter((column) => row[column] !== undefined).map((column) => [column, row[column]]),
  );
}
