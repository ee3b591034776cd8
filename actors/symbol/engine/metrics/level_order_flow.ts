/**
 * Order flow imbalance of the ten best levels by rank: what each update adds to a bid queue and takes from an ask queue,
 * summed over the updates of the last seconds, in typical queues of such a level.
 */
import type { BookSide } from "../book/book_side.ts";
import type { PriceScale } from "../book/price_scale.ts";
import type { BookView } from "./book_view.ts";
import { declareFamily, known } from "./family.ts";
import { UpdateRows } from "./update_rows.ts";

const LEVELS = 10;
const LONGEST_MS = 60_000;

/** Of each update: the sum of the levels' events, and the quantity at all of them. `NaN`: a side has fewer. */
const [EVENT, QUEUE] = [0, 1] as const;

/** Over 1, 10 and 60 s. O(levels) an update, O(updates) each time it is written. */
export const LEVEL_ORDER_FLOW = declareFamily(
  ["ofiMultiLevel1s", "ofiMultiLevel10s", "ofiMultiLevel60s"],
  "book",
  () => {
    const rows = new UpdateRows(2, LONGEST_MS);
    const bids = new TopLevels();
    const asks = new TopLevels();
    const overWindow = (windowMs: number): number | null => {
      const first = rows.first(windowMs);
      if (first < 0) return null;
      const queues = rows.sum(QUEUE, first) / (2 * rows.countFrom(first));
      // The mean over the levels of Σ e / Q, Q the mean queue of a level: both divided by their number.
      return known(rows.sum(EVENT, first) / queues);
    };
    return {
      updated({ book, eventMs, updateId }: BookView) {
        const event = bids.follow(book.bids, book.scale) - asks.follow(book.asks, book.scale);
        if (Number.isNaN(eventMs)) return;
        rows.begin(eventMs, updateId);
        rows.add(EVENT, event);
        rows.add(QUEUE, bids.qty + asks.qty);
      },
      write(out) {
        out.ofiMultiLevel1s = overWindow(1_000);
        out.ofiMultiLevel10s = overWindow(10_000);
        out.ofiMultiLevel60s = overWindow(LONGEST_MS);
      },
      why(name) {
        const isShort = name === "ofiMultiLevel1s";
        const windowMs = isShort ? 1_000 : name === "ofiMultiLevel10s" ? 10_000 : LONGEST_MS;
        return rows.first(windowMs) < 0 ? "warming_up" : "too_thin";
      },
      reset() {
        rows.clear();
        bids.forget();
        asks.forget();
      },
    };
  },
);

/** The best levels of one side. */
class TopLevels {
  readonly #keys = new Float64Array(LEVELS);
  /** Prices, below 0 of asks: higher is better. What a tick is may change. */
  readonly #prices = new Float64Array(LEVELS).fill(NaN);
  readonly #quantities = new Float64Array(LEVELS).fill(NaN);
  /** Of all of them; `NaN`: there are not so many. */
  qty = NaN;

  /** The sum of the events of its levels; `NaN`: there were not so many before, or are not now. */
  follow({ levels }: BookSide, scale: PriceScale): number {
    const wereThere = !Number.isNaN(this.qty);
    const found = levels.copyTopKeys(this.#keys, LEVELS);
    let event = 0;
    let sum = 0;
    for (let rank = 0; rank < found; rank++) {
      const key = this.#keys[rank] ?? NaN;
      const price = scale.price(key);
      const qty = scale.qty(levels.lotsAt(key));
      const before = this.#prices[rank] ?? NaN;
      if (price >= before) event += qty;
      if (price <= before) event -= this.#quantities[rank] ?? NaN;
      sum += qty;
      this.#prices[rank] = price;
      this.#quantities[rank] = qty;
    }
    this.qty = found === LEVELS ? sum : NaN;
    return found === LEVELS && wereThere ? event : NaN;
  }

  forget(): void {
    this.qty = NaN;
  }
}
