/**
 * A bare Hono app that answers constant bytes, as the yardstick:
 * `server_bare.ts <file> <file, packed> <file with the headers>`. Prints its URL on standard error as the real server
 * does, then serves until it is killed.
 *
 * @module
 */
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import process from "node:process";

const [plainFile, packedFile, headersFile] = process.argv.slice(2);
const plain = Uint8Array.from(readFileSync(plainFile!));
const packed = Uint8Array.from(readFileSync(packedFile!));
const requestHeaders: Record<"plain" | "packed" | "current", Record<string, string>> = JSON.parse(
  readFileSync(headersFile!, "utf8"),
);
const app = new Hono();
app.get("/v1/snapshot", ({ req }) => {
  if (req.header("if-none-match") !== undefined) {
    return new Response(null, { status: 304, headers: requestHeaders.current });
  }
  const takesGzip = req.header("accept-encoding") !== undefined;
  return takesGzip
    ? new Response(packed, { headers: requestHeaders.packed })
    : new Response(plain, { headers: requestHeaders.plain });
});

const told = (port: number) => process.stderr.write(`listening on http://127.0.0.1:${port}\n`);
if (globalThis.Deno === undefined) {
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false });
  server.listen(0, "127.0.0.1", () => told((server.address() as AddressInfo).port));
} else {
  const onListen = ({ port }: { port: number }) => told(port);
  Deno.serve({ port: 0, hostname: "127.0.0.1", onListen }, (request) => app.fetch(request));
}
