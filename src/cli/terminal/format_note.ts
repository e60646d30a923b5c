import type { Note } from "../../snapshot/contract.ts";
import { digits } from "./format_count.ts";

/** How many ids are named before the rest is only counted. */
const NAMED_IDS = 5;

/** A note of a snapshot as a sentence. */
export function noteInWords(note: Note): string {
  switch (note.code) {
    case "other-organizations-unknown":
      return "The token may not list the organizations of this instance, so there may be others; " +
        "--org-id chooses one";
    case "reported-count-differs": {
      const where = note.groupId === undefined ? "" : ` of group ${note.groupId}`;
      return `ZITADEL announced ${digits(note.reported)} ${note.list}${where} and sent ` +
        `${digits(note.distinct)}, again and again (some 4.x releases count wrongly)`;
    }
    case "authorizations-without-roles":
      return `Authorizations that hold no role and so give nothing: ${named(note.authorizations)}`;
    case "grants-on-foreign-groups":
      return "Authorizations on projects of other organizations, which are not part of this " +
        `snapshot: ${digits(note.count)}`;
    case "grants-by-other-organizations":
      return "Authorizations that other organizations made on projects of this one, which are not part " +
        `of this snapshot: ${digits(note.count)} on ${
          named(note.groups.map(({ groupId }) => groupId))
        }`;
    case "users-without-login-name":
      return `Users without a login name, whose grants ZITADEL hides: ${named(note.userIds)}`;
    case "users-not-listed":
      return `Users that hold grants, but whom ZITADEL has lost from its list: ${
        named(note.userIds)
      }`;
    case "groups-not-listed":
      return "Projects that ZITADEL has lost from its list, left out together with the grants on them: " +
        named(note.groupIds);
  }
}

function named(ids: readonly string[]): string {
  const some = ids.slice(0, NAMED_IDS).join(", ");
  return `${digits(ids.length)} (${some}${ids.length > NAMED_IDS ? " and others" : ""})`;
}
