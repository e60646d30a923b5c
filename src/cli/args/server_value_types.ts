/**
 * What the values of the server's settings may be.
 *
 * @module
 */
import { z } from "zod";
import type { Kind } from "./value_types.ts";

/** Where a server listens. */
export interface ListenAddress {
  /** A name or an address, without brackets. */
  hostname: string;
  /** The port; 0 lets the system choose one. */
  port: number;
}

/** An address with its port, such as `127.0.0.1:8080` or `[::1]:8080`. */
export function listenAddress(): Kind<ListenAddress> {
  return {
    placeholder: "HOST:PORT",
    expectation: "an address with a port, such as 127.0.0.1:8080, 0.0.0.0:8080 or [::1]:8080",
    schema: z.string().regex(/^(?:[a-z\d.-]+|\[[\da-f:.]+\]):\d{1,5}$/i).transform((value) => {
      const colon = value.lastIndexOf(":");
      return {
        hostname: value.slice(0, colon).replace(/^\[|\]$/g, ""),
        port: Number(value.slice(colon + 1)),
      };
    }).refine(({ port }) => port <= 65_535),
    fromText: (value) => value.trim(),
  };
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** The longest period, in milliseconds: a week. */
const LONGEST_PERIOD = 7 * 24 * 3_600_000;

/** How long something stays as it is, in milliseconds. With `off`, 0 is allowed and means what the text says. */
export function period({ off }: { off?: string } = {}): Kind<number> {
  return {
    placeholder: "TIME",
    expectation: "a time from 1s to 168h with its unit, such as 30s, 15m or 2h" +
      (off === undefined ? "" : `, or 0 for ${off}`),
    schema: z.string().regex(/^(?:\d+(?:\.\d+)?[smh]|0)$/)
      .transform((value) => Math.round(Number.parseFloat(value) * (UNITS[value.slice(-1)] ?? 1)))
      .pipe(
        z.int().max(LONGEST_PERIOD).refine((ms) => ms >= 1000 || (off !== undefined && ms === 0)),
      ),
    fromText: (value) => value.trim(),
  };
}
