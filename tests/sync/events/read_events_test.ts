/**
 * Reading the event store: each event once, however the times of events cross.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { SyncError } from "../../../mod.ts";
import { openSession } from "../../../src/sync/options.ts";
import { createEventReader, readEvents } from "../../../src/sync/events/read_events.ts";
import { createRandom, integer } from "../../helpers/random.ts";

const ORG = "300000000000000001";
const SECOND = 1_000_000;
const START = Date.UTC(2026, 10, 24) * 1000;

interface Event {
  aggregate: string;
  sequence: number;
  /** Microseconds since 1970. */
  at: number;
  type?: string;
  payload?: unknown;
  editor?: unknown;
}

/** An event store: events stand in the order in which they were written, and are filtered by their times. */
function createStore(written: Event[]) {
  const requests: { asc?: boolean; from?: string; limit: number }[] = [];
  const format = (micros: number) =>
    new Date(Math.floor(micros / 1000)).toISOString()
      .replace("Z", `${String(micros % 1000).padStart(3, "0")}Z`);
  const fetch = async (request: Request) => {
    const body = await request.json();
    requests.push(body);
    const isAfter = ({ at }: Event) => body.from === undefined || format(at) > body.from;
    const isBefore = ({ at }: Event) => body.from === undefined || format(at) < body.from;
    const found = body.asc ? written.filter(isAfter) : written.filter(isBefore).reverse();
    const events = found.slice(0, Math.min(1000, body.limit)).map((event) => ({
      editor: event.editor,
      aggregate: { id: event.aggregate, type: { type: "usergrant" }, resourceOwner: ORG },
      sequence: String(event.sequence),
      creationDate: format(event.at),
      ...("payload" in event && { payload: event.payload }),
      type: { type: event.type ?? "user.grant.changed" },
    }));
    return Response.json(events.length === 0 ? {} : { events });
  };
  const { client } = openSession({
    instanceUrl: "http://127.0.0.1:1",
    token: "t",
    runtime: { fetch, delay: () => Promise.resolve() },
  });
  const keys: string[] = [];
  const payloads: unknown[] = [];
  const reader = createEventReader({
    client,
    organizationId: ORG,
    onEvent({ aggregate, sequence, payload }) {
      keys.push(`${aggregate.id} ${sequence}`);
      payloads.push(JSON.parse(JSON.stringify(payload)));
    },
  });
  /** Reads on. @returns The keys of the events that came. */
  const read = async () => {
    await readEvents(reader, new AbortController().signal);
    return keys.splice(0);
  };
  return { read, requests, reader, payloads };
}

function keysOf(events: readonly Event[]): string[] {
  return events.map(({ aggregate, sequence }) => `${aggregate} ${sequence}`);
}

/** Events of three aggregates and more, one every `step` microseconds, each stamped up to `early` microseconds before. */
function write(
  count: number,
  { step, early, seed }: { step: number; early: number; seed: number },
) {
  const random = createRandom(seed);
  const sequences = new Map<string, number>();
  return Array.from({ length: count }, (_, i): Event => {
    const aggregate = random() < 0.5 ? `G${i}` : `P${integer(random, 3)}`;
    const sequence = (sequences.get(aggregate) ?? 0) + 1;
    sequences.set(aggregate, sequence);
    const crosses = random() < 0.1;
    return { aggregate, sequence, at: START + i * step - (crosses ? integer(random, early) : 0) };
  });
}

function assertInSequence(keys: readonly string[]): void {
  const last = new Map<string, number>();
  for (const [id, sequence] of keys.map((key) => key.split(" ") as [string, string])) {
    assert(Number(sequence) > (last.get(id) ?? 0), `${id} ${sequence} came late`);
    last.set(id, Number(sequence));
  }
}

