/** What every order book of the benchmark must do, so that all are asked the same questions. */

/** One implementation. `P` is its own form of an update that is already parsed (mode a). */
export interface BenchedBook<P> {
  /** Starts anew from the text of a `/api/v3/depth` answer. Not timed. */
  reset(snapshotText: string, symbol: string): void;
  /** Parses a depth frame into the form that the library applies. Not timed in mode a. */
  prepare(frameText: string): P;
  /** Mode a: applies an update that was parsed before. It may be applied again after `reset`. */
  apply(update: P): void;
  /** Mode b: parses a depth frame and applies it, as a user of the library would. */
  accept(frameText: string): void;
  /** Writes the metrics of the book now into `out`; the depth bands only when asked for. */
  measure(out: Float64Array, withBands: boolean): void;
}

/** The names of the implementations, ours first, then the one that ratios are taken against. */
export const IMPLEMENTATIONS = ["obm", "tardis-dev", "sorted-btree", "ccxt", "naive"] as const;

/** A book that is measured, by the name under which the table shows it. */
export type Implementation = typeof IMPLEMENTATIONS[number];
