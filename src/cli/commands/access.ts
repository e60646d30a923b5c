import { accessOf } from "../../snapshot/access.ts";
import { type Holding, remarksOn } from "../../snapshot/holding.ts";
import type { User } from "../../snapshot/contract.ts";
import { lookupOf } from "../../snapshot/lookup.ts";
import { userName } from "../../snapshot/names.ts";
import { columnsOf, dayOf, headOf, writeJson } from "../answer.ts";
import { chooseUser } from "../choose.ts";
import type { Context } from "../context.ts";
import { cutToWidth } from "../display_width.ts";
import { NOTHING_FOUND } from "../exit_codes.ts";
import { harmless } from "../harmless.ts";
import { foundOrNone } from "../list_command.ts";
import { loadSnapshot } from "../load_snapshot.ts";
import { writeStdout } from "../stdout.ts";
import { table } from "../table.ts";
import { counted } from "../wording.ts";

/**
 * `access`: everything that one person or machine holds.
 *
 * With `--json` it writes one object: `organization`, `completedAt`, `digest`, `user` (as in the snapshot) and `grants`,
 * each a `Holding`.
 */
export async function access(context: Context): Promise<number> {
  const { io, settings, operands: [name] } = context;
  const snapshot = await loadSnapshot(context);
  const user = foundOrNone(chooseUser(snapshot, name!));
  const held = accessOf(lookupOf(snapshot), user.id);
  if (settings.json === true) {
    await writeJson(context, { ...headOf(snapshot), user, grants: held });
  } else {
    await writeStdout(io, [page(user, held, columnsOf(io))]);
  }
  return held.length === 0 ? NOTHING_FOUND : 0;
}

function page(user: User, held: readonly Holding[], columns: number | undefined): string {
  const facts = [
    user.username,
    user.email,
    user.type,
    user.state,
    ...(user.external ? [`of organization ${user.organizationId ?? "unknown"}`] : []),
    user.id,
  ].filter((fact) => fact !== undefined);
  const heading = harmless(`${userName(user)} (${facts.join(", ")})`);
  const title = `${columns === undefined ? heading : cutToWidth(heading, columns)}\n\n`;
  if (held.length === 0) return `${title}holds nothing in any project\n`;
  const projects = new Set(held.map(({ groupId }) => groupId)).size;
  return title + table([
    ["PROJECT", "ROLE", "ROLE NAME", "STATE", "SINCE", "USER GRANT", "REMARKS"],
    ...held.map((row) => [
      row.group,
      row.role,
      row.roleName ?? "",
      row.state,
      dayOf(row.since),
      row.authorizations.join(" "),
      remarksOn(row).join("; "),
    ]),
  ], { columns }) + `\n${counted(held.length, "role")} in ${counted(projects, "project")}\n`;
}
