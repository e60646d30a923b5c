import { assertEquals, assertRejects } from "@std/assert";
import { SyncError } from "../../mod.ts";
import { readList, type ReadListOptions } from "../../src/zitadel/read_list.ts";
import type { Page, Paging } from "../../src/zitadel/read_pass.ts";

interface Row {
  id: string;
  text?: string;
}

/** A list on a server, whose rows a test may change before each page. */
interface Server {
  rows: Row[];
  /** What the server announces instead of the truth. */
  announce?: (count: number) => number;
  /** Refuses pages of more rows. */
  refuseAbove?: number;
  /** Cuts pages without a word. */
  capAt?: number;
  /** Called before page `n`, counted from 1, is made. */
  before?: (n: number, server: Server) => void;
}

function rows(count: number): Row[] {
  return Array.from({ length: count }, (_, i) => ({ id: `r${String(i).padStart(5, "0")}` }));
}

async function read(
  server: Server,
  options: Partial<ReadListOptions<Row>> & { paging?: Paging } = {},
) {
  const asked: { offset: number; limit: number }[] = [];
  const rereads: string[] = [];
  const result = await readList<Row>({
    name: "things",
    load: ({ offset, limit }): Promise<Page<Row> | "too-large"> => {
      asked.push({ offset, limit });
      server.before?.(asked.length, server);
      if (limit > (server.refuseAbove ?? Infinity)) return Promise.resolve("too-large");
      const page = server.rows.slice(offset, offset + Math.min(limit, server.capAt ?? Infinity));
      const count = server.announce?.(server.rows.length) ?? server.rows.length;
      return Promise.resolve({ rows: page, total: page.length === 0 ? 0 : count });
    },
    id: ({ id }) => id,
    ordered: false,
    paging: { limit: 4, whole: false },
    singlePass: false,
    onReread: (reason) => rereads.push(reason),
    signal: new AbortController().signal,
    ...options,
  });
  return { ...result, asked, rereads };
}

Deno.test("readList() needs one request for a list that fits a page", async () => {
  for (const count of [0, 1, 3, 4]) {
    const { rows: found, evidence, asked } = await read({ rows: rows(count) });
    assertEquals(found, rows(count));
    assertEquals(asked, [{ offset: 0, limit: 4 }], `${count} rows`);
    assertEquals(evidence, {
      reported: count,
      received: count,
      distinct: count,
      requests: 1,
      method: "statement",
      passes: 1,
    });
  }
});

Deno.test("readList() asks once for the whole of a longer list, and a tenth more", async () => {
  const { evidence, asked } = await read({ rows: rows(95) }, {
    paging: { limit: 10, whole: true },
  });
  assertEquals(asked, [{ offset: 0, limit: 10 }, { offset: 0, limit: 105 }]);
  assertEquals([evidence.method, evidence.distinct, evidence.requests], ["statement", 95, 2]);
});

Deno.test("readList() asks for 10,000 rows at most, and pages longer lists", async () => {
  const near = await read({ rows: rows(9_900) }, { paging: { limit: 1000, whole: true } });
  assertEquals(near.asked[1], { offset: 0, limit: 10_000 });
  assertEquals(near.evidence.method, "statement");

  const long = await read({ rows: rows(10_001) }, { paging: { limit: 1000, whole: true } });
  assertEquals(long.asked.every(({ limit }) => limit === 1000), true);
  assertEquals([long.evidence.method, long.evidence.passes], ["passes", 2]);
});

Deno.test("readList() pages when the whole is refused, and remembers it for the next list", async () => {
  const paging = { limit: 10, whole: true };
  const server = { rows: rows(25), refuseAbove: 10 };
  const { asked } = await read(server, { paging });
  assertEquals(asked.map(({ offset, limit }) => `${offset}/${limit}`), [
    ...["0/10", "0/28"],
    ...["10/10", "20/10"],
    ...["0/10", "10/10", "20/10"],
  ]);
  assertEquals(paging.whole, false);
  const next = await read(server, { paging });
  assertEquals(next.asked.some(({ limit }) => limit > 10), false);
});

Deno.test("readList() halves a page that is refused until one is taken", async () => {
  const paging = { limit: 1000, whole: true };
  const { rows: found, asked } = await read({ rows: rows(300), refuseAbove: 130 }, { paging });
  assertEquals(found.length, 300);
  assertEquals(asked.slice(0, 4).map(({ limit }) => limit), [1000, 500, 250, 125]);
  assertEquals(paging, { limit: 125, whole: false });
});

Deno.test("readList() gives up when even the smallest page is refused", async () => {
  const error = await assertRejects(() => read({ rows: rows(3), refuseAbove: 0 }), SyncError);
  assertEquals(error.code, "API_ERROR");
});

