import type { Entitlement, Group } from "../../snapshot/types.ts";
import { type Holding, listRemarks } from "../../snapshot/query/holding.ts";
import { indexSnapshot } from "../../snapshot/query/index_snapshot.ts";
import { countGrantsByOthers } from "../../snapshot/text/notes.ts";
import { formatGroupName } from "../../snapshot/text/names.ts";
import { listHolders } from "../../snapshot/query/list_holdings.ts";
import { isoDay, terminalColumns, toResultHeader, writeJson } from "../output/result.ts";
import { resolveEntitlement, resolveGroup, resolveGroupWithRole } from "./shared/resolve_name.ts";
import { sourceOptions } from "../options/shared_options.ts";
import { defineCommand } from "../command.ts";
import { fitLine } from "../output/display_width.ts";
import { NOTHING_FOUND } from "../exit_codes.ts";
import { loadSnapshot, readSource } from "../input/source.ts";
import { writeStdout } from "../output/stdout.ts";
import { table } from "../output/table.ts";
import { formatCount } from "../../snapshot/text/format_count.ts";

/**
 * With `--json` it writes one object: `organization`, `completedAt`, `digest`, `group` and, if a role was named,
 * `entitlement` (both as in the snapshot), `grants`, each a `Holding`, and `grantsByOtherOrganizations`, if there are such:
 * how many user grants other organizations made on the project, which are not among them.
 */
export const who = defineCommand({
  name: "who",
  summary: "List everybody who holds a role in a project",
  details: "PROJECT is a name or id, ROLE the key or name of a role; without ROLE, all roles of " +
    'the project are listed. With --json: one object with "group", "entitlement" and "grants".',
  operands: [{ name: "PROJECT" }, { name: "ROLE", optional: true }],
  options: sourceOptions,
  inputs: { source: readSource },
  examples: ["zitadel-sync who Payroll approver --snapshot access.json"],
  async run(context) {
    const { io, settings, operands: [project, role] } = context;
    const snapshot = await loadSnapshot(context);
    const index = indexSnapshot(snapshot);
    const group = role === undefined
      ? resolveGroup(snapshot, project)
      : resolveGroupWithRole(index, project, role);
    const entitlement = role === undefined
      ? undefined
      : resolveEntitlement(index.entitlementsOfGroup.get(group.id) ?? [], role);
    const held = listHolders(index, { groupId: group.id, entitlementId: entitlement?.id });
    const elsewhere = countGrantsByOthers(snapshot, group.id);
    if (settings.json) {
      await writeJson(context, {
        ...toResultHeader(snapshot),
        ...{ group, entitlement, grants: held },
        ...(elsewhere > 0 && { grantsByOtherOrganizations: elsewhere }),
      });
    } else {
      await writeStdout(io, [page({ group, entitlement, held, elsewhere }, terminalColumns(io))]);
    }
    return held.length === 0 ? NOTHING_FOUND : 0;
  },
});

interface Holders {
  group: Group;
  entitlement: Entitlement | undefined;
  held: readonly Holding[];
  elsewhere: number;
}

function page(
  { group, entitlement, held, elsewhere }: Holders,
  columns: number | undefined,
): string {
  const role = entitlement === undefined ? "" : `${entitlement.roleKey} in `;
  const heading = `${role}${formatGroupName(group)} (${group.state}, ${group.id})`;
  const title = `${fitLine(heading, columns)}\n\n`;
  const rest = elsewhere === 0
    ? ""
    : `not listed: ${
      formatCount(elsewhere, "user grant")
    } that other organizations made on this project\n`;
  if (held.length === 0) return `${title}nobody holds it\n${rest}`;
  const users = new Set(held.map(({ userId }) => userId)).size;
  return title + table([
    ["USER", "USERNAME", "TYPE", "ROLE", "STATE", "SINCE", "USER GRANT", "REMARKS"],
    ...held.map((row) => [
      row.user,
      row.username ?? "",
      row.userType ?? "",
      row.role,
      row.state,
      isoDay(row.since),
      row.authorizations.join(" "),
      listRemarks(row).join("; "),
    ]),
  ], columns) +
    `\n${formatCount(users, "user")}, ${formatCount(held.length, "grant")}\n${rest}`;
}
