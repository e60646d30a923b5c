import type { Command } from "../context.ts";
import { listCommand } from "./shared/list_command.ts";

/** `grants`: lists who holds what. */
export const grants: Command = listCommand("grants");
