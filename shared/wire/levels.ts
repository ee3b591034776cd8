/**
 * One side of a book as it travels to a page that is told changes: how many levels it has, its best price, and of each
 * level that is another how far it is from the best, and its quantity; 0: it is gone. What the better ones push out of the
 * window is not told: the side has no more levels than it says. Prices are whole numbers of units. Pure.
 */
import type { Level } from "../market.ts";

/** `[levels, best, distance, qty, distance, qty, …]`; empty: the side is as it was. */
export type SideChanges = readonly number[];

/** Units of a price of 1 are a power of ten, this at most; with 0 of them prices stand as they are, each whole. */
const DECIMALS_MAX = 8;

/** In how many units a price of 1 is told, so that each of these is a whole number of them; no fewer than before. */
export function unitsOf(sides: readonly (readonly Level[])[], before: number): number {
  if (before === 0) return 0;
  let units = before;
  for (const side of sides) {
    for (const [price] of side) {
      while (Math.round(price * units) / units !== price) {
        units *= 10;
        if (units > 10 ** DECIMALS_MAX) return 0;
      }
    }
  }
  return units;
}

/** What a page is told that knows `before`; both best first, `sign` −1 for bids and 1 for asks. O(levels). */
export function sideChangesOf(
  before: readonly Level[],
  after: readonly Level[],
  sign: 1 | -1,
  units: number,
): SideChanges {
  const known = new Map(before);
  const best = after[0] === undefined ? 0 : placeOf(after[0][0], units);
  const told: number[] = [after.length, best];
  const tell = (price: number, qty: number) =>
    told.push(distanceOf(placeOf(price, units), best, sign, units), qty);
  for (const [price, qty] of after) {
    if (known.get(price) !== qty) tell(price, qty);
    known.delete(price);
  }
  const worst = after.at(-1)?.[0];
  for (const [price] of known) {
    if (worst !== undefined && (worst - price) * sign > 0) tell(price, 0);
  }
  return told.length === 2 && before.length === after.length ? [] : told;
}

/** The side after these changes. O(levels · log levels). */
export function changedSide(
  before: readonly Level[],
  [count = 0, best = 0, ...told]: SideChanges,
  sign: 1 | -1,
  units: number,
): readonly Level[] {
  const levels = new Map(before);
  for (let at = 0; at + 1 < told.length; at += 2) {
    const price = priceOf(told[at] ?? 0, best, sign, units);
    const qty = told[at + 1] ?? 0;
    if (qty === 0) levels.delete(price);
    else levels.set(price, qty);
  }
  return [...levels].sort(([a], [b]) => (a - b) * sign).slice(0, count);
}

function placeOf(price: number, units: number): number {
  return units === 0 ? price : Math.round(price * units);
}

function distanceOf(place: number, best: number, sign: 1 | -1, units: number): number {
  return units === 0 ? place : (place - best) * sign;
}

function priceOf(distance: number, best: number, sign: 1 | -1, units: number): number {
  return units === 0 ? distance : (best + distance * sign) / units;
}
