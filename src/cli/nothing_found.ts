/** Nobody or nothing is what was asked for: an answer, told as an error is. */
export class NothingFound extends Error {
  /** What the reader may have meant. */
  readonly hint: string | undefined;

  /** Says what was not found. */
  constructor(message: string, hint?: string) {
    super(message);
    this.name = "NothingFound";
    this.hint = hint;
  }
}
