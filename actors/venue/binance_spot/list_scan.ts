/** ListScan: a list of levels, read from the bytes of a frame into columns. */
import { longUnits, neededDecimals } from "./decimal_scan.ts";
import {
  LIST_END,
  MIDDLE,
  NEXT_LEVEL,
  pointAfter,
  QUOTE,
  scanShort,
  THREE_BYTES,
} from "./level_scan.ts";
import type { ScannedLevels } from "./scanned_levels.ts";

/** Ticks are integers of 32 bits for the machine. */
const TICKS_MAX = 2 ** 31;
/** Lots are exact below it. */
const LOTS_MAX = 2 ** 53;
/** `["0.00000000","0.00000000"],` */
const LEVEL_BYTES_MIN = 28;
// Two or three characters at once, the first in the lowest byte.
const EMPTY_LIST = 0x5d5b;
const LIST_BEGIN = 0x225b5b;
/** The complement of -1; no list begins with the frame. */
const REFUSED = 0;

/**
 * Reads `[["price","qty"],…]` from `from` into `levels`, in their units, and answers where it ends; -1:
 * another shape, or `levels.needed` says which other units are needed.
 */
export function scanLevels(
  view: DataView,
  from: number,
  end: number,
  levels: ScannedLevels,
): number {
  levels.columns.count = 0;
  levels.needed = null;
  if (view.getUint16(from, true) === EMPTY_LIST) return from + 2;
  if ((view.getInt32(from, true) & THREE_BYTES) !== LIST_BEGIN) return -1;
  levels.columns.reserve(Math.ceil((end - from) / LEVEL_BYTES_MIN));
  for (let at = from + 3;;) {
    at = scanShort(view, at, levels);
    if (at > 0) at = scanLong(view, at, levels);
    if (at <= 0) return ~at;
  }
}

/**
 * Reads one level of any length. It answers where the next begins, or the complement of where the list
 * ends, or that of -1: it is refused.
 */
function scanLong(view: DataView, from: number, levels: ScannedLevels): number {
  const { columns, units } = levels;
  const { count } = columns;
  const tickPoint = pointAfter(view, from);
  const tick = longUnits(view, tickPoint, tickPoint - from, units.price);
  if (!(tick < TICKS_MAX)) return need(view, tickPoint, tickPoint - from, levels, "price");
  if ((view.getInt32(tickPoint + 9, true) & THREE_BYTES) !== MIDDLE) return REFUSED;
  const middle = tickPoint + 12;
  const point = pointAfter(view, middle);
  const some = longUnits(view, point, point - middle, units.qty);
  if (!(some < LOTS_MAX)) return need(view, point, point - middle, levels, "qty");
  columns.ticks[count] = tick;
  columns.lots[count] = some;
  columns.count = count + 1;
  levels.priceDigits = tickPoint - from;
  levels.qtyDigits = point - middle;
  const next = view.getInt32(point + 9, true);
  if (next === NEXT_LEVEL && view.getUint8(point + 13) === QUOTE) return point + 14;
  return (next & THREE_BYTES) === LIST_END ? ~(point + 12) : REFUSED;
}

/** A decimal that is not in whole units, or too large in them, says which units would do. */
function need(
  view: DataView,
  point: number,
  wholeDigits: number,
  levels: ScannedLevels,
  column: "price" | "qty",
): number {
  const { units } = levels;
  const max = column === "price" ? TICKS_MAX : LOTS_MAX;
  const decimals = neededDecimals(view, point, wholeDigits, max);
  if (decimals >= 0 && decimals !== units[column].decimals) {
    levels.needed = units.with(column, decimals);
  }
  return REFUSED;
}
