import { BUILD, TOOL } from "../../version.ts";
import { defineCommand } from "../command.ts";
import { versionLine } from "../quick_version.ts";
import { writeStdout } from "../output/stdout.ts";

export const version = defineCommand({
  name: "version",
  summary: "Print the version",
  details: "Prints the name and version of this program; with --json as an object.",
  examples: ["zitadel-sync version"],
  async run({ io, settings }) {
    await writeStdout(io, [
      settings.json ? `${JSON.stringify({ ...TOOL, ...BUILD })}\n` : versionLine(),
    ]);
    return 0;
  },
});
