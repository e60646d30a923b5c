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

/** The first word of a command line, which names the command, as far as the options before it are known. */
export function findFirstWord(
  args: readonly string[],
  known: ReadonlyMap<string, Option> = namedOptions([]),
): string | undefined {
  const { args: arranged } = arrange(args, known);
  return parseArgs(arranged, { string: ["_", ...known.keys()], stopEarly: true })._[0]?.toString();
}

/**
 * Takes a command line apart, as far as the given commands go: what is unknown may belong to others. Never throws: what
 * is wrong stands in `issues`.
 */
export function parseCommandLine(
  args: readonly string[],
  commands: readonly Command[],
): CommandLine {
  const first = findFirstWord(args, namedOptions(commands));
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
    if (given.has(asks) && values.get(asks) !== "false") return { ...line, asks, issues: [] };
  }
  return {
    ...line,
    issues: [
      ...unknown.map(({ name, written }) => unknownOption(name, written, options, known)),
      ...misused(given, valueless, known),
      ...wrongCommand(word, command, commands),
      ...command === undefined ? [] : wrongOperands(command, operands),
      ...command === undefined
        ? []
        : foreignOptions(command, [...given.keys(), ...valueless], commands),
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
  return new Map(
    tables.flatMap((options) => Object.values(options)).map((option) => [
      option.name,
      option,
    ]),
  );
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
  const { args: arranged, valueless, unknown } = arrange(args, known);
  const names = [...known.keys()];
  const { _: words, "--": rest, ...values } = parseArgs(arranged, {
    string: ["_", ...names],
    collect: names,
    "--": true,
  });
  const given = new Map<string, readonly string[]>();
  for (const name of names) {
    const texts: unknown = values[name];
    if (Array.isArray(texts) && texts.length > 0) given.set(name, texts.map(String));
  }
  return { given, valueless, words: [...words, ...rest].map(String), unknown };
}

/**
 * Writes each known option as `--name=value`, and takes the others out, since the parser would
 *
 * - take `--out --pretty` for an empty value, as it does `--out=`, and `-` and `-5` for no values at all;
 * - read `--json=perhaps` as yes, and `--no-json=x` as `--json=x`;
 * - take `-pTOKEN` for an option a letter, of which `_` is its own list of words, and the word after `--frobnicate` for
 *   its value.
 */
function arrange(args: readonly string[], known: ReadonlyMap<string, Option>) {
  const arranged: string[] = [];
  const valueless: string[] = [];
  const unknown: UnknownFlag[] = [];
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  for (let i = 0; i < end; i++) {
    const argument = args[i] === "-h" ? "--help" : args[i]!;
    if (!/^-./.test(argument)) {
      arranged.push(argument);
      continue;
    }
    const flag = toFlag(argument);
    const isInline = argument.length > flag.written.length;
    const option = argument.startsWith("--") ? known.get(flag.name) : undefined;
    const next = i + 1 < end ? args[i + 1] : undefined;
    const hasValue = next !== undefined && !/^--?[a-z]/i.test(next);
    if (option === undefined) {
      unknown.push(flag);
      // `--pgae-size 10`: the 10 is not an argument too many, it belongs to the misspelt option.
      if (!isInline && hasValue && takesValue(flag.name, known)) i++;
    } else if (isInline) arranged.push(argument);
    else if (option.type.isFlag) arranged.push(`${argument}=true`);
    else if (!hasValue) valueless.push(option.name);
    else {
      arranged.push(`${argument}=${next}`);
      i++;
    }
  }
  return { args: [...arranged, ...args.slice(end)], valueless, unknown };
}

/** A flag as it was written; of `-pTOKEN` only the first letter, since the rest may be secret. */
function toFlag(argument: string): UnknownFlag {
  if (!argument.startsWith("--")) {
    const [, letter = ""] = [...argument];
    return { name: letter, written: `-${letter}` };
  }
  const [written = ""] = argument.split("=");
  return { name: written.slice(2), written };
}

/** Whether an unknown option is nearly one that takes a value. */
function takesValue(name: string, known: ReadonlyMap<string, Option>): boolean {
  const meant = nearestOption(name, [...known.values()]);
  return meant !== undefined && !meant.type.isFlag;
}

/** The option that a name nearly is, by its own name or else by the words that people look for. */
export function nearestOption(name: string, options: readonly Option[]): Option | undefined {
  const named = namesAndAliases(options);
  const found = nearest(name, named.keys());
  return found === undefined ? undefined : named.get(found);
}

function namesAndAliases(options: readonly Option[]): ReadonlyMap<string, Option> {
  const named = new Map(options.map((option) => [option.name, option]));
  for (const option of options) {
    for (const alias of option.alias ?? []) if (!named.has(alias)) named.set(alias, option);
  }
  return named;
}

function unknownOption(
  name: string,
  written: string,
  own: Options,
  known: ReadonlyMap<string, Option>,
): Issue {
  const message = `Unknown option ${
    /^--?[\w.-]*$/.test(written) && written.length <= LONGEST_SHOWN ? written : formatWord(written)
  }`;
  const positive = name.startsWith("no-") ? known.get(name.slice(3)) : undefined;
  if (positive?.type.isFlag) return { message, hint: `Write --${positive.name}=false` };
  const all = [...known.values()];
  // The command's own first, since it would refuse others; but a word that names one of them exactly means that.
  const meant = namesAndAliases(Object.values(own)).get(name) ?? namesAndAliases(all).get(name) ??
    nearestOption(name, Object.values(own)) ?? nearestOption(name, all);
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
