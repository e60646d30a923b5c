/**
 * What a command is: everything that parsing, configuration, help, completions and the man page know of it.
 *
 * @module
 */
import type { CommandName } from "./command_names.ts";
import type { Issue } from "./options/issues.ts";
import type { Options, Settings } from "./options/option.ts";
import { commonOptions } from "./options/shared_options.ts";
import type { Io } from "./io.ts";
import type { Log } from "./output/log.ts";
import type { Progress } from "./output/progress.ts";

/** What a command takes beside its options. */
export interface Operand {
  /** What stands for it in help texts. */
  name: string;
  /** It may be left out. */
  optional?: true;
  /** It may be given more than once; only the last one of a command. */
  many?: true;
  /** It names a file. */
  isPath?: true;
  /** The only words that it may be; `refuse` says what is wrong with another one. */
  words?: readonly string[];
  /** What each of `words` stands for, where it is not the name of a command. */
  about?: Readonly<Record<string, string>>;
  /** What is wrong with a word that is none of `words`. */
  refuse?: (word: string) => Issue;
}

type OperandValue<T extends Operand> = T extends { words: readonly (infer W extends string)[] } ? W
  : string;

/** What was typed for operands, each with the type that its definition gives it. */
export type OperandValues<P extends readonly Operand[]> = P extends
  readonly [infer First extends Operand, ...infer Rest extends readonly Operand[]]
  ? First extends { many: true } ? OperandValue<First>[]
  : First extends { optional: true } ? [OperandValue<First>?, ...OperandValues<Rest>]
  : [OperandValue<First>, ...OperandValues<Rest>]
  : [];

/** Which source of settings counts: the first that says something. */
export const SOURCE_LEVELS = ["flag", "environment", "file"] as const;

/** Where a setting comes from. */
export interface SettingSource {
  /** As messages name it, such as `--page-size` or `ZITADEL_PAGE_SIZE`. */
  name: string;
  /** What kind of place that is. */
  level: typeof SOURCE_LEVELS[number];
}

/** What an {@linkcode ReadInput} works with. */
export interface InputContext<
  O extends Options = Options,
  V extends readonly (string | undefined)[] = readonly (string | undefined)[],
> {
  /** Streams, environment and clock; secrets are hidden in what is written. */
  readonly io: Io;
  /** The settings that are right; what is wrong with others is an issue already. */
  readonly settings: Settings<O>;
  /** Where each setting comes from, by its key; not for defaults. */
  readonly sources: ReadonlyMap<string, SettingSource>;
  /** What was typed beside the options. */
  readonly operands: V;
  /** Hides a secret from now on. */
  hide(secret: string): void;
}

/** What came of reading an input: its value, or all that is wrong. */
export type InputResult<T> =
  & ({ value: T } | { issues: readonly Issue[] })
  & { warnings?: readonly string[] };

/**
 * Reads and checks what a command needs beside its settings, such as a file that they name, before the work begins: so
 * that all issues are reported at once. Rejects only with the reason of the signal.
 */
export type ReadInput<
  O extends Options,
  V extends readonly (string | undefined)[],
  T = unknown,
> = (reading: InputContext<O, V>) => Promise<InputResult<T>>;

type Inputs<I> = {
  readonly [K in keyof I]: I[K] extends (reading: never) => Promise<InputResult<infer T>> ? T
    : never;
};

/** What a command works with. */
export interface Context<
  S = Settings<typeof commonOptions>,
  V extends readonly (string | undefined)[] = readonly (string | undefined)[],
  I = unknown,
> extends CommandLoader {
  /** Streams, environment and clock; secrets are hidden in what is written. */
  readonly io: Io;
  /** The same without hiding, for the snapshot: its bytes must be those that its digest covers. */
  readonly rawIo: Io;
  /** The settings, checked: those of the command's own options. */
  readonly settings: S;
  /** What was typed beside the options. */
  readonly operands: V;
  /** What the command's inputs gave. */
  readonly inputs: I;
  /** What goes to standard error. */
  readonly log: Log;
  /** Shows what happens during a sync. */
  readonly progress: Progress;
}

/** Loads the modules of commands. */
export interface CommandLoader {
  /** Loads a command. */
  loadCommand(name: CommandName): Promise<Command>;
  /** Loads all commands. */
  loadCommands(): Promise<readonly Command[]>;
}

type Readers<O extends Options, V extends readonly (string | undefined)[]> = Readonly<
  Record<string, ReadInput<O & typeof commonOptions, V>>
>;

/** What the `run` of a command with these options, operands and inputs works with. */
export type CommandContext<
  O extends Options,
  P extends readonly Operand[] = [],
  I = Record<never, never>,
> = Context<Settings<O & typeof commonOptions>, OperandValues<P>, Inputs<I>>;

/** A command, as its module defines it. */
export interface CommandDefinition<
  N extends string,
  O extends Options,
  P extends readonly Operand[],
  I extends Readers<O, OperandValues<P>>,
> {
  /** Its name. */
  name: N;
  /** One line, for the list of commands. */
  summary: string;
  /** More, for the command's own help. */
  details: string;
  /** What it takes beside its options, in order. */
  operands?: P;
  /** What it takes beside the options that all commands have. */
  options?: O;
  /** What it needs beside its settings, by the name under which `run` finds it. */
  inputs?: I;
  /** Commands to type. */
  examples: readonly string[];
  /** Does its work and answers the exit code. Errors are thrown. */
  run(context: CommandContext<O, P, I>): Promise<number>;
}

/** A command, as everything else knows it. */
export interface Command<N extends string = string> {
  readonly name: N;
  readonly summary: string;
  readonly details: string;
  readonly examples: readonly string[];
  readonly operands: readonly Operand[];
  /** Its own options, then those that all commands have. */
  readonly options: Options;
  readonly inputs: Readonly<Record<string, ReadInput<Options, readonly (string | undefined)[]>>>;
  /** Runs it, with the settings of its `options` and what its `inputs` gave. */
  readonly run: (context: Context<unknown>) => Promise<number>;
}

/** Defines a command. What `run` can read is what `options`, `operands` and `inputs` name. */
export function defineCommand<
  const N extends string,
  const O extends Options = Record<never, never>,
  const P extends readonly Operand[] = [],
  I extends Readers<O, OperandValues<P>> = Record<never, never>,
>(definition: CommandDefinition<N, O, P, I>): Command<N> {
  const { name, summary, details, examples, operands = [], options, inputs = {}, run } = definition;
  return {
    name,
    summary,
    details,
    examples,
    operands,
    options: { ...options, ...commonOptions },
    // Whoever runs it has resolved these very options, operands and inputs.
    inputs: inputs as unknown as Command["inputs"],
    run: run as unknown as Command["run"],
  };
}
