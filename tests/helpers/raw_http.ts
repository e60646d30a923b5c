import { connect, type Socket } from "node:net";

/** So long a server may say nothing, in milliseconds. */
const PATIENCE_MS = 2_000;

/** An answer as it came over the wire. */
export interface RawAnswer {
  status: number;
  head: string;
  body: string;
}

/** A connection that takes any bytes for a request, one after the other. */
export interface RawConnection extends AsyncDisposable {
  /** Sends a request and reads its answer; `undefined` if the server ends the connection without one. */
  send(request: string): Promise<RawAnswer | undefined>;
}

/** A connection to a port of this machine; it is opened again whenever the server has ended it. */
export function rawConnection(port: number): RawConnection {
  let socket: Socket | undefined;
  return {
    send(request) {
      const open = socket?.destroyed === false && socket.writable && socket.readable
        ? socket
        : connect({ port, host: "127.0.0.1" }).on("error", () => {});
      socket = open;
      return new Promise((resolve) => {
        let text = "";
        const settle = (answer: RawAnswer | undefined) => {
          open.off("data", read).off("close", end).off("error", end).off("timeout", end);
          if (answer === undefined || /^connection: close/im.test(answer.head)) open.destroy();
          resolve(answer);
        };
        const read = (bytes: Uint8Array) => {
          text += String.fromCharCode(...bytes);
          const answer = parse(text, request.startsWith("HEAD "));
          if (answer !== undefined) settle(answer);
        };
        const end = () => {
          open.destroy();
          settle(parse(text, true));
        };
        open.setTimeout(PATIENCE_MS);
        open.on("data", read).on("close", end).on("error", end).on("timeout", end);
        open.write(request, "latin1");
      });
    },
    async [Symbol.asyncDispose]() {
      if (socket === undefined || socket.destroyed) return;
      const closed = new Promise((resolve) => socket!.once("close", resolve));
      socket.destroy();
      await closed;
    },
  };
}

/** The answer in a text, once all of it has come. */
function parse(text: string, withoutBody: boolean): RawAnswer | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const head = text.slice(0, end + 2);
  const body = text.slice(end + 4);
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1]);
  const answer = { status, head, body };
  if (withoutBody || status === 304) return answer;
  if (/^transfer-encoding: chunked/im.test(head)) {
    return body.endsWith("0\r\n\r\n") ? answer : undefined;
  }
  const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
  return body.length >= length ? answer : undefined;
}
