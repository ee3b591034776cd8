/**
 * Baseline: what is usual of a value, learnt from one sample a second: its median, and a scale that is no smaller than
 * noise can be. A symbol that sits at a spread of one tick has a median deviation of 0, and to it any second tick would
 * be infinitely far off; hence the floors.
 */
import { RollingOrder } from "./rolling_order.ts";

/** Between two samples. */
export const SAMPLE_MS = 1_000;
/** A sample counts as no farther from the median than so many scales: what is learnt from is not the event. */
const CLAMP_SCALES = 5;
/** 1.4826 · median deviation and 1.2533 · mean deviation are σ of what is normally distributed. */
const SIGMA_OF_MEDIAN_DEVIATION = 1.4826;
const SIGMA_OF_MEAN_DEVIATION = 1.2533;
const SCALE_OF_MEDIAN = 0.1;
/** Quantiles in a sketch: odd, so that the median is one of them. */
const SKETCH_POINTS = 41;
/** What a sketch is made of changes slowly: it is made anew this often, in samples. */
const SKETCH_EVERY = 30;

// What is asked on each tick is handed on in what it stands in: a number by itself is an object to V8.

interface Moment {
  readonly nowMs: number;
}

interface Sample {
  readonly value: number;
}

/** How a baseline learns. */
export interface BaselineOptions {
  /** The window, in samples of a second each in which the value was known. */
  readonly window: number;
  /** It says nothing with fewer samples. */
  readonly armedAfter: number;
  /** The scale is never smaller; in the unit of the value. */
  readonly floor: number;
}

/** A baseline in short: its quantiles at even shares, from the least to the greatest sample. */
export interface BaselineSketch {
  readonly samples: number;
  readonly quantiles: readonly number[];
}

/** What is usual of one value. O(log² n) a sample; nothing is allocated but the sketch. */
export class Baseline {
  readonly #options: BaselineOptions;
  readonly #order: RollingOrder;
  /** When the next sample is due; the median, the scale. */
  readonly #numbers = new Float64Array([-Infinity, NaN, NaN]);
  /** Samples that were left out while it is frozen. */
  #frozen = 0;
  #sketch: BaselineSketch | null = null;
  #sketchAge = 0;

  constructor(options: BaselineOptions) {
    this.#options = options;
    this.#order = new RollingOrder(options.window);
  }

  /** Samples in the window. */
  get samples(): number {
    return this.#order.size;
  }

  /** … at most. */
  get window(): number {
    return this.#options.window;
  }

  /** As many samples as it says nothing with fewer. */
  get armedAfter(): number {
    return this.#options.armedAfter;
  }

  get isArmed(): boolean {
    return this.#order.size >= this.#options.armedAfter;
  }

  /** `NaN`: it has learnt nothing. */
  get median(): number {
    return this.#numbers[1] ?? NaN;
  }

  /** max(1.4826 · median deviation, 1.2533 · mean deviation, floor, 0.1 · |median|). */
  get scale(): number {
    return this.#numbers[2] ?? NaN;
  }

  /**
   * Takes a value in, if a sample is due. `isFrozen`: an alert fires over it, and it is not to be learnt from; that
   * holds for one window at most, or a lasting change would be an alarm for ever.
   */
  learn({ nowMs }: Moment, { value }: Sample, isFrozen: boolean): void {
    const dueMs = this.#numbers[0] ?? -Infinity;
    if (nowMs < dueMs) return;
    // In step with the seconds, unless some were missed.
    this.#numbers[0] = nowMs - dueMs < SAMPLE_MS ? dueMs + SAMPLE_MS : nowMs + SAMPLE_MS;
    this.#frozen = isFrozen ? Math.min(this.#frozen + 1, this.#options.window + 1) : 0;
    if (isFrozen && this.#frozen <= this.#options.window) return;
    this.#add(this.#clamped(value));
  }

  /** What a later life needs to go on; one object for a while. `null`: nothing. */
  remember(): BaselineSketch | null {
    if (this.#order.size === 0) return null;
    if (this.#sketch === null || this.#sketchAge >= SKETCH_EVERY) {
      const quantiles: number[] = [];
      for (let i = 0; i < SKETCH_POINTS; i++) {
        quantiles.push(Number(this.#order.quantile(i / (SKETCH_POINTS - 1)).toPrecision(7)));
      }
      this.#sketch = { samples: this.#order.size, quantiles };
      this.#sketchAge = 0;
    }
    return this.#sketch;
  }

  /** Goes on from a sketch: as many samples, spread as its quantiles are. False: it is none. */
  recall(sketch: unknown): boolean {
    if (!isSketch(sketch)) return false;
    this.#order.clear();
    const count = Math.min(sketch.samples, this.#options.window);
    // The large and the small are to leave the window in turns, as they came.
    const stride = coprime(count);
    for (let i = 0; i < count; i++) {
      const rank = i * stride % count;
      this.#order.add(between(sketch.quantiles, count === 1 ? 0.5 : rank / (count - 1)));
    }
    this.#sketch = null;
    this.#measure();
    return true;
  }

  #add(sample: number): void {
    this.#order.add(sample);
    this.#sketchAge += 1;
    this.#measure();
  }

  #measure(): void {
    const { median, medianDeviation, meanDeviation } = this.#order;
    this.#numbers[1] = median;
    this.#numbers[2] = Math.max(
      SIGMA_OF_MEDIAN_DEVIATION * medianDeviation,
      SIGMA_OF_MEAN_DEVIATION * meanDeviation,
      this.#options.floor,
      SCALE_OF_MEDIAN * Math.abs(median),
    );
  }

  /** What is far off is not known to be before there is enough to say so. */
  #clamped(value: number): number {
    if (!this.isArmed) return value;
    const { median } = this;
    const farthest = CLAMP_SCALES * this.scale;
    return Math.min(Math.max(value, median - farthest), median + farthest);
  }
}

/** The value at a share of a list of quantiles at even shares. */
function between(quantiles: readonly number[], share: number): number {
  const place = (quantiles.length - 1) * share;
  const low = Math.floor(place);
  const from = quantiles[low] ?? NaN;
  const to = quantiles[low + 1] ?? from;
  return from + (place - low) * (to - from);
}

/** A step near the golden section of a number that reaches each of its places once. */
function coprime(count: number): number {
  let step = Math.max(1, Math.round(count * 0.618));
  while (divisor(step, count) > 1) step += 1;
  return step;
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

function isSketch(value: unknown): value is BaselineSketch {
  if (typeof value !== "object" || value === null) return false;
  const { samples, quantiles } = value as Partial<Record<keyof BaselineSketch, unknown>>;
  return Number.isInteger(samples) && Number(samples) > 0 && Array.isArray(quantiles) &&
    quantiles.length === SKETCH_POINTS && [...quantiles].every(Number.isFinite);
}
