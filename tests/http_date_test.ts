import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { parseHttpDate } from "../src/http_date.ts";

describe("parseHttpDate()", () => {
  it("reads the three forms of an HTTP date, each in UTC", () => {
    const time = Date.UTC(1994, 10, 6, 8, 49, 37);
    assertEquals(parseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT"), time);
    assertEquals(parseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT"), time);
    assertEquals(parseHttpDate("Sun Nov  6 08:49:37 1994"), time);
  });

  it("takes no other text for one", () => {
    const others = [
      "",
      "2030",
      "0",
      "-1",
      "2030-01-01T00:00:00Z",
      "Sun, 06 Nov 1994 08:49:37",
      "Sun, 06 Nov 1994 08:49:37 +0100",
      "Sun, 6 Nov 1994 08:49:37 GMT",
      "sun, 06 nov 1994 08:49:37 gmt",
      "Sun, 06 Nov 1994 99:49:37 GMT",
      "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
    ];
    for (const text of others) assertEquals(parseHttpDate(text), NaN, text);
  });
});
