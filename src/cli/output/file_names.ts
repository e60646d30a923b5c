/** Names of devices on Windows, which no file there may have, whatever follows after a dot. */
const RESERVED = /^(?:con|prn|aux|nul|conin|conout|clock|(?:com|lpt)[0-9])$/;

/** Longer names make paths too long for some programs. */
const LONGEST = 60;

/**
 * A file name for each title, without an ending: such as every system takes, and each once, also where case does not
 * count.
 */
export function toFileNames(titles: readonly string[], fallback: string): string[] {
  const taken = new Set<string>();
  return titles.map((title) => {
    const slug = title.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
      .replace(/[^a-z0-9]+/g, "-").slice(0, LONGEST).replace(/^-+|-+$/g, "");
    const base = slug === "" ? fallback : RESERVED.test(slug) ? `${slug}-${fallback}` : slug;
    let name = base;
    for (let n = 2; taken.has(name); n++) name = `${base}-${n}`;
    taken.add(name);
    return name;
  });
}
