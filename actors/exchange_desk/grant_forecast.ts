/**
 * When calls will have been granted that nobody but the budget holds up. Pure; times are monotonic
 * milliseconds.
 */

/** What a budget will be like if nobody else comes. */
export interface BudgetOutlook {
  /** What counts now, and when which part of it counts no more. */
  readonly used: number;
  readonly releases: readonly { readonly atMs: number; readonly weight: number }[];
  /** How much may count at once. */
  readonly room: number;
  /** A grant counts for so long. */
  readonly lengthMs: number;
  /** Between two grants. */
  readonly gapMs: number;
  /** Nothing is granted before. */
  readonly fromMs: number;
}

/** When the last of these weights is granted, one after the other. O(weights + releases · log releases). */
export function lastGrantMs(weights: readonly number[], outlook: BudgetOutlook): number {
  const { room, lengthMs, gapMs, fromMs } = outlook;
  const releases = outlook.releases.toSorted((a, b) => a.atMs - b.atMs);
  let used = outlook.used;
  let [lastMs, nextMs] = [fromMs, fromMs];
  let released = 0;
  for (const weight of weights) {
    for (let release = releases[released]; release !== undefined; release = releases[released]) {
      // What is larger than all the room goes alone.
      const fits = used <= 0 || used + weight <= room;
      if (release.atMs > nextMs && fits) break;
      nextMs = Math.max(nextMs, release.atMs);
      used -= release.weight;
      released += 1;
    }
    used += weight;
    lastMs = nextMs;
    // Those that are there end before: each counts for as long as this one, from an earlier moment.
    releases.push({ atMs: nextMs + lengthMs, weight });
    nextMs += gapMs;
  }
  return lastMs;
}
