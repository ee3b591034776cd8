/**
 * LevelScan: decimals as the exchange writes them, a whole part, a point and eight digits, and lists of
 * levels, read from the bytes of a frame with integer arithmetic.
 *
 * Four digits are read with one 32-bit load (SIMD within a register); a price of `12345.67000000` is
 * the integer 1234567 divided by 10^2. Integers below 2^53 divided by a power of ten round correctly,
 * so the result equals that of `Number()` to the bit.
 */
import { ATOMS_PER_UNIT, HALF } from "./grid.ts";
import type { ScannedLevels } from "./levels.ts";
import { decimalsOfAtoms, TickUnit } from "./tick_unit.ts";

/** What `scanLevels` answers less so many decimals, when prices need another unit of ticks. */
export const NEEDS_DECIMALS = -2;
/** The digit 0. */
export const ZERO = 0x30;
/** Four digits 0: what XOR takes from a digit to leave its value. */
export const ZEROS = 0x30303030;

/** Whole parts below this, with eight decimals and a half, are below 2^52 and have room for it. */
const WHOLE_MAX = 45_000_000;
/** Those below this, with eight decimals, are below 2^53. */
const LONG_WHOLE_MAX = 90_000_000;
/** Without decimals they are exact for longer: below 2^53 / 5^8, because 10^8 is 2^8 times 5^8. */
const ROUND_WHOLE_MAX = 23_000_000_000;
/** The schema's bound on digits, which leading zeros could pass. */
const WHOLE_DIGITS_MAX = 20;
/** `["0.00000000","0.00000000"],` */
const LEVEL_BYTES_MIN = 28;

/** Of the four bytes before a point those that belong to a whole part of 0 to 8 digits. */
const TAIL_MASK = Int32Array.from([0, -1 << 24, -1 << 16, -1 << 8, -1, -1, -1, -1, -1]);
/** Of the four bytes before those. */
const HEAD_MASK = Int32Array.from([0, 0, 0, 0, 0, -1 << 24, -1 << 16, -1 << 8, -1]);
/** A byte above 9 has its highest bit set, before or after 0x76 is added. */
const TO_HIGH_BIT = 0x76767676;
const HIGH_BITS = 0x80808080;

const POINT = 0x2e;
const QUOTE = 0x22;
// Two to four characters at once, the first in the lowest byte.
const EMPTY_LIST = 0x5d5b;
const LIST_BEGIN = 0x225b5b;
const MIDDLE = 0x222c22;
const NEXT_LEVEL = 0x5b2c5d22;
const LIST_END = 0x5d5d22;
const THREE_BYTES = 0xffffff;

/**
 * Reads `[["price","qty"],…]` from `from` into `levels`, in their unit, and answers where it ends; -1:
 * another shape; `NEEDS_DECIMALS` or less: another unit is needed.
 *
 * Half of a frame's time is spent here. The loop is written out because V8 does not put so much into
 * one function by itself, and it asks only what neighbouring levels answer alike: a wrong guess of the
 * processor costs more than the arithmetic.
 */
