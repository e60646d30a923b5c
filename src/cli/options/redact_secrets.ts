import type { Io } from "../io.ts";

/** A shorter text is no token, and hiding it would garble ordinary words. */
const SHORTEST_SECRET = 6;

/** The parts of a secret that are hidden alone too; words beside a token, such as "Bearer", stand in messages. */
const TOKEN_LIKE = /[\d_]|[a-z][A-Z]|.{20}/;

export interface RedactedIo {
  /** Writes `[hidden]` in place of each secret. */
  io: Io;
  hide(secret: string): void;
}

/** Hides secrets in everything that an `Io` writes: the last line of defence, since no message should hold one. */
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
