/** The rolling average of a line, and how far its values lie around it. Pure. */

/** Of each point of a line; `null`: of the time before it too little is known. */
export interface RollingBand {
  readonly mean: (number | null)[];
  /** Two standard deviations above, and below. */
  readonly high: (number | null)[];
  readonly low: (number | null)[];
}

/** Of the values of a normal law 95 % lie within so many standard deviations. */
export const BAND_SIGMAS = 2;
/** Less than this share of the window known is no average of it. */
const KNOWN_MIN = 0.5;
/** Of fewer points than this there is nothing to average. */
export const WINDOW_POINTS_MIN = 3;

/** One line: each value holds for the time until `xs`, as long as `lengths`, both in seconds. */
export interface Line {
  readonly xs: readonly number[];
  readonly lengths: readonly number[];
  readonly values: readonly (number | null)[];
  /** Points of different runs are not averaged: they were computed under different settings. */
  readonly runs: readonly number[];
}

/** Over the `windowS` seconds until each point, each value weighted by its time. O(points). */
export function rollingBand({ xs, lengths, values, runs }: Line, windowS: number): RollingBand {
  const mean: (number | null)[] = [];
  const high: (number | null)[] = [];
  const low: (number | null)[] = [];
  // Squares of prices would leave no digits for their moves: all is counted from some value nearby.
  const origin = values.find((value) => value !== null) ?? 0;
  let first = 0;
  let [weight, sum, squares, points] = [0, 0, 0, 0];
  const count = (i: number, sign: 1 | -1) => {
    const value = values[i] ?? null;
    if (value === null) return;
    const size = sign * (lengths[i] ?? 0);
    const distance = value - origin;
    weight += size;
    sum += size * distance;
    squares += size * distance * distance;
    points += sign;
  };
  xs.forEach((x, i) => {
    if (i > 0 && runs[i] !== runs[i - 1]) {
      first = i;
      [weight, sum, squares, points] = [0, 0, 0, 0];
    }
    count(i, 1);
    // Of a point that begins before the window more than half of it must lie within.
    while (first < i && (xs[first] ?? 0) - (lengths[first] ?? 0) / 2 <= x - windowS) {
      count(first++, -1);
    }
    const isKnown = (values[i] ?? null) !== null && points >= WINDOW_POINTS_MIN &&
      weight >= KNOWN_MIN * windowS;
    if (!isKnown) {
      mean.push(null);
      high.push(null);
      low.push(null);
      return;
    }
    const average = sum / weight;
    const spread = BAND_SIGMAS * Math.sqrt(Math.max(0, squares / weight - average * average));
    mean.push(origin + average);
    high.push(origin + average + spread);
    low.push(origin + average - spread);
  });
  return { mean, high, low };
}
