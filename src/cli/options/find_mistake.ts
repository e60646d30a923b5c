import type { Issue } from "./issues.ts";

const MARKS = "\"'`\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb";

const QUOTED = new RegExp(`^[${MARKS}]|[${MARKS}]$`);

/** Placeholders by their looks; no value contains them. */
const UNFILLED: readonly (readonly [looks: string, pattern: RegExp])[] = [
  ["${...}", /\$\{/],
  ["$(...)", /\$\(/],
  ["$NAME", /^\$[a-z_]\w*/i],
  ["%NAME%", /^%[a-z_]\w*%/i],
  ["{{...}}", /\{\{/],
  ["{...}", /^\{[\w.-]+\}$/],
  ["op://...", /^(?:op|vault|keyvault|ref\+[a-z]+):\/\//i],
  ["vault:...#...", /^vault:[^#]+#/i],
];

const EXAMPLE: typeof UNFILLED = [
  ["<...>", /<[^<>]+>/],
  ["[...]", /^\[[^\]]+\]$/],
  ["...", /^(?:\.{3,}|\u2026)$/],
  ["***", /^(?:\*{3,}|\u2022{3,}|x{3,})$/i],
];

/** Words that ask for a value, or that a program prints where it has none. A file may well have such a name. */
const WORDS =
  /^(?:(?:your|my|the|insert|paste|replace|change|enter|put)[-_ ][a-z_ -]{1,40}|change-?me|to-?do|tbd|fixme|placeholder|secret|token|pat|null|undefined)$/i;

/** Refuses a text that begins or ends with a quotation mark, or that is a placeholder. Never repeats the text. */
export function findMistake(
  text: string,
  source: string,
  { isPath = false }: { isPath?: boolean | undefined } = {},
): Issue | undefined {
  const value = text.trim();
  const [mark] = QUOTED.exec(value) ?? [];
  if (mark !== undefined) {
    return {
      message: `${source} begins or ends with a quotation mark: ${mark}`,
      hint:
        "Write it without quotation marks: not everything that reads an env file takes them away",
    };
  }
  const looksLike = (table: typeof UNFILLED) =>
    table.find(([, pattern]) => pattern.test(value))?.[0];
  const unfilled = looksLike(UNFILLED);
  if (unfilled !== undefined) {
    return {
      message: `${source} is a placeholder that nothing has filled in: ${unfilled}`,
      hint: "zitadel-sync fills in no variables. A shell does, but not between single quotes; " +
        "in a file write the value itself",
    };
  }
  const example = looksLike(EXAMPLE) ?? (!isPath && WORDS.test(value) ? "words" : undefined);
  if (example === undefined) return undefined;
  return {
    message: `${source} is a placeholder, not a value: ${
      example === "words" ? "a word that asks for one" : example
    }`,
    hint: "Write the value in its place",
  };
}
