/// <reference lib="dom" />
import type { Snapshot } from "../../snapshot/types.ts";
import { EXTRAS_ELEMENT, type ReportExtras, SNAPSHOT_ELEMENT } from "../embedded.ts";

/** Takes the data of a report file; `undefined` in the page that is served, which fetches it. */
export function embeddedData(): { snapshot: Snapshot; extras: ReportExtras } | undefined {
  const snapshot = take(SNAPSHOT_ELEMENT);
  const extras = take(EXTRAS_ELEMENT);
  if (snapshot === undefined || extras === undefined) return undefined;
  return { snapshot: JSON.parse(snapshot) as Snapshot, extras: JSON.parse(extras) as ReportExtras };
}

/** Takes the text of an element and removes it: it may have hundreds of megabytes. */
function take(id: string): string | undefined {
  const element = document.getElementById(id);
  element?.remove();
  return element?.textContent;
}
