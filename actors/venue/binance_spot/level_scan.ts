/**
 * LevelScan: the levels of a frame in the form that nearly all of them have, read from its bytes into
 * columns of whole ticks and lots.
 *
 * Eight digits are read with one 64-bit load and three multiplications (SIMD within a register).
 * `BigInt.asIntN(64, …)` keeps such words in registers, and only as long as nothing is ever beyond 64
 * bits before it, digits or not: what V8 has once seen to be longer it makes an object of, and so it does
 * with a step that another call interrupts. The helpers stand in this file because V8 is surer of a
 * function of the same module. Whoever changes a line here measures: the wrong one costs 3x.
 */
import type { ScannedLevels } from "./scanned_levels.ts";

/** The digit 0, and what stands after a whole part. */
export const ZERO = 0x30;
const POINT = 0x2e;
/** The schema's bound on the digits of a whole part, which leading zeros could pass. */
export const WHOLE_DIGITS_MAX = 20;

// What may follow a number, as it is loaded: the first character in the lowest byte.
/** The quote that closes it. */
export const QUOTE = 0x22;
/** From a price to its quantity: `","`. */
export const MIDDLE = 0x222c22;
/** From a level to the next: `"],[`. */
export const NEXT_LEVEL = 0x5b2c5d22;
/** After the last level: `"]]`. */
export const LIST_END = 0x5d5d22;
/** Of a word of four bytes the first three. */
export const THREE_BYTES = 0xffffff;

/**
 * Reads levels whose numbers are eight digits at most in their units. It answers where a level begins
 * that is not one of them, or the complement of where the list ends.
 *
 * A third of a frame's time is spent here. The loop calls nothing that V8 does not put into it, because
 * a call would cost all the registers, and it asks only what neighbouring levels answer alike: a wrong
 * guess of the processor costs more than the arithmetic.
 */
export function scanShort(view: DataView, from: number, levels: ScannedLevels): number {
  const { columns, units: { price, qty } } = levels;
  const { ticks, lots } = columns;
  const { shortDigits: shortPrice, whole: priceWhole } = price;
  const { shortDigits: shortQty, whole: qtyWhole } = qty;
  const priceFraction = BigInt.asIntN(64, price.fraction.getBigInt64(0, true));
  const priceRest = BigInt.asIntN(64, price.rest.getBigInt64(0, true));
  const qtyFraction = BigInt.asIntN(64, qty.fraction.getBigInt64(0, true));
  const qtyRest = BigInt.asIntN(64, qty.rest.getBigInt64(0, true));
  let { count } = columns;
  let { priceDigits, qtyDigits } = levels;
  let at = from;
  for (;;) {
    // Neighbours mostly have whole parts of one length, so the point is looked for there first.
    let point = at + priceDigits;
    if (view.getUint8(point) !== POINT) {
      if (view.getUint8(point + 1) === POINT) priceDigits += 1;
      else if (view.getUint8(point - 1) === POINT) priceDigits -= 1;
      else break;
      point = at + priceDigits;
    }
    if (priceDigits < 1 || priceDigits > shortPrice) break;
    let digits = BigInt.asIntN(
      64,
      digitsAt(view, point - shortPrice) & priceWhole.getBigInt64(priceDigits << 3, true) |
        digitsAt(view, point + 1 - shortPrice) & priceFraction,
    );
    let rest = BigInt.asIntN(64, digitsAt(view, point + 1) & priceRest);
    if (rest !== 0n || !areDigits(digits)) break;
    ticks[count] = eightDigits(digits);
    if ((view.getInt32(point + 9, true) & THREE_BYTES) !== MIDDLE) break;

    const middle = point + 12;
    point = middle + qtyDigits;
    if (view.getUint8(point) !== POINT) {
      if (view.getUint8(point + 1) === POINT) qtyDigits += 1;
      else if (view.getUint8(point - 1) === POINT) qtyDigits -= 1;
      else break;
      point = middle + qtyDigits;
    }
    if (qtyDigits < 1 || qtyDigits > shortQty) break;
    digits = BigInt.asIntN(
      64,
      digitsAt(view, point - shortQty) & qtyWhole.getBigInt64(qtyDigits << 3, true) |
        digitsAt(view, point + 1 - shortQty) & qtyFraction,
    );
    rest = BigInt.asIntN(64, digitsAt(view, point + 1) & qtyRest);
    if (rest !== 0n || !areDigits(digits)) break;
    lots[count] = eightDigits(digits);

    const next = view.getInt32(point + 9, true);
    if (next === NEXT_LEVEL && view.getUint8(point + 13) === QUOTE) {
      count += 1;
      at = point + 14;
    } else {
      if ((next & THREE_BYTES) !== LIST_END) break;
      count += 1;
      at = ~(point + 12);
      break;
    }
  }
  columns.count = count;
  levels.priceDigits = priceDigits;
  levels.qtyDigits = qtyDigits;
  return at;
}

/** Where a word becomes a number: its upper half is read after it was written. */
const exit = new DataView(new ArrayBuffer(8));

/** Eight bytes, each as its distance from the digit 0, which is its value if it is a digit. */
export function digitsAt(view: DataView, at: number): bigint {
  return BigInt.asIntN(64, view.getBigInt64(at, true) ^ 0x3030303030303030n);
}

/** Whether eight bytes are digits: their upper halves are 0, and stay it when 6 is added. */
export function areDigits(word: bigint): boolean {
  const raised = (word & 0x0f0f0f0f0f0f0f0fn) + 0x0606060606060606n;
  return BigInt.asIntN(64, (raised | word) & -0x0f0f0f0f0f0f0f10n) === 0n;
}

/** The number of eight digits, the first in the lowest byte: pairs, then pairs of pairs. */
export function eightDigits(digits: bigint): number {
  const pairs = BigInt.asIntN(64, digits * 10n + (digits >> 8n));
  exit.setBigInt64(
    0,
    BigInt.asIntN(
      64,
      (pairs & 0x000000ff000000ffn) * 0x000f424000000064n +
        ((pairs >> 16n) & 0x000000ff000000ffn) * 0x0000271000000001n,
    ),
    true,
  );
  return exit.getInt32(4, true);
}

/** Where the next point is, if a whole part ends there; else no further than one cannot reach. */
export function pointAfter(view: DataView, from: number): number {
  let at = from;
  while (at - from <= WHOLE_DIGITS_MAX && view.getUint8(at) !== POINT) at += 1;
  return at;
}
