import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createCompletenessProof } from "../../../src/zitadel/lists/completeness.ts";

const OLD = "2026-01-01T00:00:00Z";
const NOW = "2026-06-01T00:00:00Z";

interface Row {
  id: string;
  createdAt: string;
}

/** Pages one after the other: the rows that each shows, and how many it announces. */
function see(...pages: [rows: string, total: number, offset?: number][]) {
  const sightings = createCompletenessProof<Row>({
    id: ({ id }) => id,
    createdAt: ({ createdAt }) => createdAt,
  });
  for (const [i, [rows, total, offset = 0]] of pages.entries()) {
    sightings.add(page(rows, total, { offset, sent: 10 * i, received: 10 * i + 1 }));
  }
  return sightings;
}

/** `a` is an old row, `a!` one that has just been created. */
function page(
  rows: string,
  total: number,
  at: { offset: number; sent: number; received: number },
) {
  return {
    ...at,
    total,
    rows: rows.split(" ").filter((id) => id !== "").map((id) => ({
      id: id.replace("!", ""),
      createdAt: id.endsWith("!") ? NOW : OLD,
    })),
    viewTimestamp: NOW,
    isLast: false,
    surplus: 0,
    cost: { rows: 0, bytes: 0, elapsedMs: 0 },
  };
}

describe("zitadel: sightings", () => {
  it("rows that are old are known at the first page once they have been seen", () => {
    assertEquals(see(["a b", 4], ["c", 4, 2]).proven(), undefined);
    assertEquals(see(["a b", 4], ["c d", 4, 2]).proven(), 4);
  });

  it("a row that has just been created is known only between two sightings", () => {
    assertEquals(see(["a b", 3], ["c!", 3, 2]).proven(), undefined);
    assertEquals(see(["a b", 3], ["c!", 3, 2], ["a b", 3], ["c!", 3, 2]).proven(), 3);
  });

  it("a row that is hidden in one pass and seen in another is known at both", () => {
    // b is hidden in the first pass: d has been updated, and is repeated.
    assertEquals(see(["a d", 4], ["c d", 4, 2], ["a b", 4], ["c d", 4, 2]).proven(), 4);
  });

  it("the page past the end announces nothing, which is not an empty list", () => {
    assertEquals(see(["a b", 3], ["", 0, 2]).proven(), undefined);
    assertEquals(see(["", 0]).proven(), 0);
  });

  it("a key that is used again is another row, not one that was there in between", () => {
    // At the second page there were a, b and a row that no page shows; k was gone, and has been made again since.
    const k = (second: string) => see(["a k", 3], ["a b", 3], [`b ${second}`, 4]);
    assertEquals(k("k!").proven(), undefined);
    assertEquals(k("k").proven(), 3);
  });

  it("of two pages that were under way together neither is before the other", () => {
    const sightings = see(["a b", 4]);
    sightings.add(page("c!", 4, { offset: 2, sent: 2, received: 9 }));
    sightings.add(page("d!", 4, { offset: 3, sent: 3, received: 8 }));
    sightings.add(page("a b", 4, { offset: 0, sent: 4, received: 7 }));
    sightings.add(page("c! d!", 4, { offset: 2, sent: 10, received: 11 }));
    assertEquals(sightings.proven(), undefined);
  });

  it("a row that is asked for by its id was there, and one that is gone was not", () => {
    const sightings = see(["a b", 3], ["c", 3, 2], ["a c", 3], ["c", 3, 2]);
    const pass = 2;
    assertEquals(sightings.unseenSince(pass).map(({ id }) => id), ["b"]);
    sightings.addFound("b", { row: undefined, sent: 50, received: 51 });
    assertEquals([sightings.size, sightings.unseenSince(pass)], [2, []]);
    sightings.addFound("b", { row: { id: "b", createdAt: OLD }, sent: 52, received: 53 });
    assertEquals(sightings.rows().map(({ id }) => id), ["a", "b", "c"]);
  });
});
