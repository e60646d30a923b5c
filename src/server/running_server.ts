import type { HttpApp } from "./app.ts";
import type { ServerLog } from "./server_log.ts";

/** Where and how a server listens. */
export interface ServeOptions {
  /** The address or name of the network interface. */
  hostname: string;
  /** The port; 0 lets the system choose one. */
  port: number;
  /** Certificate and key, as PEM; absent: plain HTTP. */
  tls?: TlsPair | undefined;
  /** Told of a listener that failed. */
  log?: ServerLog | undefined;
}

/** A certificate with its chain, and its key. */
export interface TlsPair {
  /** The certificates, as PEM. */
  cert: string;
  /** The private key, as PEM. */
  key: string;
}

/** A server that listens. */
export interface RunningServer {
  /** The port. */
  readonly port: number;
  /** Uses another certificate for connections that come from now on. Rejects if it cannot be used. */
  useTls(tls: TlsPair): Promise<void>;
  /**
   * Takes no more requests, and resolves once those in flight are answered; when `timeout` resolves, they are cut off.
   */
  close(timeout: Promise<void>): Promise<void>;
}

/** Starts a server; rejects with the system's error if it cannot listen. */
export type Serve = (app: HttpApp, options: ServeOptions) => Promise<RunningServer>;