export function scanLevels(
  view: DataView,
  from: number,
  end: number,
  levels: ScannedLevels,
): number {
  levels.count = 0;
  if (view.getUint16(from, true) === EMPTY_LIST) return from + 2;
  if ((view.getInt32(from, true) & THREE_BYTES) !== LIST_BEGIN) return -1;
  levels.reserve(Math.ceil((end - from) / LEVEL_BYTES_MIN));
  const { ticks, atoms, unit } = levels;
  const { perPrice, wholeMax, usesLow, highShift, lowShift, highScale, highRest, lowRest } = unit;
  let priceDigits = 1;
  let qtyDigits = 1;
  let at = from + 3;
  for (let count = 0;;) {
    // Neighbours mostly have whole parts of one length, so the point is looked for there first.
    let point = at + priceDigits;
    if (view.getUint8(point) !== POINT) {
      point = pointAfter(view, at);
      priceDigits = point - at;
    }
    if (priceDigits < 1 || priceDigits > 8) return -1;
    let tail = (view.getInt32(point - 4, true) ^ ZEROS) & (TAIL_MASK[priceDigits] ?? 0);
    let high = view.getInt32(point + 1, true) ^ ZEROS;
    let low = view.getInt32(point + 5, true) ^ ZEROS;
    let flags = tail | (tail + TO_HIGH_BIT) | high | (high + TO_HIGH_BIT);
    let whole = fourDigits(tail);
    if (priceDigits > 4) {
      const head = (view.getInt32(point - 8, true) ^ ZEROS) & (HEAD_MASK[priceDigits] ?? 0);
      flags |= head | (head + TO_HIGH_BIT);
      whole += Math.imul(fourDigits(head), 10_000);
    }
    const isBetweenTicks = (high & highRest | low & lowRest) !== 0;
    if (isBetweenTicks || whole >= wholeMax) return neededUnit(view, point, priceDigits);
    let tick = Math.imul(whole, perPrice) + Math.imul(fourDigits(high << highShift), highScale) | 0;
    if (usesLow) {
      flags |= low | (low + TO_HIGH_BIT);
      tick = tick + fourDigits(low << lowShift) | 0;
    }
    if ((view.getInt32(point + 9, true) & THREE_BYTES) !== MIDDLE) return -1;

    at = point + 12;
    point = at + qtyDigits;
    if (view.getUint8(point) !== POINT) {
      point = pointAfter(view, at);
      qtyDigits = point - at;
    }
    if (qtyDigits < 1 || qtyDigits > 8) whole = WHOLE_MAX;
    else {
      tail = (view.getInt32(point - 4, true) ^ ZEROS) & (TAIL_MASK[qtyDigits] ?? 0);
      high = view.getInt32(point + 1, true) ^ ZEROS;
      low = view.getInt32(point + 5, true) ^ ZEROS;
      flags |= tail | (tail + TO_HIGH_BIT) | high | (high + TO_HIGH_BIT) | low |
        (low + TO_HIGH_BIT);
      whole = fourDigits(tail);
      if (qtyDigits > 4) {
        const head = (view.getInt32(point - 8, true) ^ ZEROS) & (HEAD_MASK[qtyDigits] ?? 0);
        flags |= head | (head + TO_HIGH_BIT);
        whole += Math.imul(fourDigits(head), 10_000);
      }
    }
    if ((flags & HIGH_BITS) !== 0) return -1;
    ticks[count] = tick;
    if (whole < WHOLE_MAX) {
      const fraction = fourDigits(high) * 10_000 + fourDigits(low);
      atoms[count] = Math.floor(whole * ATOMS_PER_UNIT + (fraction + HALF));
    } else {
      const qty = atomsAround(view, point, qtyDigits);
      if (!(qty >= 0)) return -1;
      atoms[count] = qty;
    }
    count += 1;
    const next = view.getInt32(point + 9, true);
    if (next === NEXT_LEVEL && view.getUint8(point + 13) === QUOTE) at = point + 14;
    else {
      levels.count = count;
      return (next & THREE_BYTES) === LIST_END ? point + 12 : -1;
    }
  }
}

/** Where the next point is, if a whole part ends there; else no further than one cannot reach. */
export function pointAfter(view: DataView, from: number): number {
  let at = from;
  while (at - from <= WHOLE_DIGITS_MAX && view.getUint8(at) !== POINT) at += 1;
  return at;
}

/** The decimal around `point` in whole atoms, digit by digit; `NaN`: it is none, or not exact. */
export function atomsAround(view: DataView, point: number, wholeDigits: number): number {
  if (wholeDigits < 1 || wholeDigits > WHOLE_DIGITS_MAX) return NaN;
  let whole = 0;
  for (let at = point - wholeDigits; at < point; at++) {
    const digit = view.getUint8(at) ^ ZERO;
    if (digit > 9) return NaN;
    whole = whole * 10 + digit;
  }
  let fraction = 0;
  for (let at = point + 1; at <= point + 8; at++) {
    const digit = view.getUint8(at) ^ ZERO;
    if (digit > 9) return NaN;
    fraction = fraction * 10 + digit;
  }
  if (whole >= (fraction === 0 ? ROUND_WHOLE_MAX : LONG_WHOLE_MAX)) return NaN;
  return whole * ATOMS_PER_UNIT + fraction;
}

/** Whether four bytes, each as its distance from the digit 0, are digits. */
export function areDigits(word: number): boolean {
  return ((word | (word + TO_HIGH_BIT)) & HIGH_BITS) === 0;
}

/** The number of four digits, the first in the lowest byte, each as its value 0 to 9. */
export function fourDigits(digits: number): number {
  const pairs = (Math.imul(digits, 0x0a01) >>> 8) & 0x00ff00ff;
  return Math.imul(pairs, 0x00640001) >>> 16;
}

/** A price that is not in whole ticks, or too large in them, says which unit would do. */
function neededUnit(view: DataView, point: number, wholeDigits: number): number {
  const price = atomsAround(view, point, wholeDigits);
  const decimals = decimalsOfAtoms(price);
  const fits = price / ATOMS_PER_UNIT < new TickUnit(decimals).wholeMax;
  return fits ? NEEDS_DECIMALS - decimals : -1;
}
