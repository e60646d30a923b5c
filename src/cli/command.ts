/**
 * The definition of a command, from which parsing, configuration, help, completions and the man page are made.
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

/** A word that a command takes beside its options. */
export interface Operand {
  /** Its name in help texts. */
  name: string;
  optional?: true;
  /** The last operand of a command may be given more than once. */
  many?: true;
  isPath?: true;
  /** The words that are allowed; `refuse` explains why another one is not. */
  words?: readonly string[];
  /** A description of each of `words` that is not the name of a command. */
  about?: Readonly<Record<string, string>>;
  refuse?: (word: string) => Issue;
}

type OperandValue<T extends Operand> = T extends { words: readonly (infer W extends string)[] } ? W
  : string;

/** The operands as typed, each with the type that its definition gives it. */
export type OperandValues<P extends readonly Operand[]> = P extends
  readonly [infer First extends Operand, ...infer Rest extends readonly Operand[]]
  ? First extends { many: true } ? OperandValue<First>[]
  : First extends { optional: true } ? [OperandValue<First>?, ...OperandValues<Rest>]
  : [OperandValue<First>, ...OperandValues<Rest>]
  : [];

/** The places that settings come from; the first that gives a value wins. */
export const SOURCE_LEVELS = ["flag", "environment", "file"] as const;

/** The place that a setting comes from. */
export interface SettingSource {
  /** Its name in messages, such as `--page-size` or `ZITADEL_PAGE_SIZE`. */
  name: string;
  level: typeof SOURCE_LEVELS[number];
}

/** The facts that an input is read from. */
export interface InputContext<
  O extends Options = Options,
  V extends readonly (string | undefined)[] = readonly (string | undefined)[],
> {
  /** Hides secrets in everything that is written. */
  readonly io: Io;
  /** The valid settings; each invalid one is an issue already. */
  readonly settings: Settings<O>;
  /** The place of each setting that is no default, by its key. */
  readonly sources: ReadonlyMap<string, SettingSource>;
  readonly operands: V;
  /** Hides a secret in everything that is written from now on. */
  hide(secret: string): void;
}

/** The value of an input, or everything that is wrong with it. */
export type InputResult<T> =
  & ({ value: T } | { issues: readonly Issue[] })
  & { warnings?: readonly string[] };

/**
 * Reads something that a command needs beside its settings, such as a file that they name, before the work begins: all
 * issues are reported at once. Rejects only with the reason of the signal.
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

/** Everything that a command works with. */
export interface Context<
  S = Settings<typeof commonOptions>,
  V extends readonly (string | undefined)[] = readonly (string | undefined)[],
  I = unknown,
> extends CommandLoader {
  /** Hides secrets in everything that is written. */
  readonly io: Io;
  /** Hides nothing, for the snapshot: its bytes must be those that its digest covers. */
  readonly rawIo: Io;
  /** The checked settings of the command's options. */
  readonly settings: S;
  readonly operands: V;
  readonly inputs: I;
  readonly log: Log;
  /** Shows the progress of a sync. */
  readonly progress: Progress;
}

export interface CommandLoader {
  loadCommand(name: CommandName): Promise<Command>;
  loadCommands(): Promise<readonly Command[]>;
}

type Readers<O extends Options, V extends readonly (string | undefined)[]> = Readonly<
  Record<string, ReadInput<O & typeof commonOptions, V>>
>;

/** The context of a command with these options, operands and inputs. */
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
  name: N;
  summary: string;
  /** Sentences for the command's own help. */
  details: string;
  operands?: P;
  /** Its options beside those that all commands have. */
  options?: O;
  /** Its inputs, by the names that `run` reads. */
  inputs?: I;
  /** Command lines for its help. */
  examples: readonly string[];
  /** Does its work and returns the exit code; throws errors. */
  run(context: CommandContext<O, P, I>): Promise<number>;
}

/** A command, as the rest of the program knows it. */
export interface Command<N extends string = string> {
  readonly name: N;
  readonly summary: string;
  readonly details: string;
  readonly examples: readonly string[];
  readonly operands: readonly Operand[];
  readonly options: Options;
  readonly inputs: Readonly<Record<string, ReadInput<Options, readonly (string | undefined)[]>>>;
  readonly run: (context: Context<unknown>) => Promise<number>;
}

/** Defines a command. `run` can read only the options, operands and inputs that the definition names. */
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
    // main.ts resolves exactly these options, operands and inputs before it runs the command.
    inputs: inputs as unknown as Command["inputs"],
    run: run as unknown as Command["run"],
  };
}
