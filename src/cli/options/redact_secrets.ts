import type { Io } from "../io.ts";

/** Shorter than this it is no token, and hiding it would garble ordinary words. */
const SHORTEST_SECRET = 6;

/** What of a secret is one by itself: the words around a token, such as "Bearer", stand in messages too. */
const TOKEN_LIKE = /[\d_]|[a-z][A-Z]|.{20}/;

/** An {@linkcode Io} that hides secrets. */
export interface RedactedIo {
  /** The same, with every secret in what it writes replaced by `[hidden]`. */
  io: Io;
  /** Hides this text from now on. */
  hide(secret: string): void;
}

/**
 * The last line of defence: no message should hold the token, and if one does, it stops here.
 */
export function redactSecrets(io: Io): RedactedIo {
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
      const whole = secret.trim();
      const parts = whole.split(/[\s"'`]+/).filter((part) => TOKEN_LIKE.test(part));
      for (const text of [whole, ...parts]) {
        if (text.length < SHORTEST_SECRET || /^bearer$/i.test(text)) continue;
        secrets.add(text);
        secrets.add(JSON.stringify(text).slice(1, -1));
      }
    },
  };
}
