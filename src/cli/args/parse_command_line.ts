import { parseArgs } from "@std/cli/parse-args";
import type { Command } from "../command.ts";
import type { Issue } from "./issues.ts";
import { nearest } from "./nearest.ts";
import type { Option, Options } from "./option.ts";
import { commonOptions } from "./shared_options.ts";

/** What was typed. */
export interface CommandLine {
  /** The command; absent if none was named, or none that is known. */
  command?: Command;
  /** Help or the version is asked for, whatever else stands there. */
  asks?: "help" | "version";
  /** What stands beside the options, after the command. */
  operands: readonly string[];
  /** The command's options, by their keys, with their values as text; of a flag without one `true`. */
  values: ReadonlyMap<string, string>;
  /** Secrets, also those of options that the command does not take. */
  secrets: readonly string[];
  /** Everything that is wrong, values apart. */
  issues: Issue[];
}

/** Longer than this, and a stray argument may be a token: it is not shown. */
const LONGEST_SHOWN = 24;

/** The first word of a command line, which names the command, as far as that can be known without its options. */
export function findFirstWord(args: readonly string[]): string | undefined {
  const { _: [word] } = parseArgs(joinValues(args, namedOptions([])).args, {
    string: ["_"],
    stopEarly: true,
    unknown: (_argument, key) => key === undefined,
  });
  return word === undefined ? undefined : String(word);
}

/**
 * Takes a command line apart, as far as the given commands go: what is unknown may belong to others. Never throws: what
 * is wrong stands in `issues`.
 */
export function parseCommandLine(
  args: readonly string[],
  commands: readonly Command[],
): CommandLine {
  const first = findFirstWord(args);
  const known = namedOptions(commands, commands.find(({ name }) => name === first));
  const { given, valueless, words, unknown } = tokenize(args, known);
  const [word, ...operands] = words;
  const command = commands.find(({ name }) => name === word);
  const options = command?.options ?? commonOptions;
  const values = new Map<string, string>();
  for (const [key, { name }] of Object.entries(options)) {
    const [value] = given.get(name) ?? [];
    if (value !== undefined) values.set(key, value);
  }
  const line = {
    ...(command === undefined ? {} : { command }),
    operands,
    values,
    secrets: [...known.values()].flatMap(({ name, secret }) => secret ? given.get(name) ?? [] : []),
  };
  for (const asks of ["help", "version"] as const) {
    if (given.has(asks)) return { ...line, asks, issues: [] };
  }
  return {
    ...line,
    issues: [
      ...unknown.map(({ name, written }) => unknownOption(name, written, options, known)),
      ...misused(given, valueless, known),
      ...wrongCommand(word, command, commands),
      ...command === undefined ? [] : wrongOperands(command, operands),
      ...command === undefined ? [] : foreignOptions(command, [...given.keys(), ...valueless], commands),
    ],
  };
}

/** Options by their names; where commands differ, that of `command`. */
function namedOptions(
  commands: readonly Command[],
  command?: Command,
): ReadonlyMap<string, Option> {
  const tables: Options[] = [
    ...commands.map(({ options }) => options),
    commonOptions,
    ...command === undefined ? [] : [command.options],
  ];
  return new Map(tables.flatMap((options) => Object.values(options)).map((option) => [
    option.name,
    option,
  ]));
}

interface UnknownFlag {
  /** Without dashes. */
  name: string;
  /** As it stands on the command line, without a value. */
  written: string;
}

interface Tokens {
  /** The values of each known option, by its name. */
  given: ReadonlyMap<string, readonly string[]>;
  /** Known options without the value that they need, by name. */
  valueless: readonly string[];
  /** What is no option. */
  words: readonly string[];
  /** Options that nobody knows. */
  unknown: readonly UnknownFlag[];
}

function tokenize(args: readonly string[], known: ReadonlyMap<string, Option>): Tokens {
  const joined = joinValues(args, known);
  const names = [...known.keys()];
  const words: string[] = [];
  const unknown: UnknownFlag[] = joined.negated.map((written) => ({
    name: written.replace(/^--/, ""),
    written,
  }));
  const parsed = parseArgs(joined.args, {
    string: ["_", ...names],
    collect: names,
    "--": true,
    unknown(argument, key, value) {
      if (key === undefined) {
        words.push(argument);
        return false;
      }
      const flag = toFlag(argument);
      // `-pTOKEN` comes as a flag for each letter: only the first may be shown.
      if (unknown.at(-1)?.written !== flag.written) unknown.push(flag);
      // The parser takes the next word for the value: `--pgae-size 10` means it so, `--frobnicate sync` does not.
      const isWord = typeof value === "string" && !isInline(argument, value);
      if (isWord && !takesValue(flag.name, known)) words.push(value);
      return false;
    },
  });
  const given = new Map<string, readonly string[]>();
  for (const name of names) {
    const values: unknown = parsed[name];
    if (Array.isArray(values) && values.length > 0) given.set(name, values.map(String));
  }
  return { given, valueless: joined.valueless, words: [...words, ...parsed["--"]], unknown };
}

/**
 * Writes each known option as `--name=value`. The parser would take `--out --pretty` for an empty value, as it does
 * `--out=`; would not take `-` and `-5` for values at all; and would read `--json=perhaps` as yes and `--no-json=x` as
 * `--json=x`.
 */
