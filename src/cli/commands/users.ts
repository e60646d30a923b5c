import type { Command } from "../context.ts";
import { listCommand } from "./shared/list_command.ts";

/** `users`: lists people and machines. */
export const users: Command = listCommand("users");
