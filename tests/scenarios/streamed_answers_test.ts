/**
 * Answers of several MiB are parsed while they come in: what becomes of them must not depend on how they come.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { SyncError, type SyncErrorCode, takeSnapshot } from "../../mod.ts";
import { createSimulator } from "../simulator/simulator.ts";
import { createRandom, integer } from "../helpers/random.ts";
import {
  RANDOM_ORGANIZATION_ID,
  RANDOM_TOKEN,
  randomSeed,
} from "../simulator/seeds/random_seed.ts";

const USERS = 4000;
const seed = randomSeed({ users: USERS, projects: 3, userGrants: 100 });
const MIB = 1024 * 1024;

type ChangeBody = (bytes: Uint8Array<ArrayBuffer>, nth: number) => BodyInit;

/** A sync whose answers larger than a MiB are changed; and how many of them there were. */
async function take(change: ChangeBody) {
  const simulator = createSimulator({ seed, mode: "legacy" });
  let large = 0;
  const retries: string[] = [];
  const snapshot = await takeSnapshot({
    instanceUrl: "http://127.0.0.1:1",
    token: RANDOM_TOKEN,
    organizationId: RANDOM_ORGANIZATION_ID,
    onProgress: (event) => event.kind === "retry" && retries.push(event.reason),
    runtime: {
      delay: () => Promise.resolve(),
      fetch: async (request) => {
        const response = await simulator.fetch(request);
        const bytes = new Uint8Array(await response.arrayBuffer());
        const body = bytes.length > MIB ? change(bytes, large++) : bytes;
        return new Response(body, { headers: response.headers, status: response.status });
      },
    },
  });
  assert(large > 0);
  return { digest: snapshot.digest, users: snapshot.counts.users, retries };
}

function inPieces(bytes: Uint8Array, length: () => number): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.slice(at, at += length()));
    },
  });
}

/** The answer with other text in some place. */
function edit(change: (text: string) => string): ChangeBody {
  return (bytes) => change(new TextDecoder().decode(bytes));
}

const WHOLE = await take((bytes) => bytes);

/** One user far from both ends of the list, as the answer has it. */
const ID = '"id":"331000000000003000"';

const REFUSED: [name: string, change: ChangeBody, code: SyncErrorCode, says: RegExp][] = [
  [
    "a row in the middle that has no id",
    edit((text) => text.replace(ID, '"ident":"1"')),
    "RESPONSE_INVALID",
    /result\[3000\]\.id/,
  ],
  [
    "a row in the middle that is of another organization",
    edit((text) => {
      const at = text.indexOf(`"resourceOwner":"${RANDOM_ORGANIZATION_ID}"`, text.indexOf(ID));
      return `${text.slice(0, at)}"resourceOwner":"7"${text.slice(text.indexOf("}", at))}`;
    }),
    "FOREIGN_ROW",
    /of organization 7/,
  ],
  [
    "rows twice, of which JSON means the last",
    edit((text) => text.replace(/\}$/, ',"result":[]}')),
    "INCONSISTENT",
    /announced/,
  ],
  [
    "a comma too many",
    edit((text) => text.replace(/,(?=\{"id")/, ",,")),
    "RESPONSE_INVALID",
    /not JSON/,
  ],
  ["an end too many", edit((text) => `${text}]`), "RESPONSE_INVALID", /not JSON/],
  ["half of it", (bytes) => bytes.slice(0, bytes.length / 2), "RESPONSE_INVALID", /not JSON/],
  [
    "what is not UTF-8",
    (bytes) => {
      const at = new TextDecoder("latin1").decode(bytes).indexOf('"id":"', bytes.length / 2);
      return bytes.with(at + 6, 0xff);
    },
    "RESPONSE_INVALID",
    /not JSON/,
  ],
];

describe("zitadel: streamed answers", () => {
  const random = createRandom(1);
  const LENGTHS: [name: string, length: () => number][] = [
    ["bytes", () => 1 + integer(random, 3)],
    ["packets", () => 1448],
    ["pieces of any size", () => 1 + integer(random, 300_000)],
    ["one", () => Infinity],
  ];

  for (const [name, length] of LENGTHS) {
    it(`an answer that comes in ${name} gives the same snapshot`, async () => {
      assertEquals(await take((bytes) => inPieces(bytes, length)), WHOLE);
    });
  }

  it("lists that ZITADEL may add beside the rows are no rows", async () => {
    const more = '{"more":[1,"x",[{}]],"result":{"0":[]},';
    assertEquals(await take(edit((text) => text.replace("{", more))), WHOLE);
  });

  it("nothing of an answer that was cut stays when it is asked for again", async () => {
    const cut = await take((bytes, nth) => nth === 0 ? bytes.slice(0, bytes.length / 2) : bytes);
    assertEquals(cut.users, WHOLE.users);
    assertEquals(cut.digest, WHOLE.digest);
    assertEquals(cut.retries.length, 1);
  });

  for (const [name, change, code, says] of REFUSED) {
    it(`an answer with ${name} ends the sync`, async () => {
      const error = await assertRejects(() => take(change), SyncError);
      assertEquals(error.code, code, error.message);
      assert(says.test(error.message), error.message);
      assert(!JSON.stringify(error.details ?? {}).includes("random.example"));
    });
  }
});
