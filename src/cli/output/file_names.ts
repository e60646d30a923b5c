import { createHash } from "node:crypto";
import { foldName } from "../../snapshot/text/fold.ts";
import { readVisible } from "../../snapshot/text/invisible.ts";

/** Names of devices on Windows, forbidden there for files with any ending. */
const RESERVED = /^(?:con|prn|aux|nul|conin\$?|conout\$?|clock\$?|(?:com|lpt)[0-9])(?:\.|$)/;

/** The bytes of a name at most: the limit of most systems is 255, of encrypted folders 143. */
const MOST_BYTES = 90;

/**
 * A file name for each title, without an ending, that every system takes. Letters of all scripts stay.
 *
 * A name depends on its title alone, so that it stays when others are added or removed. A title that is more than words with
 * blanks between gets a part of its hash behind: the name of no other title is the same, also where neither case nor
 * normal forms count.
 */
export function toFileNames(titles: readonly string[], fallback: string): string[] {
  const taken = new Set<string>();
  return titles.map((title) => {
    const base = toFileName(title, fallback);
    let name = base;
    // Two groups of one name.
    for (let n = 2; taken.has(name); n++) name = `${base}-${n}`;
    taken.add(name);
    return name;
  });
}

function toFileName(title: string, fallback: string): string {
  const words = readVisible(title.normalize("NFKC").toLowerCase()).normalize("NFC");
  const name = cut(words.replace(/[^\p{L}\p{M}\p{N}.@_]+/gu, "-").replace(/^[-.@]+|[-.]+$/g, ""));
  const isWhole = foldName(name.replaceAll("-", " ")) === foldName(title);
  if (isWhole && name !== "" && !RESERVED.test(name)) return name;
  const hash = createHash("sha256").update(foldName(title) || title).digest("hex").slice(0, 8);
  const beginning = RESERVED.test(name) ? name.replaceAll(".", "-") : name;
  return `${beginning || fallback}-${hash}`;
}

/** As many whole letters, with their marks, as fit. */
function cut(name: string): string {
  const encoder = new TextEncoder();
  let bytes = 0;
  let end = 0;
  for (const [letter] of name.matchAll(/[^\p{M}]\p{M}*|\p{M}/gu)) {
    bytes += encoder.encode(letter).length;
    if (bytes > MOST_BYTES) return name.slice(0, end).replace(/[-.]+$/, "");
    end += letter.length;
  }
  return name;
}
