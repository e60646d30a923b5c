/** Draws when asked to, at most once a frame, and no more once the signal is aborted. */
export function onceAFrame(draw: () => void, signal: AbortSignal): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      if (!signal.aborted) draw();
    });
  };
}
