/**
 * A ZITADEL behind TLS, with an authority that nobody knows, and a forward proxy that leads to it.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { promisify } from "node:util";
import { demoZitadel } from "../helpers/fake_io.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";
import { listen } from "../simulator/listen.ts";

/** The name that the certificate is for, which no name server knows. */
export const HOST = "zitadel.test";

/** A ZITADEL behind TLS. */
export interface TlsZitadel extends AsyncDisposable {
  /** Where it listens on 127.0.0.1. */
  readonly port: number;
  /** The file with the certificate of its authority. */
  readonly caFile: string;
}

const openssl = (...args: string[]) => promisify(execFile)("openssl", args);

/** Starts a ZITADEL whose certificate is for {@linkcode HOST} and `localhost`, but not for `127.0.0.1`. */
export async function tlsZitadel(): Promise<TlsZitadel> {
  const folder = await temporaryFolder();
  const [caKey, caFile, key, cert] = ["ca.key", "ca.pem", "key.pem", "cert.pem"].map(folder.at);
  const fresh = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  await openssl(
    ...["req", "-x509", ...fresh, "-keyout", caKey!, "-out", caFile!, "-subj", "/CN=Own authority"],
  );
  await openssl(
    ...["req", "-x509", ...fresh, "-keyout", key!, "-out", cert!, "-subj", `/CN=${HOST}`],
    ...["-CA", caFile!, "-CAkey", caKey!, "-addext", `subjectAltName=DNS:${HOST},DNS:localhost`],
    ...["-addext", "basicConstraints=critical,CA:FALSE"],
  );
  const zitadel = await listen(demoZitadel());
  const pair = { key: await readFile(key!, "utf8"), cert: await readFile(cert!, "utf8") };
  const front = await opened(
    createTlsServer(pair, (socket) => join(socket, connect(zitadel.port, "127.0.0.1"))),
  );
  return {
    port: front.port,
    caFile: caFile!,
    async [Symbol.asyncDispose]() {
      await front[Symbol.asyncDispose]();
      await zitadel[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** A forward proxy. */
export interface Proxy extends AsyncDisposable {
  /** Where it listens on 127.0.0.1. */
  readonly port: number;
  /** The hosts with ports to which it was asked to lead. */
  readonly asked: string[];
}

/** Starts a forward proxy that leads {@linkcode HOST} to a port of this machine; with `login` only who knows it. */
export async function forwardProxy(port: number, login?: string): Promise<Proxy> {
  const asked: string[] = [];
  const server = createHttpServer((_request, response) => response.writeHead(405).end());
  server.on("connect", ({ url, headers }, socket: Socket) => {
    asked.push(url ?? "");
    const expected = login && `Basic ${btoa(login)}`;
    if (expected !== undefined && headers["proxy-authorization"] !== expected) {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    if (url !== `${HOST}:443`) {
      socket.end("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    join(socket, connect(port, "127.0.0.1"));
  });
  return { ...await opened(server), asked };
}

function join(a: Socket, b: Socket): void {
  for (const [from, to] of [[a, b], [b, a]] as const) {
    from.pipe(to);
    from.on("error", () => to.destroy());
    from.on("close", () => to.destroy());
  }
}

async function opened(server: Server): Promise<AsyncDisposable & { port: number }> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
  };
  server.on("connection", keep);
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
