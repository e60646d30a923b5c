/** A line of a terminal that is redrawn in place. */
export interface ProgressLine {
  draw(text: string): void;
  /** Removes the line, so that other text can be written. */
  clear(): void;
}

export interface ProgressLineOptions {
  write: (text: string) => void;
  columns: () => number;
}

/** Creates a line that is cut to the width of the terminal, since a wrapped line cannot be removed. */
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
