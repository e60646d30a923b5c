import type { Completed, Value, Word } from "./completed.ts";

export function powershell({ commands, options }: Completed): string {
  const flags = options.map(({ option: { word, about, value }, takenBy }) =>
    `        @{ name = ${quoted(word)}; about = ${quoted(about)}; takenBy = ${
      takenBy.map(quoted).join(", ")
    }; takesValue = ${value === undefined ? "$false" : "$true"}; isList = ${
      isList(value) ? "$true" : "$false"
    }; words = ${table(wordsOf(value))} }`
  );
  const operands = commands.flatMap(({ word, operands }) =>
    operands.flatMap(({ value, many }, at) =>
      wordsOf(value).length === 0
        ? []
        : `        @{ command = ${quoted(word)}; at = ${at}; many = ${
          many ? "$true" : "$false"
        }; words = ${table(wordsOf(value))} }`
    )
  );
  return `# Completes zitadel-sync in PowerShell: zitadel-sync completions powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName 'zitadel-sync' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $commands = ${table(commands)}
    $options = @(
${flags.join("\n")}
    )
    $operands = @(
${operands.join("\n")}
    )
    $text = $commandAst.Extent.Text
    $length = [Math]::Min([Math]::Max(0, $cursorPosition - $commandAst.Extent.StartOffset), $text.Length)
    $given = @(-split $text.Substring(0, $length) | Select-Object -Skip 1)
    $current = ''
    if ($cursorPosition -le $commandAst.Extent.EndOffset -and $given.Count -gt 0 -and $text.Substring(0, $length) -match '\\S$') {
        $current = $given[-1]
        $given = @($given | Select-Object -SkipLast 1)
    }
    $command = ''
    $place = 0
    $option = ''
    foreach ($word in $given) {
        if ($option -ne '') {
            $option = ''
        } elseif ($word -like '-*') {
            if ($options | Where-Object { $_.takesValue -and $_.name -eq $word }) { $option = $word }
        } elseif ($command -eq '') {
            $command = $word
        } else {
            $place++
        }
    }
    if ($current -match '^(--[^=]+)=(.*)$') {
        $option = $Matches[1]
        $current = $Matches[2]
    }
    $own = @($options | Where-Object { $_.takenBy -contains $command })
    $chosen = @()
    $found = [ordered]@{}
    if ($option -ne '') {
        foreach ($entry in @($own | Where-Object { $_.name -eq $option })) {
            $found = $entry.words
            if ($entry.isList) { $chosen = @($current -split ',') }
        }
    } elseif ($command -eq '') {
        $found = $commands
    } elseif ($current -like '-*') {
        foreach ($entry in $own) { $found[$entry.name] = $entry.about }
    } else {
        foreach ($entry in $operands) {
            $isHere = $entry.at -eq $place -or ($entry.many -and $entry.at -lt $place)
            if ($entry.command -eq $command -and $isHere) { $found = $entry.words }
        }
    }
    # Of a,b PowerShell gives the part behind the comma alone, of --name=a all of it.
    $start = $wordToComplete.LastIndexOfAny([char[]]'=,') + 1
    $before = $wordToComplete.Substring(0, $start)
    $typed = $wordToComplete.Substring($start)
    foreach ($word in $found.Keys) {
        if (-not $word.StartsWith($typed) -or ($chosen -contains $word -and $word -ne $typed)) { continue }
        $about = if ($found[$word]) { $found[$word] } else { $word }
        [System.Management.Automation.CompletionResult]::new("$before$word", $word, 'ParameterValue', $about)
    }
}
`;
}

function isList(value: Value | undefined): boolean {
  return typeof value === "object" && value.isList;
}

function wordsOf(value: Value | undefined): readonly Word[] {
  return typeof value === "object" ? value.words : [];
}

function table(words: readonly Word[]): string {
  return `[ordered]@{ ${
    words.map(({ word, about }) => `${quoted(word)} = ${quoted(about)}`).join("; ")
  } }`;
}

/** Typographic quotation marks end a text in PowerShell as straight ones do. */
function quoted(text: string): string {
  return `'${text.replace(/['\u2018\u2019\u201a\u201b]/g, "$&$&")}'`;
}
