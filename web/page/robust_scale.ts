/** Scales that one value far from all others does not flatten: it is cut off, and what is cut is marked. Pure. */

/** From where to where a scale reaches that shows a line so that its moves can be seen. */
export interface RobustRange {
  readonly min: number;
  readonly max: number;
}

/** Where a line leaves the scale, at the farthest of it. */
export interface Cut {
  readonly x: number;
  readonly value: number;
  readonly side: "above" | "below";
}

/** So much of all values, at either end, may be far away … */
const TAIL = 0.02;
/** … by more than this many times what the others span. */
const REACH = 1.5;
/** Fewer values than this have no tails. */
const VALUES_MIN = 50;
/** A quantity that is more than so many times what most are has a bar that is cut. */
const BAR_REACH = 4;
const BAR_MOST = 0.8;
const BARS_MIN = 8;

/**
 * All of the values, but for tails that would make the rest look flat; the newest is always within. O(n · log n).
 *
 * @param step the least move that matters, such as a tick: what spans less than a few is not taken for the usual
 * @returns `null`: nothing is known
 */
export function robustRange(
  values: readonly (number | null)[],
  step: number,
): RobustRange | null {
  const known = Float64Array.from(values.filter((value) => value !== null));
  const newest = known.at(-1);
  if (newest === undefined) return null;
  known.sort();
  const [least = newest, most = newest] = [known[0], known.at(-1)];
  if (known.length < VALUES_MIN) return { min: least, max: most };
  const low = known[Math.floor(TAIL * (known.length - 1))] ?? least;
  const high = known[Math.ceil((1 - TAIL) * (known.length - 1))] ?? most;
  const reach = REACH * Math.max(high - low, 4 * step);
  const min = known.find((value) => value >= low - reach) ?? least;
  const max = known.findLast((value) => value <= high + reach) ?? most;
  return { min: Math.min(min, newest), max: Math.max(max, newest) };
}

/** One cut for each time that the line leaves the scale. O(n). */
export function cutsOf(
  xs: readonly number[],
  values: readonly (number | null)[],
  { min, max }: RobustRange,
): readonly Cut[] {
  const cuts: Cut[] = [];
  let isGoingOn = false;
  values.forEach((value, i) => {
    const x = xs[i];
    const side = value === null || x === undefined
      ? null
      : value > max
      ? "above"
      : value < min
      ? "below"
      : null;
    if (side === null || value === null || x === undefined) return void (isGoingOn = false);
    const last = isGoingOn ? cuts.at(-1) : undefined;
    isGoingOn = true;
    if (last?.side !== side) return void cuts.push({ x, value, side });
    const isFarther = side === "above" ? value > last.value : value < last.value;
    if (isFarther) cuts[cuts.length - 1] = { x, value, side };
  });
  return cuts;
}

/** The quantity that fills a bar: the greatest, or less where one or two would leave the others too short to compare. */
export function fullBar(quantities: readonly number[]): number {
  const sorted = Float64Array.from(quantities).sort();
  const greatest = sorted.at(-1) ?? 0;
  if (sorted.length < BARS_MIN) return greatest;
  const usual = sorted[Math.floor(BAR_MOST * (sorted.length - 1))] ?? greatest;
  return usual > 0 ? Math.min(greatest, BAR_REACH * usual) : greatest;
}
