/** How long to wait before the next attempt. Pure. */

const FIRST_MS = 100;
/** Beyond this many doublings the cap has long been reached. */
const DOUBLINGS_MAX = 16;

/**
 * Milliseconds before attempt `failures + 1`: exponential from 100 ms to `capMs`, of which a random
 * half is jitter, so that many clients do not return in one beat. `random` is in [0, 1).
 */
export function retryDelayMs(failures: number, capMs: number, random: number): number {
  const full = Math.min(capMs, FIRST_MS * 2 ** Math.min(Math.max(0, failures - 1), DOUBLINGS_MAX));
  return Math.round(full * (0.5 + random / 2));
}
