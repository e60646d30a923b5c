import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { writeFile } from "node:fs/promises";
import { serializeSnapshot } from "../../mod.ts";
import { DEMO_ENV, demoZitadel, type Run, run } from "../helpers/fake_io.ts";
import { demoSnapshot } from "../helpers/snapshots.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";

const SNAPSHOT = [...serializeSnapshot(await demoSnapshot())].join("");
const ENV = { ZITADEL_INSTANCE_URL: DEMO_ENV["ZITADEL_INSTANCE_URL"]! };

/** A text that people give: what it holds, and how a command takes it from a file or, as `-`, from stdin. */
interface GivenText {
  name: string;
  text: string;
  args: (path: string, folder: string) => string[];
  env?: Record<string, string>;
  /** Whether `-` is taken. */
  stdin: boolean;
  /** What a refusal advises. */
  advice: string;
}

const DECISIONS = "keep,remove,comment,grant\r\n" +
  ",x,é,project:318000000000000104:root:user:318000000000010003\r\n";

const GIVEN: readonly GivenText[] = [
  {
    name: "a snapshot",
    text: SNAPSHOT,
    args: (path) => ["users", "--snapshot", path],
    stdin: true,
    advice: "--out access.json",
  },
  {
    name: "a snapshot to compare with",
    text: SNAPSHOT,
    args: (path, folder) => ["diff", path, `${folder}/snapshot.json`],
    stdin: true,
    advice: "--out access.json",
  },
  {
    name: "an allow file",
    text: JSON.stringify({ allow: [{ rule: "unused-role", reason: "é", expires: "2027-01-01" }] }),
    args: (path, folder) => [
      "findings",
      "--snapshot",
      `${folder}/snapshot.json`,
      "--allow",
      path,
    ],
    stdin: true,
    advice: "UTF-8",
  },
  {
    name: "an owners file",
    text: "project,owner\nWeb shop,Inês\n",
    args: (path, folder) => [
      "review",
      "--snapshot",
      `${folder}/snapshot.json`,
      "--out",
      `${folder}/packets-${Math.random()}`,
      "--reviewers",
      path,
    ],
    stdin: true,
    advice: "CSV UTF-8",
  },
  {
    name: "decisions",
    text: DECISIONS,
    args: (path, folder) => ["review", "apply", path, "--snapshot", `${folder}/snapshot.json`],
    stdin: true,
    advice: "CSV UTF-8",
  },
  {
    name: "a key to redact with",
    text: "a key that is long enough, é\n",
    args: (path, folder) => [
      "redact",
      "--snapshot",
      `${folder}/snapshot.json`,
      "--key-file",
      path,
    ],
    stdin: true,
    advice: "UTF-8",
  },
  {
    name: "a configuration file",
    text: JSON.stringify({ instanceUrl: "https://zitadel.test", pat: DEMO_ENV["ZITADEL_PAT"] }),
    args: (path) => ["sync", "--config", path],
    stdin: false,
    advice: "UTF-8",
  },
  {
    name: "a token",
    text: `${DEMO_ENV["ZITADEL_PAT"]!}\n`,
    args: (path) => ["sync", "--pat-file", path],
    env: ENV,
    stdin: true,
    advice: "UTF-8",
  },
];

const utf8 = (text: string) => new TextEncoder().encode(text);

