/** How benchmarks wait. */

/** Resolves after so many milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Looks each `pollMs` until it is so; false: it was not in time. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  msMax: number,
  pollMs: number,
): Promise<boolean> {
  const endMs = performance.now() + msMax;
  while (!await isSo()) {
    if (performance.now() > endMs) return false;
    await pause(pollMs);
  }
  return true;
}
