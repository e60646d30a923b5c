import { defineListCommand } from "./shared/list_command.ts";

/** `credentials`: lists what machines sign in with. */
export const credentials = defineListCommand("credentials", {
  summary: "List the tokens, keys and secrets of machines, and when they end",
  filters: ["group", "role", "user", "text", "expiresWithin"],
  details:
    "A snapshot has them if it was taken with --include credentials; one that is taken now " +
    "has them. ",
  examples: [
    "zitadel-sync credentials --snapshot access.json",
    "zitadel-sync credentials --expires-within 30d --snapshot access.json",
  ],
});
