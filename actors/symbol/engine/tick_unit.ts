/**
 * TickUnit: how the eight decimals of a price, read as two words of four bytes, become whole ticks. A
 * byte is a digit's value, the first digit is in the lowest byte.
 */
import { DECIMALS_MAX } from "./grid.ts";

/** Ticks are integers of 32 bits for the machine. */
const TICKS_MAX = 2 ** 31 - 1;
/** Digits of a word. */
const DIGITS = 4;

/** Ticks of 10^-`decimals`, 0 to 8. */
export class TickUnit {
  readonly decimals: number;
  /** Ticks in a price of 1. */
  readonly perPrice: number;
  /** Whole parts must be below it, so that ticks fit. */
  readonly wholeMax: number;
  /** Whether the second word has digits of a tick. */
  readonly usesLow: boolean;
  /** Move each word's own digits to its end, so that zeros come before them. */
  readonly highShift: number;
  readonly lowShift: number;
  /** What the first word's number counts for: the second's digits come after it. */
  readonly highScale: number;
  /** The bytes of each word that must be 0, or the price is between two ticks. */
  readonly highRest: number;
  readonly lowRest: number;

  constructor(decimals: number) {
    const high = Math.min(decimals, DIGITS);
    const low = decimals - high;
    this.decimals = decimals;
    // As integers for the machine too, which a power is not.
    this.perPrice = 10 ** decimals | 0;
    this.wholeMax = TICKS_MAX / this.perPrice | 0;
    this.usesLow = low > 0;
    // A shift by a whole word would be none. Without decimals the word is 0 or the price refused.
    this.highShift = 8 * (DIGITS - Math.max(high, 1));
    this.lowShift = 8 * (DIGITS - Math.max(low, 1));
    this.highScale = 10 ** low | 0;
    this.highRest = high === DIGITS ? 0 : -1 << 8 * high;
    this.lowRest = low === DIGITS ? 0 : -1 << 8 * low;
  }
}

/** Decimals of a price in whole atoms of 1e-8. */
export function decimalsOfAtoms(price: number): number {
  let decimals = DECIMALS_MAX;
  for (let rest = price; decimals > 0 && rest % 10 === 0; rest /= 10) decimals -= 1;
  return decimals;
}