function utf16(text: string, { littleEndian, mark }: { littleEndian: boolean; mark: boolean }) {
  const marked = mark ? `\ufeff${text}` : text;
  const view = new DataView(new ArrayBuffer(marked.length * 2));
  for (let i = 0; i < marked.length; i++) {
    view.setUint16(i * 2, marked.charCodeAt(i), littleEndian);
  }
  return new Uint8Array(view.buffer);
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

const ACCEPTED: readonly [string, (text: string) => Uint8Array][] = [
  ["a byte order mark", (text) => utf8(`\ufeff${text}`)],
  ["two byte order marks, as joined files have", (text) => utf8(`\ufeff\ufeff${text}`)],
];

const REFUSED: readonly [string, (text: string) => Uint8Array, string][] = [
  ["UTF-16 of PowerShell", (text) => utf16(text, { littleEndian: true, mark: true }), "UTF-16"],
  ["UTF-16, big end first", (text) => utf16(text, { littleEndian: false, mark: true }), "UTF-16"],
  ["UTF-16 without mark", (text) => utf16(text, { littleEndian: true, mark: false }), "UTF-16"],
  [
    "UTF-16 without mark, big end first",
    (text) => utf16(text, { littleEndian: false, mark: false }),
    "UTF-16",
  ],
  ["an empty UTF-16 file", () => utf16("", { littleEndian: true, mark: true }), "UTF-16"],
  ["Latin-1", (text) => latin1(`${text}\n\xe9`), "it is not UTF-8"],
  ["a letter that is cut off", (text) => utf8(`${text}\né`).subarray(0, -1), "it is not UTF-8"],
  ["half a surrogate pair", (text) => new Uint8Array([...utf8(text), 0xed, 0xa0, 0x80]), "UTF-8"],
];

/** Runs a command with bytes as a file and, where it takes that, as stdin. */
async function* give(
  { args, env = {}, stdin }: GivenText,
  bytes: Uint8Array,
): AsyncGenerator<Run, void, undefined> {
  await using folder = await temporaryFolder();
  await writeFile(folder.at("snapshot.json"), SNAPSHOT);
  await writeFile(folder.at("given"), bytes, { mode: 0o600 });
  yield await run(args(folder.at("given"), folder.path), { env, zitadel: demoZitadel() });
  if (!stdin) return;
  yield await run(args("-", folder.path), { env, stdin: bytes, zitadel: demoZitadel() });
}

describe("cli: given text", () => {
  for (const given of GIVEN) {
    for (const [name, encode] of ACCEPTED) {
      it(`${given.name} is read with ${name}, from a file and from stdin`, async () => {
        for await (const { code, stderr } of give(given, encode(given.text))) {
          assertEquals(code, 0, stderr);
        }
      });
    }
    for (const [name, encode, said] of REFUSED) {
      it(`${given.name} in ${name} is refused, from a file and from stdin`, async () => {
        for await (const { code, stdout, stderr } of give(given, encode(given.text))) {
          assertEquals([code, stdout], [given.name.includes("snapshot") ? 5 : 2, ""], stderr);
          assertStringIncludes(stderr, said);
          if (said === "UTF-16") assertStringIncludes(stderr, given.advice);
          assert(!stderr.includes("\ufffd") && !stderr.includes(DEMO_ENV["ZITADEL_PAT"]!));
        }
      });
    }
  }

  it("a workbook or a compressed file is told as what it is", async () => {
    const [, , , owners] = GIVEN;
    const cases: [Uint8Array, string][] = [
      [new Uint8Array([0x50, 0x4b, 3, 4, 0x14, 0]), "Save the sheet as CSV UTF-8"],
      [new Uint8Array([0x1f, 0x8b, 8, 0]), "compressed (gzip)"],
    ];
    for (const [bytes, said] of cases) {
      for await (const { code, stderr } of give(owners!, bytes)) {
        assertEquals(code, 2);
        assertStringIncludes(stderr, said);
      }
    }
  });

  it("Excel's Unicode Text is told as what it is, other UTF-16 as PowerShell's", async () => {
    for (const given of GIVEN.filter(({ advice }) => advice === "CSV UTF-8")) {
      const sheets = [
        [given.text.replaceAll(",", "\t"), "as Excel's Unicode Text, with tabs between the cells,"],
        // U+0939 has the byte of a tab in it.
        [given.text.replace("e", "\u0939"), "as PowerShell's > writes it"],
      ] as const;
      for (const [text, said] of sheets) {
        const bytes = utf16(text, { littleEndian: true, mark: true });
        for await (const { code, stdout, stderr } of give(given, bytes)) {
          assertEquals([code, stdout], [2, ""]);
          assertStringIncludes(stderr, said);
          assertStringIncludes(stderr, "CSV UTF-8");
        }
      }
    }
  });

  it("a variable that an env file began with a byte order mark is read without it", async () => {
    const env = { ...DEMO_ENV, ZITADEL_INSTANCE_URL: `\ufeff${ENV.ZITADEL_INSTANCE_URL}` };
    const { code, stderr } = await run(["check"], { env, zitadel: demoZitadel() });
    assertEquals(code, 0, stderr);
  });
});
