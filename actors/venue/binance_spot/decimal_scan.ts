/** DecimalScan: decimals of any length, a whole part, a point and eight digits, from a frame's bytes. */
import { ATOMS, type DecimalUnit, DIGITS, unitOf } from "./decimal_unit.ts";
import { DECIMALS_MAX } from "../../symbol/engine/book/price_scale.ts";
import { areDigits, digitsAt, eightDigits, WHOLE_DIGITS_MAX, ZERO } from "./level_scan.ts";

/**
 * The decimal around `point` in whole units, for the whole parts that are too long to be read together
 * with the fraction; `NaN`: it has no such number of digits, or others after those of a unit.
 */
export function longUnits(
  view: DataView,
  point: number,
  wholeDigits: number,
  { decimals, perWhole, wholeAlone, fraction, rest }: DecimalUnit,
): number {
  const after = digitsAt(view, point + 1);
  const others = BigInt.asIntN(64, after & rest.getBigInt64(0, true));
  if (!areDigits(after) || others !== 0n) return NaN;
  const last = digitsAt(view, point - 7 + decimals);
  const units = eightDigits(BigInt.asIntN(64, last & fraction.getBigInt64(0, true)));
  if (wholeDigits < 1 || wholeDigits > DIGITS) {
    return wholeByDigits(view, point, wholeDigits) * perWhole + units;
  }
  const mask = wholeAlone.getBigInt64(wholeDigits * 8, true);
  const whole = BigInt.asIntN(64, digitsAt(view, point - DIGITS) & mask);
  return areDigits(whole) ? eightDigits(whole) * perWhole + units : NaN;
}

/**
 * The coarsest unit for the decimal around `point`, as its number of decimals; `NaN`: it is no decimal,
 * or in this unit it is not below `max`.
 */
export function neededDecimals(
  view: DataView,
  point: number,
  wholeDigits: number,
  max: number,
): number {
  const units = longUnits(view, point, wholeDigits, ATOMS);
  if (!(units >= 0)) return NaN;
  let decimals = DECIMALS_MAX;
  while (decimals > 0 && view.getUint8(point + decimals) === ZERO) decimals -= 1;
  return longUnits(view, point, wholeDigits, unitOf(decimals)) < max ? decimals : NaN;
}

function wholeByDigits(view: DataView, point: number, digits: number): number {
  if (digits < 1 || digits > WHOLE_DIGITS_MAX) return NaN;
  let whole = 0;
  for (let at = point - digits; at < point; at++) {
    const digit = view.getUint8(at) ^ ZERO;
    if (digit > 9) return NaN;
    whole = whole * 10 + digit;
  }
  return whole;
}
