/** A log. That of the command line is one. */
export interface ServerLog {
  /** Writes one line for people, and the same in fields for programs. */
  write(
    level: "info" | "warn" | "error",
    message: string,
    fields?: Readonly<Record<string, unknown>>,
  ): void;
}
