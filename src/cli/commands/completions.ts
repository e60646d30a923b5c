import { defineCommand } from "../command.ts";
import { writeStdout } from "../output/stdout.ts";
import { bash } from "./completions/bash.ts";
import { describeCommands } from "./completions/completed.ts";
import { fish } from "./completions/fish.ts";
import { powershell } from "./completions/powershell.ts";
import { zsh } from "./completions/zsh.ts";

const SCRIPTS = { bash, zsh, fish, powershell };

const SHELLS = ["bash", "zsh", "fish", "powershell"] as const satisfies (keyof typeof SCRIPTS)[];

export const completions = defineCommand({
  name: "completions",
  summary: "Print a completion script for a shell",
  details: "Prints a script for bash, zsh, fish or PowerShell that completes commands, options " +
    "and their values with the Tab key.",
  operands: [{
    name: SHELLS.join("|"),
    words: SHELLS,
    about: {
      bash: "for ~/.bashrc",
      zsh: "for a folder of $fpath, or ~/.zshrc after compinit",
      fish: "for ~/.config/fish/completions",
      powershell: "for $PROFILE",
    },
    refuse: (word: string) => ({
      message: `There are no completions for ${JSON.stringify(word)}`,
      hint: `The shells are: ${SHELLS.join(", ")}`,
    }),
  }],
  examples: [
    "source <(zitadel-sync completions bash)",
    "zitadel-sync completions zsh > ~/.zfunc/_zitadel-sync",
    "zitadel-sync completions fish > ~/.config/fish/completions/zitadel-sync.fish",
    "zitadel-sync completions powershell | Out-String | Invoke-Expression",
  ],
  async run({ rawIo, operands: [shell], loadCommands }) {
    await writeStdout(rawIo, [SCRIPTS[shell](describeCommands(await loadCommands()))]);
    return 0;
  },
});
