import { randomBytes } from "node:crypto";
import { defineCommand } from "../command.ts";
import { writeStdout } from "../output/stdout.ts";

/** Too many to guess. */
const BYTES = 32;

export const token = defineCommand({
  name: "token",
  summary: "Print a new token for serve",
  details: "Prints 32 random bytes as text, for --server-token-file.",
  examples: ["(umask 077; zitadel-sync token > server-token.txt)"],
  async run({ io, settings }) {
    const token = randomBytes(BYTES).toString("base64url");
    await writeStdout(io, [settings.json ? `${JSON.stringify({ token })}\n` : `${token}\n`]);
    return 0;
  },
});
