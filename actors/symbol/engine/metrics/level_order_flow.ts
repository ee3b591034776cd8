/**
 * Order flow imbalance of the ten best levels by rank: what each update adds to a bid queue and takes from an ask queue,
 * summed over the updates of the last seconds, in typical queues of such a level.
 */
import type { BookSide } from "../book/book_side.ts";
import { PriceScale } from "../book/price_scale.ts";
import type { BookView } from "./book_view.ts";
import { declareFamily } from "./family.ts";
import { TimeRing } from "./time_ring.ts";

const LEVELS = 10;
const LONGEST_MS = 60_000;

/** Ten times as many updates as two connections bring in that time. */
const UPDATES_MAX = 1 << 14;

/** Sums over updates: of the levels' events, of the quantity at all of them, and of updates where a side has fewer. */
const [EVENT, QUEUE, UNKNOWN] = [0, 1, 2] as const;

/** Over 1, 10 and 60 s. O(levels) an update. */
export const LEVEL_ORDER_FLOW = declareFamily(
  ["ofiMultiLevel1s", "ofiMultiLevel10s", "ofiMultiLevel60s"],
  "book",
  () => {
    const updates = new TimeRing({
      values: 0,
      sums: 3,
      keepMs: LONGEST_MS,
      placesMax: UPDATES_MAX,
    });
    const bids = new TopLevels();
    const asks = new TopLevels();
    const sums = new Float64Array(3);
    const overWindow = (windowMs: number): number | null => {
      const from = updates.windowFrom(windowMs);
      const { end } = updates;
      if (from < 0) return null;
      updates.sumsInto(from, end, sums);
      if ((sums[UNKNOWN] ?? NaN) > 0) return null;
      const queues = (sums[QUEUE] ?? NaN) / (2 * (end - from));
      // The mean over the levels of Σ e / Q, Q the mean queue of a level: both divided by their number.
      return (sums[EVENT] ?? NaN) / queues;
    };
    return {
      updated({ book, eventMs }: BookView) {
        const event = bids.follow(book.bids, book.scale) - asks.follow(book.asks, book.scale);
        if (Number.isNaN(eventMs)) return;
        const { next, sumsAt } = updates;
        const isKnown = event === event;
        next[0] = eventMs;
        next[sumsAt + EVENT] = isKnown ? event : 0;
        next[sumsAt + QUEUE] = isKnown ? bids.qty + asks.qty : 0;
        next[sumsAt + UNKNOWN] = isKnown ? 0 : 1;
        updates.push();
      },
      write(out) {
        out.ofiMultiLevel1s = overWindow(1_000);
        out.ofiMultiLevel10s = overWindow(10_000);
        out.ofiMultiLevel60s = overWindow(LONGEST_MS);
      },
      why(name) {
        const isShort = name === "ofiMultiLevel1s";
        const windowMs = isShort ? 1_000 : name === "ofiMultiLevel10s" ? 10_000 : LONGEST_MS;
        return updates.windowFrom(windowMs) < 0 ? "warming_up" : "too_thin";
      },
      reset() {
        updates.clear();
        bids.forget();
        asks.forget();
      },
    };
  },
);

/** The best levels of one side. */
class TopLevels {
  #keys = new Float64Array(LEVELS);
  #lots = new Float64Array(LEVELS);
  #nextKeys = new Float64Array(LEVELS);
  #nextLots = new Float64Array(LEVELS);
  #scale = new PriceScale(0, 0);
  /** Whether there were so many. */
  #areAll = false;
  #qty = NaN;

  /** Of all of them, base asset; `NaN`: there are not so many. */
  get qty(): number {
    return this.#qty;
  }

  /** The sum of the events of its levels, base asset; `NaN`: there were not so many before, or are not now. */
  follow({ levels }: BookSide, scale: PriceScale): number {
    this.#useScale(scale);
    const before = this.#keys;
    const lotsBefore = this.#lots;
    const keys = this.#nextKeys;
    const lots = this.#nextLots;
    const areAll = levels.copyBetween(keys, lots, 0, -Infinity, Infinity) === LEVELS;
    let event = 0;
    let sum = 0;
    for (let rank = 0; rank < LEVELS; rank++) {
      const key = keys[rank] ?? NaN;
      const keyBefore = before[rank] ?? NaN;
      const some = lots[rank] ?? NaN;
      if (key >= keyBefore) event += some;
      if (key <= keyBefore) event -= lotsBefore[rank] ?? NaN;
      sum += some;
    }
    this.#keys = keys;
    this.#lots = lots;
    this.#nextKeys = before;
    this.#nextLots = lotsBefore;
    this.#qty = areAll ? scale.qty(sum) : NaN;
    const isKnown = areAll && this.#areAll;
    this.#areAll = areAll;
    return isKnown ? scale.qty(event) : NaN;
  }

  forget(): void {
    this.#areAll = false;
  }

  /** What was there before must count in the same ticks and lots. */
  #useScale(scale: PriceScale): void {
    const ticks = 10 ** (scale.priceDecimals - this.#scale.priceDecimals);
    const lots = 10 ** (scale.qtyDecimals - this.#scale.qtyDecimals);
    this.#scale = scale;
    if (ticks === 1 && lots === 1) return;
    for (let rank = 0; rank < LEVELS; rank++) {
      this.#keys[rank] = Math.round((this.#keys[rank] ?? NaN) * ticks);
      this.#lots[rank] = Math.round((this.#lots[rank] ?? NaN) * lots);
    }
  }
}
