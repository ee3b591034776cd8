/**
 * PriceScale: prices as whole ticks and quantities as whole lots, each a power of ten below 1. A value with
 * at most that many decimals becomes an integer and back without losing a bit, because an integer
 * below 2^53 divided by a power of ten is rounded correctly, as `Number()` rounds the text.
 */
import type { SymbolInfo } from "../../../../shared/market.ts";

/** Binance writes at most eight decimals. */
export const DECIMALS_MAX = 8;
/**
 * Added where whole numbers are added up by the thousand, and taken off by rounding down. To a sum of
 * whole numbers V8 gives integers of 64 bits first, with a check of every operand; a sum that is never
 * whole it leaves in floating point, which is faster by a tenth of a frame's time.
 */
export const HALF = 0.5;

/** Tick size and lot size (the exchange calls it step size), as the exchange gives them for a symbol. */
export type TickLot = Pick<SymbolInfo, "tickSize" | "stepSize">;

/** The units of one book. */
export class PriceScale {
  readonly #ticksPerUnit: number;
  readonly #lotsPerUnit: number;
  /** Ticks times lots of a notional of 1. */
  readonly tickLotsPerUnit: number;

  /** Decimals of prices and quantities, 0 to 8. */
  constructor(readonly priceDecimals: number, readonly qtyDecimals: number) {
    this.#ticksPerUnit = 10 ** priceDecimals;
    this.#lotsPerUnit = 10 ** qtyDecimals;
    this.tickLotsPerUnit = 10 ** (priceDecimals + qtyDecimals);
  }

  /** The coarsest scale in which these sizes are whole; without any, the coarsest of all. */
  static ofTickLot(tickLot: TickLot | null): PriceScale {
    return tickLot === null
      ? new PriceScale(0, 0)
      : new PriceScale(decimalsOf(tickLot.tickSize), decimalsOf(tickLot.stepSize));
  }

  /** Whole ticks of a price, exact up to 2^53; the nearest, when it is between two. */
  exactTick(price: number): number {
    return exactUnits(price, this.#ticksPerUnit);
  }

  /** Ticks of a price: not whole where it lies between two. */
  tick(price: number): number {
    const tick = this.exactTick(price);
    return this.price(tick) === price ? tick : price * this.#ticksPerUnit;
  }

  /** Whole lots of a quantity, exact up to 2^53. */
  exactLots(qty: number): number {
    return exactUnits(qty, this.#lotsPerUnit);
  }

  price(tick: number): number {
    return tick / this.#ticksPerUnit;
  }

  qty(lots: number): number {
    return lots / this.#lotsPerUnit;
  }

  /**
   * The coarsest scale, no coarser than this one, in which a level is whole. It is this one when no finer
   * one helps: the level has more than eight decimals, or more digits than a double.
   */
  refined(price: number, qty: number): PriceScale {
    const priceDecimals = Math.max(this.priceDecimals, decimalsOf(price));
    const qtyDecimals = Math.max(this.qtyDecimals, decimalsOf(qty));
    const isSame = priceDecimals === this.priceDecimals && qtyDecimals === this.qtyDecimals;
    return isSame ? this : new PriceScale(priceDecimals, qtyDecimals);
  }
}

/** Decimals of a number that was written with at most eight. */
function decimalsOf(value: number): number {
  for (let decimals = 0; decimals < DECIMALS_MAX; decimals++) {
    const power = 10 ** decimals;
    if (exactUnits(value, power) / power === value) return decimals;
  }
  return DECIMALS_MAX;
}

/** The whole number that gives `value` when it is divided; the nearest, when none does. */
function exactUnits(value: number, perUnit: number): number {
  const near = Math.round(value * perUnit);
  // The value and the product are each rounded: by less than one unit together, below 2^53.
  if (near / perUnit === value) return near;
  if ((near - 1) / perUnit === value) return near - 1;
  return (near + 1) / perUnit === value ? near + 1 : near;
}
