/// <reference lib="dom" />
import type { Snapshot } from "../../snapshot/types.ts";
import { type More, MORE_ELEMENT, SNAPSHOT_ELEMENT } from "../embedded.ts";

/** The data of a report file; `undefined` in the page that is served, which fetches it. */
export function embeddedData(): { snapshot: Snapshot; more: More } | undefined {
  const snapshot = take(SNAPSHOT_ELEMENT);
  const more = take(MORE_ELEMENT);
  if (snapshot === undefined || more === undefined) return undefined;
  return { snapshot: JSON.parse(snapshot) as Snapshot, more: JSON.parse(more) as More };
}

/** The text of an element, which is then let go of: it may have hundreds of megabytes. */
function take(id: string): string | undefined {
  const element = document.getElementById(id);
  element?.remove();
  return element?.textContent;
}
