/** The gaps of one symbol that the page knows, from history and from the stream. Pure and bounded. */
import type { GapRecord } from "../../shared/output.ts";

/** More gaps than this in half an hour are one long stretch of trouble; the oldest are forgotten. */
export const GAPS_MAX = 500;

/** Each gap once, whatever way it came. */
export class GapList {
  #gaps = new Map<number, GapRecord>();

  /** Takes gaps in any order; returns whether it has learnt anything. */
  take(gaps: readonly GapRecord[]): boolean {
    let isNew = false;
    for (const gap of gaps) {
      // A number counts within one life of the actor only, and two gaps are not noticed in one moment.
      const known = this.#gaps.get(gap.timeMs);
      if (known !== undefined && (known.durationMs !== null || gap.durationMs === null)) continue;
      this.#gaps.set(gap.timeMs, gap);
      isNew = true;
    }
    if (this.#gaps.size > GAPS_MAX) {
      const newest = [...this.#gaps].sort(([, a], [, b]) => a.timeMs - b.timeMs).slice(-GAPS_MAX);
      this.#gaps = new Map(newest);
    }
    return isNew;
  }

  /** Every gap known. */
  get all(): readonly GapRecord[] {
    return [...this.#gaps.values()];
  }
}
