/**
 * A parser of JSON that comes in pieces: the text of a snapshot may be longer than a string can be.
 *
 * @module
 */

/** How many bytes are parsed at a time at most: a few milliseconds of work. */
const BATCH_BYTES = 128 * 1024;

/** The most bytes of one element of a list, or of everything outside lists. Ours have a few hundred. */
const MAX_PART_BYTES = 64 * 1024 * 1024;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** An error about text that is not JSON. The message says why in a few words, and holds nothing of the text. */
export class JsonTextError extends Error {
  override readonly name = "JsonTextError";
}

/** Parses JSON whose text comes in pieces. */
export interface JsonParser {
  /** How many bytes have come. */
  readonly length: number;
  /** Takes the next piece. @throws {JsonTextError} */
  write(chunk: Uint8Array): void;
  /** The value of all pieces together. @throws {JsonTextError} */
  end(): unknown;
}

/**
 * Makes a parser of one text.
 *
 * The lists that are values of the outermost object are parsed piece by piece: the elements that a piece holds whole,
 * without being copied. In the text of the rest, which is parsed in the end, the number of a list takes the place of its
 * elements. So `JSON.parse` sees every byte, and this module knows no more of JSON than where strings end and how deep
 * brackets stand.
 */
export function createJsonParser(): JsonParser {
  const lists: unknown[][] = [];
  const rest = createBuffer();
  /** The beginning of an element that the next piece goes on with. */
  const begun = createBuffer();
  const scanner = createScanner();
  let isEmptyList = true;
  let length = 0;

  const parse = (text: string) => parseText(text, { length, isCutOff: scanner.depth > 0 });
  const addElements = (bytes: Uint8Array, isLast: boolean) => {
    if (begun.length > 0) {
      begun.add(bytes);
      bytes = begun.take();
    }
    const elements = parse(`[${decode(bytes)}]`) as unknown[];
    // A comma with nothing beside it, which cutting there would hide.
    if (elements.length === 0 && !(isLast && isEmptyList)) parse("[,]");
    isEmptyList = false;
    const list = lists.at(-1)!;
    for (const element of elements) list.push(element);
  };

  return {
    get length() {
      return length;
    },
    write(chunk) {
      length += chunk.length;
      let from = 0;
      let at = scanner.next(chunk, 0, begun.length > 0);
      while (at < chunk.length) {
        // Whatever closes it: a bracket of the wrong kind is the parser's to refuse.
        const isEnd = chunk[at] !== OPEN_LIST && chunk[at] !== COMMA;
        if (chunk[at] === OPEN_LIST) {
          rest.add(chunk.subarray(from, at + 1));
          rest.add(new TextEncoder().encode(String(lists.length)));
          lists.push([]);
          isEmptyList = true;
        } else {
          addElements(chunk.subarray(from, at), isEnd);
        }
        from = isEnd ? at : at + 1;
        at = scanner.next(chunk, at + 1, false);
      }
      const { lastComma } = scanner;
      if (scanner.inList && lastComma >= from) {
        addElements(chunk.subarray(from, lastComma), false);
        from = lastComma + 1;
      }
      (scanner.inList ? begun : rest).add(chunk.subarray(from));
    },
    end: () => insertLists(parse(decode(rest.take())), lists),
  };
}

/** Gives a parser a piece of any size, with pauses in between. @throws {JsonTextError} */
export async function writeInSlices(
  parser: JsonParser,
  chunk: Uint8Array,
  pause: () => Promise<void> | undefined,
): Promise<void> {
  for (let at = 0; at < chunk.length; at += BATCH_BYTES) {
    parser.write(chunk.subarray(at, at + BATCH_BYTES));
    await pause();
  }
}

function parseText(
  text: string,
  { length, isCutOff }: { length: number; isCutOff: boolean },
): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Without the parser's own error, which quotes the text: it holds personal data.
    if (length === 0) throw new JsonTextError("it is empty");
    const cut = isCutOff ? "; it seems to be cut off" : "";
    throw new JsonTextError(`it is not JSON (${length} bytes${cut})`);
  }
}

/** The outermost object with these lists in place of their numbers. */
function insertLists(json: unknown, lists: readonly unknown[][]): unknown {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return json;
  const entries = Object.entries(json);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, Array.isArray(value) ? lists[value[0]] : value]),
  );
}

/** Finds the places where JSON may be cut. */
interface Scanner {
  /** How many brackets are open. */
  readonly depth: number;
  /** Whether the next byte belongs to a list that is a value of the outermost object. */
  readonly inList: boolean;
  /** Where the last comma between two elements of such a list stands, of what {@linkcode next} went through last; or -1. */
  readonly lastComma: number;
  /**
   * The next place, from `at` on, where such a list begins or ends or, if asked for, where a comma stands between two of its
   * elements. The chunk's length if there is none. It must be called for every byte once.
   */
  next(chunk: Uint8Array, at: number, atComma: boolean): number;
}

function createScanner(): Scanner {
  const state = { depth: 0, inList: false, inString: false, escaped: false, lastComma: -1 };
  return {
    get depth() {
      return state.depth;
    },
    get inList() {
      return state.inList;
    },
    get lastComma() {
      return state.lastComma;
    },
    next(chunk, at, atComma) {
      const { length } = chunk;
      // In variables of its own, and with most bytes in the loop over strings, this takes a third of the time.
      let { depth, inList, inString, escaped } = state;
      let lastComma = -1;
      scan: for (; at < length; at++) {
        if (inString) {
          for (; at < length; at++) {
            const byte = chunk[at];
            if (escaped) escaped = false;
            else if (byte === QUOTE) break;
            else if (byte === BACKSLASH) escaped = true;
          }
          inString = at === length;
          continue;
        }
        switch (chunk[at]) {
          case QUOTE:
            inString = true;
            break;
          case OPEN_LIST:
            depth++;
            inList ||= depth === 2;
            if (inList && depth === 2) break scan;
            break;
          case OPEN_OBJECT:
            depth++;
            break;
          case CLOSE_OBJECT:
          case CLOSE_LIST:
            depth--;
            if (inList && depth === 1) {
              inList = false;
              break scan;
            }
            break;
          case COMMA:
            if (!inList || depth !== 2) break;
            if (atComma) break scan;
            lastComma = at;
        }
      }
      Object.assign(state, { depth, inList, inString, escaped, lastComma });
      return at;
    },
  };
}

/** Puts bytes together. */
interface Buffer {
  readonly length: number;
  add(bytes: Uint8Array): void;
  /** The bytes added since the last time; the next bytes overwrite them. */
  take(): Uint8Array;
}

function createBuffer(): Buffer {
  let bytes = new Uint8Array(0);
  let length = 0;
  return {
    get length() {
      return length;
    },
    add(more) {
      const needed = length + more.length;
      if (needed > MAX_PART_BYTES) {
        const mebibytes = MAX_PART_BYTES / 1024 / 1024;
        throw new JsonTextError(`more than ${mebibytes} MiB of it are no rows of a list`);
      }
      if (needed > bytes.length) {
        const larger = new Uint8Array(Math.max(1024, 2 * needed));
        larger.set(bytes.subarray(0, length));
        bytes = larger;
      }
      bytes.set(more, length);
      length = needed;
    },
    take() {
      const taken = bytes.subarray(0, length);
      length = 0;
      return taken;
    },
  };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new JsonTextError("it is not UTF-8");
  }
}
