/**
 * The candidate that `word` is most likely a misspelling of, if one is close enough: a third of its letters may
 * differ, at least one of several. A candidate that has the word between dashes is close too.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = normalized(word);
  let best: { candidate: string; distance: number } | undefined;
  let containing: string | undefined;
  for (const candidate of candidates) {
    const known = normalized(candidate);
    const distance = editDistance(wanted, known);
    if (best === undefined || distance < best.distance) best = { candidate, distance };
    if (known.split("-").includes(wanted)) containing ??= candidate;
  }
  if (
    best !== undefined &&
    best.distance <= Math.max(wanted.length > 1 ? 1 : 0, Math.floor(wanted.length / 3))
  ) {
    return best.candidate;
  }
  return containing;
}

/** `pageSize`, `page_size` and `PAGE-SIZE` are the same mistake as far as the letters go. */
function normalized(word: string): string {
  return word.replace(/([a-z])([A-Z])/g, "$1-$2").replaceAll("_", "-").toLowerCase();
}

/** The number of letters to insert, delete, replace, or swap with the next, to turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j]!, before[j - 2]! + 1);
      }
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}