describe("sync: the reader of events", () => {
  const MANNERS: [name: string, manner: { step: number; early: number }][] = [
    ["a few a day", { step: 9_000 * SECOND, early: 59 * SECOND }],
    ["some a minute", { step: 2 * SECOND, early: 59 * SECOND }],
    ["thirty a second", { step: 33_333, early: 59 * SECOND }],
    ["very many a second", { step: 40, early: 30_000 }],
    ["one each microsecond", { step: 1, early: 100 }],
  ];
  for (const [name, manner] of MANNERS) {
    it(`${name}: events whose times cross come all, each once, those of an aggregate in order`, async () => {
      for (let seed = 1; seed <= 8; seed++) {
        const written = write(3_300, { ...manner, seed });
        const { read, requests, reader } = createStore(written);
        const keys = await read();
        assertEquals(keys.toSorted(), keysOf(written).sort(), `seed ${seed}`);
        assertInSequence(keys);
        assertEquals([reader.events, reader.requests], [written.length, requests.length]);
        // As many answers as it takes, a tenth more for what is read twice, and a look at each boundary.
        assert(requests.length <= 12, `${requests.length} requests`);
      }
    });
  }

  it("very many events that cross the end of an answer come, too", async () => {
    const at = (index: number) => START + index * 10;
    const late = Array.from({ length: 700 }, (_, i) => ({ ...one(`L${i}`), at: at(500) + i }));
    const first = Array.from({ length: 1000 }, (_, i) => ({ ...one(`F${i}`), at: at(i) }));
    const rest = Array.from({ length: 900 }, (_, i) => ({ ...one(`R${i}`), at: at(1000 + i) }));
    const written = [...first, ...late, ...rest];
    const keys = await createStore(written).read();
    assertEquals(keys.toSorted(), keysOf(written).sort());
  });

  it("an event that is written after a reading, and stamped before its last one, comes with the next reading", async () => {
    for (const count of [3, 1500]) {
      for (const early of [40, 59 * SECOND]) {
        const written = write(count, { step: 100, early: 1, seed: count });
        const store = createStore(written);
        await store.read();
        const { latest } = store.reader.known;
        written.push({ ...one("late"), at: START + (count - 1) * 100 - early });
        assertEquals(await store.read(), ["late 1"], `${count} events, ${early} early`);
        assertEquals(await store.read(), []);
        // The time of the latest event does not go back.
        assertEquals(store.reader.known.latest, latest);
      }
    }
  });

  it("events of an aggregate that an answer has in the wrong order are put into that of their sequence", async () => {
    const written = [2, 1, 3].map((sequence) => ({ ...one("A"), sequence, at: START - sequence }));
    assertEquals(await createStore([...written, one("B")]).read(), [
      "A 1",
      "A 2",
      "A 3",
      "B 1",
    ]);
  });

  it("null says as little as a key that is left out, whichever key it is", async () => {
    const payload = { userId: null, projectId: null, grantId: null, name: null, key: null };
    const payloads = [{ roleKeys: null, ...payload }, null, {}, { roleKeys: ["a"], ...payload }];
    const store = createStore(
      payloads.map((payload, i) => ({ ...one(`G${i}`), at: START + i, payload, editor: null })),
    );
    await store.read();
    assertEquals(store.payloads, [{}, {}, {}, { roleKeys: ["a"] }]);
  });

  it("a payload that is not one of ZITADEL's ends the reading, naming the event and the key", async () => {
    const cases: [payload: unknown, words: string][] = [
      [{ roleKeys: "reader" }, "the key roleKeys of the payload"],
      [{ roleKeys: ["reader", 7] }, "the key roleKeys.1 of the payload"],
      [{ name: {} }, "the key name of the payload"],
      ["text", "the payload"],
    ];
    for (const [payload, words] of cases) {
      const bad = { ...one("G7"), sequence: 4, payload };
      const error = await assertRejects(() => createStore([one("A"), bad]).read(), SyncError);
      assertEquals(error.code, "RESPONSE_INVALID");
      const named = "returned user.grant.changed, event 4 of G7: ";
      assert(error.message.includes(`${named}${words} is not valid`), error.message);
      assert(!error.message.includes("reader"), error.message);
    }
  });
});

function one(aggregate: string): Event {
  return { aggregate, sequence: 1, at: START };
}
