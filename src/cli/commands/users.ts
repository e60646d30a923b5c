import { sourceOptions } from "../options/shared_options.ts";
import { defineCommand } from "../command.ts";
import { readSource } from "../input/source.ts";
import { listDetails, listOptions, runList } from "./shared/list_command.ts";

/** `users`: lists people and machines. */
export const users = defineCommand({
  name: "users",
  summary: "List people and machines",
  details: listDetails("users"),
  options: {
    states: listOptions.states,
    type: listOptions.type,
    group: listOptions.group,
    role: listOptions.role,
    text: listOptions.text,
    columns: listOptions.columns,
    sort: listOptions.sort,
    ...sourceOptions,
  },
  inputs: { source: readSource },
  examples: [
    "zitadel-sync users --state inactive,locked --snapshot access.json",
    "zitadel-sync users --type machine --columns name,description,grants --sort grants:desc",
  ],
  run: (context) => runList("users", context),
});
