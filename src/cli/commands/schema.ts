import { snapshotSchema } from "../../snapshot/contract.ts";
import type { Context } from "../context.ts";
import { writeStdout } from "../terminal/stdout.ts";

/** `schema`: the JSON Schema of a snapshot. */
export async function schema({ io }: Context): Promise<number> {
  await writeStdout(io, [`${JSON.stringify(snapshotSchema(), null, 2)}\n`]);
  return 0;
}
