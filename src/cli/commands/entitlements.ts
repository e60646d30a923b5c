import type { Command } from "../context.ts";
import { listCommand } from "./shared/list_command.ts";

/** `entitlements`: lists the roles of projects. */
export const entitlements: Command = listCommand("entitlements");
