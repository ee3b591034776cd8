/**
 * TimeRing: samples of the last while in order of time, in columns. Beside a sample's values it keeps what all samples
 * before it sum to, so that the sum over any window is a difference: O(log n), however many there are.
 */

/** Samples stand in blocks of so many: a ring that grows copies nothing, and gives back what a burst has taken. */
const BLOCK_BITS = 7;
const BLOCK = 1 << BLOCK_BITS;
const NO_BLOCK: Float64Array = new Float64Array(0);

/** What a ring is made for. */
export interface TimeRingForm {
  /** Numbers of each sample. */
  readonly values: number;
  /** Sums over samples. */
  readonly sums: number;
  /** Samples so much older than the newest leave, but for the newest of them: it tells what held before. */
  readonly keepMs: number;
  /** Most samples that are kept, a power of two from 128 on; when there are more the oldest leave. */
  readonly placesMax: number;
}

/**
 * Samples have numbers that count up: those from `first` on and before `end` are there. A sample that comes late takes
 * its place by time, and the numbers of those after it grow by one. In steady state it allocates nothing.
 */
export class TimeRing {
  readonly #form: TimeRingForm;
  /** The sample that `push` adds: its time, its values, and what it adds to each sum. */
  readonly next: Float64Array;
  /** Where the sums begin in it. */
  readonly sumsAt: number;
  /** Numbers of a row: its time, its values, two for each sum. */
  readonly #width: number;
  /** By the samples' numbers, as a ring too; where there is no sample there is no block. */
  readonly #blocks: Float64Array[];
  /** The block that was left last, to be used again. */
  #spare: Float64Array = NO_BLOCK;
  /** What all samples up to now sum to: a row as well. */
  readonly #total: Float64Array;
  #first = 0;
  #end = 0;
  #leftMs = -Infinity;

