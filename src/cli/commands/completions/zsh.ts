import type { Completed, Value, Word } from "./completed.ts";

export function zsh({ commands }: Completed): string {
  const cases = commands.map(({ word, options, operands }) => {
    const specs = [
      ...options.map((option) =>
        option.value === undefined ? quoted(`${option.word}[${escaped(option.about)}]`) : quoted(
          `${option.word}=[${escaped(option.about)}]:${option.word.slice(2)}:${
            action(option.value)
          }`,
        )
      ),
      ...operands.map((operand, at) =>
        quoted(`${operand.many ? "*" : at + 1}:${escaped(operand.word)}:${action(operand.value)}`)
      ),
    ];
    return `    ${word})\n      _arguments ${specs.join(" \\\n        ")}\n      ;;`;
  });
  return `#compdef zitadel-sync
# Completes zitadel-sync in zsh: zitadel-sync completions zsh > a folder of $fpath/_zitadel-sync
_zitadel_sync() {
  local curcontext=$curcontext state line
  local -a commands=(
${commands.map((command) => `    ${quoted(described(command))}`).join("\n")}
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
elif (( $+functions[compdef] )); then
  compdef _zitadel_sync zitadel-sync
else
  print -u2 -r -- "zitadel-sync: the completions of zsh are not on yet. Write this line before:" \\
    "autoload -Uz compinit && compinit"
fi
`;
}

function action(value: Value): string {
  if (value === "any") return " ";
  if (value === "file") return "_files";
  // The action of a list runs as a command, and its words are those of a specification by themselves.
  return value.isList
    ? `_values -s , value ${
      value.words.map(({ word, about }) => doubleQuoted(`${word}[${bracketed(about)}]`)).join(" ")
    }`.replaceAll(":", "\\:")
    : `((${value.words.map((word) => doubleQuoted(described(word))).join(" ")}))`
      .replaceAll(":", "\\:");
}

/** A word and its description, as zsh's `_describe` takes them. */
function described({ word, about }: Word): string {
  const safe = word.replace(/[\\:]/g, "\\$&");
  return about === "" ? safe : `${safe}:${about.replaceAll("\\", "\\\\")}`;
}

/** Text in a specification, between brackets or colons. */
function escaped(text: string): string {
  return text.replace(/[\\[\]:]/g, "\\$&");
}

function bracketed(text: string): string {
  return text.replace(/[\\[\]]/g, "\\$&");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function doubleQuoted(text: string): string {
  return `"${text.replace(/[\\"$`]/g, "\\$&")}"`;
}
