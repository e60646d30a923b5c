import { defineListCommand } from "./shared/list_command.ts";

/** `entitlements`: lists the roles of projects. */
export const entitlements = defineListCommand("entitlements", {
  summary: "List the roles of projects",
  filters: ["group", "role", "user", "text"],
  examples: ["zitadel-sync entitlements --group Payroll --snapshot access.json"],
});
