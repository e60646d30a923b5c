import { parseArgs } from "@std/cli/parse-args";
import type { Command, CommandLoader } from "../command.ts";
import { COMMAND_NAMES, isCommandName } from "../command_names.ts";
import type { Issue } from "./issues.ts";
import { nearest } from "./nearest.ts";
import type { Option, Options } from "./option.ts";
import { commonOptions } from "./shared_options.ts";

/** A command line, taken apart. */
export interface CommandLine {
  /** Absent if no known command was named. */
  command: Command | undefined;
  operands: readonly string[];
  /** The values of the command's options as text, by their keys; `true` for a flag without a value. */
  values: ReadonlyMap<string, string>;
  /** Includes the secrets of options that the command does not take. */
  secrets: readonly string[];
  /** Everything that is wrong but for values. */
  issues: readonly Issue[];
}

/** A longer argument may be a token, and is not shown. */
const LONGEST_SHOWN = 24;

/**
 * Parses a command line in one pass. Modules of other commands are loaded only where an argument belongs to none that
 * is loaded. Wrong arguments are `issues`, and reject nothing.
 */
export async function parseCommandLine(
  args: readonly string[],
  loader: CommandLoader,
): Promise<CommandLine> {
  const line = await arrange(args, loader);
  const { word, command, options, valueless, unknown, others } = line;
  const names = [...options.keys()];
  const { _: words, "--": rest, ...parsed } = parseArgs(line.arranged, {
    string: ["_", ...names],
    collect: names,
    "--": true,
  });
  const given = new Map<string, readonly string[]>();
  for (const name of names) {
    const texts: unknown = parsed[name];
    if (Array.isArray(texts) && texts.length > 0) given.set(name, texts.map(String));
  }
  const operands = [...words, ...rest].slice(1).map(String);
  const secrets = [...options.values()].flatMap(({ name, secret }) =>
    secret ? given.get(name) ?? [] : []
  );
  for (const asked of ["help", "version"] as const) {
    if (!given.has(asked) || given.get(asked)![0] === "false") continue;
    return {
      command: await loader.loadCommand(asked),
      operands: asked === "help" && command !== undefined ? [command.name] : [],
      values: pickValues(commonOptions, given),
      secrets,
      issues: [],
    };
  }
  const own = command?.options ?? commonOptions;
  return {
    command,
    operands,
    values: pickValues(own, given),
    secrets,
    issues: [
      ...unknown.map((flag) => unknownOption(flag, own, others)),
      ...misused(given, valueless, options),
      ...(command === undefined
        ? [
          word === undefined
            ? { message: "No command is given", hint: formatHelpHint() }
            : unknownCommand(word),
        ]
        : [
          ...wrongOperands(command, operands),
          ...foreignOptions(command, [...given.keys(), ...valueless], others),
        ]),
    ],
  };
}

