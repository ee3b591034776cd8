/** DecimalUnit: how the digits of a decimal, read eight at a time, become whole units of 10^-n. */
import { DECIMALS_MAX } from "../../symbol/engine/book/price_scale.ts";

/** Digits that are read at once: one a byte of a 64-bit word, the first in the lowest byte. */
export const DIGITS = 8;

export type { DecimalUnit };

/** Units of 10^-`decimals`, 0 to 8. */
class DecimalUnit {
  readonly decimals: number;
  /** Units in 1. */
  readonly perWhole: number;
  /** Whole parts of at most so many digits are read together with the digits after the point. */
  readonly shortDigits: number;
  /**
   * Masks, to be read as 64-bit words. At 8·n of `whole`: the n digits of a whole part in a word that
   * ends `decimals` bytes after its point. At 8·n of `wholeAlone`: the same in a word that ends before
   * the point. `fraction`: the digits of a unit after the point in a word that ends with them. `rest`:
   * those after them in a word that begins behind the point.
   */
  readonly whole = words(DIGITS + 1);
  readonly wholeAlone = words(DIGITS + 1);
  readonly fraction = words(1);
  readonly rest = words(1);

  constructor(decimals: number) {
    this.decimals = decimals;
    this.perWhole = 10 ** decimals;
    this.shortDigits = DIGITS - decimals;
    for (let n = 1; n <= DIGITS; n++) {
      this.wholeAlone.setBigUint64(n * 8, bytes(DIGITS - n, DIGITS), true);
      if (n > this.shortDigits) continue;
      this.whole.setBigUint64(n * 8, bytes(this.shortDigits - n, this.shortDigits), true);
    }
    this.fraction.setBigUint64(0, bytes(this.shortDigits, DIGITS), true);
    this.rest.setBigUint64(0, bytes(decimals, DIGITS), true);
  }
}

const UNITS = Array.from({ length: DECIMALS_MAX + 1 }, (_, decimals) => new DecimalUnit(decimals));

/** Atoms of 1e-8: the finest unit that the exchange writes. */
export const ATOMS: DecimalUnit = unitOf(DECIMALS_MAX);

/** The unit of 10^-`decimals`. */
export function unitOf(decimals: number): DecimalUnit {
  const unit = UNITS[decimals];
  if (unit === undefined) {
    throw new RangeError(`Cannot count in units: decimals are 0 to 8, received ${decimals}`);
  }
  return unit;
}

function words(count: number): DataView {
  return new DataView(new ArrayBuffer(count * 8));
}

/** A word with all bits of the bytes from `from` on and before `end`, the lowest byte first. */
function bytes(from: number, end: number): bigint {
  let mask = 0n;
  for (let at = from; at < end; at++) mask |= 0xffn << BigInt(8 * at);
  return mask;
}