Deno.test("readList() notices a server that cuts pages without a word", async () => {
  const { rows: found, evidence, asked } = await read({ rows: rows(17), capAt: 5 }, {
    paging: { limit: 1000, whole: true },
  });
  assertEquals(found, rows(17));
  assertEquals(evidence.method, "passes");
  assertEquals(asked.at(-1), { offset: 15, limit: 5 });
});

Deno.test("readList() reads again when a list without an order moved, and says why", async () => {
  // As an update does: the first row moves to the end while the second page is about to be made.
  const { rows: found, rereads, evidence } = await read({
    rows: rows(8),
    before: (n, server) => {
      if (n === 2) server.rows.push({ ...server.rows.shift()!, text: "edited" });
    },
  });
  assertEquals(rereads, ["a row came twice"]);
  assertEquals(found.map(({ id }) => id).sort(), rows(8).map(({ id }) => id));
  assertEquals(evidence.passes, 3);
});

Deno.test("readList() compares what rows hold, not only which there are", async () => {
  const { rows: found, evidence } = await read({
    rows: rows(6),
    before: (n, server) => {
      // In the second pass, after the first page was made: the state is another one than the first pass saw.
      if (n === 4) server.rows = server.rows.map((row) => ({ ...row, text: "edited" }));
    },
  }, { ordered: true });
  assertEquals(found, rows(6).map((row) => ({ ...row, text: "edited" })));
  assertEquals(evidence.passes, 4);
});

Deno.test("readList() sees at once when ordered pages do not join", async () => {
  const { rereads, rows: found } = await read({
    rows: rows(9),
    before: (n, server) => {
      if (n === 2) server.rows = server.rows.slice(1);
    },
  }, { ordered: true });
  assertEquals(rereads, ["a page did not begin where the page before ended"]);
  assertEquals(found, rows(9).slice(1));
});

Deno.test("readList() refuses a list that changes during each of four passes", async () => {
  const moving: Server = {
    rows: rows(8),
    before: (n, server) => {
      server.rows.push({ ...server.rows.shift()!, text: `edit ${n}` });
    },
  };
  const error = await assertRejects(() => read(moving), SyncError, "The list of things changed");
  assertEquals(error.code, "INCONSISTENT");
  assertEquals(error.hint?.includes("`singlePass: true`"), true);
});

Deno.test("readList() keeps what came twice the same when ZITADEL announces too many", async () => {
  const inflated = (count: number) => count + 2;
  const short = await read({ rows: rows(3), announce: inflated }, { ordered: true });
  assertEquals(short.rows, rows(3));
  assertEquals([short.evidence.reported, short.evidence.distinct], [5, 3]);
  assertEquals([short.evidence.method, short.evidence.passes], ["statement", 2]);

  const long = await read({ rows: rows(11), announce: inflated }, { ordered: true });
  assertEquals(long.rows, rows(11));
  assertEquals([long.evidence.reported, long.evidence.distinct], [13, 11]);
  assertEquals([long.evidence.method, long.evidence.passes], ["passes", 3]);
});

Deno.test("readList() refuses a paged list without an order whose number never fits", async () => {
  const error = await assertRejects(
    () => read({ rows: rows(11), announce: (count) => count + 2 }),
    SyncError,
  );
  assertEquals(error.code, "INCONSISTENT");
});

Deno.test("readList() ends when a server ignores offsets", async () => {
  for (const ordered of [false, true]) {
    const error = await assertRejects(() =>
      readList<Row>({
        name: "things",
        load: () => Promise.resolve({ rows: rows(4), total: 9 }),
        id: ({ id }) => id,
        ordered,
        paging: { limit: 4, whole: false },
        singlePass: false,
        signal: new AbortController().signal,
      }), SyncError);
    assertEquals(error.code, "INCONSISTENT");
  }
});

Deno.test("readList() with singlePass reads once, refuses repeats, and says so", async () => {
  const quiet = await read({ rows: rows(10) }, { singlePass: true });
  assertEquals([quiet.evidence.method, quiet.evidence.passes], ["single-pass", 1]);
  const ordered = await read({ rows: rows(10) }, { singlePass: true, ordered: true });
  assertEquals([ordered.evidence.method, ordered.evidence.passes], ["anchored", 1]);
  const moving = await read({
    rows: rows(8),
    before: (n, server) => {
      if (n === 2) server.rows.push(server.rows.shift()!);
    },
  }, { singlePass: true });
  assertEquals(moving.rereads, ["a row came twice"]);
  assertEquals(moving.evidence.passes, 2);
});
