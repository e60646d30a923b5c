import { defineListCommand } from "./shared/list_command.ts";

export const grants = defineListCommand("grants", {
  summary: "List who holds which role",
  filters: ["states", "type", "group", "role", "user", "text"],
  examples: ["zitadel-sync grants --role admin --type machine --snapshot access.json"],
});
