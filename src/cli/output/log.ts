import {
  escapeControlCharacters,
  escapeControlCharactersInLines,
} from "./escape_control_characters.ts";

/** From the least important. */
export const LEVELS = ["debug", "info", "warn", "error"] as const;

export type Level = typeof LEVELS[number];

/** Facts for programs, beside the message. */
export type Fields = Readonly<Record<string, unknown>>;

/** Lines on standard error, for people or programs. */
export interface Log {
  shows(level: Level): boolean;
  /** Writes a message, which may have several lines; in `json` it is one object, with the fields. */
  write(level: Level, message: string, fields?: Fields): void;
}

export interface LogOptions {
  write: (text: string) => void;
  /** The least important level that is written. */
  level: Level;
  format: "text" | "json";
  colour: boolean;
  /** The time in milliseconds since 1970. */
  now: () => number;
  /** Called before each line, to remove the progress line. */
  beforeLine?: () => void;
}

const PREFIXES: Readonly<Record<Level, { word: string; colour: number } | undefined>> = {
  debug: { word: "debug: ", colour: 2 },
  info: undefined,
  warn: { word: "warning: ", colour: 33 },
  error: { word: "error: ", colour: 31 },
};

/** Creates a log that lets no control character reach the terminal. */
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
