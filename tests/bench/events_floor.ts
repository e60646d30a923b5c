/**
 * The least that reading all events costs, in a process of its own: `events_floor.ts <url>`. Pages one after the other,
 * parsed, nothing kept. Prints what it cost as JSON.
 *
 * @module
 */
import { RANDOM_ORGANIZATION_ID, RANDOM_TOKEN } from "../simulator/seeds/random_seed.ts";
import { EVENT_TYPES } from "../../src/zitadel/api/events.ts";

/** What the floor cost. */
export interface EventsFloor {
  /** How many events came, those of a moment that two pages share counted twice. */
  events: number;
  /** Until the last page was parsed. */
  wallMs: number;
}

const [url] = Deno.args;
const start = performance.now();
let events = 0;
let from: string | undefined;
for (;;) {
  const response = await fetch(`${url}/admin/v1/events/_search`, {
    method: "POST",
    headers: { authorization: `Bearer ${RANDOM_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({
      limit: 1000,
      asc: true,
      eventTypes: EVENT_TYPES,
      resourceOwner: RANDOM_ORGANIZATION_ID,
      from,
    }),
  });
  const page = JSON.parse(await response.text()) as { events?: { creationDate: string }[] };
  events += page.events?.length ?? 0;
  if (page.events === undefined || page.events.length < 1000) break;
  // Whatever else was done at that moment is skipped: nobody counts what the floor reads.
  from = page.events.at(-1)!.creationDate;
}
const floor: EventsFloor = { events, wallMs: performance.now() - start };
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(floor)));
