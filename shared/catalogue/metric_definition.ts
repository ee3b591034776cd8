/** What a metric's definition says: the form of each entry of `metrics.ts`. */

/**
 * In what a metric counts. Quote and base are the assets of the symbol, bps are 10⁻⁴ of mid; a million is one of US
 * dollars, `ms` a moment, UTC.
 */
export type Unit =
  | "quote"
  | "base"
  | "bps"
  | "ticks"
  | "ratio"
  | "ratio/s"
  | "quote/bps"
  | "s"
  | "h"
  | "count"
  | "bps/million"
  | "ids/s"
  | "levels/s"
  | "ids/trade"
  | "ms"
  | "exponent";

/**
 * Why a metric is not known. `not_live`: the feed's state is another. `one_sided`: a side of the book is
 * empty. `not_covered`: what it looks at may lie beyond the levels that are known. `too_thin`: there is too
 * little to compute it from. `warming_up`: its window has not been filled yet. `no_edge`: what it measures does
 * not end anywhere. `no_tick_size`: the exchange has not told one. `too_wide`: no whole number of its type holds it.
 * `no_quote_rate`: nobody has told what the quote asset is worth in dollars.
 * `no_event`: nothing of the kind has happened. `too_quiet`: there was too little trading. `overloaded`: this machine
 * was too slow to compute it.
 */
export type NullReason =
  | "not_live"
  | "one_sided"
  | "not_covered"
  | "too_thin"
  | "warming_up"
  | "no_edge"
  | "no_tick_size"
  | "too_wide"
  | "no_quote_rate"
  | "no_event"
  | "too_quiet"
  | "overloaded";

/**
 * How values of an interval become one value of a longer one. `quantiles`: a mergeable sketch. The first in a
 * definition is what a chart draws of a bin.
 */
export type Fold = "mean" | "min" | "max" | "last" | "sum" | "quantiles";

/** Column types of PostgreSQL, the narrowest that holds every value. */
export type StoredType = "float8" | "float4" | "int8" | "int4" | "int2";

/** How a person reads it. */
export interface Display {
  /**
   * Decimals, or so many more than the symbol's prices have; `quantity`: about four digits, in thousands or
   * millions where it is large; `bps`: two significant digits at least.
   */
  readonly decimals: number | { readonly ofPrice: number } | "quantity" | "bps";
  /** With a sign: it leans to bids (+) or asks (−). */
  readonly isSigned: boolean;
  /** A share, shown times 100 with a percent sign. */
  readonly isPercent: boolean;
}

/** One metric, once. */
export interface MetricDefinition {
  /** Its column in every table that stores it. */
  readonly column: string;
  /** `null`: it is not stored. */
  readonly stored: StoredType | null;
  readonly unit: Unit;
  readonly display: Display;
  /** Least and greatest possible value, both included; `null`: no bound. */
  readonly range: readonly [min: number | null, max: number | null];
  /**
   * Length of the window that it looks back over, or the setting that says it; `past`: whatever it has seen so far;
   * `null`: one book alone.
   */
  readonly window: number | "slopeWindowMs" | "past" | null;
  /** `update`: of the book as it is after each applied update. `tick`: it changes with time too. */
  readonly sampling: "update" | "tick";
  readonly nullWhen: readonly NullReason[];
  readonly fold: readonly [Fold, ...Fold[]];
  /** Of a depth that reaches beyond what is known: the metric that tells how far that is, and its own reach. */
  readonly lowerBoundBeyond?: { readonly covered: string; readonly reachBps: number };
  /** 0: what others are made of; 1: the checklist; 2: what experts ask for. */
  readonly tier: 0 | 1 | 2;
  readonly group:
    | "price"
    | "spread"
    | "imbalance"
    | "top"
    | "depth"
    | "coverage"
    | "bands"
    | "cost"
    | "order flow"
    | "liquidity"
    | "trades"
    | "activity";
  /** What a card or an axis says. */
  readonly label: string;
}

/** The same metric in words, for people. */
export interface MetricProse {
  readonly formula: string;
  /** One sentence for a person. */
  readonly meaning: string;
  readonly source: string;
}
