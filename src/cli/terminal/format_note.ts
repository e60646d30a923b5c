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
        `${digits(note.distinct)}, twice in a row (some 4.x releases count wrongly)`;
    }
    case "authorizations-without-roles":
      return `Authorizations that hold no role and so give nothing: ${named(note.authorizations)}`;
    case "grants-on-foreign-groups":
      return "Authorizations on projects of other organizations, which are not part of this " +
        `snapshot: ${digits(note.count)}`;
    case "users-not-listed":
      return `Users that hold grants, but whom ZITADEL does not list: ${named(note.userIds)}`;
    case "groups-not-listed":
      return "Projects that ZITADEL does not list, left out together with the grants on them: " +
        named(note.groupIds);
  }
}

function named(ids: readonly string[]): string {
  const some = ids.slice(0, NAMED_IDS).join(", ");
  return `${digits(ids.length)} (${some}${ids.length > NAMED_IDS ? " and others" : ""})`;
}