  constructor(form: TimeRingForm) {
    this.#form = form;
    this.sumsAt = 1 + form.values;
    this.next = new Float64Array(this.sumsAt + form.sums);
    this.#width = this.sumsAt + 2 * form.sums;
    const blocks = Math.max(2, 2 * form.placesMax / BLOCK);
    this.#blocks = new Array<Float64Array>(blocks).fill(NO_BLOCK);
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
   * Adds a sample, after those of the same time; its values are to be set, its sums to be added to. As `push`.
   */
  add(timeMs: number): number {
    this.next.fill(0);
    this.next[0] = timeMs;
    return this.push();
  }

  /**
   * Adds the sample that stands in `next`, after those of the same time. -1: it is older than what has left, and is not
   * taken. One that is older than all by more than `keepMs` shows a clock that was set back: the ring begins anew
   * with it. Nothing is handed over as a number: V8 would make an object of each.
   */
  push(): number {
    const timeMs = this.next[0] ?? NaN;
    if (timeMs < this.time(this.#end - 1) - this.#form.keepMs) {
      this.clear();
      this.#leftMs = timeMs;
    } else if (timeMs <= this.#leftMs) return -1;
    if (this.#end - this.#first === this.#form.placesMax) this.#leave();
    let sample = this.#end;
    this.#end += 1;
    if (this.#block(sample) === NO_BLOCK) this.#makeRoom(sample);
    for (; sample > this.#first && this.time(sample - 1) > timeMs; sample--) {
      this.#copyRow(sample - 1, sample);
    }
    this.#fill(sample);
    this.#expire();
    return sample;
  }

  /** Writes what stands in `next` into the row of a sample, and into the sums of the rows after it. */
  #fill(sample: number): void {
    const at = this.#at(sample);
    const rows = this.#block(sample);
    const sumsAt = this.sumsAt;
    // A row that has moved on has left its sums here, which are those of what lies before it.
    if (sample === this.#end - 1) {
      for (let i = sumsAt; i < this.#width; i++) rows[at + i] = this.#total[i] ?? NaN;
    }
    for (let i = 0; i < sumsAt; i++) rows[at + i] = this.next[i] ?? NaN;
    this.addNextTo(sample);
  }

  /** When a sample was; `NaN`: there is no such sample. */
  time(sample: number): number {
    if (sample < this.#first || sample >= this.#end) return NaN;
    return this.#block(sample)[this.#at(sample)] ?? NaN;
  }

  /** A value of a sample that is there. */
  value(sample: number, value: number): number {
    return this.#block(sample)[this.#at(sample) + 1 + value] ?? NaN;
  }

  set(sample: number, value: number, to: number): void {
    this.#block(sample)[this.#at(sample) + 1 + value] = to;
  }

  /** What a sample adds to a sum. O(samples after it), which are few: it has just been added. */
  addTo(sum: number, sample: number, amount: number): void {
    const column = this.sumsAt + 2 * sum;
    for (let later = sample + 1; later < this.#end; later++) {
      addExactly(this.#block(later), this.#at(later) + column, amount);
    }
    addExactly(this.#total, column, amount);
  }

  /** A sum over the samples from one on and before another. */
  sum(sum: number, from: number, end: number): number {
    if (from >= end) return 0;
    const column = this.sumsAt + 2 * sum;
    const rows = this.#block(from);
    const low = this.#at(from) + column;
    const upTo = end === this.#end ? this.#total : this.#block(end);
    const high = end === this.#end ? column : this.#at(end) + column;
    return (upTo[high] ?? NaN) - (rows[low] ?? NaN) +
      ((upTo[high + 1] ?? NaN) - (rows[low + 1] ?? NaN));
  }

  /** Every sum over them, each into its place of a column: one by one each would be an object. */
  sumsInto(from: number, end: number, into: Float64Array): void {
    if (from >= end) {
      into.fill(0);
      return;
    }
    const rows = this.#block(from);
    const low = this.#at(from) + this.sumsAt;
    const upTo = end === this.#end ? this.#total : this.#block(end);
    const high = (end === this.#end ? 0 : this.#at(end)) + this.sumsAt;
    for (let sum = 0; sum < this.#form.sums; sum++) {
      const column = 2 * sum;
      into[sum] = (upTo[high + column] ?? NaN) - (rows[low + column] ?? NaN) +
        ((upTo[high + column + 1] ?? NaN) - (rows[low + column + 1] ?? NaN));
    }
  }

  /** Adds the sums that stand in `next` to those of a sample that is there. O(samples after it), as `addTo`. */
  addNextTo(sample: number): void {
    for (let sum = 0; sum < this.#form.sums; sum++) {
      const column = this.sumsAt + 2 * sum;
      for (let later = sample + 1; later < this.#end; later++) {
        addExactly(
          this.#block(later),
          this.#at(later) + column,
          this.next[this.sumsAt + sum] ?? NaN,
        );
      }
      addExactly(this.#total, column, this.next[this.sumsAt + sum] ?? NaN);
    }
  }

  /** The first sample later than a time, or `end`. O(log n). */
  firstAfter(timeMs: number): number {
    return this.#firstPast(timeMs, false);
  }

  /**
   * The first sample of the window (t − length, t] that ends at the newest, at t; -1: no sample lies at its beginning or
   * before it, so that it is not known whether the window is whole. O(log n).
   */
  windowFrom(lengthMs: number): number {
    const beginMs = this.time(this.#end - 1) - lengthMs;
    return this.time(this.#first) <= beginMs ? this.firstAfter(beginMs) : -1;
  }

  /** The first sample at a time or later, or `end`. O(log n). */
  firstFrom(timeMs: number): number {
    return this.#firstPast(timeMs, true);
  }

  /** Forgets every sample. */
  clear(): void {
    while (this.#first < this.#end) this.#leave();
    this.#leftMs = -Infinity;
    this.#total.fill(0);
  }

  /** The first sample later than a time, or with `isIn` of that time too. */
  #firstPast(timeMs: number, isIn: boolean): number {
    let low = this.#first;
    let high = this.#end;
    while (low < high) {
      const middle = low + Math.floor((high - low) / 2);
      const there = this.time(middle);
      if (there < timeMs || !isIn && there === timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #block(sample: number): Float64Array {
    return this.#blocks[(sample >> BLOCK_BITS) & (this.#blocks.length - 1)] ?? NO_BLOCK;
  }

  #at(sample: number): number {
    return (sample & (BLOCK - 1)) * this.#width;
  }

  #copyRow(from: number, to: number): void {
    const source = this.#block(from);
    const target = this.#block(to);
    const fromAt = this.#at(from);
    const toAt = this.#at(to);
    for (let i = 0; i < this.#width; i++) target[toAt + i] = source[fromAt + i] ?? NaN;
  }

  #expire(): void {
    const beforeMs = this.time(this.#end - 1) - this.#form.keepMs;
    while (this.time(this.#first + 1) <= beforeMs) this.#leave();
  }

  #leave(): void {
    const sample = this.#first;
    this.#leftMs = this.time(sample);
    this.#first += 1;
    const isBlockOver = (this.#first & (BLOCK - 1)) === 0 || this.#first === this.#end;
    if (!isBlockOver) return;
    this.#spare = this.#block(sample);
    this.#setBlock(sample, NO_BLOCK);
  }

  #makeRoom(sample: number): void {
    const isSpare = this.#spare !== NO_BLOCK;
    this.#setBlock(sample, isSpare ? this.#spare : new Float64Array(BLOCK * this.#width));
    this.#spare = NO_BLOCK;
  }

  #setBlock(sample: number, block: Float64Array): void {
    this.#blocks[(sample >> BLOCK_BITS) & (this.#blocks.length - 1)] = block;
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
