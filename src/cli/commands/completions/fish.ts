import type { Completed, Value, Word } from "./completed.ts";

export function fish({ commands, options, namesWithValue }: Completed): string {
  const names = commands.map(({ word, about }) =>
    complete("__zitadel_sync_at", `-a ${word} -d ${quoted(about)}`)
  );
  const flags = options.map(({ option: { word, about, value }, takenBy }) =>
    complete(
      `__zitadel_sync_in ${takenBy.join(" ")}`,
      `-l ${word.slice(2)}${argument(value)} -d ${quoted(about)}`,
    )
  );
  const operands = commands.flatMap(({ word, operands }) =>
    operands.flatMap(({ value, many }, at) => {
      if (value === "any") return [];
      const here = `__zitadel_sync_at ${word} ${at}${many ? " many" : ""}`;
      return complete(here, value === "file" ? "-F" : `-a ${candidates(value.words)}`);
    })
  );
  return `# Completes zitadel-sync in fish: zitadel-sync completions fish | source
function __zitadel_sync_words
    set -l is_value
    for word in (commandline -opc)[2..]
        if test -n "$is_value"
            set is_value
        else if contains -- $word ${namesWithValue.join(" ")}
            set is_value yes
        else if not string match -q -- '-*' $word
            echo $word
        end
    end
end
function __zitadel_sync_in
    contains -- (__zitadel_sync_words)[1] $argv
end
function __zitadel_sync_at -a command place many
    set -l words (__zitadel_sync_words)
    test "$words[1]" = "$command"; or return 1
    set -q place[1]; or return 0
    set -l given (math (count $words) - 1)
    test $given -eq $place; or test -n "$many" -a $given -gt $place
end
function __zitadel_sync_list
    set -l token (string replace -r -- '^--[^=]*=' '' (commandline -ct))
    set -l before (string match -r -- '^.*,' $token)
    for candidate in $argv
        set -l word (string split -m 1 \\t -- $candidate)[1]
        contains -- $word (string split , -- $before); or echo -- "$before$candidate"
    end
end
complete -c zitadel-sync -f
${[...names, ...flags, ...operands].join("\n")}
`;
}

function complete(condition: string, rest: string): string {
  return `complete -c zitadel-sync -n ${quoted(condition)} ${rest}`;
}

function argument(value: Value | undefined): string {
  if (value === undefined) return "";
  if (value === "file") return " -r -F";
  if (value === "any") return " -x";
  return value.isList
    ? ` -x -a ${quoted(`(__zitadel_sync_list ${value.words.map(listed).join(" ")})`)}`
    : ` -x -a ${candidates(value.words)}`;
}

/** The candidates as fish takes them: each description stands behind a tab. */
function candidates(words: readonly Word[]): string {
  return quoted(words.map(listed).join(" "));
}

function listed({ word, about }: Word): string {
  return about === "" ? word : `${word}\\t${quoted(about)}`;
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
