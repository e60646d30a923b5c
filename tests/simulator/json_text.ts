/**
 * JSON that remembers where each value stood, because protobuf's messages name the place.
 *
 * @module
 */

/** A parsed value; `start` and `end` are offsets in the text. */
export type JsonNode =
  & { start: number; end: number }
  & (
    | { kind: "object"; entries: { name: JsonNode & { kind: "string" }; value: JsonNode }[] }
    | { kind: "array"; items: JsonNode[] }
    | { kind: "string"; value: string }
    | { kind: "number" | "boolean" | "null" }
  );

/** Parses the first JSON value; what follows is ignored. Throws a `SyntaxError` with Go's words. */
export function parseJsonText(text: string): JsonNode {
  let at = 0;

  function unexpected(where: string): SyntaxError {
    const found = text.codePointAt(at);
    if (found === undefined) return new SyntaxError("unexpected EOF");
    const shown = found === 39
      ? `'\\''`
      : found === 34
      ? `'"'`
      : `'${String.fromCodePoint(found)}'`;
    return new SyntaxError(`invalid character ${shown} ${where}`);
  }

  function skipSpace(): void {
    while (at < text.length && " \t\n\r".includes(text[at]!)) at++;
  }

  function match(pattern: RegExp): boolean {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  }

  function string(): JsonNode & { kind: "string" } {
    const start = at;
    // deno-lint-ignore no-control-regex -- JSON strings hold no control characters
    if (match(/"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y)) {
      return { kind: "string", value: JSON.parse(text.slice(start, at)), start, end: at };
    }
    // deno-lint-ignore no-control-regex -- JSON strings hold no control characters
    match(/"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y);
    if (text[at] !== "\\") throw unexpected("in string literal");
    at++;
    throw unexpected("in string escape code");
  }

  function object(): JsonNode {
    const start = at++;
    const entries: { name: JsonNode & { kind: "string" }; value: JsonNode }[] = [];
    for (skipSpace(); text[at] !== "}"; skipSpace()) {
      if (text[at] !== '"') throw unexpected("looking for beginning of object key string");
      const name = string();
      skipSpace();
      if (text[at] !== ":") throw unexpected("after object key");
      at++;
      entries.push({ name, value: value() });
      skipSpace();
      if (text[at] === "}") break;
      if (text[at] !== ",") throw unexpected("after object key:value pair");
      at++;
      skipSpace();
      if (text[at] === "}") throw unexpected("looking for beginning of object key string");
    }
    at++;
    return { kind: "object", entries, start, end: at };
  }

  function array(): JsonNode {
    const start = at++;
    const items: JsonNode[] = [];
    for (skipSpace(); text[at] !== "]"; skipSpace()) {
      items.push(value());
      skipSpace();
      if (text[at] === "]") break;
      if (text[at] !== ",") throw unexpected("after array element");
      at++;
      skipSpace();
      if (text[at] === "]") throw unexpected("looking for beginning of value");
    }
    at++;
    return { kind: "array", items, start, end: at };
  }

  function value(): JsonNode {
    skipSpace();
    const start = at;
    if (text[at] === "{") return object();
    if (text[at] === "[") return array();
    if (text[at] === '"') return string();
    if (match(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y)) {
      return { kind: "number", start, end: at };
    }
    if (match(/true|false/y)) return { kind: "boolean", start, end: at };
    if (match(/null/y)) return { kind: "null", start, end: at };
    throw unexpected("looking for beginning of value");
  }

  return value();
}
