/** The two clocks. Pure code gets time as a parameter; only shells call these. */

/** Wall time, UTC milliseconds: for rows, frames and logs. It may step. */
export function utcNowMs(): number {
  return Date.now();
}

/** Monotonic milliseconds with an arbitrary origin: for intervals and deadlines. It never steps. */
export function monotonicMs(): number {
  return performance.now();
}
