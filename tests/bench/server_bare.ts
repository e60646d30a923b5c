/**
 * A bare Hono app that answers constant bytes, as the yardstick: `server_bare.ts <file> <file, packed>`. Prints its
 * URL on standard error as the real server does, then serves until it is killed.
 *
 * @module
 */
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import process from "node:process";

const [plainFile, packedFile] = process.argv.slice(2);
const plain = Uint8Array.from(readFileSync(plainFile!));
const packed = Uint8Array.from(readFileSync(packedFile!));
const app = new Hono();
app.get("/v1/snapshot", ({ req }) => {
  if (req.header("if-none-match") !== undefined) {
    return new Response(null, { status: 304, headers: { etag: '"x"' } });
  }
  const takesGzip = req.header("accept-encoding") !== undefined;
  const bytes = takesGzip ? packed : plain;
  return new Response(bytes, {
    headers: {
      "content-type": "application/json",
      "content-length": `${bytes.length}`,
      ...(takesGzip ? { "content-encoding": "gzip" } : {}),
    },
  });
});

const told = (port: number) => process.stderr.write(`listening on http://127.0.0.1:${port}\n`);
if (globalThis.Deno === undefined) {
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false });
  server.listen(0, "127.0.0.1", () => told((server.address() as AddressInfo).port));
} else {
  const onListen = ({ port }: { port: number }) => told(port);
  Deno.serve({ port: 0, hostname: "127.0.0.1", onListen }, (request) => app.fetch(request));
}
