import { COMPLETION_SCRIPTS } from "../options/completion_scripts.ts";
import { defineCommand } from "../command.ts";
import { loadCommands } from "../commands.ts";
import { writeStdout } from "../output/stdout.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;

/** `completions`: what completes commands and options in a shell. */
export const completions = defineCommand({
  name: "completions",
  summary: "Print what completes commands and options in a shell",
  details: "Prints a script for bash, zsh or fish that completes commands, options and their " +
    "values with the Tab key.",
  operands: [{
    name: SHELLS.join("|"),
    words: SHELLS,
    refuse: (word: string) => ({
      message: `There are no completions for ${JSON.stringify(word)}`,
      hint: `The shells are: ${SHELLS.join(", ")}`,
    }),
  }],
  examples: [
    "source <(zitadel-sync completions bash)",
    "zitadel-sync completions zsh > ~/.zfunc/_zitadel-sync",
    "zitadel-sync completions fish > ~/.config/fish/completions/zitadel-sync.fish",
  ],
  async run({ unmasked, operands: [shell] }) {
    await writeStdout(unmasked, [COMPLETION_SCRIPTS[shell](await loadCommands())]);
    return 0;
  },
});
