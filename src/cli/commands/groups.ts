import type { Command } from "../context.ts";
import { listCommand } from "./shared/list_command.ts";

/** `groups`: lists projects. */
export const groups: Command = listCommand("groups");
