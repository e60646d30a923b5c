import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import {
  parseSnapshot,
  parseSnapshotStream,
  type ParseStreamOptions,
  serializeSnapshot,
  streamSnapshot,
  stringifySnapshot,
  SyncError,
  verifyDigest,
} from "../../mod.ts";
import { hostileSnapshot } from "../helpers/hostile_names.ts";
import { createRandom, integer } from "../helpers/random.ts";
import { demoSnapshot } from "../helpers/snapshots.ts";

const DEMO = await demoSnapshot();
const TEXT = stringifySnapshot(DEMO);
const HOSTILE = await hostileSnapshot();

/** A layout that nobody would choose: blanks wherever JSON allows them. */
const SPREAD = JSON.stringify(DEMO, null, "\t").replaceAll('": ', '" : ').replaceAll(
  "\n",
  "\r\n \n",
);

async function* inPieces(bytes: Uint8Array, length: () => number) {
  for (let at = 0; at < bytes.length;) {
    const end = at + length();
    yield bytes.slice(at, end);
    at = end;
  }
}

function read(content: string | Uint8Array, options?: ParseStreamOptions) {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return parseSnapshotStream(inPieces(bytes, () => 1000), options);
}

const SOURCES: [name: string, text: string, is: unknown][] = [
  ["its own text", TEXT, DEMO],
  ["its text for people", stringifySnapshot(DEMO, { pretty: true }), DEMO],
  ["text without line ends", JSON.stringify(DEMO), DEMO],
  ["text with blanks everywhere", SPREAD, DEMO],
  ["text with a byte order mark", `\ufeff${TEXT}`, DEMO],
  ["names full of quotes, brackets and backslashes", stringifySnapshot(HOSTILE), HOSTILE],
];

describe("snapshot: streams", () => {
  for (const [name, text, is] of SOURCES) {
    it(`parseSnapshotStream() reads ${name}, wherever it is cut`, async () => {
      const bytes = new TextEncoder().encode(text);
      const random = createRandom(1);
      const lengths = [() => 1, () => bytes.length, () => 1 + integer(random, 300)];
      for (const length of lengths) {
        assertEquals(await parseSnapshotStream(inPieces(bytes, length)), is);
      }
    });
  }

  const REFUSED: [name: string, content: string | Uint8Array, says: string][] = [
    ["nothing", "", "it is empty"],
    ["a cut text", TEXT.slice(0, TEXT.length / 2), "it seems to be cut off"],
    ["a comma after the last row", TEXT.replace("\n]", ",\n]"), "it is not JSON"],
    ["a comma instead of a row", TEXT.replace(/"notes":\[[^]*\]/, '"notes":[,]'), "it is not JSON"],
    ["a bracket of the wrong kind", TEXT.replace("\n]", "\n}"), "it is not JSON"],
    ["text after the end", `${TEXT}{}`, "it is not JSON"],
    ["another document", "[[1],[2]]", "some other document"],
    ["UTF-16", new Uint8Array([0xff, 0xfe, 0x7b, 0]), "it is UTF-16"],
    ["Latin-1 in a row", latin1(TEXT.replace('"Ada"', '"\u00c4da"')), "it is not UTF-8"],
    ["a changed row", TEXT.replace('"Ada"', '"Eva"'), "its digest does not fit"],
  ];

  function latin1(text: string): Uint8Array {
    return Uint8Array.from(text, (character) => character.charCodeAt(0));
  }

  for (const [name, content, says] of REFUSED) {
    it(`parseSnapshotStream() refuses ${name}`, async () => {
      const error = await assertRejects(() => read(content), SyncError);
      assertEquals(error.code, "SNAPSHOT_INVALID");
      assertStringIncludes(error.message, says);
      assert(!error.message.includes("Ada"), error.message);
    });
  }

  it("parseSnapshotStream() takes and refuses what JSON.parse takes and refuses", async () => {
    const random = createRandom(2);
    const marks = ["[", "]", "{", "}", ",", ":", '"', "\\", " ", "1", "\n"];
    const outcome = (parse: () => unknown) =>
      Promise.resolve().then(parse).then(
        (value) => value,
        (error) => (error as SyncError).message.replace(/ \(.*\)/, ""),
      );
    for (let n = 0; n < 500; n++) {
      const at = integer(random, TEXT.length);
      const mark = marks[integer(random, marks.length)]!;
      const text = TEXT.slice(0, at) + mark + TEXT.slice(at + integer(random, 2));
      const wanted = await outcome(() => parseSnapshot(text));
      assertEquals(
        await outcome(() => read(text, { ignoreDigest: true })),
        wanted,
        text.slice(at, at + 20),
      );
    }
  });

  it("parseSnapshotStream() looks at a changed snapshot all the same where it is told to", async () => {
    const changed = TEXT.replace('"Ada"', '"Eva"');
    assertEquals(await read(changed, { ignoreDigest: true }), JSON.parse(changed));
  });

  it("parseSnapshotStream() ends with the reason of its signal", async () => {
    const reason = new Error("enough");
    const bytes = new TextEncoder().encode(TEXT);
    const controller = new AbortController();
    async function* source() {
      yield bytes.slice(0, 100);
      controller.abort(reason);
      yield bytes.slice(100);
    }
    const read = () => parseSnapshotStream(source(), { signal: controller.signal });
    await assertRejects(read, Error, "enough");
  });

  it("verifyDigest() tells a changed snapshot from one as it was taken", async () => {
    await verifyDigest(DEMO);
    const changed = { ...DEMO, grants: DEMO.grants.slice(1) };
    const error = await assertRejects(() => verifyDigest(changed), SyncError, "was changed");
    assertEquals(error.code, "SNAPSHOT_INVALID");
  });

  it("a snapshot's text is the same as a string, in pieces, and as a stream of bytes", async () => {
    for (const pretty of [false, true]) {
      const text = [...serializeSnapshot(HOSTILE, { pretty })].join("");
      assertEquals(stringifySnapshot(HOSTILE, { pretty }), text);
      assertEquals(await new Response(streamSnapshot(HOSTILE, { pretty })).text(), text);
    }
  });

  it("stringifySnapshot() says what to do with a snapshot that no string holds", () => {
    const name = "x".repeat(2 ** 28);
    const huge = { ...DEMO, tool: { name, version: name } };
    const error = assertThrows(() => stringifySnapshot(huge), RangeError);
    assertStringIncludes(error.message, "streamSnapshot");
  });
});
