/**
 * Order flow imbalance at the best prices: what each book ticker adds to the best bid's queue and takes from the best
 * ask's, summed over the tickers of the last seconds. A ticker has no time, so it counts with the update that covers
 * its id.
 */
import type { BookTicker } from "../../../../shared/market.ts";
import { declareFamily, known } from "./family.ts";
import { PairQueue } from "./pair_queue.ts";
import { UpdateRows } from "./update_rows.ts";

const LONGEST_MS = 60_000;
/** Tickers that wait for their update, a tenth of a second's: as many as the proof holds. */
const AHEAD_MAX = 1_024;

/** Of each update: the sum of events, Σ (q_b + q_a)/2, and the number of tickers. */
const [EVENT, QUEUE, COUNT] = [0, 1, 2] as const;

/** Sums of 1, 10 and 60 s, in base units and in typical queues. O(updates) each time they are written. */
export const ORDER_FLOW = declareFamily(
  ["ofi1s", "ofi10s", "ofi60s", "ofiNormalised1s", "ofiNormalised10s", "ofiNormalised60s"],
  "book",
  () => {
    const flow = new TickerFlow();
    return {
      ticker: (ticker) => flow.ticker(ticker),
      updated: ({ eventMs, updateId }) => flow.updated(eventMs, updateId),
      write(out) {
        out.ofi1s = flow.sum(1_000);
        out.ofi10s = flow.sum(10_000);
        out.ofi60s = flow.sum(LONGEST_MS);
        out.ofiNormalised1s = flow.normalised(1_000);
        out.ofiNormalised10s = flow.normalised(10_000);
        out.ofiNormalised60s = flow.normalised(LONGEST_MS);
      },
      reset: () => flow.reset(),
    };
  },
);

/** The events of tickers, each with its update. */
class TickerFlow {
  readonly #rows = new UpdateRows(3, LONGEST_MS);
  /** By id: the event and the mean queue of tickers that are ahead of the book. */
  readonly #ahead = new PairQueue(AHEAD_MAX);
  // The newest ticker; `NaN`: there is none since the book was lost, and what the next one changes is not known.
  #updateId = NaN;
  #bidPrice = NaN;
  #bidQty = NaN;
  #askPrice = NaN;
  #askQty = NaN;
  /** Tickers up to this id were forgotten: no window begins before the book has passed it. */
  #forgottenTo = -Infinity;

  ticker(ticker: BookTicker): void {
    const { updateId, bidPrice, bidQty, askQty } = ticker;
    // An empty side is written as price 0: its asks have gone beyond every price.
    const askPrice = askQty === 0 ? Infinity : ticker.askPrice;
    // One from between two that were compared with each other: none of the sums is right any more.
    if (updateId <= this.#updateId) return this.#beginAnew();
    const event = (bidPrice >= this.#bidPrice ? bidQty : 0) -
      (bidPrice <= this.#bidPrice ? this.#bidQty : 0) -
      (askPrice <= this.#askPrice ? askQty : 0) +
      (askPrice >= this.#askPrice ? this.#askQty : 0);
    const isFirst = Number.isNaN(this.#updateId);
    // The exchange counts anew.
    if (isFirst && updateId < this.#forgottenTo) this.#forgottenTo = -Infinity;
    this.#updateId = updateId;
    this.#bidPrice = bidPrice;
    this.#bidQty = bidQty;
    this.#askPrice = askPrice;
    this.#askQty = askQty;
    const isLate = updateId <= this.#rows.updateId;
    const change = isFirst ? NaN : event;
    const queue = (bidQty + askQty) / 2;
    if (!isLate) {
      if (!this.#ahead.add(updateId, change, queue)) this.#beginAnew();
      return;
    }
    this.#rows.addTo(updateId, EVENT, change);
    this.#rows.addTo(updateId, QUEUE, queue);
    this.#rows.addTo(updateId, COUNT, 1);
  }

  updated(eventMs: number, updateId: number): void {
    // A snapshot has no time on the exchange's clock.
    if (Number.isNaN(eventMs) || updateId < this.#forgottenTo) return;
    const rows = this.#rows;
    const ahead = this.#ahead;
    rows.begin(eventMs, updateId);
    for (; ahead.at(0) <= updateId; ahead.drop()) {
      rows.add(EVENT, ahead.first(0));
      rows.add(QUEUE, ahead.second(0));
      rows.add(COUNT, 1);
    }
  }

  /** `null`: the window is not filled yet. */
  sum(windowMs: number): number | null {
    const first = this.#rows.first(windowMs);
    return first < 0 ? null : known(this.#rows.sum(EVENT, first));
  }

  /** In typical queues: divided by the mean of (q_b + q_a)/2 over the same tickers. */
  normalised(windowMs: number): number | null {
    const rows = this.#rows;
    const first = rows.first(windowMs);
    if (first < 0) return null;
    const count = rows.sum(COUNT, first);
    if (count === 0) return 0;
    return known(rows.sum(EVENT, first) / (rows.sum(QUEUE, first) / count));
  }

  reset(): void {
    this.#beginAnew();
    this.#updateId = NaN;
  }

  #beginAnew(): void {
    if (!Number.isNaN(this.#updateId)) this.#forgottenTo = this.#updateId;
    this.#rows.clear();
    this.#ahead.clear();
  }
}
