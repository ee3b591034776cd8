/** Waits for a condition instead of sleeping. */
import { PATIENCE_MS } from "./patience.ts";

/**
 * It looks again after a tenth of the time that it has waited so far, within these: what comes at once is seen at
 * once, and what takes its time is not asked for thousands of times, of which each may be a question to a database.
 */
const POLL_SHARE = 0.1;
const POLL_MS_MIN = 10;
const POLL_MS_MAX = 200;

/** Resolves when `condition` holds; rejects with `what` when it does not within the deadline. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  what = condition.toString(),
  deadlineMs = PATIENCE_MS,
): Promise<void> {
  const fromMs = performance.now();
  while (!await condition()) {
    const waitedMs = performance.now() - fromMs;
    if (waitedMs > deadlineMs) throw new Error(`Never came true: ${what}`);
    const pauseMs = Math.min(POLL_MS_MAX, Math.max(POLL_MS_MIN, waitedMs * POLL_SHARE));
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
