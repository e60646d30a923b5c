/**
 * Requests as protobuf's JSON reads them.
 *
 * @module
 */
import { refusals, Refused } from "./errors.ts";
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
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Refused(refusals.badJson((error as SyntaxError).message));
  }
  return decodeMessage(value, type, "the body");
}

function decodeMessage(value: unknown, type: MessageType, where: string): Message {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid("message", where, value);
  }
  const message: Message = {};
  for (const [name, item] of Object.entries(value)) {
    const field = toCamelCase(name);
    const fieldType = Object.hasOwn(type.fields, field) ? type.fields[field] : undefined;
    if (fieldType === undefined || item === null) continue;
    const decoded = decodeValue(item, field, fieldType);
    if (decoded === undefined) continue;
    if (type.oneof !== undefined && Object.keys(message).length > 0) {
      throw new Refused(refusals.badJson(`proto: oneof ${type.oneof} is already set`));
    }
    message[field] = decoded;
  }
  return message;
}

function decodeValue(value: unknown, field: string, type: FieldType): unknown {
  if (typeof type === "object" && "message" in type) {
    return decodeMessage(value, type.message, field);
  }
  if (typeof type === "object" && "repeated" in type) {
    if (!Array.isArray(value)) throw invalid("repeated", field, value);
    return value.map((item) => decodeValue(item, field, type.repeated));
  }
  if (typeof type === "object") {
    // A name that is unknown counts as not set.
    if (typeof value === "string") return type.enum[value];
    if (typeof value === "number") return value;
    throw invalid("enum", field, value);
  }
  const decoded = decodeScalar(value, type);
  if (decoded === undefined) throw invalid(type, field, value);
  return decoded;
}

/** `undefined` for a value that is not of the type. */
function decodeScalar(value: unknown, type: Extract<FieldType, string>): unknown {
  switch (type) {
    case "bool":
    case "true":
      return typeof value === "boolean" ? value : undefined;
    case "string":
      return typeof value === "string" ? value : undefined;
    case "timestamp": {
      const micros = typeof value === "string" ? toMicros(value) : NaN;
      return Number.isNaN(micros) ? undefined : micros;
    }
    default: {
      const isNumber = typeof value === "number" ||
        typeof value === "string" && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value);
      const number = isNumber ? Number(value) : NaN;
      const limit = type === "uint32" ? 2 ** 32 : 2 ** 64;
      return Number.isInteger(number) && number >= 0 && number < limit ? number : undefined;
    }
  }
}

function toCamelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function invalid(kind: string, field: string, value: unknown): Refused {
  const text = JSON.stringify(value);
  return new Refused(refusals.badJson(`proto: invalid value for ${kind} field ${field}: ${text}`));
}