function pickValues(
  options: Options,
  given: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(options).flatMap(([key, { name }]): [string, string][] => {
      const [value] = given.get(name) ?? [];
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

interface UnknownFlag {
  name: string;
  /** With dashes. */
  written: string;
}

/** A command line that the parser understands, and the facts that it would not report. */
interface Arranged {
  arranged: string[];
  /** The word that should name a command. */
  word: string | undefined;
  command: Command | undefined;
  /** The given options, by their names. */
  options: ReadonlyMap<string, Option>;
  /** The names of options that lack their value. */
  valueless: readonly string[];
  /** Options that no command takes. */
  unknown: readonly UnknownFlag[];
  /** All commands, if they had to be loaded. */
  others: readonly Command[];
}

/**
 * Writes each known option as `--name=value`, and takes the others out, since the parser would
 *
 * - take `--out --pretty` for an empty value, as it does `--out=`, and `-` and `-5` for no values at all;
 * - read `--json=perhaps` as yes, and `--no-json=x` as `--json=x`;
 * - take `-pTOKEN` for an option a letter, of which `_` is its own list of words, and the word after `--frobnicate` for
 *   its value.
 */
async function arrange(args: readonly string[], loader: CommandLoader): Promise<Arranged> {
  const line = {
    arranged: [] as string[],
    valueless: [] as string[],
    unknown: [] as UnknownFlag[],
  };
  const options = new Map<string, Option>();
  let own = Object.values<Option>(commonOptions);
  let word: string | undefined;
  let command: Command | undefined;
  let others: readonly Command[] = [];
  const takeWord = async (argument: string) => {
    if (word !== undefined) return;
    word = argument;
    if (isCommandName(word)) command = await loader.loadCommand(word);
    else others = await loader.loadCommands();
    own = Object.values(command?.options ?? commonOptions);
  };
  const findOption = async ({ written }: UnknownFlag) => {
    const isNamed = (option: Option) => written === `--${option.name}`;
    const found = own.find(isNamed);
    if (found !== undefined) return found;
    others = await loader.loadCommands();
    return listOptions(others).find(isNamed);
  };
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  for (let i = 0; i < end; i++) {
    const argument = args[i] === "-h" ? "--help" : args[i]!;
    if (!/^-./.test(argument)) {
      await takeWord(argument);
      line.arranged.push(argument);
      continue;
    }
    const flag = toFlag(argument);
    const isInline = argument.length > flag.written.length;
    const option = await findOption(flag);
    const next = i + 1 < end ? args[i + 1] : undefined;
    const hasValue = next !== undefined && !/^--?[a-z]/i.test(next);
    if (option === undefined) {
      line.unknown.push(flag);
      // `--pgae-size 10`: the 10 is no operand, it belongs to the misspelt option.
      const meant = nearestOption(flag.name, listOptions(others));
      if (!isInline && hasValue && meant !== undefined && !meant.type.isFlag) i++;
      continue;
    }
    options.set(option.name, option);
    if (isInline) line.arranged.push(argument);
    else if (option.type.isFlag) line.arranged.push(`${argument}=true`);
    else if (!hasValue) line.valueless.push(option.name);
    else {
      line.arranged.push(`${argument}=${next}`);
      i++;
    }
  }
  if (end + 1 < args.length) await takeWord(args[end + 1]!);
  line.arranged.push(...args.slice(end));
  return { ...line, word, command, options, others };
}

function listOptions(commands: readonly Command[]): readonly Option[] {
  return commands.flatMap(({ options }) => Object.values(options));
}

/** The name of an option; of `-pTOKEN` only the first letter, since the rest may be a secret. */
function toFlag(argument: string): UnknownFlag {
  if (!argument.startsWith("--")) {
    const [, letter = ""] = [...argument];
    return { name: letter, written: `-${letter}` };
  }
  const [written = ""] = argument.split("=");
  return { name: written.slice(2), written };
}

/** The option with the most similar name or alias, if one is close enough. */
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
  { name, written }: UnknownFlag,
  own: Options,
  others: readonly Command[],
): Issue {
  const message = `Unknown option ${
    /^--?[\w.-]*$/.test(written) && written.length <= LONGEST_SHOWN ? written : formatWord(written)
  }`;
  const [ownOptions, all] = [Object.values(own), listOptions(others)];
  const positive = name.startsWith("no-")
    ? all.find((option) => option.name === name.slice(3))
    : undefined;
  if (positive?.type.isFlag) return { message, hint: `Write --${positive.name}=false` };
  // The command's own first, since it would refuse others; but a word that names one of them exactly means that.
  const meant = namesAndAliases(ownOptions).get(name) ?? namesAndAliases(all).get(name) ??
    nearestOption(name, ownOptions) ?? nearestOption(name, all);
  return {
    message,
    hint: meant === undefined ? formatHelpHint() : `Did you mean --${meant.name}?`,
  };
}

function misused(
  given: ReadonlyMap<string, readonly string[]>,
  valueless: readonly string[],
  options: ReadonlyMap<string, Option>,
): Issue[] {
  return [...options].flatMap(([name, { type: { placeholder } }]): Issue[] => {
    const missing = valueless.filter((other) => other === name).length;
    if ((given.get(name)?.length ?? 0) + missing > 1) {
      return [{ message: `--${name} is given more than once`, hint: "Give it once" }];
    }
    if (missing === 0) return [];
    return [{
      message: `--${name} needs a value`,
      hint: `Write --${name} ${placeholder}, or --${name}=${placeholder} if it begins with a dash`,
    }];
  });
}

export function unknownCommand(word: string): Issue {
  const suggestion = nearest(word, COMMAND_NAMES);
  return {
    message: `Unknown command ${formatWord(word)}`,
    hint: suggestion === undefined
      ? `The commands are: ${COMMAND_NAMES.join(", ")}`
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
      issues.push({ message: `Unexpected argument: ${formatWord(word)}`, hint });
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
  others: readonly Command[],
): Issue[] {
  const own = new Set(Object.values(options).map(({ name }) => name));
  return [...new Set(names)].filter((name) => !own.has(name)).map((name) => ({
    message: `--${name} is no option of ${commandName}`,
    hint: `--${name} belongs to: ${
      others.filter((command) => listOptions([command]).some((option) => option.name === name))
        .map(({ name }) => name).join(", ")
    }`,
  }));
}

/** A word for a message; its length alone if it may be a token. */
export function formatWord(word: string): string {
  return word.length > LONGEST_SHOWN ? `of ${word.length} characters` : JSON.stringify(word);
}

function formatHelpHint(command?: Command): string {
  return `See zitadel-sync ${command === undefined ? "help" : `${command.name} --help`}`;
}
