import {
  escapeControlCharacters,
  escapeControlCharactersInLines,
} from "./escape_control_characters.ts";

/** How much a line matters, the least first. */
export const LEVELS = ["debug", "info", "warn", "error"] as const;

/** How much a line matters. */
export type Level = typeof LEVELS[number];

/** What a line carries for programs, beside its message. */
export type Fields = Readonly<Record<string, unknown>>;

/** Lines for the person or the program that reads standard error. */
export interface Log {
  /** Whether lines of this level are written. */
  shows(level: Level): boolean;
  /** Writes a message of one line or more; in `json` it is one object, and the fields are for that only. */
  write(level: Level, message: string, fields?: Fields): void;
}

/** What {@linkcode createLog} needs. */
export interface LogOptions {
  /** Takes text, line ends included. */
  write: (text: string) => void;
  /** The least that is written. */
  level: Level;
  /** Lines for people, or one JSON object a line. */
  format: "text" | "json";
  /** Whether warnings and errors are coloured. */
  colour: boolean;
  /** The time in milliseconds since 1970. */
  now: () => number;
  /** Called before each line: takes the progress line away. */
  beforeLine?: () => void;
}

const PREFIXES: Readonly<Record<Level, { word: string; colour: number } | undefined>> = {
  debug: { word: "debug: ", colour: 2 },
  info: undefined,
  warn: { word: "warning: ", colour: 33 },
  error: { word: "error: ", colour: 31 },
};

/** A log. Control characters in what it is given cannot reach the terminal. */
export function createLog(options: LogOptions): Log {
  const shows = (level: Level) => LEVELS.indexOf(level) >= LEVELS.indexOf(options.level);
  return {
    shows,
    write(level, message, fields = {}) {
      if (!shows(level)) return;
      options.beforeLine?.();
      if (options.format === "json") {
        const time = new Date(options.now()).toISOString();
        options.write(
          `${escapeControlCharacters(JSON.stringify({ time, level, message, ...fields }))}\n`,
        );
        return;
      }
      const prefix = PREFIXES[level];
      const start = prefix === undefined ? "" : painted(prefix, options.colour);
      options.write(`${start}${escapeControlCharactersInLines(message)}\n`);
    },
  };
}

function painted({ word, colour }: { word: string; colour: number }, on: boolean): string {
  return on ? `\x1b[${colour}m${word}\x1b[0m` : word;
}
