import { formatHelp, formatOverview, helpWidth } from "../output/help_text.ts";
import { unknownCommand } from "../options/parse_command_line.ts";
import { defineCommand } from "../command.ts";
import { COMMAND_NAMES } from "../command_names.ts";
import { writeStdout } from "../output/stdout.ts";

export const help = defineCommand({
  name: "help",
  summary: "Explain a command",
  details: "Lists the commands, or explains one command and its options.",
  operands: [{
    name: "COMMAND",
    optional: true,
    words: COMMAND_NAMES,
    refuse: unknownCommand,
  }],
  examples: ["zitadel-sync help sync"],
  async run({ io, operands: [topic], loadCommand, loadCommands }) {
    const width = helpWidth(io, "stdout");
    const text = topic === undefined
      ? formatOverview(await loadCommands(), width)
      : formatHelp(await loadCommand(topic), width);
    await writeStdout(io, [text]);
    return 0;
  },
});
