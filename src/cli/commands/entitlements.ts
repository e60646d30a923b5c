import { sourceOptions } from "../options/shared_options.ts";
import { defineCommand } from "../command.ts";
import { readSource } from "../input/source.ts";
import { listDetails, listOptions, runList } from "./shared/list_command.ts";

/** `entitlements`: lists the roles of projects. */
export const entitlements = defineCommand({
  name: "entitlements",
  summary: "List the roles of projects",
  details: listDetails("entitlements"),
  options: {
    group: listOptions.group,
    role: listOptions.role,
    user: listOptions.user,
    text: listOptions.text,
    columns: listOptions.columns,
    sort: listOptions.sort,
    ...sourceOptions,
  },
  inputs: { source: readSource },
  examples: ["zitadel-sync entitlements --group Payroll --snapshot access.json"],
  run: (context) => runList("entitlements", context),
});
