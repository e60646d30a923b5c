import { sourceOptions } from "../options/shared_options.ts";
import { defineCommand } from "../command.ts";
import { readSource } from "../input/source.ts";
import { listDetails, listOptions, runList } from "./shared/list_command.ts";

/** `grants`: lists who holds what. */
export const grants = defineCommand({
  name: "grants",
  summary: "List who holds what",
  details: listDetails("grants"),
  options: {
    ...listOptions,
    ...sourceOptions,
  },
  inputs: { source: readSource },
  examples: ["zitadel-sync grants --role admin --type machine --snapshot access.json"],
  run: (context) => runList("grants", context),
});
