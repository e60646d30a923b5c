import { defineListCommand } from "./shared/list_command.ts";

export const entitlements = defineListCommand("entitlements", {
  summary: "List the roles of projects",
  filters: ["group", "role", "user", "text"],
  examples: ["zitadel-sync entitlements --group Payroll --snapshot access.json"],
});
