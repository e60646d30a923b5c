/**
 * Scripts by which shells complete commands, options and their values, made of the commands.
 *
 * @module
 */
import type { Command } from "../command.ts";
import type { Option } from "./option.ts";
import { collectOptions } from "../commands.ts";

/** Makes the script for each shell. */
export const COMPLETION_SCRIPTS = { bash, zsh, fish } as const;

/** What completes a word: one of these, or the name of a file, or nothing. */
type Completion = { words: readonly string[] } | "file" | "none";

function valueCompletion({ type }: Option): Completion {
  if (type.isPath) return "file";
  return type.words === undefined ? "none" : { words: type.words };
}

function operandCompletion({ operands }: Command): Completion {
  const words = operands.flatMap((operand) => operand.words ?? []);
  if (words.length > 0) return { words };
  return operands.some(({ isPath }) => isPath) ? "file" : "none";
}

/** The first sentence of a help text, without its end. */
function brief(help: string): string {
  return help.replace(/[.;] .*$/s, "").replace(/\.$/, "");
}

function bash(commands: readonly Command[]): string {
  const names = commands.map(({ name }) => name);
  const values = commands.flatMap((command) =>
    Object.values(command.options).flatMap((option) =>
      option.type.isFlag
        ? []
        : `    ${command.name}:--${option.name}) ${bashReply(valueCompletion(option))} ;;`
    )
  );
  const words = commands.map((command) => {
    const options = Object.values(command.options).map(({ name }) => `--${name}`).join(" ");
    return `    ${command.name}:-*) COMPREPLY=($(compgen -W "${options}" -- "$current")) ;;\n` +
      `    ${command.name}:*) ${bashReply(operandCompletion(command))} ;;`;
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
    ${names.join("|")})
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
    :*) COMPREPLY=($(compgen -W "${names.join(" ")}" -- "$current")) ;;
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

function zsh(commands: readonly Command[]): string {
  const cases = commands.map((command) => {
    const options = Object.values(command.options).map((option) => {
      const { name, type, help } = option;
      const about = `[${zshText(brief(help))}]`;
      return type.isFlag
        ? `'--${name}${about}'`
        : `'--${name}=${about}:${zshText(name)}:${zshAction(valueCompletion(option))}'`;
    });
    const operand = operandCompletion(command);
    const rest = operand === "none" ? [] : [`'*:${command.name}:${zshAction(operand)}'`];
    return `    ${command.name})\n      _arguments ${
      [...options, ...rest].join(" \\\n        ")
    }\n      ;;`;
  });
  const described = commands.map(({ name, summary }) => `    '${name}:${zshText(summary)}'`);
  return `#compdef zitadel-sync
# Completes zitadel-sync in zsh: zitadel-sync completions zsh > a folder of $fpath/_zitadel-sync
_zitadel_sync() {
  local curcontext=$curcontext state line
  local -a commands=(
${described.join("\n")}
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

function fish(commands: readonly Command[]): string {
  const complete = (condition: string, rest: string) =>
    `complete -c zitadel-sync -n ${fishText(condition)} ${rest}`;
  const described = commands.map(({ name, summary }) =>
    complete("__fish_use_subcommand", `-a ${name} -d ${fishText(summary)}`)
  );
  const options = collectOptions(commands).map(({ option, commands }) => {
    const value = valueCompletion(option);
    const argument = option.type.isFlag
      ? ""
      : value === "file"
      ? " -r -F"
      : value === "none"
      ? " -x"
      : ` -x -a ${fishText(value.words.join(" "))}`;
    return complete(
      `__fish_seen_subcommand_from ${commands.join(" ")}`,
      `-l ${option.name}${argument} -d ${fishText(brief(option.help))}`,
    );
  });
  const operands = commands.flatMap((command) => {
    const operand = operandCompletion(command);
    if (operand === "none") return [];
    return complete(
      `__fish_seen_subcommand_from ${command.name}`,
      operand === "file" ? "-F" : `-a ${fishText(operand.words.join(" "))}`,
    );
  });
  return `# Completes zitadel-sync in fish
complete -c zitadel-sync -f
${[...described, ...options, ...operands].join("\n")}
`;
}

function fishText(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
