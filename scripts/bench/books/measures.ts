/**
 * The metrics that every book computes after a frame (modes t and c), and where they stand in the
 * array of results. Definitions: the imbalances are over the ten best levels a side; the weighted one
 * gives the level at rank r (0 is the best) the weight 1/(r + 1); depth is the quantity within 0.1,
 * 0.5 and 1 % of mid, edges included.
 */

/** Places of the results. Without bands the first seven are written, with them all thirteen. */
export const MEASURES = [
  "best bid price",
  "best bid qty",
  "best ask price",
  "best ask qty",
  "spread",
  "imbalance",
  "weighted imbalance",
  "bid depth 0.1 %",
  "bid depth 0.5 %",
  "bid depth 1 %",
  "ask depth 0.1 %",
  "ask depth 0.5 %",
  "ask depth 1 %",
] as const;

/** Results of mode t. */
export const TOP_MEASURES = 7;
/** Levels a side in the imbalances. */
export const TOP_LEVELS = 10;
/** The bands around mid, narrow to wide. */
export const BANDS = [0.001, 0.005, 0.01] as const;
/**
 * A level exactly at an edge belongs to the band, however its binary fraction is rounded. The nearest
 * level outside is at least 1/2000 tick away, which is far more than this for any price below 1e8
 * ticks.
 */
const EDGE_SLACK = 1e-12;

/** Sums of one side, taken level by level from the best outwards. */
export class SideSums {
  top = 0;
  weighted = 0;
  depth10 = 0;
  depth50 = 0;
  depth100 = 0;
  readonly #sign: 1 | -1;
  #rank = 0;
  #edge10 = 0;
  #edge50 = 0;
  #edge100 = 0;

  constructor(side: "bid" | "ask") {
    this.#sign = side === "bid" ? 1 : -1;
  }

  /** Starts anew; without bands the ten best levels are enough. */
  start(mid: number, withBands: boolean): void {
    this.top =
      this.weighted =
      this.depth10 =
      this.depth50 =
      this.depth100 =
      this.#rank =
        0;
    if (withBands) {
      const sign = this.#sign;
      this.#edge10 = sign * bandEdge(mid, sign, BANDS[0]);
      this.#edge50 = sign * bandEdge(mid, sign, BANDS[1]);
      this.#edge100 = sign * bandEdge(mid, sign, BANDS[2]);
    } else this.#edge10 = this.#edge50 = this.#edge100 = Infinity;
  }

  /** Adds the next level; false when no worse level can count any more. */
  add(price: number, qty: number): boolean {
    const rank = this.#rank;
    if (rank < TOP_LEVELS) {
      this.top += qty;
      this.weighted += qty / (rank + 1);
    }
    const key = this.#sign * price;
    this.#rank = rank + 1;
    if (key < this.#edge100) return rank + 1 < TOP_LEVELS;
    this.depth100 += qty;
    if (key >= this.#edge50) {
      this.depth50 += qty;
      if (key >= this.#edge10) this.depth10 += qty;
    }
    return true;
  }
}

/** The worst price of a band: bids (`sign` 1) reach down from mid, asks (-1) up. */
export function bandEdge(mid: number, sign: 1 | -1, band: number): number {
  return mid * (1 - sign * band) * (1 - sign * EDGE_SLACK);
}

/** Writes the results of mode t. */
export function writeTop(
  out: Float64Array,
  bid: number,
  bidQty: number,
  ask: number,
  askQty: number,
  bids: SideSums,
  asks: SideSums,
): void {
  out[0] = bid;
  out[1] = bidQty;
  out[2] = ask;
  out[3] = askQty;
  out[4] = ask - bid;
  out[5] = (bids.top - asks.top) / (bids.top + asks.top);
  out[6] = (bids.weighted - asks.weighted) / (bids.weighted + asks.weighted);
}

/** Writes the depth bands of mode c. */
export function writeBands(out: Float64Array, bids: SideSums, asks: SideSums): void {
  out[7] = bids.depth10;
  out[8] = bids.depth50;
  out[9] = bids.depth100;
  out[10] = asks.depth10;
  out[11] = asks.depth50;
  out[12] = asks.depth100;
}

/** A book that lacks a side has no metrics. */
export function writeNothing(out: Float64Array): void {
  out.fill(NaN);
}
