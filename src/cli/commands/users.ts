import { defineListCommand } from "./shared/list_command.ts";

export const users = defineListCommand("users", {
  summary: "List people and machines",
  filters: ["states", "type", "group", "role", "text"],
  examples: [
    "zitadel-sync users --state inactive,locked --snapshot access.json",
    "zitadel-sync users --type machine --columns name,description,grants --sort grants:desc",
  ],
});
