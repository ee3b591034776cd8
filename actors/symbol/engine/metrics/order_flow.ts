/**
 * Order flow imbalance at the best prices: what each book ticker adds to the best bid's queue and takes from the best
 * ask's, summed over the tickers of the last seconds. A ticker has no time, so it counts with the update that covers
 * its id.
 */
import type { BookTicker } from "../../../../shared/market.ts";
import { declareFamily } from "./family.ts";
import { TimeRing } from "./time_ring.ts";

const LONGEST_MS = 60_000;
/** Tickers that wait for their update, a tenth of a second's: as many as the proof holds. */
const AHEAD_MAX = 1_024;

/** Ten times as many updates as two connections bring in that time. */
const UPDATES_MAX = 1 << 14;

/** Of each update: its id. */
const UPDATE_ID = 0;
/** Sums over updates: of events, of (q_b + q_a)/2, of tickers, and of those whose event is not known. */
const [EVENT, QUEUE, COUNT, UNKNOWN] = [0, 1, 2, 3] as const;

/** Sums of 1, 10 and 60 s, in base units and in typical queues. O(log updates) each time they are written. */
export const ORDER_FLOW = declareFamily(
  ["ofi1s", "ofi10s", "ofi60s", "ofiNormalised1s", "ofiNormalised10s", "ofiNormalised60s"],
  "book",
  () => {
    const flow = new TickerFlow();
    return {
      ticker: (ticker) => flow.ticker(ticker),
      updated: ({ eventMs, updateId }) => flow.updated(eventMs, updateId),
      write(out) {
        flow.lookBack(1_000);
        out.ofi1s = flow.sum;
        out.ofiNormalised1s = flow.normalised;
        flow.lookBack(10_000);
        out.ofi10s = flow.sum;
        out.ofiNormalised10s = flow.normalised;
        flow.lookBack(LONGEST_MS);
        out.ofi60s = flow.sum;
        out.ofiNormalised60s = flow.normalised;
      },
      reset: () => flow.reset(),
    };
  },
);

/** The events of tickers, each with its update. */
class TickerFlow {
  readonly #updates = new TimeRing({
    values: 1,
    sums: 4,
    keepMs: LONGEST_MS,
    placesMax: UPDATES_MAX,
  });
  /** Of tickers that are ahead of the book: id, event and mean queue. Columns: a number that is handed on is an object. */
  readonly #aheadIds = new Float64Array(AHEAD_MAX);
  readonly #aheadEvents = new Float64Array(AHEAD_MAX);
  readonly #aheadQueues = new Float64Array(AHEAD_MAX);
  /** How many have come and gone since all of them were forgotten: places are found by a mask. */
  #came = 0;
  #gone = 0;
  // The newest ticker; `NaN`: there is none since the book was lost, and what the next one changes is not known.
  #updateId = NaN;
  #bidPrice = NaN;
  #bidQty = NaN;
  #askPrice = NaN;
  #askQty = NaN;
  /** Of the window that is looked at. */
  readonly #sums = new Float64Array(4);
  #sum: number | null = null;
  #normalised: number | null = null;
  /** Id of the newest update; `NaN`: there is none. */
  #coveredTo = NaN;
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
    const change = isFirst ? NaN : event;
    const queue = (bidQty + askQty) / 2;
    if (updateId <= this.#coveredTo) {
      this.#setNext(change, queue);
      return this.#addLate();
    }
    if (this.#came - this.#gone === AHEAD_MAX) return this.#beginAnew();
    const place = this.#came & (AHEAD_MAX - 1);
    this.#aheadIds[place] = updateId;
    this.#aheadEvents[place] = change;
    this.#aheadQueues[place] = queue;
    this.#came += 1;
  }

  updated(eventMs: number, updateId: number): void {
    // A snapshot has no time on the exchange's clock.
    if (Number.isNaN(eventMs) || updateId < this.#forgottenTo) return;
    let event = 0;
    let queue = 0;
    let unknown = 0;
    const before = this.#gone;
    for (; this.#gone < this.#came; this.#gone++) {
      const place = this.#gone & (AHEAD_MAX - 1);
      if ((this.#aheadIds[place] ?? NaN) > updateId) break;
      const change = this.#aheadEvents[place] ?? NaN;
      if (change === change) event += change;
      else unknown += 1;
      queue += this.#aheadQueues[place] ?? NaN;
    }
    const updates = this.#updates;
    const { next, sumsAt } = updates;
    next[0] = eventMs;
    next[1 + UPDATE_ID] = updateId;
    next[sumsAt + EVENT] = event;
    next[sumsAt + QUEUE] = queue;
    next[sumsAt + COUNT] = this.#gone - before;
    next[sumsAt + UNKNOWN] = unknown;
    updates.push();
    this.#coveredTo = updateId;
  }

  /** Sums up a window: `sum` and `normalised` are of it from then on. */
  lookBack(windowMs: number): void {
    const from = this.#updates.windowFrom(windowMs);
    this.#sum = null;
    this.#normalised = null;
    if (from < 0) return;
    const sums = this.#sums;
    this.#updates.sumsInto(from, this.#updates.end, sums);
    if ((sums[UNKNOWN] ?? NaN) > 0) return;
    const sum = sums[EVENT] ?? NaN;
    const count = sums[COUNT] ?? NaN;
    this.#sum = sum;
    this.#normalised = count === 0 ? 0 : sum / ((sums[QUEUE] ?? NaN) / count);
  }

  /** `null`: the window is not filled yet, or holds a change that is not known. */
  get sum(): number | null {
    return this.#sum;
  }

  /** In typical queues: divided by the mean of (q_b + q_a)/2 over the same tickers. */
  get normalised(): number | null {
    return this.#normalised;
  }

  reset(): void {
    this.#beginAnew();
    this.#updateId = NaN;
  }

  #beginAnew(): void {
    if (!Number.isNaN(this.#updateId)) this.#forgottenTo = this.#updateId;
    this.#updates.clear();
    this.#coveredTo = NaN;
    this.#came = 0;
    this.#gone = 0;
  }

  /** What one ticker adds to the sums of its update. */
  #setNext(change: number, queue: number): void {
    const { next, sumsAt } = this.#updates;
    const isKnown = change === change;
    next[sumsAt + EVENT] = isKnown ? change : 0;
    next[sumsAt + QUEUE] = queue;
    next[sumsAt + COUNT] = 1;
    next[sumsAt + UNKNOWN] = isKnown ? 0 : 1;
  }

  /** The newest has come after its update. */
  #addLate(): void {
    const updates = this.#updates;
    const updateId = this.#updateId;
    let update = updates.end - 1;
    while (update > updates.first && updates.value(update - 1, UPDATE_ID) >= updateId) update -= 1;
    // What lies before the oldest belongs to no window.
    if (update > updates.first) updates.addNextTo(update);
  }
}
