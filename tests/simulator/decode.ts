/**
 * Requests as protobuf's JSON reads them, with its messages for what it cannot read.
 *
 * @module
 */
import { refusals, Refused } from "./errors.ts";
import { type JsonNode, parseJsonText } from "./json_text.ts";
import { toMicros } from "./time.ts";

/** A field's type; an enum maps its names to numbers. */
export type FieldType =
  | "uint32"
  | "uint64"
  | "bool"
  /** A bool that may not be false. */
  | "true"
  | "string"
  /** RFC 3339, decoded to microseconds since 1970. */
  | "timestamp"
  | { enum: Readonly<Record<string, number>> }
  | { message: MessageType }
  | { repeated: FieldType };

/** A message's fields by JSON name. */
export interface MessageType {
  fields: Readonly<Record<string, FieldType>>;
  /** The full name of a oneof that all fields are in. */
  oneof?: string;
}

/** A decoded message: only what was sent. */
export type Message = { [field: string]: unknown };

/** Decodes a body; an empty one is an empty message. Throws what the gateway refuses with. */
export function decodeBody(text: string, type: MessageType): Message {
  if (text.trim() === "") return {};
  let node: JsonNode;
  try {
    node = parseJsonText(text);
  } catch (error) {
    throw new Refused(refusals.badJson((error as SyntaxError).message));
  }
  return decodeMessage(node, type, text);
}

function decodeMessage(node: JsonNode, type: MessageType, text: string): Message {
  if (node.kind !== "object") throw unexpectedToken(node, text);
  const message: Message = {};
  const seen = new Set<string>();
  for (const { name, value } of node.entries) {
    const field = toCamelCase(name.value);
    const fieldType = Object.hasOwn(type.fields, field) ? type.fields[field] : undefined;
    if (fieldType === undefined) continue;
    const raw = text.slice(name.start, name.end);
    if (seen.has(field)) throw badValue(name, text, `duplicate field ${raw}`);
    if (value.kind === "null") continue;
    if (type.oneof !== undefined && seen.size > 0) {
      throw badValue(name, text, `error parsing ${raw}, oneof ${type.oneof} is already set`);
    }
    seen.add(field);
    const decoded = decodeValue(value, field, fieldType, text);
    if (decoded !== undefined) message[field] = decoded;
  }
  return message;
}

function decodeValue(node: JsonNode, field: string, type: FieldType, text: string): unknown {
  if (typeof type === "object" && "message" in type) return decodeMessage(node, type.message, text);
  if (typeof type === "object" && "repeated" in type) {
    if (node.kind !== "array") throw unexpectedToken(node, text);
    return node.items.map((item) => decodeValue(item, field, type.repeated, text));
  }
  const raw = text.slice(node.start, node.end);
  const kind = typeof type !== "string" ? "enum" : type === "true" ? "bool" : type;
  const invalid = () => badValue(node, text, `invalid value for ${kind} field ${field}: ${raw}`);
  switch (kind) {
    case "bool":
      if (node.kind !== "boolean") throw invalid();
      return raw === "true";
    case "string":
      if (node.kind !== "string") throw invalid();
      return node.value;
    case "timestamp": {
      const micros = node.kind === "string" ? toMicros(node.value) : NaN;
      if (Number.isNaN(micros)) {
        throw badValue(node, text, `invalid google.protobuf.Timestamp value ${raw}`);
      }
      return micros;
    }
    case "enum":
      // A name that is unknown counts as not set.
      if (node.kind === "string") {
        return (type as { enum: Record<string, number> }).enum[node.value];
      }
      if (node.kind !== "number") throw invalid();
      return Number(raw);
    default: {
      const digits = node.kind === "string" ? node.value : node.kind === "number" ? raw : "";
      const number = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(digits) ? Number(digits) : NaN;
      const limit = kind === "uint32" ? 2 ** 32 : 2 ** 64;
      if (!Number.isInteger(number) || number < 0 || number >= limit) throw invalid();
      return number;
    }
  }
}

function toCamelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function place(node: JsonNode, text: string): string {
  const lines = text.slice(0, node.start).split("\n");
  return `(line ${lines.length}:${[...lines.at(-1) ?? ""].length + 1})`;
}

function badValue(node: JsonNode, text: string, what: string): Refused {
  return new Refused(refusals.badJson(`proto: ${place(node, text)}: ${what}`));
}

function unexpectedToken(node: JsonNode, text: string): Refused {
  const raw = node.kind === "object" ? "{" : node.kind === "array" ? "[" : undefined;
  const token = raw ?? text.slice(node.start, node.end);
  return new Refused(
    refusals.badJson(`proto: syntax error ${place(node, text)}: unexpected token ${token}`),
  );
}
