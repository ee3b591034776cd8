/** Decay: exp(−x) from a table and a short series, several times faster than `Math.exp`. */

/** Table steps per unit of x: small enough for five terms of the series. */
const STEPS = 128;
/** Beyond it the weight is below 1e-13, and 0 is returned. */
const REACH = 30;
const TABLE = Float64Array.from({ length: REACH * STEPS + 1 }, (_, i) => Math.exp(-i / STEPS));

/**
 * exp(−x) for x >= 0, relative error below 1e-12: the remainder of the series after the fourth power
 * is (1/128)^5 / 120.
 */
export function decay(x: number): number {
  if (!(x < REACH)) return 0;
  const step = (x * STEPS) | 0;
  const r = step / STEPS - x;
  const series = 1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24))));
  return (TABLE[step] ?? 0) * series;
}
