/**
 * The vocabulary of a command line, drawn from the commands, from which the script of each shell is made.
 *
 * @module
 */
import type { Command, Operand } from "../../command.ts";
import { collectOptions, type Option } from "../../options/option.ts";

export interface Word {
  word: string;
  /** A short description; empty where the word needs none. */
  about: string;
}

/** The values of an option or operand: one of these words, several with commas between them, a file, or anything. */
export type Value = { words: readonly Word[]; isList: boolean } | "file" | "any";

export interface CompletedOption extends Word {
  /** Absent for a flag. */
  value?: Value;
}

export interface CompletedCommand extends Word {
  options: readonly CompletedOption[];
  /** The words beside the options, by their place; the last one repeats if `many`. */
  operands: readonly (Word & { value: Value; many: boolean })[];
}

export interface Completed {
  commands: readonly CompletedCommand[];
  /** The options of all commands, each once. */
  options: readonly { option: CompletedOption; takenBy: readonly string[] }[];
  /** The options with a value: the word after one of them is no operand. */
  namesWithValue: readonly string[];
}

export function describeCommands(commands: readonly Command[]): Completed {
  const summaries = new Map(commands.map(({ name, summary }) => [name, summary]));
  const options = collectOptions(commands).map(({ option, commands }) => ({
    option: describeOption(option),
    takenBy: commands,
  }));
  const withValue = options.flatMap(({ option: { word, value } }) =>
    value === undefined ? [] : [word]
  );
  return {
    options,
    namesWithValue: [...new Set(withValue)],
    commands: commands.map((command) => describeCommand(command, summaries)),
  };
}

function describeCommand(
  { name, summary, options, operands }: Command,
  summaries: ReadonlyMap<string, string>,
): CompletedCommand {
  return {
    word: name,
    about: summary,
    options: Object.values(options).map(describeOption),
    operands: operands.map((operand) => ({
      word: operand.name,
      about: "",
      many: operand.many ?? false,
      value: describeOperand(operand, summaries),
    })),
  };
}

function describeOption({ name, type, help, about = {} }: Option): CompletedOption {
  const described = { word: `--${name}`, about: firstSentence(help) };
  if (type.isFlag) return described;
  if (type.isPath) return { ...described, value: "file" };
  if (type.words === undefined) return { ...described, value: "any" };
  const words = type.words.map((word) => ({ word, about: about[word] ?? "" }));
  return { ...described, value: { words, isList: type.isList ?? false } };
}

function describeOperand(
  { words, isPath, about = {} }: Operand,
  summaries: ReadonlyMap<string, string>,
): Value {
  if (words === undefined) return isPath ? "file" : "any";
  return {
    isList: false,
    words: words.map((word) => ({ word, about: about[word] ?? summaries.get(word) ?? "" })),
  };
}

/** The first sentence of a help text, without its end. */
function firstSentence(help: string): string {
  return help.replace(/[.:;] .*$/s, "").replace(/\.$/, "");
}
