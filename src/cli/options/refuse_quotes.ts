import type { Issue } from "./issues.ts";

const MARKS = "\"'`\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb";

const QUOTED = new RegExp(`^[${MARKS}]|[${MARKS}]$`);

/** What is wrong with a text that begins or ends with a quotation mark; nothing if it does not. Never repeats it. */
export function refuseQuotes(text: string, source: string): Issue | undefined {
  const [mark] = QUOTED.exec(text.trim()) ?? [];
  if (mark === undefined) return undefined;
  return {
    message: `${source} begins or ends with a quotation mark: ${mark}`,
    hint: "Write it without quotation marks: not everything that reads an env file takes them away",
  };
}
