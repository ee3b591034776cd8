/** MinuteVolumes: what was traded in each of the last sixty minutes, and the median of them. */

const MINUTE_MS = 60_000;
const MINUTES = 60;
/** A median of fewer says little of an hour. */
const MINUTES_MIN = 10;

/** Whole minutes of the exchange's clock, those without trades too. The median is sorted once a minute. */
export class MinuteVolumes {
  readonly #volumes = new Float64Array(MINUTES);
  readonly #sorted = new Float64Array(MINUTES);
  /** How many minutes have ended since it began. */
  #ended = 0;
  /** The minute that is not over, and its volume; `NaN`: there was no trade yet. */
  #minute = NaN;
  #volume = 0;
  /** The first minute is not whole: it began amid it. */
  #isWhole = false;
  #median = NaN;

  /** Median volume of a minute of the last hour; `NaN`: fewer than ten of them are known. */
  get median(): number {
    return this.#median;
  }

  /** A trade that comes late counts in the minute that is not over. */
  add(timeMs: number, qty: number): void {
    const minute = Math.floor(timeMs / MINUTE_MS);
    if (Number.isNaN(this.#minute)) this.#minute = minute;
    if (minute > this.#minute) this.#end(minute);
    this.#volume += qty;
  }

  /** Forgets everything. */
  clear(): void {
    this.#ended = 0;
    this.#minute = NaN;
    this.#volume = 0;
    this.#isWhole = false;
    this.#median = NaN;
  }

  #end(minute: number): void {
    if (this.#isWhole) this.#push(this.#volume);
    const empty = Math.min(MINUTES, minute - this.#minute - 1);
    for (let i = 0; i < empty; i++) this.#push(0);
    this.#minute = minute;
    this.#volume = 0;
    this.#isWhole = true;
    this.#measure();
  }

  #push(volume: number): void {
    this.#volumes[this.#ended % MINUTES] = volume;
    this.#ended += 1;
  }

  #measure(): void {
    const count = Math.min(this.#ended, MINUTES);
    if (count < MINUTES_MIN) return;
    const sorted = this.#sorted;
    sorted.fill(Infinity);
    for (let i = 0; i < count; i++) sorted[i] = this.#volumes[i] ?? NaN;
    sorted.sort();
    const low = sorted[(count - 1) >> 1] ?? NaN;
    const high = sorted[count >> 1] ?? NaN;
    this.#median = (low + high) / 2;
  }
}
