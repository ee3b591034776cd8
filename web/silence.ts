/** Silence: when a symbol that says nothing is not live any more, for `/healthz` and the page alike. */

/** Frames come with each change of a symbol; none for so long is worth a word. */
const SILENT_AFTER_LEAST_MS = 3_000;
/** Of two rows one may be late, by so much. */
const LATE_MS = 1_000;

/**
 * The age in ms from which the newest metrics count as silence, whatever they say. A symbol in which
 * nothing changes sends its rows alone, one in each `metricsIntervalMs`.
 */
export function silentAfterMs(metricsIntervalMs: number): number {
  return Math.max(SILENT_AFTER_LEAST_MS, 2 * metricsIntervalMs + LATE_MS);
}