function joinValues(args: readonly string[], known: ReadonlyMap<string, Option>) {
  const joined: string[] = [];
  const valueless: string[] = [];
  const negated: string[] = [];
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  for (let i = 0; i < end; i++) {
    const argument = args[i] === "-h" ? "--help" : args[i]!;
    const option = argument.startsWith("--") ? known.get(argument.slice(2)) : undefined;
    const next = i + 1 < end ? args[i + 1] : undefined;
    if (/^--no-/.test(argument) && option === undefined) negated.push(argument.split("=")[0]!);
    else if (option === undefined) joined.push(argument);
    else if (option.type.isFlag) joined.push(`${argument}=true`);
    else if (next === undefined || /^--?[a-z]/i.test(next)) valueless.push(option.name);
    else {
      joined.push(`${argument}=${next}`);
      i++;
    }
  }
  return { args: [...joined, ...args.slice(end)], valueless, negated };
}

function toFlag(argument: string): UnknownFlag {
  if (!argument.startsWith("--")) return { name: argument[1]!, written: argument.slice(0, 2) };
  const [written = ""] = argument.split("=");
  return { name: written.slice(2), written };
}

/** Whether the parser found a flag's value in the same argument. */
function isInline(argument: string, value: string): boolean {
  return argument.startsWith("--") ? argument.includes("=") : argument.endsWith(value);
}

/** Whether an unknown option is nearly one that takes a value. */
function takesValue(name: string, known: ReadonlyMap<string, Option>): boolean {
  const meant = nearestOption(name, [...known.values()]);
  return meant !== undefined && !meant.type.isFlag;
}

/** The option that a name nearly is, by its own name or else by the words that people look for. */
export function nearestOption(name: string, options: readonly Option[]): Option | undefined {
  const named = new Map<string, Option>();
  for (const option of options) named.set(option.name, option);
  for (const option of options) {
    for (const alias of option.alias ?? []) if (!named.has(alias)) named.set(alias, option);
  }
  const found = nearest(name, named.keys());
  return found === undefined ? undefined : named.get(found);
}

function unknownOption(
  name: string,
  written: string,
  own: Options,
  known: ReadonlyMap<string, Option>,
): Issue {
  const message = `Unknown option ${
    written.length > LONGEST_SHOWN ? formatWord(written) : written
  }`;
  const positive = name.startsWith("no-") ? known.get(name.slice(3)) : undefined;
  if (positive?.type.isFlag) return { message, hint: `Write --${positive.name}=false` };
  // The command's own first: of others it would refuse what is suggested.
  const meant = nearestOption(name, Object.values(own)) ?? nearestOption(name, [...known.values()]);
  return {
    message,
    hint: meant === undefined ? formatHelpHint() : `Did you mean --${meant.name}?`,
  };
}

function misused(
  given: Tokens["given"],
  valueless: readonly string[],
  known: ReadonlyMap<string, Option>,
): Issue[] {
  const times = (name: string) =>
    (given.get(name)?.length ?? 0) + valueless.filter((other) => other === name).length;
  return [...new Set([...given.keys(), ...valueless])].flatMap((name): Issue[] => {
    if (times(name) > 1) {
      return [{ message: `--${name} is given more than once`, hint: "Give it once" }];
    }
    if (!valueless.includes(name)) return [];
    const placeholder = known.get(name)?.type.placeholder;
    return [{
      message: `--${name} needs a value`,
      hint: `Write --${name} ${placeholder}, or --${name}=${placeholder} if it begins with a dash`,
    }];
  });
}

function wrongCommand(
  word: string | undefined,
  command: Command | undefined,
  commands: readonly Command[],
): Issue[] {
  if (command !== undefined) return [];
  if (word === undefined) return [{ message: "No command is given", hint: formatHelpHint() }];
  return [unknownCommand(word, commands.map(({ name }) => name))];
}

/** What is wrong with a word that names no command. */
export function unknownCommand(word: string, names: readonly string[]): Issue {
  const suggestion = nearest(word, names);
  return {
    message: `Unknown command ${formatWord(word)}`,
    hint: suggestion === undefined
      ? `The commands are: ${names.join(", ")}`
      : `Did you mean ${suggestion}?`,
  };
}

function wrongOperands(command: Command, operands: readonly string[]): Issue[] {
  const { name, operands: taken } = command;
  const hint = formatHelpHint(command);
  const missing = taken[operands.length];
  const issues: Issue[] = [];
  if (missing !== undefined && missing.optional === undefined) {
    issues.push({ message: `${name} needs ${missing.name}`, hint });
  }
  operands.forEach((word, i) => {
    const operand = taken[i] ?? (taken.at(-1)?.many ? taken.at(-1) : undefined);
    if (operand === undefined) {
      issues.push({ message: `There is an argument too many: ${formatWord(word)}`, hint });
    } else if (operand.words?.includes(word) === false) {
      issues.push(
        operand.refuse?.(word) ?? { message: `${operand.name} is not ${formatWord(word)}`, hint },
      );
    }
  });
  return issues;
}

function foreignOptions(
  { name: commandName, options }: Command,
  names: readonly string[],
  commands: readonly Command[],
): Issue[] {
  const own = new Set(Object.values(options).map(({ name }) => name));
  return [...new Set(names)].filter((name) => !own.has(name)).map((name) => ({
    message: `--${name} is no option of ${commandName}`,
    hint: `--${name} belongs to: ${
      commands.filter(({ options }) =>
        Object.values(options).some((option) => option.name === name)
      ).map(({ name }) => name).join(", ")
    }`,
  }));
}

/** A word from the command line for a message, unless it may be a token. */
export function formatWord(word: string): string {
  return word.length > LONGEST_SHOWN ? `of ${word.length} characters` : JSON.stringify(word);
}

function formatHelpHint(command?: Command): string {
  return `See zitadel-sync ${command === undefined ? "help" : `${command.name} --help`}`;
}
