/** What of one symbol could not be stored, as far as the page knows, from history and from the stream. Pure and bounded. */
import { marketText } from "../../shared/market.ts";
import type { LossRecord } from "../../shared/output.ts";

/** One a minute for each cause, in half an hour; the oldest are forgotten. */
export const LOSSES_MAX = 200;

/** Each record once, whatever way it came. */
export class LossList {
  readonly #losses = new Map<string, LossRecord>();

  /** Takes records in any order; returns whether it has learnt anything. */
  take(losses: readonly LossRecord[]): boolean {
    let isNew = false;
    for (const loss of losses) {
      const { lostBy, number, timeMs } = loss;
      const key = [marketText(loss), lostBy, number, timeMs].join(" ");
      if (this.#losses.has(key)) continue;
      this.#losses.set(key, loss);
      isNew = true;
    }
    for (const [key] of byTime(this.#losses).slice(LOSSES_MAX)) this.#losses.delete(key);
    return isNew;
  }

  /** Every record known. */
  get all(): readonly LossRecord[] {
    return [...this.#losses.values()];
  }
}

/** The newest first. */
function byTime(losses: ReadonlyMap<string, LossRecord>): (readonly [string, LossRecord])[] {
  return losses.size <= LOSSES_MAX ? [] : [...losses].sort(([, a], [, b]) => b.timeMs - a.timeMs);
}
