/**
 * SideShocks: sudden losses of what rests near mid on one side, and how long until half of each was back. A shock is an
 * update after which no more is there than half of the most of the last second.
 */
import type { BookView } from "./book_view.ts";
import { TimeRing } from "./time_ring.ts";

const SECOND_MS = 1_000;
/** One that is not over after so long counts as that long. */
export const RECOVERY_MAX_MS = 30_000;
/** Ten times as many updates a second as two connections bring. */
const UPDATES_MAX = 256;
const WORTH = 0;

/** One side, update by update. */
export class SideShocks {
  readonly #ring = new TimeRing({
    values: 1,
    sums: 0,
    keepMs: SECOND_MS,
    placesMax: UPDATES_MAX,
  });
  #isRecovering = false;
  #sinceMs = NaN;
  #before = NaN;
  #low = NaN;
  #halfLifeMs = NaN;

  /** What was there before the shock that was told last, or that goes on. */
  get before(): number {
    return this.#before;
  }

  /** The least that was there since. */
  get low(): number {
    return this.#low;
  }

  /** When it was, by the exchange's clock. */
  get sinceMs(): number {
    return this.#sinceMs;
  }

  /** How long it took until half of the loss was back; `RECOVERY_MAX_MS`: that, or longer. */
  get halfLifeMs(): number {
    return this.#halfLifeMs;
  }

  /** One more update, after which so much is there, by distance, of which the farthest counts; `true`: a shock is over. */
  follow({ eventMs }: Pick<BookView, "eventMs">, near: Float64Array): boolean {
    const worth = near[near.length - 1] ?? NaN;
    const ring = this.#ring;
    ring.next[0] = eventMs;
    ring.next[1 + WORTH] = worth;
    ring.push();
    if (!this.#isRecovering) {
      let most = worth;
      for (let i = ring.firstAfter(eventMs - SECOND_MS); i < ring.end; i++) {
        most = Math.max(most, ring.value(i, WORTH));
      }
      if (!(worth <= most / 2)) return false;
      this.#isRecovering = true;
      this.#sinceMs = eventMs;
      this.#before = most;
      this.#low = worth;
    }
    this.#low = Math.min(this.#low, worth);
    const pastMs = eventMs - this.#sinceMs;
    const isOver = pastMs > RECOVERY_MAX_MS;
    if (!isOver && worth < this.#low + (this.#before - this.#low) / 2) return false;
    this.#isRecovering = false;
    this.#halfLifeMs = isOver ? RECOVERY_MAX_MS : pastMs;
    return true;
  }

  /** The book is lost: what comes next is no answer to what was. */
  reset(): void {
    this.#ring.clear();
    this.#isRecovering = false;
  }
}
