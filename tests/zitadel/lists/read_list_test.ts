import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { SyncError } from "../../../mod.ts";
import type { PageTooLarge } from "../../../src/zitadel/http/outcome.ts";
import type {
  ListAnswer,
  ListSource,
  ReadContext,
} from "../../../src/zitadel/lists/list_source.ts";
import { readList } from "../../../src/zitadel/lists/read_list.ts";
import { createServerLimits } from "../../../src/zitadel/lists/server_limits.ts";
import { createRandom, integer } from "../../helpers/random.ts";

interface Row {
  id: string;
  createdAt?: string;
  text?: string;
}

/** A list on a server, whose rows a test may change before each page. */
interface Server {
  rows: Row[];
  /** What the server announces instead of the truth. */
  announce?: (count: number) => number;
  /** Refuses pages of more rows, as v4.20 does; without a limit it answers with as many. */
  maxRows?: number;
  /** Refuses pages of more bytes, of 10 a row, as older servers do; 0: says no size. */
  maxBytes?: number;
  /** Cuts pages without a word. */
  capAt?: number;
  /** Sends its first rows at every offset, as many as are left of the list there. */
  isStuck?: boolean;
  /** How often each page was asked for, if its order hangs on that. */
  runs?: Map<string, number>;
  /** Takes the offset for another one. */
  offset?: (offset: number) => number;
  /** Called before page `n`, counted from 1, is made. */
  before?: (n: number, server: Server) => void;
}

const OLD = "2026-01-01T00:00:00Z";
const NOW = "2026-06-01T00:00:00Z";

function rows(count: number, createdAt = OLD): Row[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `r${String(i).padStart(5, "0")}`,
    createdAt,
  }));
}

function answer(
  server: Server,
  { offset, limit = server.maxRows ?? Infinity }: { offset: number; limit?: number },
): ListAnswer<Row> | PageTooLarge {
  if (limit > (server.maxRows ?? Infinity)) return { kind: "page-too-large", by: "rows" };
  const from = server.offset?.(offset) ?? offset;
  const size = Math.min(limit, server.capAt ?? Infinity);
  server = { ...server, rows: inOrderOfPlan(server, { offset, limit }) };
  const page = server.isStuck
    ? server.rows.slice(0, Math.max(0, Math.min(size, server.rows.length - offset)))
    : server.rows.slice(from, from + size);
  if (page.length * 10 > (server.maxBytes ?? Infinity)) {
    const size = { size: page.length * 10, limit: server.maxBytes! };
    return { kind: "page-too-large", by: "bytes", ...(server.maxBytes! > 0 && size) };
  }
  const total = server.announce?.(server.rows.length) ?? server.rows.length;
  return {
    kind: "page",
    rows: page,
    total: page.length === 0 ? 0 : total,
    viewTimestamp: NOW,
    cost: { rows: page.length, bytes: page.length * 20, elapsedMs: 0 },
  };
}

/**
 * As PostgreSQL answers without an order: five runs of a page by a scan; then, where a general plan costs no more, by an
 * index. The first page is cheaper by a scan for ever.
 */
function inOrderOfPlan(
  { rows, runs }: Server,
  { offset, limit }: { offset: number; limit: number },
): Row[] {
  const page = `${offset}/${limit}`;
  const run = (runs?.get(page) ?? 0) + 1;
  runs?.set(page, run);
  const byIndex = ({ id }: Row) => Number([...id].toReversed().join("").replace(/\D/g, ""));
  return run > 5 && offset > 0 ? rows.toSorted((a, b) => byIndex(a) - byIndex(b)) : rows;
}

async function read(
  server: Server,
  { pageSize, limits, random = () => 0, ...options }:
    & Partial<ListSource<Row> & Pick<ReadContext, "limits" | "random">>
    & { pageSize?: number } = {},
) {
  const asked: { offset: number; limit?: number }[] = [];
  const found: string[] = [];
  const rereads: string[] = [];
  const reading = await readList<Row>({
    name: "things",
    kind: "projects",
    load(page) {
      asked.push(page);
      assert(asked.length < 1_000, "it does not end");
      server.before?.(asked.length, server);
      return Promise.resolve(answer(server, page));
    },
    find({ id }) {
      found.push(id);
      return Promise.resolve(server.rows.find((row) => row.id === id));
    },
    id: ({ id }) => id,
    createdAt: ({ createdAt }) => createdAt,
    ordered: false,
    mayAnnounceTooMany: false,
    ...options,
  }, {
    limits: limits ?? createServerLimits({ pageSize, timeoutMs: 30_000 }),
    concurrency: 1,
    now: () => Date.parse(NOW),
    random,
    onReread: (reason) => rereads.push(reason),
    signal: new AbortController().signal,
  });
  return { ...reading, asked: asked.map(toText), found, rereads };
}

