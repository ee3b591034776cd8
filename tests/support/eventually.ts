/** Waits for a condition instead of sleeping. */

/** A condition that has not come true by then never will, even on a busy machine. */
const DEADLINE_MS = 30_000;
const POLL_MS = 10;

/** Resolves when `condition` holds; rejects with `what` when it does not within the deadline. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  what = condition.toString(),
  deadlineMs = DEADLINE_MS,
): Promise<void> {
  const until = performance.now() + deadlineMs;
  while (!await condition()) {
    if (performance.now() > until) throw new Error(`Never came true: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
