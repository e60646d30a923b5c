import type { HttpApp } from "./app.ts";
import type { ServerLog } from "./server_log.ts";

/** The options of a server. */
export interface ServeOptions {
  /** The address or name of the network interface to listen on. */
  hostname: string;
  /** The port. With 0 the system chooses one. */
  port: number;
  /** The certificate and its key. Without them the server speaks plain HTTP. */
  tls?: TlsPair | undefined;
  /** Receives a line when the listener fails. */
  log?: ServerLog | undefined;
}

/** A certificate with its chain and its key. */
export interface TlsPair {
  cert: string;
  key: string;
}

/** A server that listens. */
export interface RunningServer {
  /** The port. */
  readonly port: number;
  /** Changes the certificate for new connections. Rejects if the certificate cannot be used. */
  useTls(tls: TlsPair): Promise<void>;
  /** Refuses further requests, and resolves once those in flight are answered. Aborting `signal` cuts them off. */
  close(signal: AbortSignal): Promise<void>;
}

/** Starts a server. Rejects with the system's error if it cannot listen. */
export type Serve = (app: HttpApp, options: ServeOptions) => Promise<RunningServer>;
