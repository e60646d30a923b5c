/**
 * Scripts by which shells complete commands, options and their values, made of the table of options.
 *
 * @module
 */
import { COMMAND_HELP } from "./help_text.ts";
import {
  type CommandName,
  COMMANDS,
  OPERANDS,
  type Option,
  OPTION_ENTRIES,
  takes,
} from "./options.ts";

/** The script for each shell. */
export const COMPLETION_SCRIPTS = { bash, zsh, fish } as const;

/** Whether there is a script for a shell. */
export function isShell(name: string): name is keyof typeof COMPLETION_SCRIPTS {
  return Object.hasOwn(COMPLETION_SCRIPTS, name);
}

/** What completes a word: one of these, or the name of a file, or nothing. */
type Completion = { words: readonly string[] } | "file" | "none";

function valueCompletion({ kind }: Option): Completion {
  if (kind.isPath) return "file";
  const words = kind.placeholder?.split("|") ?? [];
  return words.length > 1 ? { words } : "none";
}

function operandCompletion(command: CommandName): Completion {
  if (command === "help") return { words: COMMANDS };
  const operands = OPERANDS[command] ?? [];
  const words = operands.flatMap(({ name }) => name.includes("|") ? name.split("|") : []);
  if (words.length > 0) return { words };
  return command === "diff" || command === "review" ? "file" : "none";
}

function listOptions(command: CommandName): Option[] {
  return OPTION_ENTRIES.map(([, option]) => option).filter((option) => takes(command, option));
}

/** The first sentence of a help text, without its end. */
function brief(help: string): string {
  return help.replace(/[.;] .*$/s, "").replace(/\.$/, "");
}

function bash(): string {
  const values = COMMANDS.flatMap((command) =>
    listOptions(command).flatMap((option) =>
      option.kind.placeholder === undefined
        ? []
        : `    ${command}:--${option.name}) ${bashReply(valueCompletion(option))} ;;`
    )
  );
  const words = COMMANDS.map((command) => {
    const options = listOptions(command).map(({ name }) => `--${name}`).join(" ");
    return `    ${command}:-*) COMPREPLY=($(compgen -W "${options}" -- "$current")) ;;\n` +
      `    ${command}:*) ${bashReply(operandCompletion(command))} ;;`;
  });
  return `# Completes zitadel-sync in bash: source <(zitadel-sync completions bash)
_zitadel_sync() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} command="" word
  if [[ $current == = ]]; then
    current=
  elif [[ $previous == = ]]; then
    previous=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
    ${COMMANDS.join("|")})
      command=$word
      break
      ;;
    esac
  done
  COMPREPLY=()
  case $command:$previous in
${values.join("\n")}
    *)
      case $command:$current in
    :*) COMPREPLY=($(compgen -W "${COMMANDS.join(" ")}" -- "$current")) ;;
${words.join("\n")}
      esac
      ;;
  esac
}
complete -F _zitadel_sync zitadel-sync
`;
}

function bashReply(completion: Completion): string {
  if (completion === "none") return "return";
  if (completion === "file") return "compopt -o default";
  return `COMPREPLY=($(compgen -W "${completion.words.join(" ")}" -- "$current"))`;
}

function zsh(): string {
  const cases = COMMANDS.map((command) => {
    const options = listOptions(command).map((option) => {
      const { name, kind, help } = option;
      const about = `[${zshText(brief(help))}]`;
      return kind.placeholder === undefined
        ? `'--${name}${about}'`
        : `'--${name}=${about}:${zshText(name)}:${zshAction(valueCompletion(option))}'`;
    });
    const operand = operandCompletion(command);
    const rest = operand === "none" ? [] : [`'*:${command}:${zshAction(operand)}'`];
    return `    ${command})\n      _arguments ${
      [...options, ...rest].join(" \\\n        ")
    }\n      ;;`;
  });
  const commands = COMMANDS.map((name) => `    '${name}:${zshText(COMMAND_HELP[name].summary)}'`);
  return `#compdef zitadel-sync
# Completes zitadel-sync in zsh: zitadel-sync completions zsh > a folder of $fpath/_zitadel-sync
_zitadel_sync() {
  local curcontext=$curcontext state line
  local -a commands=(
${commands.join("\n")}
  )
  _arguments -C '1: :->command' '*:: :->rest'
  case $state in
  command) _describe command commands ;;
  rest)
    case $words[1] in
${cases.join("\n")}
    esac
    ;;
  esac
}
if [ "$funcstack[1]" = _zitadel-sync ]; then
  _zitadel_sync "$@"
else
  compdef _zitadel_sync zitadel-sync
fi
`;
}

function zshText(text: string): string {
  return text.replace(/[\\[\]:]/g, "\\$&").replaceAll("'", "'\\''");
}

function zshAction(completion: Completion): string {
  if (completion === "none") return " ";
  return completion === "file" ? "_files" : `(${completion.words.join(" ")})`;
}

function fish(): string {
  const complete = (condition: string, rest: string) =>
    `complete -c zitadel-sync -n ${fishText(condition)} ${rest}`;
  const commands = COMMANDS.map((name) =>
    complete("__fish_use_subcommand", `-a ${name} -d ${fishText(COMMAND_HELP[name].summary)}`)
  );
  const options = OPTION_ENTRIES.map(([, option]) => {
    const value = valueCompletion(option);
    const argument = option.kind.placeholder === undefined
      ? ""
      : value === "file"
      ? " -r -F"
      : value === "none"
      ? " -x"
      : ` -x -a ${fishText(value.words.join(" "))}`;
    return complete(
      `__fish_seen_subcommand_from ${option.commands.join(" ")}`,
      `-l ${option.name}${argument} -d ${fishText(brief(option.help))}`,
    );
  });
  const operands = COMMANDS.flatMap((name) => {
    const operand = operandCompletion(name);
    if (operand === "none") return [];
    return complete(
      `__fish_seen_subcommand_from ${name}`,
      operand === "file" ? "-F" : `-a ${fishText(operand.words.join(" "))}`,
    );
  });
  return `# Completes zitadel-sync in fish
complete -c zitadel-sync -f
${[...commands, ...options, ...operands].join("\n")}
`;
}

function fishText(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
