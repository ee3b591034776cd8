/** How a series of samples goes on in the long run. Pure. */

/** A value, and the seconds since the first one at which it was taken. */
export interface Sample {
  readonly atS: number;
  readonly value: number;
}

/** The straight line through samples with the least squares: its slope, by the second. `NaN` of fewer than two. */
export function slopeOf(samples: readonly Sample[]): number {
  const meanOf = (numbers: readonly number[]) =>
    numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  const [atS, value] = [
    meanOf(samples.map((one) => one.atS)),
    meanOf(samples.map((one) => one.value)),
  ];
  let [products, squares] = [0, 0];
  for (const sample of samples) {
    products += (sample.atS - atS) * (sample.value - value);
    squares += (sample.atS - atS) ** 2;
  }
  return products / squares;
}
