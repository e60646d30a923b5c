/** One line of a terminal that is written over and over. */
export interface ProgressLine {
  /** Shows this text in place of what was there. */
  draw(text: string): void;
  /** Takes the line away, so that other text can be written. */
  clear(): void;
}

/** What {@linkcode createProgressLine} needs. */
export interface ProgressLineOptions {
  /** Takes text for the terminal. */
  write: (text: string) => void;
  /** How wide the terminal is now. */
  columns: () => number;
}

/** A line that never gets longer than the terminal is wide, since a wrapped line cannot be taken away. */
export function createProgressLine({ write, columns }: ProgressLineOptions): ProgressLine {
  let shown = "";
  return {
    draw(text) {
      // The last column stays free: some terminals wrap as soon as it is filled.
      const room = Math.max(0, columns() - 1);
      const next = text.length <= room ? text : `${text.slice(0, Math.max(0, room - 1))}…`;
      if (next === shown) return;
      shown = next;
      write(`\r${next}\x1b[K`);
    },
    clear() {
      if (shown === "") return;
      shown = "";
      write("\r\x1b[K");
    },
  };
}
