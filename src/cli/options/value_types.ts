/**
 * The types of settings: how a value is read from text or JSON, checked and described.
 *
 * @module
 */
import { z } from "zod";

export interface ValueType<T> {
  /** Stands for the value in help texts; absent for a flag. */
  placeholder?: string;
  /** Completes the sentence "… must be". */
  expectation: string;
  /** Checks a value, after {@linkcode ValueType.fromText} where it came as text. */
  schema: z.ZodType<T, unknown>;
  isPath?: true;
  /** The words that are allowed. */
  words?: readonly string[];
  /** The value is several of `words`, with commas between them. */
  isList?: true;
  /** Quotation marks around a value may be part of it, as in a name; elsewhere they are a mistake. */
  mayBeQuoted?: true;
  /** Converts a text; returns it as it is for the schema to refuse. */
  fromText(text: string): unknown;
}

/** A text in a form of its own, such as an address or a token. */
export function plainText(placeholder: string): ValueType<string> {
  return {
    placeholder,
    expectation: "a text that is not empty",
    schema: z.string().refine((value) => value.trim() !== ""),
    fromText: (value) => value,
  };
}

/** Any text, such as a name. */
export function text(placeholder: string): ValueType<string> {
  return { ...plainText(placeholder), mayBeQuoted: true };
}

/** Texts with commas between them; in a file a list of them too. */
export function texts(placeholder: string): ValueType<string[]> {
  return {
    placeholder,
    mayBeQuoted: true,
    expectation: "words with commas between them",
    schema: z.preprocess(splitAtCommas, z.array(z.string().min(1)).min(1)),
    fromText: splitAtCommas,
  };
}

function splitAtCommas(value: unknown): unknown {
  if (typeof value !== "string") return value;
  return value.split(",").map((part) => part.trim()).filter((part) => part !== "");
}

/** The signs between the cells of a table, by their names. */
export const SEPARATORS = { comma: ",", semicolon: ";", tab: "\t" } as const;

/** The sign between the cells of a table, by its name or as it is. */
export function separator(): ValueType<keyof typeof SEPARATORS> {
  const names = choice(...Object.keys(SEPARATORS) as (keyof typeof SEPARATORS)[]);
  const signs = new Map<string, string>(
    Object.entries(SEPARATORS).map(([name, sign]) => [sign, name]),
  );
  return { ...names, fromText: (value) => signs.get(value) ?? names.fromText(value) };
}

/** Some of these words, with commas between them. */
export function words<const T extends string>(...allowed: readonly T[]): ValueType<T[]> {
  return {
    placeholder: allowed.join(","),
    expectation: `some of ${allowed.join(", ")}, with commas between them`,
    schema: z.preprocess(splitAtCommas, z.array(z.enum(allowed)).min(1)),
    words: allowed,
    isList: true,
    fromText: splitAtCommas,
  };
}

/** The path of a file; `-` is standard input or output. */
export function path(): ValueType<string> {
  return { ...plainText("FILE"), expectation: "the path of a file", isPath: true };
}

/** An id, which travels in a header of HTTP. */
export function id(): ValueType<string> {
  return {
    placeholder: "ID",
    expectation: "an id: 1 to 200 letters, digits or signs, without spaces",
    schema: z.string().regex(/^[\x21-\x7e]{1,200}$/),
    fromText: (value) => value.trim(),
  };
}

/** The least and the greatest value. */
export interface Bounds {
  min: number;
  max: number;
}

/** A whole number within bounds. */
export function wholeNumber({ min, max }: Bounds): ValueType<number> {
  return {
    placeholder: "N",
    expectation: `a whole number from ${min} to ${max}`,
    schema: z.int().min(min).max(max),
    fromText: (value) => /^[+-]?\d+$/.test(value.trim()) ? Number(value) : value,
  };
}

/** A number within bounds. */
export function number({ min, max }: Bounds): ValueType<number> {
  return {
    placeholder: "N",
    expectation: `a number from ${min} to ${max}`,
    schema: z.number().min(min).max(max),
    fromText: decimal,
  };
}

/** A share: `0.5` or `50%`. */
export function share(): ValueType<number> {
  return {
    placeholder: "SHARE",
    expectation: "a share from 0 to 1 or a percentage, such as 0.5 or 50%",
    schema: z.union([
      z.number().min(0).max(1),
      z.string().regex(/^\d+(?:\.\d+)?%$/).transform((value) => Number.parseFloat(value) / 100)
        .pipe(z.number().max(1)),
    ]),
    fromText: decimal,
  };
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** The milliseconds of a time as text, such as `30s`; not a number if it is none. */
function parseDuration(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|[smhdw])$/.exec(text) ?? [];
  return Math.round(Number(number) * (UNITS[unit!] ?? NaN));
}

/** The bounds of a {@linkcode duration}, each with its unit, such as `30s`. */
export interface DurationBounds {
  min: string;
  max: string;
  /** For messages. */
  examples: string;
  /** The meaning of 0, where that is allowed too. */
  off?: string;
}

/** A length of time: text with its unit, in milliseconds once it is read. */
export function duration({ min, max, examples, off }: DurationBounds): ValueType<number> {
  const isAllowed = (ms: number) => ms >= parseDuration(min) && ms <= parseDuration(max);
  return {
    placeholder: "TIME",
    expectation: `a time from ${min} to ${max} with its unit, such as ${examples}` +
      (off === undefined ? "" : `, or 0 for ${off}`),
    schema: z.string()
      .transform((text) => off !== undefined && text === "0" ? 0 : parseDuration(text))
      .refine((ms) => isAllowed(ms) || off !== undefined && ms === 0),
    fromText: (value) => value.trim(),
  };
}

/** One of a few words. */
export function choice<const T extends string>(...words: readonly T[]): ValueType<T> {
  return {
    placeholder: words.join("|"),
    words,
    expectation: words.length === 1
      ? words[0]!
      : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`,
    schema: z.enum(words),
    fromText: (value) => value.trim().toLowerCase(),
  };
}

/** A setting that is true or false, and false by default. */
export interface Flag extends ValueType<boolean> {
  isFlag: true;
}

export function flag(): Flag {
  const words: Record<string, boolean> = {
    true: true,
    yes: true,
    1: true,
    false: false,
    no: false,
    0: false,
  };
  return {
    isFlag: true,
    expectation: "true or false",
    schema: z.boolean(),
    fromText: (value) => words[value.trim().toLowerCase()] ?? value,
  };
}

export interface ListenAddress {
  /** Without brackets. */
  hostname: string;
  /** 0 lets the system choose one. */
  port: number;
}

/** An address with its port, such as `127.0.0.1:8080` or `[::1]:8080`. */
export function listenAddress(): ValueType<ListenAddress> {
  return {
    placeholder: "HOST:PORT",
    expectation: "an address with a port, such as 127.0.0.1:8080, 0.0.0.0:8080 or [::1]:8080",
    schema: z.string().regex(/^(?:[a-z\d.-]+|\[[\da-f:.]+\]):\d{1,5}$/i).transform((value) => {
      const colon = value.lastIndexOf(":");
      return {
        hostname: value.slice(0, colon).replace(/^\[|\]$/g, ""),
        port: Number(value.slice(colon + 1)),
      };
    }).refine(({ port }) => port <= 65_535),
    fromText: (value) => value.trim(),
  };
}

function decimal(value: string): unknown {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(value.trim()) ? Number(value) : value.trim();
}
