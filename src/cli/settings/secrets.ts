import type { Io } from "../io.ts";

/** Shorter than this it is no token, and hiding it would garble ordinary words. */
const SHORTEST_SECRET = 6;

/** An {@linkcode Io} that hides what it was told to hide. */
export interface Secretive {
  /** The same, with every secret in what it writes replaced by `[hidden]`. */
  io: Io;
  /** Hides this text from now on. */
  hide(secret: string): void;
}

/**
 * The last line of defence: no message should hold the token, and if one does, it stops here.
 */
export function keepSecrets(io: Io): Secretive {
  const secrets = new Set<string>();
  const masked = (text: string) => {
    for (const secret of secrets) text = text.replaceAll(secret, "[hidden]");
    return text;
  };
  return {
    io: {
      ...io,
      stdout: (text) => io.stdout(masked(text)),
      stderr: (text) => io.stderr(masked(text)),
    },
    hide(secret) {
      if (secret.trim().length < SHORTEST_SECRET) return;
      secrets.add(secret.trim());
      secrets.add(JSON.stringify(secret.trim()).slice(1, -1));
    },
  };
}
