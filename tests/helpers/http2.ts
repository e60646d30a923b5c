import { connect, type IncomingHttpHeaders } from "node:http2";

/** A response that came over HTTP/2. */
export interface Http2Response {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Asks a server over HTTP/2 and TLS, whose certificate `ca` must be good for. */
export function requestOverHttp2(
  url: string,
  { ca, method = "GET", headers = {} }: {
    ca: string;
    method?: string;
    headers?: Record<string, string>;
  },
): Promise<Http2Response> {
  const { origin, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const session = connect(origin, { ca });
    session.once("error", reject);
    const stream = session.request({
      ":method": method,
      ":path": pathname + search,
      ...headers,
    });
    let body = "";
    let received: IncomingHttpHeaders = {};
    stream.setEncoding("utf8");
    stream.once("error", reject);
    stream.on("response", (headers) => received = headers);
    stream.on("data", (text: string) => body += text);
    stream.on("end", () => {
      session.close(() =>
        resolve({ status: Number(received[":status"]), headers: received, body })
      );
    });
    stream.end();
  });
}
