import type { Completed, Value } from "./completed.ts";

export function bash({ commands, namesWithValue }: Completed): string {
  const names = commands.map(({ word }) => word).join(" ");
  const values = commands.flatMap(({ word, options }) =>
    options.flatMap((option) =>
      option.value === undefined ? [] : `    ${word}:${option.word}) ${reply(option.value)} ;;`
    )
  );
  const options = commands.map(({ word, options }) =>
    `    ${word}:*:-*) ${words(options.map(({ word }) => word))} ;;`
  );
  const operands = commands.flatMap(({ word, operands }) =>
    operands.map(({ value, many }, at) => `    ${word}:${many ? "*" : at}:*) ${reply(value)} ;;`)
  );
  return `# Completes zitadel-sync in bash: source <(zitadel-sync completions bash)
_zitadel_sync_words() {
  COMPREPLY=($(compgen -W "$1" -- "$current"))
}
_zitadel_sync_list() {
  local before= word
  [[ $current == *,* ]] && before=\${current%,*},
  COMPREPLY=()
  for word in $1; do
    [[ ,$before == *",$word,"* || $word != "\${current##*,}"* ]] || COMPREPLY+=("$before$word")
  done
  compopt -o nospace
}
_zitadel_sync() {
  local current=\${COMP_WORDS[COMP_CWORD]} option= command= place=0 word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [[ $word == = ]]; then
      option=$previous
    elif [[ -n $option ]]; then
      option=
    else
      case $word in
      ${namesWithValue.join("|")}) option=$word ;;
      -*) ;;
      *) if [[ -z $command ]]; then command=$word; else place=$((place + 1)); fi ;;
      esac
      local previous=$word
    fi
  done
  [[ $current == = ]] && option=$previous current=
  COMPREPLY=()
  if [[ -n $option ]]; then
    case $command:$option in
${values.join("\n")}
    esac
  elif [[ -z $command ]]; then
    _zitadel_sync_words "${names}"
  else
    case $command:$place:$current in
${options.join("\n")}
${operands.join("\n")}
    esac
  fi
}
complete -F _zitadel_sync zitadel-sync
`;
}

function reply(value: Value): string {
  if (value === "any") return "";
  if (value === "file") return "compopt -o default";
  const list = value.words.map(({ word }) => word);
  return value.isList ? `_zitadel_sync_list "${list.join(" ")}"` : words(list);
}

function words(list: readonly string[]): string {
  return `_zitadel_sync_words "${list.join(" ")}"`;
}
