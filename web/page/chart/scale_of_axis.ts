/** What an axis spans, of what is in view: one value far from all others flattens nothing, and is marked. Pure. */
import { type Cut, cutsOf, type RobustRange, robustRange } from "../robust_scale.ts";

/** An axis for what is in view. */
export interface AxisScale {
  /** With a little air above and below. */
  readonly min: number;
  readonly max: number;
  /** Whether any value in view is known: else the scale is made up. */
  readonly isKnown: boolean;
  /** Of each of its lines, where it leaves the scale. */
  readonly cuts: readonly (readonly Cut[])[];
}

/** Lines that share an axis. */
export interface AxisLines {
  readonly xs: readonly number[];
  readonly lines: readonly (readonly (number | null)[])[];
  /** In view, seconds. */
  readonly from: number;
  readonly to: number;
}

const AIR = 0.08;
/** Of a flat line, of its value. */
const FLAT = 1e-5;

/**
 * Of lines whose values go in steps of `step`, or matter no finer than that. `fixed`: where the axis always reaches to; it is
 * as wide all the same.
 */
export function axisScale(
  { xs, lines, from, to }: AxisLines,
  step: number,
  fixed: readonly [min: number, max: number] | null,
): AxisScale {
  const [first, end] = [indexFrom(xs, from), indexAfter(xs, to)];
  const seen = lines.map((line) => line.slice(first, end));
  if (fixed !== null) {
    const isKnown = seen.some((line) => line.some((value) => value !== null));
    return { min: fixed[0], max: fixed[1], isKnown, cuts: seen.map(() => []) };
  }
  const range = together(seen, step);
  if (range === null) return { min: 0, max: 1, isKnown: false, cuts: seen.map(() => []) };
  const inView = xs.slice(first, end);
  return {
    ...padded(range, step),
    isKnown: true,
    cuts: seen.map((line) => cutsOf(inView, line, range)),
  };
}

/** The first that is not before; all where none is. O(log n), for ascending `xs`. */
export function indexFrom(xs: readonly number[], at: number): number {
  let [low, high] = [0, xs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((xs[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first that is after. */
export function indexAfter(xs: readonly number[], at: number): number {
  const index = indexFrom(xs, at);
  return xs[index] === at ? index + 1 : index;
}

/** The one nearest to a moment; `null`: there is none. */
export function indexNear(xs: readonly number[], at: number): number | null {
  if (xs.length === 0) return null;
  const after = Math.min(indexFrom(xs, at), xs.length - 1);
  const before = Math.max(0, after - 1);
  return Math.abs((xs[before] ?? 0) - at) <= Math.abs((xs[after] ?? 0) - at) ? before : after;
}

/**
 * The point of a view, from `from` to `to`, that is so many further on than the one nearest to `at`; from nowhere, the last.
 * `null`: the view has none.
 */
export function steppedTo(
  xs: readonly number[],
  from: number,
  to: number,
  at: number | null,
  by: number,
): number | null {
  const [first, last] = [indexFrom(xs, from), indexAfter(xs, to) - 1];
  if (first > last) return null;
  const near = at === null ? last : (indexNear(xs, at) ?? last) + by;
  return xs[Math.min(last, Math.max(first, near))] ?? null;
}

/** Each line has tails of its own: a calm line does not make another's moves look far. */
function together(
  lines: readonly (readonly (number | null)[])[],
  step: number,
): RobustRange | null {
  const ranges = lines.flatMap((line) => robustRange(line, step) ?? []);
  if (ranges.length === 0) return null;
  return {
    min: Math.min(...ranges.map(({ min }) => min)),
    max: Math.max(...ranges.map(({ max }) => max)),
  };
}

/** A flat line stands in the middle, with a step on either side at least. */
function padded({ min, max }: RobustRange, step: number): RobustRange {
  const pad = (max - min) * AIR || Math.max(Math.abs(max) * FLAT, step);
  return { min: min - pad, max: max + pad };
}
