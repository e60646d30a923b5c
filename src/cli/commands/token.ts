import { randomBytes } from "node:crypto";
import type { Context } from "../context.ts";
import { writeStdout } from "../terminal/stdout.ts";

/** So many bytes nobody can guess. */
const BYTES = 32;

/** `token`: prints a new token for the server. */
export async function token({ io, settings }: Context): Promise<number> {
  const token = randomBytes(BYTES).toString("base64url");
  await writeStdout(io, [settings.json === true ? `${JSON.stringify({ token })}\n` : `${token}\n`]);
  return 0;
}
