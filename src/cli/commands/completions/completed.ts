/**
 * What can be completed on a command line, drawn from the commands: the scripts of all shells are made of it.
 *
 * @module
 */
import type { Command, Operand } from "../../command.ts";
import { collectOptions, type Option } from "../../options/option.ts";

/** A word that completes another one. */
export interface Word {
  /** The word. */
  word: string;
  /** What it stands for, in a few words; empty where it says so itself. */
  about: string;
}

/** What a value can be: one of these words, several with commas between them, a file, or anything. */
export type Value = { words: readonly Word[]; isList: boolean } | "file" | "any";

/** An option, as it is completed. */
export interface CompletedOption extends Word {
  /** Its value; absent for a flag. */
  value?: Value;
}

/** A command, as it is completed. */
export interface CompletedCommand extends Word {
  /** Its options, `--` included. */
  options: readonly CompletedOption[];
  /** What may stand at each place beside the options. The last one repeats if `many`. */
  operands: readonly (Word & { value: Value; many: boolean })[];
}

/** What can be completed. */
export interface Completed {
  /** The commands, in the order of help. */
  commands: readonly CompletedCommand[];
  /** The options of all commands, each once, with the names of the commands that take it. */
  options: readonly { option: CompletedOption; takenBy: readonly string[] }[];
  /** The names of all options with a value: the word after one of them is no operand. */
  namesWithValue: readonly string[];
}

/** Draws from the commands what can be completed. */
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
