/**
 * TimeRing: samples of the last while in order of time, in columns. Beside a sample's values it keeps what all samples
 * before it sum to, so that the sum over any window is a difference: O(log n), however many there are.
 */

/** Places to begin with; doubled until there are `placesMax`. */
const PLACES_MIN = 64;

/** What a ring is made for. */
export interface TimeRingForm {
  /** Numbers of each sample. */
  readonly values: number;
  /** Sums over samples. */
  readonly sums: number;
  /** Samples so much older than the newest leave, but for the newest of them: it tells what held before. */
  readonly keepMs: number;
  /** Most samples that are kept, a power of two; when there are more the oldest leave. */
  readonly placesMax: number;
}

/**
 * Samples have numbers that count up: those from `first` on and before `end` are there. A sample that comes late takes
 * its place by time, and the numbers of those after it grow by one. In steady state it allocates nothing.
 */
export class TimeRing {
  readonly #form: TimeRingForm;
  /** Numbers of a row: its time, its values, two for each sum. */
  readonly #width: number;
  readonly #sumsAt: number;
  #places = PLACES_MIN;
  #rows: Float64Array;
  /** What all samples up to now sum to: a row as well. */
  readonly #total: Float64Array;
  #first = 0;
  #end = 0;
  #leftMs = -Infinity;

  constructor(form: TimeRingForm) {
    this.#form = form;
    this.#sumsAt = 1 + form.values;
    this.#width = this.#sumsAt + 2 * form.sums;
    this.#rows = new Float64Array(PLACES_MIN * this.#width);
    this.#total = new Float64Array(this.#width);
  }

  /** The oldest sample. */
  get first(): number {
    return this.#first;
  }

  /** One past the newest. */
  get end(): number {
    return this.#end;
  }

  /** Every sample later than this that was added is there; `-Infinity`: none has left. */
  get wholeAfterMs(): number {
    return this.#leftMs;
  }

  /**
   * Makes room for a sample, after those of the same time; its values are to be set, its sums to be added to. -1: it is
   * older than what has left, and is not taken. A sample that is older than all by more than `keepMs` shows a clock that
   * was set back: the ring begins anew with it.
   */
  add(timeMs: number): number {
    const newestMs = this.time(this.#end - 1);
    if (timeMs < newestMs - this.#form.keepMs) {
      this.clear();
      this.#leftMs = timeMs;
    } else if (timeMs <= this.#leftMs) return -1;
    if (this.#end - this.#first === this.#places) this.#makeRoom();
    let sample = this.#end;
    this.#end += 1;
    for (; sample > this.#first && this.time(sample - 1) > timeMs; sample--) {
      this.#copyRow(sample - 1, sample);
    }
    const at = this.#at(sample);
    if (sample === this.#end - 1) this.#rows.set(this.#total, at);
    this.#rows[at] = timeMs;
    this.#expire();
    return sample;
  }

  /** When a sample was; `NaN`: there is no such sample. */
  time(sample: number): number {
    if (sample < this.#first || sample >= this.#end) return NaN;
    return this.#rows[this.#at(sample)] ?? NaN;
  }

  /** A value of a sample that is there. */
  value(sample: number, value: number): number {
    return this.#rows[this.#at(sample) + 1 + value] ?? NaN;
  }

  set(sample: number, value: number, to: number): void {
    this.#rows[this.#at(sample) + 1 + value] = to;
  }

  /** What a sample adds to a sum. O(samples after it), which are few: it has just been added. */
  addTo(sum: number, sample: number, amount: number): void {
    const column = this.#sumsAt + 2 * sum;
    for (let later = sample + 1; later < this.#end; later++) {
      addExactly(this.#rows, this.#at(later) + column, amount);
    }
    addExactly(this.#total, column, amount);
  }

  /** A sum over the samples from one on and before another. */
  sum(sum: number, from: number, end: number): number {
    if (from >= end) return 0;
    const column = this.#sumsAt + 2 * sum;
    const rows = this.#rows;
    const low = this.#at(from) + column;
    const upTo = end === this.#end ? this.#total : rows;
    const high = end === this.#end ? column : this.#at(end) + column;
    return (upTo[high] ?? NaN) - (rows[low] ?? NaN) +
      ((upTo[high + 1] ?? NaN) - (rows[low + 1] ?? NaN));
  }

  /** The first sample later than a time, or `end`. O(log n). */
  firstAfter(timeMs: number): number {
    let low = this.#first;
    let high = this.#end;
    while (low < high) {
      const middle = low + Math.floor((high - low) / 2);
      if ((this.#rows[this.#at(middle)] ?? NaN) <= timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The first sample at a time or later, or `end`. O(log n). */
  firstFrom(timeMs: number): number {
    let low = this.#first;
    let high = this.#end;
    while (low < high) {
      const middle = low + Math.floor((high - low) / 2);
      if ((this.#rows[this.#at(middle)] ?? NaN) < timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Forgets every sample; room that it has grown is kept. */
  clear(): void {
    this.#first = 0;
    this.#end = 0;
    this.#leftMs = -Infinity;
    this.#total.fill(0);
  }

  #at(sample: number): number {
    return (sample & (this.#places - 1)) * this.#width;
  }

  #copyRow(from: number, to: number): void {
    const source = this.#at(from);
    const target = this.#at(to);
    for (let i = 0; i < this.#width; i++) this.#rows[target + i] = this.#rows[source + i] ?? NaN;
  }

  #expire(): void {
    const beforeMs = this.time(this.#end - 1) - this.#form.keepMs;
    while (this.time(this.#first + 1) <= beforeMs) this.#leave();
  }

  #leave(): void {
    this.#leftMs = this.time(this.#first);
    this.#first += 1;
  }

  #makeRoom(): void {
    if (this.#places === this.#form.placesMax) return this.#leave();
    const rows = this.#rows;
    const places = this.#places;
    this.#places = 2 * places;
    this.#rows = new Float64Array(this.#places * this.#width);
    for (let sample = this.#first; sample < this.#end; sample++) {
      const from = (sample & (places - 1)) * this.#width;
      this.#rows.set(rows.subarray(from, from + this.#width), this.#at(sample));
    }
  }
}

/**
 * Adds to a sum of two cells: the second gathers what rounding takes from the first, so that a difference of two sums is
 * right to its last digits, however long they have grown. Knuth, TAOCP 2, 4.2.2, theorem B.
 */
export function addExactly(cells: Float64Array, at: number, amount: number): void {
  const before = cells[at] ?? NaN;
  const after = before + amount;
  const part = after - before;
  cells[at] = after;
  cells[at + 1] = (cells[at + 1] ?? NaN) + ((before - (after - part)) + (amount - part));
}
