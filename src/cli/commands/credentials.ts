import { defineListCommand } from "./shared/list_command.ts";

export const credentials = defineListCommand("credentials", {
  summary: "List the tokens, keys and secrets of machines, and when they end",
  filters: ["group", "role", "user", "text", "expiresWithin"],
  details: "A snapshot in a file needs to be taken with --include credentials. ",
  examples: [
    "zitadel-sync credentials --snapshot access.json",
    "zitadel-sync credentials --expires-within 30d --snapshot access.json",
  ],
});
