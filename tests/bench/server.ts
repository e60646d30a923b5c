/**
 * What the HTTP endpoint costs, against a bare Hono app on the same server that answers the same bytes.
 *
 * @module
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compatFlags } from "../../compat/deno.ts";
import { command, type Runtime, RUNTIMES, SERVER_TOKEN } from "../helpers/server_process.ts";
import { RANDOM_TOKEN } from "../simulator/seeds/random_seed.ts";
import { type Load, load } from "./server_load.ts";
import { table } from "./table.ts";

const ROUNDS = 3;
/** A snapshot of about 10 MB. */
const USERS = 10_000;
const MANY_USERS = 100_000;

/** A program that has told where it listens. */
interface Program extends AsyncDisposable {
  port: number;
  /** Sends a line and reads the answer. */
  ask(): Promise<{ longest: number; rss: number }>;
}

async function start(starter: Deno.Command): Promise<Program> {
  const child = starter.spawn();
  const decoder = new TextDecoder();
  let told = (_port: number) => {};
  const port = new Promise<number>((resolve) => told = resolve);
  const reading = (async () => {
    for await (const chunk of child.stderr) {
      const found = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(decoder.decode(chunk))?.[1];
      if (found !== undefined) told(Number(found));
    }
  })();
  const input = child.stdin.getWriter();
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  return {
    port: await port,
    async ask() {
      await input.write(new TextEncoder().encode("\n"));
      return JSON.parse((await output.read()).value!);
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
      await reading;
      await input.close().catch(() => {});
      await output.cancel();
    },
  };
}

const PIPES = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;

async function zitadelWith(users: number): Promise<AsyncDisposable & { url: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      ...await compatFlags("all"),
      "-A",
      "--no-check",
      "--quiet",
      new URL("sync_server.ts", import.meta.url).pathname,
      ...[users, 10, "legacy", 0].map(String),
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const url = (await reader.read()).value!.trim();
  return {
    url,
    async [Symbol.asyncDispose]() {
      await child.stdin.close();
      await reader.cancel();
      await child.status;
    },
  };
}

async function serve(runtime: Runtime, zitadel: string): Promise<Program> {
  const args = ["serve", "--listen", "127.0.0.1:0", "--refresh-interval", "0", "--timeout", "5m"];
  return await start(
    await command(runtime, args, {
      program: "tests/bench/server_program.ts",
      env: {
        ZITADEL_INSTANCE_URL: zitadel,
        ZITADEL_PAT: RANDOM_TOKEN,
        ZITADEL_SYNC_SERVER_TOKEN: SERVER_TOKEN,
      },
      ...PIPES,
    }),
  );
}

const AUTHORIZATION = `Authorization: Bearer ${SERVER_TOKEN}\r\n`;