function toText({ offset, limit }: { offset: number; limit?: number }): string {
  return `${offset}/${limit ?? "all"}`;
}

function ids(found: readonly Row[]): string[] {
  return found.map(({ id }) => id).sort();
}

const ordered = { ordered: true };
const users = { ordered: true, mayAnnounceTooMany: true };

/** Moves the first row to the end, as an update does. */
function update(server: Server): void {
  server.rows.push({ ...server.rows.shift()!, text: "edited" });
}

describe("zitadel: read list", () => {
  it("readList() needs one request for a list that fits a page, and a second one if it fills it", async () => {
    for (const count of [0, 1, 3, 4]) {
      const { rows: found, evidence, asked } = await read({ rows: rows(count) }, { pageSize: 4 });
      assertEquals(found, rows(count));
      // Whether a full page announces the list's rows, or only its own, is seen from what is behind it.
      assertEquals(asked, count < 4 ? ["0/4"] : ["0/4", "4/4"], `${count} rows`);
      assertEquals(evidence, {
        reported: count,
        received: count,
        distinct: count,
        requests: asked.length,
        method: "statement",
        passes: 1,
        repaired: 0,
        startedAt: "2026-06-01T00:00:00.000Z",
        completedAt: "2026-06-01T00:00:00.000Z",
        viewTimestamp: NOW,
      });
    }
  });

  it("readList() asks once for the whole of a longer list, however long, and a tenth more", async () => {
    for (const count of [1_001, 12_000, 200_000]) {
      const { evidence, asked } = await read({ rows: rows(count) });
      assertEquals(asked, ["0/1000", `0/${count + Math.ceil(count / 10)}`]);
      assertEquals([evidence.method, evidence.distinct, evidence.requests], [
        "statement",
        count,
        2,
      ]);
    }
  });

  it("readList() does not ask for a whole that would not fit into memory, or into the time of an attempt, but for large pages", async () => {
    for (
      const [cost, server, requests] of [
        // 500 bytes a row: 9,437 of them are 4 MiB of protobuf for certain, with some room.
        [{ bytes: 500_000, elapsedMs: 0 }, {}, 1 + Math.ceil(148_999 / 9_437)],
        // 0.2 ms a row: 75,000 of them take half of 30 s.
        [{ bytes: 1, elapsedMs: 200 }, {}, 3],
        // One larger page is refused, and a server of v4.20 known by that; what it had planned is read in parts.
        [{ bytes: 500_000, elapsedMs: 0 }, { maxRows: 1_000 }, 160],
      ] as const
    ) {
      const { evidence, rows: found } = await read({ rows: rows(149_999), ...server }, {
        load: (page) => {
          const found = answer({ rows: rows(149_999), ...server }, page);
          if (found.kind !== "page" || page.offset > 0) return Promise.resolve(found);
          return Promise.resolve({ ...found, cost: { rows: 1_000, ...cost } });
        },
      });
      assertEquals(found.length, 149_999);
      assertEquals([evidence.method, evidence.requests], ["reconciled", requests]);
    }
  });

  it("readList() pages a list without an order once when the whole is refused, and remembers it", async () => {
    const limits = createServerLimits({ timeoutMs: 30_000 });
    const server = { rows: rows(2_500), maxRows: 1_000 };
    const first = await read(server, { limits });
    assertEquals(first.asked, ["0/1000", "0/2750", "1000/1000", "2000/1000"]);
    assertEquals([first.evidence.method, first.evidence.passes], ["reconciled", 1]);
    const next = await read(server, { limits });
    assertEquals(next.asked, ["0/1000", "1000/1000", "2000/1000"]);
  });

  it("readList() learns from a refused size how many rows fit", async () => {
    const limits = createServerLimits({ timeoutMs: 30_000 });
    const server = { rows: rows(10_000), maxBytes: 40_000 };
    const first = await read(server, { limits });
    // 100,000 bytes for 10,000 rows, 40,000 allowed: 3,600 rows with some room.
    assertEquals(first.asked, ["0/1000", "0/11000", "1000/3600", "4600/3600", "8200/3600"]);
    assertEquals(first.evidence.method, "reconciled");
    assertEquals((await read(server, { limits })).asked, ["0/3600", "3600/3600", "7200/3600"]);
    assertEquals((await read({ ...server, rows: rows(3_000) }, { limits })).asked, ["0/3600"]);
  });

  it("readList() asks for half where a refusal says no size", async () => {
    const asked: (number | undefined)[] = [];
    const server: Server = { rows: rows(4) };
    await read(server, {
      load: (page) => {
        asked.push(page.limit);
        return Promise.resolve(answer({ ...server, maxBytes: page.limit! > 300 ? 0 : 1e6 }, page));
      },
    });
    assertEquals(asked, [1000, 500, 250]);
  });

  it("readList() asks a server of another maximum how many it allows", async () => {
    for (const options of [{}, ordered]) {
      const { rows: found, asked } = await read({ rows: rows(300), maxRows: 130 }, options);
      assertEquals(found.length, 300);
      assertEquals(asked.slice(0, 3), [
        "0/1000",
        "0/all",
        `${"ordered" in options ? 129 : 130}/130`,
      ]);
    }
  });

  it("readList() gives up when even the smallest page is refused", async () => {
    for (const options of [{}, ordered]) {
      const error = await assertRejects(
        () => read({ rows: rows(3), maxBytes: 5 }, options),
        SyncError,
      );
      assertEquals(error.code, "API_ERROR");
    }
  });

  it("readList() reads all of a list whose server cuts pages without a word", async () => {
    for (const options of [{}, ordered, { ...ordered, pageSize: 6 }]) {
      const { rows: found, evidence } = await read({ rows: rows(17), capAt: 5 }, options);
      assertEquals(ids(found), ids(rows(17)));
      assert(evidence.requests < 12, `${evidence.requests} requests`);
    }
  });

  it("readList() does not take a cut page for the whole where the page behind it is refused", async () => {
    const server: Server = {
      rows: rows(17),
      capAt: 5,
      before: (n, server) => server.maxBytes = n === 3 ? 0 : Infinity,
    };
    const { rows: found } = await read(server);
    assertEquals(ids(found), ids(rows(17)));
  });

  it("readList() proves a list whose rows move, and reads no row's content twice", async () => {
    const { rows: found, evidence, rereads } = await read({
      rows: rows(8),
      before: (n, server) => n === 2 ? update(server) : undefined,
    }, { pageSize: 4 });
    assertEquals(ids(found), ids(rows(8)));
    assertEquals(found.find(({ id }) => id === "r00000")!.text, "edited");
    assertEquals(evidence.passes, 2);
    assertEquals(rereads.length, 1);
  });

  it("readList() needs a second pass for rows that may be younger than the view", async () => {
    const { evidence } = await read({ rows: rows(8, NOW) }, { pageSize: 4 });
    assertEquals([evidence.method, evidence.passes], ["reconciled", 2]);
  });

  it("readList() tells a row that slipped from the pages from one that was removed", async () => {
    const { rows: found, evidence, found: asked } = await read({
      rows: rows(11),
      before: (n, server) => {
        if (n === 2) update(server);
        // In the second pass one is removed and one slips, because another one is updated.
        if (n === 5) {
          update(server);
          server.rows = server.rows.filter(({ id }) => id !== "r00007");
        }
      },
    }, { pageSize: 4 });
    const gone = ids(rows(11)).filter((id) => id !== "r00007");
    assertEquals(ids(found), gone);
    assert(asked.includes("r00007"), "the removed one was asked for");
    assert(evidence.repaired > 0, "one was found by its id");
  });

  it("readList() reads ordered pages once, whatever changes in rows, and closes the gap that a removal makes", async () => {
    const { rows: found, evidence, asked, rereads } = await read({
      rows: rows(12),
      before: (n, server) => {
        if (n === 2) server.rows[9] = { ...server.rows[9]!, text: "edited" };
        if (n === 3) server.rows = server.rows.slice(1);
      },
    }, { ...ordered, pageSize: 4 });
    assertEquals(ids(found), ids(rows(12)));
    assertEquals(asked, ["0/4", "3/4", "6/4", "9/4", "6/4", "5/4", "8/4"].slice(0, asked.length));
    assertEquals([evidence.method, evidence.passes, evidence.repaired > 0], ["anchored", 1, true]);
    assertEquals(rereads, []);
  });

  it("readList() comes through when many rows are removed or put in before an ordered page", async () => {
    for (const count of [1, 5, 30]) {
      const removed = await read({
        rows: rows(60),
        before: (n, server) => n === 9 ? void (server.rows = server.rows.slice(count)) : undefined,
      }, { ...ordered, pageSize: 5 });
      for (const { id } of rows(60).slice(count)) assert(ids(removed.rows).includes(id), id);

      const added = await read({
        rows: rows(60),
        before: (n, server) => {
          const more = rows(count).map(({ id }) => ({ id: `a${id}`, createdAt: NOW }));
          if (n === 9) server.rows = [...more, ...server.rows];
        },
      }, { ...ordered, pageSize: 5 });
      for (const { id } of rows(60)) assert(ids(added.rows).includes(id), id);
    }
  });

  for (const pageSize of [1_000, 300, 100]) {
    it(`readList() reads all rows where pages of ${pageSize} come in two orders, quiet or edited`, async () => {
      for (const edits of [0, 0.2]) {
        const server: Server = { rows: rows(1_196), maxRows: 1_000, runs: new Map() };
        const stable = new Set(ids(server.rows));
        const random = createRandom(pageSize);
        let passes = 0;
        // One server for all reads, as connections outlive a sync. Somebody else asks for pages as large as can be.
        for (let n = 0; n < 20; n++) {
          for (let offset = 0; offset < 1_200; offset += pageSize) {
            answer(server, { offset, limit: pageSize });
          }
          const { rows: found, evidence } = await read({
            ...server,
            before: (_, reading) => {
              if (random() >= edits) return;
              update(reading);
              const [gone] = reading.rows.splice(integer(random, reading.rows.length), 1);
              stable.delete(gone!.id);
              server.rows = reading.rows;
            },
          }, { pageSize, random });
          const seen = new Set(ids(found));
          assertEquals([...stable].filter((id) => !seen.has(id)), []);
          passes += evidence.passes;
        }
        if (edits === 0) assert(passes <= 30, `${passes} passes for 20 reads`);
      }
    });
  }

  it("readList() concludes nothing from passes that show the same rows again", async () => {
    const server: Server = { rows: rows(12) };
    let firstPages = 0;
    const { rows: found, evidence } = await read(server, {
      pageSize: 4,
      load(page) {
        const isReversed = page.offset === 0 && ++firstPages < 8;
        const order = isReversed ? { rows: rows(12).toReversed() } : server;
        return Promise.resolve(answer(order, page));
      },
    });
    assertEquals([ids(found), evidence.passes], [ids(rows(12)), 8]);
  });

  const BROKEN: [name: string, server: Partial<Server>][] = [
    ["ignores offsets", { offset: () => 0 }],
    ["ignores offsets, and announces a multiple of a page", {
      offset: () => 0,
      announce: () => 40,
    }],
    ["sends its first rows at every offset", { isStuck: true }],
    ["repeats its second page for ever", { offset: (offset) => Math.min(offset, 4) }],
    ["announces more than it has", { announce: (count) => count + 5 }],
    ["announces less than it sends", { announce: (count) => count - 5 }],
    ["announces the rows of the page", { announce: () => 4 }],
    ["announces one too few", { announce: (count) => count - 1 }],
    ["announces rows and sends none", { rows: [], announce: () => 2 }],
  ];

  for (const [name, server] of BROKEN) {
    for (const [what, options] of [["", {}], [" of an ordered list", ordered]] as const) {
      it(`readList() ends in an error after a few requests where a server${what} ${name}`, async () => {
        for (const pageSize of [4, 1_000]) {
          // Where a page holds all of it, offsets do not matter.
          const needsPages = "offset" in server || "isStuck" in server || name.endsWith("the page");
          if (needsPages && pageSize > 40) continue;
          const broken = { rows: rows(37), ...server };
          const { announce } = broken;
          let requests = 0;
          const error = await assertRejects(
            () =>
              read(
                {
                  ...broken,
                  before: () => requests++,
                  ...(announce && { announce }),
                },
                {
                  ...options,
                  pageSize,
                  ...(broken.rows.length === 0 && {
                    load: () => {
                      requests++;
                      const cost = { rows: 0, bytes: 2, elapsedMs: 0 };
                      const nothing = { kind: "page" as const, rows: [], viewTimestamp: NOW, cost };
                      return Promise.resolve({ ...nothing, total: 2 });
                    },
                  }),
                },
              ),
            SyncError,
          );
          assertEquals(error.code, "INCONSISTENT");
          assertStringIncludes(error.message, "things");
          assert(requests <= 110, `${requests} requests`);
        }
      });
    }
  }

  it("readList() keeps users whose number is announced too high, twice the same number and nothing behind them", async () => {
    const announce = (count: number) => count + 2;
    for (const [count, method] of [[3, "statement"], [11, "anchored"]] as const) {
      const { rows: found, evidence, announcedTooMany } = await read(
        { rows: rows(count), announce },
        {
          ...users,
          pageSize: 4,
        },
      );
      assertEquals(found, rows(count));
      assertEquals([evidence.reported, evidence.distinct], [count + 2, count]);
      assertEquals([evidence.method, evidence.passes], [method, 1]);
      assertEquals(announcedTooMany, true);
    }
  });

  it("readList() does not take an answer that lost a row for a number that is too high", async () => {
    const server = { rows: rows(10) };
    const { rows: found, announcedTooMany } = await read(server, {
      ...users,
      pageSize: 4,
      load: (() => {
        let requests = 0;
        return (page) => {
          const found = answer(server, page);
          if (++requests === 2 && found.kind === "page") found.rows.splice(1, 1);
          return Promise.resolve(found);
        };
      })(),
    });
    assertEquals(found, rows(10));
    assertEquals(announcedTooMany, false);
  });
});
