/**
 * MidSteps: mid as a staircase, of which only the steps are kept. It mostly stands still from one update to the next, so
 * that who asks for it at many even times reads few numbers.
 */

const PLACES_MIN = 256;

/** The last steps, in columns that are used again. */
export class MidSteps {
  readonly #keepMs: number;
  /** By step, a power of two of them: places are found by a mask. */
  #times = new Float64Array(PLACES_MIN);
  #values = new Float64Array(PLACES_MIN);
  /** How many there have been since all were forgotten, and how many of them have left. */
  #added = 0;
  #left = 0;

  /** `keepMs`: what was so long before the newest is known. */
  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  /** What the value is from a time on; times never go back. */
  add(timeMs: number, value: number): void {
    const mask = this.#times.length - 1;
    if (this.#added > this.#left && this.#values[(this.#added - 1) & mask] === value) return;
    if (this.#added - this.#left > mask) this.#grow();
    const place = this.#added & (this.#times.length - 1);
    this.#times[place] = timeMs;
    this.#values[place] = value;
    this.#added += 1;
    const beforeMs = timeMs - this.#keepMs;
    while (this.#left + 1 < this.#added && this.#timeOf(this.#left + 1) <= beforeMs) {
      this.#left += 1;
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#added = 0;
    this.#left = 0;
  }

  /**
   * Writes what the value was at `fromMs` and after each further step of time, none of them before the oldest that is
   * kept. O(steps + places).
   */
  writeAt(fromMs: number, stepMs: number, into: Float64Array): void {
    const times = this.#times;
    const values = this.#values;
    const mask = times.length - 1;
    let next = this.#left;
    let value = NaN;
    let nextMs = times[next & mask] ?? NaN;
    for (let i = 0; i < into.length; i++) {
      const timeMs = fromMs + i * stepMs;
      while (next < this.#added && nextMs <= timeMs) {
        value = values[next & mask] ?? NaN;
        next += 1;
        nextMs = times[next & mask] ?? NaN;
      }
      into[i] = value;
    }
  }

  #timeOf(step: number): number {
    return this.#times[step & (this.#times.length - 1)] ?? NaN;
  }

  #grow(): void {
    const { length } = this.#times;
    const times = new Float64Array(2 * length);
    const values = new Float64Array(2 * length);
    for (let step = this.#left; step < this.#added; step++) {
      times[step & (2 * length - 1)] = this.#times[step & (length - 1)] ?? NaN;
      values[step & (2 * length - 1)] = this.#values[step & (length - 1)] ?? NaN;
    }
    this.#times = times;
    this.#values = values;
  }
}
