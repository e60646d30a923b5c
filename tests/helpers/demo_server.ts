import {
  type Runtime,
  type ServerOptions,
  type ServerProcess,
  startServer,
  until,
} from "./server_process.ts";
import { demoZitadel } from "./fake_io.ts";
import { listen } from "../simulator/listen.ts";
import { DEMO_TOKEN } from "../simulator/seeds/demo_seed.ts";
import type { Simulator, SimulatorOptions } from "../simulator/simulator.ts";

/** A server and the ZITADEL that it reads. */
export interface DemoServer extends ServerProcess {
  /** The ZITADEL. */
  readonly zitadel: Simulator;
}

/** What {@linkcode demoServer} may be told. */
export interface DemoServerOptions extends ServerOptions {
  /** How the ZITADEL behaves. */
  zitadel?: Partial<SimulatorOptions>;
  /** Whether to wait for the first snapshot. @default {true} */
  ready?: boolean;
}

/** A server over the demo's data. */
export async function demoServer(
  runtime: Runtime,
  { zitadel: behaviour = {}, ready = true, env = {}, ...options }: DemoServerOptions = {},
): Promise<DemoServer> {
  const zitadel = demoZitadel(behaviour);
  const listener = await listen(zitadel);
  const server = await startServer(runtime, {
    ...options,
    env: { ZITADEL_INSTANCE_URL: listener.url, ZITADEL_PAT: DEMO_TOKEN, ...env },
  });
  if (ready) await isReady(server);
  return {
    ...server,
    zitadel,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await listener[Symbol.asyncDispose]();
    },
  };
}

/** Waits until there is a snapshot that may be answered. */
export async function isReady({ get }: ServerProcess): Promise<void> {
  await until(async () => await readStatus(get("/readyz")) === 200);
}

/** The status of an answer whose body does not matter. */
export async function readStatus(asked: Promise<Response>): Promise<number> {
  const response = await asked;
  await response.body?.cancel();
  return response.status;
}

/** How many syncs have asked ZITADEL for its projects, which each of them does once. */
export function syncs({ requests }: Simulator): number {
  return requests.filter(({ path }) => path === "/management/v1/projects/_search").length;
}
