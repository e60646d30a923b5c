import { snapshotSchema } from "../../snapshot/schema.ts";
import { defineCommand } from "../command.ts";
import { writeStdout } from "../output/stdout.ts";

export const schema = defineCommand({
  name: "schema",
  summary: "Print the JSON Schema of a snapshot",
  details: "Prints the JSON Schema (draft 2020-12) of the snapshots of this release.",
  examples: ["zitadel-sync schema > snapshot.schema.json"],
  async run({ io }) {
    await writeStdout(io, [`${JSON.stringify(snapshotSchema(), null, 2)}\n`]);
    return 0;
  },
});
