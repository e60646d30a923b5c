import { sourceOptions } from "../options/shared_options.ts";
import { defineCommand } from "../command.ts";
import { readSource } from "../input/source.ts";
import { listDetails, listOptions, runList } from "./shared/list_command.ts";

/** `groups`: lists projects. */
export const groups = defineCommand({
  name: "groups",
  summary: "List projects",
  details: listDetails("groups"),
  options: {
    states: listOptions.states,
    role: listOptions.role,
    user: listOptions.user,
    text: listOptions.text,
    columns: listOptions.columns,
    sort: listOptions.sort,
    ...sourceOptions,
  },
  inputs: { source: readSource },
  examples: ["zitadel-sync groups --sort users:desc --snapshot access.json"],
  run: (context) => runList("groups", context),
});
