/**
 * Finds people in other texts, such as the names of projects.
 *
 * @module
 */
import type { User } from "../types.ts";
import { foldLetters } from "../text/fold.ts";

/** A place where a text names somebody. */
export interface Mention {
  /** Its beginning in the text. */
  start: number;
  /** Its end. */
  end: number;
  /** The pseudonym to put in its place. */
  pseudonym: string;
}

/** Finds all mentions of people in a text, in order, none within another. */
export type FindPeople = (text: string) => Mention[];

/** The shortest id that is searched for: shorter ones may be part of anything. */
const SHORTEST_ID = 10;

/** The shortest name that is searched for without the blanks between its words. */
const SHORTEST_JOINED = 8;

/** The shortest whole name in a script without blanks. */
const SHORTEST_UNSPACED = 3;

const WORD = /[\p{L}\p{N}]+/gu;
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;

/** A name, account or id to search for. */
interface Pattern {
  pseudonym: string;
  /** If every character counts: the folded text, and the length of the part before its first word. */
  literal?: { text: string; before: number };
}

/** Everything to search for. */
interface Patterns {
  /** By its words, with one blank between them. There may be hundreds of thousands, so that a single one is no list. */
  phrases: Map<string, Pattern | Pattern[]>;
  /** For the first word of a phrase of several: the numbers of words of such phrases, most first. */
  lengths: Map<string, number[]>;
  /** Texts that are also searched for within words, by their first two code units. */
  parts: Map<string, { text: string; pseudonym: string }[]>;
}

/**
 * Prepares a search for people by unmistakable texts: full names, in either order and with anything between the words;
 * addresses, user names and login names with a dot, a blank or an `@` in them; long ids. Case, accents, normal forms and
 * invisible characters do not hide them. A name of one word, such as `admin`, may be that of a role too, and is left.
 */
export function preparePeople(
  users: Iterable<readonly [user: User, pseudonym: string]>,
  ids: Iterable<readonly [id: string, pseudonym: string]>,
): FindPeople {
  const patterns: Patterns = { phrases: new Map(), lengths: new Map(), parts: new Map() };
  for (const [user, pseudonym] of users) addPerson(patterns, user, pseudonym);
  for (const [id, pseudonym] of ids) {
    if (id.length >= SHORTEST_ID) addLiteral(patterns, id, { pseudonym });
  }
  return (text) => findMentions(patterns, text);
}

function addPerson(patterns: Patterns, user: User, pseudonym: string): void {
  const pattern = { pseudonym };
  const { type, displayName, firstName, lastName, username, email } = user;
  // Machines are mostly named after projects.
  if (type === "machine") return;
  const names = new Set<string>(displayName === undefined ? [] : [displayName]);
  if (firstName !== undefined && lastName !== undefined) {
    names.add(`${firstName} ${lastName}`).add(`${lastName} ${firstName}`);
  }
  for (const name of names) addName(patterns, name, pattern);
  const accounts = new Set([username, email, user.preferredLoginName, ...user.loginNames ?? []]);
  for (const account of accounts) {
    if (account !== undefined && /\S[\s.@]\S/.test(account)) {
      addLiteral(patterns, account, pattern);
    }
  }
}

function addName(patterns: Patterns, name: string, pattern: Pattern): void {
  const words = foldLetters(name).text.match(WORD) ?? [];
  const joined = words.join("");
  if (words.length > 1) addPhrase(patterns, words, pattern);
  else if (/\S\s\S/.test(name)) addLiteral(patterns, name, pattern);
  if (words.length > 1 && joined.length >= SHORTEST_JOINED) {
    addPhrase(patterns, [joined], pattern);
  }
  const letters = [...name].filter((letter) => !/\s/.test(letter)).join("");
  if (UNSPACED.test(letters) && [...letters].length >= SHORTEST_UNSPACED) {
    addPart(patterns, foldLetters(letters).text, pattern);
  }
}

function addLiteral(patterns: Patterns, literal: string, pattern: Pattern): void {
  const text = foldLetters(literal.trim()).text;
  const words = text.match(WORD) ?? [];
  if (words.length === 0) addPart(patterns, text, pattern);
  else if (words[0] === text) addPhrase(patterns, words, pattern);
  else {
    const { pseudonym } = pattern;
    addPhrase(patterns, words, { pseudonym, literal: { text, before: text.search(WORD) } });
  }
}

function addPhrase({ phrases, lengths }: Patterns, words: string[], pattern: Pattern): void {
  const phrase = words.join(" ");
  const others = phrases.get(phrase);
  if (others === undefined) phrases.set(phrase, pattern);
  else if (Array.isArray(others)) others.push(pattern);
  else if (others !== pattern) phrases.set(phrase, [others, pattern]);
  if (words.length === 1) return;
  const known = lengths.get(words[0]!) ?? [];
  if (known.includes(words.length)) return;
  lengths.set(words[0]!, [...known, words.length].sort((a, b) => b - a));
}

function addPart({ parts }: Patterns, text: string, { pseudonym }: Pattern): void {
  if (text.length < 2) return;
  const others = parts.get(text.slice(0, 2));
  if (others === undefined) parts.set(text.slice(0, 2), [{ text, pseudonym }]);
  else others.push({ text, pseudonym });
}

function findMentions(patterns: Patterns, text: string): Mention[] {
  const folded = foldLetters(text);
  const found = findPhrases(patterns, folded.text);
  if (patterns.parts.size > 0) found.push(...findParts(patterns, folded.text));
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  const mentions: Mention[] = [];
  let last = 0;
  for (const { start, end, pseudonym } of found) {
    if (start < last) continue;
    last = end;
    mentions.push({
      start: folded.origins?.[start] ?? start,
      end: folded.origins?.[end] ?? end,
      pseudonym,
    });
  }
  return mentions;
}

function findPhrases({ phrases, lengths }: Patterns, text: string): Mention[] {
  const found: Mention[] = [];
  const words = [...text.matchAll(WORD)];
  const fit = (first: number, count: number): boolean => {
    const last = first + count - 1;
    if (last >= words.length) return false;
    const phrase = words.slice(first, last + 1).map(([word]) => word).join(" ");
    const start = words[first]!.index;
    const end = words[last]!.index + words[last]![0].length;
    const mention = fitPatterns(phrases.get(phrase), text, { start, end });
    if (mention !== undefined) found.push(mention);
    return mention !== undefined;
  };
  words.forEach(([word], first) => {
    if (!lengths.get(word)?.some((count) => fit(first, count))) fit(first, 1);
  });
  return found;
}

/** Names come before accounts, as they fit in more places. */
function fitPatterns(
  patterns: Pattern | Pattern[] | undefined,
  text: string,
  { start, end }: { start: number; end: number },
): Mention | undefined {
  if (patterns === undefined) return undefined;
  const all = Array.isArray(patterns) ? patterns : [patterns];
  const name = all.find(({ literal }) => literal === undefined);
  if (name !== undefined) return { start, end, pseudonym: name.pseudonym };
  for (const { pseudonym, literal } of all) {
    const from = start - literal!.before;
    const to = from + literal!.text.length;
    if (from >= 0 && text.slice(from, to) === literal!.text) {
      return { start: from, end: to, pseudonym };
    }
  }
  return undefined;
}

function* findParts({ parts }: Patterns, text: string): Generator<Mention> {
  for (let start = 0; start < text.length; start++) {
    for (const part of parts.get(text.slice(start, start + 2)) ?? []) {
      if (!text.startsWith(part.text, start)) continue;
      yield { start, end: start + part.text.length, pseudonym: part.pseudonym };
    }
  }
}
