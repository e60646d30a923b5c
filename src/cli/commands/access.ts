import { listAccess } from "../../snapshot/query/list_holdings.ts";
import { type Holding, listRemarks } from "../../snapshot/query/holding.ts";
import type { User } from "../../snapshot/types.ts";
import { indexSnapshot } from "../../snapshot/query/index_snapshot.ts";
import { formatUserName } from "../../snapshot/text/names.ts";
import { isoDay, terminalColumns, toResultHeader, writeJson } from "../output/result.ts";
import { resolveUser } from "./shared/resolve_name.ts";
import { sourceOptions } from "../options/shared_options.ts";
import { defineCommand } from "../command.ts";
import { fitLine } from "../output/display_width.ts";
import { NOTHING_FOUND } from "../exit_codes.ts";
import { loadSnapshot, readSource } from "../input/source.ts";
import { writeStdout } from "../output/stdout.ts";
import { table } from "../output/table.ts";
import { formatCount } from "../../snapshot/text/format_count.ts";

/**
 * With `--json` it writes one object: `organization`, `completedAt`, `digest`, `user` (as in the snapshot) and
 * `grants`, each a `Holding`.
 */
export const access = defineCommand({
  name: "access",
  summary: "List all roles of one person or machine",
  details: "USER is a user name, login name, address, full name or id. Shows the date, the state " +
    "and the user grant of each role, and the reasons that keep the user from using it. " +
    'With --json: one object with "user" and "grants".',
  operands: [{ name: "USER" }],
  options: sourceOptions,
  inputs: { source: readSource },
  examples: ["zitadel-sync access ada --snapshot access.json"],
  async run(context) {
    const { io, settings, operands: [name] } = context;
    const snapshot = await loadSnapshot(context);
    const user = resolveUser(snapshot, name);
    const held = listAccess(indexSnapshot(snapshot), user.id);
    if (settings.json) {
      await writeJson(context, { ...toResultHeader(snapshot), user, grants: held });
    } else {
      await writeStdout(io, [page(user, held, terminalColumns(io))]);
    }
    return held.length === 0 ? NOTHING_FOUND : 0;
  },
});

function page(user: User, held: readonly Holding[], columns: number | undefined): string {
  const facts = [
    user.username,
    user.email,
    user.type,
    user.state,
    ...(user.external ? [`of organization ${user.organizationId ?? "unknown"}`] : []),
    user.id,
  ].filter((fact) => fact !== undefined);
  const title = `${fitLine(`${formatUserName(user)} (${facts.join(", ")})`, columns)}\n\n`;
  if (held.length === 0) return `${title}has no roles in any project\n`;
  const projects = new Set(held.map(({ groupId }) => groupId)).size;
  return title + table([
    ["PROJECT", "ROLE", "ROLE NAME", "STATE", "SINCE", "USER GRANT", "REMARKS"],
    ...held.map((row) => [
      row.group,
      row.role,
      row.roleName ?? "",
      row.state,
      isoDay(row.since),
      row.authorizations.join(" "),
      listRemarks(row).join("; "),
    ]),
  ], columns) +
    `\n${formatCount(held.length, "role")} in ${formatCount(projects, "project")}\n`;
}
