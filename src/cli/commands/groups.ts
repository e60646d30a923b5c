import { defineListCommand } from "./shared/list_command.ts";

/** `groups`: lists projects. */
export const groups = defineListCommand("groups", {
  summary: "List projects",
  filters: ["states", "role", "user", "text"],
  examples: ["zitadel-sync groups --sort users:desc --snapshot access.json"],
});
