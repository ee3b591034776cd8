/**
 * The exchange's own book: a map per side from price text to quantity text. Deliberately obvious and
 * unlike the monitor's book, because it is what that book is measured against.
 */
import { type BookState, isZero, type LevelText } from "./market_event.ts";

/** A snapshot as `/api/v3/depth` answers it: best levels first. */
export interface Snapshot {
  readonly lastUpdateId: number;
  readonly bids: readonly LevelText[];
  readonly asks: readonly LevelText[];
}

/** One symbol's resting orders by price level. */
export class ReferenceBook {
  readonly #bids = new Map<string, string>();
  readonly #asks = new Map<string, string>();
  #lastUpdateId = 0;

  constructor(state: BookState) {
    this.reset(state);
  }

  /** The id of the last change that is in the book. */
  get lastUpdateId(): number {
    return this.#lastUpdateId;
  }

  /** Forgets everything and starts from `state`. */
  reset(state: BookState): void {
    this.#bids.clear();
    this.#asks.clear();
    for (const [price, qty] of state.bids) this.#bids.set(price, qty);
    for (const [price, qty] of state.asks) this.#asks.set(price, qty);
    this.#lastUpdateId = state.lastUpdateId;
  }

  /**
   * Sets absolute quantities; quantity 0 removes.
   *
   * @throws {RangeError} if the change does not follow the last one: the source broke its promise.
   */
  apply(change: {
    readonly firstUpdateId: number;
    readonly finalUpdateId: number;
    readonly bids: readonly LevelText[];
    readonly asks: readonly LevelText[];
  }): void {
    const next = this.#lastUpdateId + 1;
    if (change.firstUpdateId > next || change.finalUpdateId < next) {
      throw new RangeError(
        `Cannot apply change: expected update id ${next}, ` +
          `received ${change.firstUpdateId} to ${change.finalUpdateId}`,
      );
    }
    setLevels(this.#bids, change.bids);
    setLevels(this.#asks, change.asks);
    this.#lastUpdateId = change.finalUpdateId;
  }

  /** The best `limit` levels a side; O(n log n), it sorts on every call. */
  snapshot(limit = Infinity): Snapshot {
    const byPrice = (a: LevelText, b: LevelText) => Number(a[0]) - Number(b[0]);
    return {
      lastUpdateId: this.#lastUpdateId,
      bids: [...this.#bids].sort((a, b) => byPrice(b, a)).slice(0, limit),
      asks: [...this.#asks].sort(byPrice).slice(0, limit),
    };
  }

  /** Best bid and ask; `null` for an empty side. O(n). */
  best(): { readonly bid: LevelText | null; readonly ask: LevelText | null } {
    return {
      bid: topOfBook(this.#bids, (a, b) => a > b),
      ask: topOfBook(this.#asks, (a, b) => a < b),
    };
  }
}

function setLevels(side: Map<string, string>, levels: readonly LevelText[]): void {
  for (const [price, qty] of levels) {
    if (isZero(qty)) side.delete(price);
    else side.set(price, qty);
  }
}

function topOfBook(
  side: Map<string, string>,
  isBetter: (a: number, b: number) => boolean,
): LevelText | null {
  let best: LevelText | null = null;
  for (const level of side) {
    if (best === null || isBetter(Number(level[0]), Number(best[0]))) best = level;
  }
  return best;
}
