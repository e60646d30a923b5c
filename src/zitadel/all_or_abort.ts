/**
 * Runs tasks side by side; the first one that fails ends them all.
 *
 * The call settles only when every task has: nothing goes on in the background after an error.
 *
 * @throws What the first task that failed threw, or the reason of `signal`.
 */
export async function allOrAbort<T extends readonly unknown[]>(
  tasks: { [K in keyof T]: (signal: AbortSignal) => Promise<T[K]> },
  signal: AbortSignal | undefined,
): Promise<T> {
  const controller = new AbortController();
  const shared = signal ? AbortSignal.any([signal, controller.signal]) : controller.signal;
  const running = tasks.map(async (task) => {
    try {
      return await task(shared);
    } catch (error) {
      // Only the first call has an effect, so the reason is the first failure.
      controller.abort(error);
      throw error;
    }
  });
  await Promise.allSettled(running);
  signal?.throwIfAborted();
  if (controller.signal.aborted) throw controller.signal.reason;
  return await Promise.all(running) as unknown as T;
}
