import { parseArgs } from "node:util";
import type { Fault } from "./issues.ts";
import { nearest } from "./nearest.ts";
import {
  type CommandName,
  COMMANDS,
  OPERANDS,
  type Option,
  OPTION_ENTRIES,
  type OptionKey,
  optionNamed,
  OPTIONS,
  takes,
} from "./options.ts";

/** What was typed. */
export interface CommandLine {
  /** The command; absent if none was named, or none that exists. */
  command?: CommandName;
  /** For `help`: the command that it is asked about. */
  topic?: CommandName;
  /** What stands beside the options, after the command; not for `help`. */
  operands: readonly string[];
  /** The options with their values as text; of a flag without one `true`. */
  values: ReadonlyMap<OptionKey, string>;
  /** Everything that is wrong, values apart. */
  faults: Fault[];
}

/** Longer than this, and a stray argument may be a token: it is not shown. */
const LONGEST_SHOWN = 24;

/** Takes a command line apart. Never throws: what is wrong stands in `faults`. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const faults: Fault[] = [];
  const values = new Map<OptionKey, string>();
  const used = new Set<OptionKey>();
  const words: string[] = [];

  const tokens = tokenize(args);
  const named = tokens.flatMap((token) => token.kind === "word" ? [token.text] : [])
    .find((word) => COMMANDS.some((name) => name === word));
  let valueOfUnknown = false;
  for (const token of tokens) {
    const isValueOfUnknown = valueOfUnknown;
    valueOfUnknown = false;
    if (token.kind === "word") {
      if (!isValueOfUnknown) words.push(token.text);
      continue;
    }
    const entry = entryNamed(token.name, named);
    if (entry === undefined) {
      faults.push(unknownOption(token.name, token.written));
      // `--pgae-size 10`: the 10 is not an argument too many, it belongs to the misspelt option.
      const meant = token.value === undefined ? optionNamed(token.name) : undefined;
      valueOfUnknown = meant !== undefined && OPTIONS[meant.key].kind.placeholder !== undefined;
      continue;
    }
    const [key] = entry;
    if (used.has(key)) {
      faults.push({ message: `--${token.name} is given more than once`, hint: "Give it once" });
    } else if (token.value === undefined) {
      faults.push({
        message: `--${token.name} needs a value`,
        hint: `Write --${token.name} ${OPTIONS[key].kind.placeholder}, or --${token.name}=${
          OPTIONS[key].kind.placeholder
        } if it begins with a dash`,
      });
    } else {
      values.set(key, token.value);
    }
    used.add(key);
  }

  const [first, second, ...rest] = words;
  const command = first === undefined ? undefined : findCommand(first, faults);
  const asksAbout = command === "help" && second !== undefined;
  // Help and version are answered whatever else is wrong.
  const answered = { operands: [], values, faults: [] };
  if (used.has("help")) return { command: "help", ...toTopic(command), ...answered };
  if (used.has("version")) return { command: "version", ...answered };
  if (first === undefined) faults.push({ message: "No command is given", hint: helpHint(command) });

  const topic = asksAbout ? findCommand(second, faults) : undefined;
  const operands = asksAbout || second === undefined ? rest : [second, ...rest];
  const taken = asksAbout || command === undefined ? [] : OPERANDS[command] ?? [];
  const missing = taken[operands.length];
  if (missing !== undefined && missing.optional === undefined) {
    faults.push({ message: `${command} needs ${missing.name}`, hint: helpHint(command) });
  }
  for (const word of taken.at(-1)?.many ? [] : operands.slice(taken.length)) {
    faults.push({
      message: `There is an argument too many: ${shown(word)}`,
      hint: helpHint(command),
    });
  }
  for (const key of command === undefined ? [] : used) {
    const { name, commands } = OPTIONS[key];
    if (takes(command!, OPTIONS[key])) continue;
    faults.push({
      message: `--${name} is no option of ${command}`,
      hint: `--${name} belongs to: ${commands.join(", ")}`,
    });
  }
  return {
    ...(command === undefined ? {} : { command }),
    ...toTopic(topic),
    operands,
    values,
    faults,
  };
}

/** The option of a name; of several, which belong to different commands, the one of this command. */
function entryNamed(
  name: string,
  command: string | undefined,
): readonly [OptionKey, Option] | undefined {
  const entries = OPTION_ENTRIES.filter(([, option]) => option.name === name);
  return entries.find(([, { commands }]) => commands.some((taker) => taker === command)) ??
    entries[0];
}

function toTopic(topic: CommandName | undefined): { topic?: CommandName } {
  return topic === undefined ? {} : { topic };
}

type Token =
  | { kind: "word"; text: string }
  | { kind: "option"; name: string; written: string; value: string | undefined };

function tokenize(args: readonly string[]): Token[] {
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: Object.fromEntries(OPTION_ENTRIES.map(([, { name, kind }]) => [name, {
      type: kind.placeholder === undefined ? "boolean" as const : "string" as const,
      ...(name === "help" ? { short: "h" } : {}),
    }])),
  });
  const result: Token[] = [];
  let lastIndex = -1;
  for (const token of tokens) {
    if (token.kind === "positional") result.push({ kind: "word", text: token.value });
    if (token.kind !== "option") continue;
    const { name, rawName, value, inlineValue, index } = token;
    // `-pTOKEN` comes as an option for each letter: only the first may be shown.
    if (index === lastIndex && !rawName.startsWith("--")) continue;
    lastIndex = index;
    const isFlag = value === undefined &&
      OPTION_ENTRIES.some(([, option]) =>
        option.name === name && option.kind.placeholder === undefined
      );
    // The parser takes whatever follows for the value: `--out --pretty` would write to a file "--pretty".
    if (value !== undefined && !inlineValue && /^--?[a-z]/i.test(value)) {
      result.push({ kind: "option", name, written: rawName, value: undefined });
      return [...result, ...tokenize(args.slice(index + 1))];
    }
    result.push({ kind: "option", name, written: rawName, value: isFlag ? "true" : value });
  }
  return result;
}

function unknownOption(name: string, written: string): Fault {
  const message = `Unknown option ${written.length > LONGEST_SHOWN ? shown(written) : written}`;
  const positive = name.startsWith("no-") ? name.slice(3) : undefined;
  const negated = OPTION_ENTRIES.find(([, option]) =>
    option.name === positive && option.kind.placeholder === undefined
  );
  if (negated !== undefined) {
    return { message, hint: `Write --${positive}=false` };
  }
  const suggestion = optionNamed(name)?.name;
  return {
    message,
    hint: suggestion === undefined ? helpHint(undefined) : `Did you mean --${suggestion}?`,
  };
}

function findCommand(word: string, faults: Fault[]): CommandName | undefined {
  const command = COMMANDS.find((name) => name === word);
  if (command !== undefined) return command;
  const suggestion = nearest(word, COMMANDS);
  faults.push({
    message: `Unknown command ${shown(word)}`,
    hint: suggestion === undefined
      ? `The commands are: ${COMMANDS.join(", ")}`
      : `Did you mean ${suggestion}?`,
  });
  return undefined;
}

function shown(word: string): string {
  return word.length > LONGEST_SHOWN ? `of ${word.length} characters` : JSON.stringify(word);
}

function helpHint(command: CommandName | undefined): string {
  return `See zitadel-sync ${command === undefined ? "help" : `${command} --help`}`;
}
