/** Measurements: what was measured, in the order in which it is shown. */
import type { Implementation } from "./books/book.ts";
import { ratio, summarize, type Summary } from "./statistics.ts";
import { aligned } from "../aligned.ts";
import type { Versions } from "./versions.ts";

/** The implementation that ratios are taken against. */
export const BASELINE: Implementation = "tardis-dev";

/** One number of one implementation on one file, once a round. */
export interface Measurement {
  /** The file's name, or what it was measured on instead. */
  readonly on: string;
  readonly metric: string;
  readonly unit: string;
  readonly implementation: Implementation;
  readonly samples: readonly number[];
}

/** A measurement as it is told. */
export interface Told extends Measurement, Summary {
  /** How many times less than the baseline; `null`: it was not measured, or is the baseline. */
  readonly timesLess: Summary | null;
}

/** Collects samples as they come. */
export class Measurements {
  readonly #samples = new Map<string, Measurement & { readonly samples: number[] }>();

  /** Adds the sample of one round. */
  add(
    on: string,
    metric: string,
    unit: string,
    implementation: Implementation,
    sample: number,
  ): void {
    const key = JSON.stringify([on, metric, implementation]);
    const known = this.#samples.get(key);
    if (known !== undefined) known.samples.push(sample);
    else this.#samples.set(key, { on, metric, unit, implementation, samples: [sample] });
  }

  /** Everything with its summary, those of one metric together. */
  told(): Told[] {
    const all = [...this.#samples.values()];
    const metrics = [...new Set(all.map(({ metric }) => metric))];
    return metrics.flatMap((name) => all.filter(({ metric }) => metric === name))
      .map((measurement) => ({
        ...measurement,
        ...summarize(measurement.samples),
        timesLess: this.#timesLess(measurement),
      }));
  }

  #timesLess({ on, metric, unit, implementation, samples }: Measurement): Summary | null {
    const baseline = this.#samples.get(JSON.stringify([on, metric, BASELINE]));
    // Only of what is the better the less there is of it.
    const isCost = unit === "µs" || unit === "bytes";
    if (baseline === undefined || implementation === BASELINE || !isCost) return null;
    return ratio(baseline.samples, samples);
  }
}

/** One table per file: a line per metric and implementation, with its version, where it has one. */
export function tableOf(told: readonly Told[], versions: Versions): string {
  const named = (implementation: Implementation) =>
    [implementation, versions[implementation] ?? ""].join(" ").trim();
  const places = [...new Set(told.map(({ on }) => on))];
  return places.map((place) => {
    const rows = told.filter(({ on }) => on === place).map((measurement, i, all) => [
      all[i - 1]?.metric === measurement.metric ? "" : measurement.metric,
      named(measurement.implementation),
      `${shown(measurement.median)} ${measurement.unit}`,
      `${shown(measurement.min)} … ${shown(measurement.max)}`,
      measurement.timesLess === null
        ? ""
        : `${shown(measurement.timesLess.median)}x (${shown(measurement.timesLess.min)} … ` +
          `${shown(measurement.timesLess.max)})`,
    ]);
    const head = [place, "implementation", "median", "min … max", `less than ${named(BASELINE)}`];
    return aligned([head, ...rows], 2);
  }).join("\n\n");
}

/** Three digits that count, thousands apart. */
function shown(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const digits = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  return value.toLocaleString("en", {
    minimumFractionDigits: Math.max(0, Math.min(3, 2 - digits)),
    maximumFractionDigits: Math.max(0, Math.min(3, 2 - digits)),
  });
}
