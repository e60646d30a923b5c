import { defineListCommand } from "./shared/list_command.ts";

export const groups = defineListCommand("groups", {
  summary: "List projects",
  filters: ["states", "role", "user", "text"],
  examples: ["zitadel-sync groups --sort users:desc --snapshot access.json"],
});
