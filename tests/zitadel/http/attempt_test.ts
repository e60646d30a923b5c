import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { attempt, type Fetch, MAX_BODY_BYTES } from "../../../src/zitadel/http/attempt.ts";

const never = () => new Promise<never>(() => {});
const atOnce = () => Promise.resolve();

const ask = (fetch: Fetch, timer: () => Promise<void>, signal?: AbortSignal) =>
  attempt(new URL("https://zitadel.test"), {}, {
    ...{ fetch, timeoutMs: 5000, timer, signal },
  });

describe("zitadel: attempt", () => {
  for (
    const [bytes, kind] of [[MAX_BODY_BYTES, "response"], [
      MAX_BODY_BYTES + 1,
      "oversized",
    ]] as const
  ) {
    it(`a body of a few KiB that unpacks to ${bytes} bytes is ${kind}`, async () => {
      const text = new Uint8Array(bytes).fill(0x20);
      text[0] = text[bytes - 1] = 0x22;
      const packed = gzipSync(text);
      assert(packed.length < 100_000);
      const headers = { "content-encoding": "gzip", "content-length": packed.length };
      const server = createServer((_request, response) =>
        response.writeHead(200, headers).end(packed)
      );
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      try {
        const { port } = server.address() as AddressInfo;
        const result = await attempt(new URL(`http://127.0.0.1:${port}`), {}, {
          fetch,
          timeoutMs: 60_000,
          timer: never,
        });
        assertEquals(result.kind, kind);
        if (result.kind === "response") {
          assertEquals([result.bytes, JSON.parse(result.text!)], [bytes, " ".repeat(bytes - 2)]);
        }
      } finally {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    });
  }

  it("a fetch that ignores its signal is left behind after its time, and its late answer is let go", async () => {
    const late = Promise.withResolvers<Response>();
    const outcome = await ask(() => late.promise, atOnce);
    assertEquals(outcome.kind, "unreachable");
    assertEquals("reason" in outcome && outcome.reason, "no complete answer within 5 s");
    const cancelled = Promise.withResolvers<void>();
    late.resolve(new Response(new ReadableStream({ cancel: () => cancelled.resolve() })));
    await cancelled.promise;
  });

  it("a body that stops and ignores its signal is left behind after its time, not taken for a whole one", async () => {
    const time = Promise.withResolvers<void>();
    const cancelled = Promise.withResolvers<void>();
    const body = new ReadableStream({
      pull: (controller) => {
        // Complete JSON: what came until then must not pass for the whole.
        controller.enqueue(new TextEncoder().encode('{"result":[]}'));
        time.resolve();
        return never();
      },
      cancel: () => cancelled.resolve(),
    }, { highWaterMark: 0 });
    const outcome = await ask(() => new Response(body), () => time.promise);
    assertEquals(outcome.kind, "unreachable");
    await cancelled.promise;
  });

  it("an abort ends an attempt whose fetch ignores it, with the reason given", async () => {
    const controller = new AbortController();
    const asked = ask(never, never, controller.signal);
    const reason = new Error("enough");
    controller.abort(reason);
    assertEquals(await asked.catch((error: unknown) => error), reason);
  });
});
