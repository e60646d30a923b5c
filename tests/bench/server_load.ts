import { connect } from "node:net";

/** What {@linkcode load} is told. */
export interface LoadOptions {
  /** The port on this machine. */
  port: number;
  /** The headers of each request beside `Host`, each with a line end. */
  headers: string;
  /** The path. */
  path: string;
  /** How many connections ask side by side. */
  connections: number;
  /** How many requests there are, unless `until` ends earlier. */
  requests: number;
  /** Ends it. */
  until?: AbortSignal;
}

/** What {@linkcode load} saw. */
export interface Load {
  /** Answers a second. */
  perSecond: number;
  /** The time within which 99 of 100 answers came, in milliseconds. */
  p99: number;
  /** The longest time, in milliseconds. */
  longest: number;
  /** The status of the answers: one, or the benchmark is wrong. */
  statuses: number[];
}

/** Asks as fast as answers come, and looks at nothing but their length. */
export async function load(options: LoadOptions): Promise<Load> {
  const { port, headers, path, connections, until } = options;
  const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${headers}\r\n`;
  const times: number[] = [];
  const statuses = new Set<number>();
  let left = options.requests;
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({ port, host: "127.0.0.1" });
      let missing = -1;
      let head = "";
      let sentAt = 0;
      const next = () => {
        if (left-- <= 0 || until?.aborted) {
          socket.once("close", () => resolve()).destroy();
          return;
        }
        missing = -1;
        head = "";
        sentAt = performance.now();
        socket.write(request);
      };
      socket.on("connect", next).on("error", reject).on("data", (bytes: Uint8Array) => {
        if (missing < 0) {
          head += new TextDecoder("latin1").decode(bytes.subarray(0, 4096));
          const end = head.indexOf("\r\n\r\n");
          if (end < 0) return;
          const status = Number(head.slice(9, 12));
          statuses.add(status);
          const length = status === 304 ? 0 : Number(/content-length: (\d+)/i.exec(head)![1]);
          missing = length - (bytes.length - end - 4);
        } else missing -= bytes.length;
        if (missing > 0) return;
        times.push(performance.now() - sentAt);
        next();
      });
    });
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: connections }, one));
  const seconds = (performance.now() - startedAt) / 1000;
  times.sort((a, b) => a - b);
  return {
    perSecond: times.length / seconds,
    p99: times[Math.floor(times.length * 0.99)]!,
    longest: times.at(-1)!,
    statuses: [...statuses],
  };
}
