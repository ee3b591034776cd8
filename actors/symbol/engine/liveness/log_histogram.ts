/** LogHistogram: numbers counted in classes of about 10 %, to either side of 0, in bounded memory. */

/** Classes a side: from 1 to five billion. What is nearer to 0 than 1 is one class. */
const CLASSES = 224;
const CLASSES_PER_E = 10;

/** Counts of numbers; adding one costs no garbage. */
export class LogHistogram {
  /** Negative numbers in the lower half, the least first. */
  readonly #counts = new Uint32Array(2 * CLASSES);
  #count = 0;

  /**
   * The number that `percent` of all numbers in these histograms do not exceed, read up to 10.6 % of its
   * size too high; `null`: there is none. O(classes).
   */
  static percentile(parts: readonly LogHistogram[], percent: number): number | null {
    let count = 0;
    for (const part of parts) count += part.#count;
    let above = Math.floor(count * (100 - percent) / 100);
    for (let place = 2 * CLASSES - 1; place >= 0; place--) {
      for (const part of parts) above -= part.#counts[place] ?? 0;
      if (above < 0) return upperEdge(place);
    }
    return null;
  }

  /** How many numbers are counted. */
  get count(): number {
    return this.#count;
  }

  /** Counts a number. */
  add(value: number): void {
    const size = Math.max(1, Math.abs(value));
    const at = Math.min(CLASSES - 1, Math.ceil(CLASSES_PER_E * Math.log(size)));
    const place = value < 0 ? CLASSES - 1 - at : CLASSES + at;
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
    this.#count += 1;
  }

  /** Halves every count, so that what was added counts less than what will be. */
  halve(): void {
    this.#count = 0;
    for (let place = 0; place < 2 * CLASSES; place++) {
      const half = (this.#counts[place] ?? 0) >> 1;
      this.#counts[place] = half;
      this.#count += half;
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#counts.fill(0);
    this.#count = 0;
  }
}

/** The largest number of a class. */
function upperEdge(place: number): number {
  if (place >= CLASSES) return Math.exp((place - CLASSES) / CLASSES_PER_E);
  const at = CLASSES - 1 - place;
  return at === 0 ? 0 : -Math.exp((at - 1) / CLASSES_PER_E);
}
