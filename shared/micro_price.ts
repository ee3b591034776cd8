/** What the micro-price learns of its market, as it is told and stored. */
import type { Market } from "./market.ts";

/** What the micro-price has learnt of its market so far. */
export interface LearntMicroPrice {
  /** Smallest price step in which spreads are counted. */
  readonly tickSize: number;
  /** For how long it has counted, by the exchange's clock, and how many moves of mid. */
  readonly countedMs: number;
  readonly moves: number;
  /**
   * How far from mid the micro-price is, bps of mid, by state of the best queues: for a spread of one tick, then of up to 20,
   * then of more, by the tenth of q_b/(q_b + q_a), the lowest first. `null`: that is not known yet.
   */
  readonly shiftsBps: readonly (number | null)[];
  /** How many steps from update to update have begun in each state, or in its mirror image. */
  readonly visits: readonly number[];
}

/** States of the best queues in a `MicroPriceTableRecord`. */
export const MICRO_PRICE_STATES = 30;

/** … at the end of an hour of UTC; only if it has counted anything. */
export interface MicroPriceTableRecord extends Market, LearntMicroPrice {
  readonly type: "micro_price";
  /** Counts up from 1 within one life of the actor. */
  readonly number: number;
  /** The end of the hour. */
  readonly timeMs: number;
}
