/** Lets everything else that waits have its turn: long work calls this between its pieces. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
