/**
 * What can be completed on a command line, drawn from the commands: the scripts of all shells are made of it.
 *
 * @module
 */
import type { Command, Operand } from "../../command.ts";
import type { Option } from "../../options/option.ts";

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

/** The commands as they are completed. */
export function describeCommands(commands: readonly Command[]): readonly CompletedCommand[] {
  const summaries = new Map(commands.map(({ name, summary }) => [name, summary]));
  return commands.map(({ name, summary, options, operands }) => ({
    word: name,
    about: summary,
    options: Object.values(options).map(describeOption),
    operands: operands.map((operand) => ({
      word: operand.name,
      about: "",
      many: operand.many ?? false,
      value: describeOperand(operand, summaries),
    })),
  }));
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

/** The options of all commands, those that are the same once, with the names of the commands that take them. */
export function mergeOptions(
  commands: readonly CompletedCommand[],
): readonly { option: CompletedOption; takenBy: readonly string[] }[] {
  const merged = new Map<string, { option: CompletedOption; takenBy: string[] }>();
  for (const { word, options } of commands) {
    for (const option of options) {
      const key = JSON.stringify(option);
      const entry = merged.get(key) ?? { option, takenBy: [] };
      entry.takenBy.push(word);
      merged.set(key, entry);
    }
  }
  return [...merged.values()];
}

/** The names of all options with a value: the word after one of them is no operand. */
export function namesWithValue(commands: readonly CompletedCommand[]): readonly string[] {
  const names = commands.flatMap(({ options }) =>
    options.filter(({ value }) => value !== undefined).map(({ word }) => word)
  );
  return [...new Set(names)];
}