async function refresh({ port }: Program): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/refresh?wait=true`, {
    method: "POST",
    headers: { authorization: `Bearer ${SERVER_TOKEN}` },
  });
  if (response.status !== 200) throw new Error(await response.text());
  await response.body?.cancel();
}

async function rates(runtime: Runtime, folder: string): Promise<string[][]> {
  await using zitadel = await zitadelWith(USERS);
  await using ours = await serve(runtime, zitadel.url);
  await refresh(ours);
  const get = async (headers: HeadersInit) => {
    const response = await fetch(`http://127.0.0.1:${ours.port}/v1/snapshot`, {
      headers: { authorization: `Bearer ${SERVER_TOKEN}`, ...headers },
    });
    const own = [...response.headers].filter(([name]) =>
      !["date", "connection", "keep-alive"].includes(name)
    );
    return {
      headers: Object.fromEntries(own) as Record<string, string>,
      bytes: new Uint8Array(await response.arrayBuffer()),
    };
  };
  const { bytes: plain, headers } = await get({ "accept-encoding": "identity" });
  const etag = headers["etag"]!;
  const packed = new Uint8Array(
    await new Response(
      new Blob([plain]).stream().pipeThrough(new CompressionStream("gzip")),
    ).arrayBuffer(),
  );
  const current = await get({ "if-none-match": etag });
  await writeFile(join(folder, "plain"), plain);
  await writeFile(join(folder, "packed"), packed);
  await writeFile(
    join(folder, "headers"),
    JSON.stringify({
      plain: headers,
      packed: {
        ...headers,
        "content-encoding": "gzip",
        "content-length": `${packed.length}`,
      },
      current: current.headers,
    }),
  );
  await using bare = await start(
    await command(runtime, ["plain", "packed", "headers"].map((name) => join(folder, name)), {
      program: "tests/bench/server_bare.ts",
      ...PIPES,
    }),
  );
  const kinds: [name: string, headers: string, connections: number, requests: number][] = [
    [`${(plain.length / 1e6).toFixed(1)} MB plain`, "", 8, 200],
    [`${(packed.length / 1e6).toFixed(1)} MB gzip`, "Accept-Encoding: gzip\r\n", 8, 1000],
    ["304", `If-None-Match: ${etag}\r\n`, 32, 40_000],
  ];
  const rows: string[][] = [];
  for (const [name, headers, connections, requests] of kinds) {
    const runs: { ours: Load; bare: Load }[] = [];
    for (let n = 0; n <= ROUNDS; n++) {
      const options = { path: "/v1/snapshot", connections, requests };
      const one = (port: number) => load({ ...options, port, headers: AUTHORIZATION + headers });
      runs.push({ ours: await one(ours.port), bare: await one(bare.port) });
    }
    // The first round warms both up.
    const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
    const counted = runs.slice(1);
    rows.push([
      `${runtime}: ${name}`,
      median(counted.map(({ ours }) => ours.perSecond)).toFixed(0),
      median(counted.map(({ bare }) => bare.perSecond)).toFixed(0),
      median(counted.map(({ ours, bare }) => ours.perSecond / bare.perSecond)).toFixed(2),
    ]);
  }
  const before = (await ours.ask()).rss;
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
  const options = { port: ours.port, path: "/v1/snapshot", connections: 32 };
  await load({
    ...options,
    headers: `${AUTHORIZATION}If-None-Match: ${etag}\r\n`,
    requests: 100_000,
  });
  const after = (await ours.ask()).rss;
  rows.push([
    `${runtime}: memory before and after 100,000 requests`,
    mb(after),
    mb(before),
    (after / before).toFixed(2),
  ]);
  return rows;
}

async function duringSync(runtime: Runtime): Promise<string[]> {
  await using zitadel = await zitadelWith(MANY_USERS);
  await using ours = await serve(runtime, zitadel.url);
  await refresh(ours);
  const options = { port: ours.port, path: "/v1/status", headers: AUTHORIZATION, connections: 4 };
  await load({ ...options, requests: 5000 });
  const idle = await load({ ...options, requests: 20_000 });
  await ours.ask();
  const end = new AbortController();
  const busy = load({ ...options, requests: Infinity, until: end.signal });
  await refresh(ours);
  end.abort();
  const { p99, longest } = await busy;
  const block = await ours.ask();
  return [
    `${runtime}: sync of ${MANY_USERS} users`,
    `${p99.toFixed(1)} ms`,
    `${idle.p99.toFixed(1)} ms`,
    (p99 / idle.p99).toFixed(2),
    `${longest.toFixed(0)} ms`,
    `${block.longest.toFixed(0)} ms`,
  ];
}

/** Prints two tables. */
export async function benchServer(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "zitadel-sync-bench-"));
  try {
    const speed = [["answers a second", "serve", "bare Hono", "ratio"]];
    const calm = [["p99 of /v1/status", "in a sync", "idle", "ratio", "longest", "longest block"]];
    for (const runtime of RUNTIMES) {
      speed.push(...await rates(runtime, folder));
      calm.push(await duringSync(runtime));
    }
    return `${table(speed)}\n\n${table(calm)}`;
  } finally {
    await rm(folder, { recursive: true });
  }
}
