/**
 * UpdateRows: what each applied update of the last while has brought, a row of numbers each, summed over windows of the
 * exchange's time. A window of W ms that ends at the newest update, at E, is (E − W, E]; it is filled as soon as there
 * was an update at or before its beginning. Sums are taken anew when they are asked for, so none drifts.
 */

/** Rows a second that are kept: two connections bring ten updates each while one takes over. */
const ROWS_PER_SECOND = 20;
const ROWS_MIN = 64;

/** A window of updates, in columns that are used again. */
export class UpdateRows {
  /** Places, a power of two: the one of a row is found by a mask. */
  readonly #places: number;
  readonly #times: Float64Array;
  readonly #ids: Float64Array;
  readonly #columns: readonly Float64Array[];
  /** How many rows there have been since `clear`. */
  #added = 0;

  /**
   * `columns`: numbers a row; `lengthMs`: of the longest window. With more updates than are kept a window is
   * not filled: the one at its beginning is gone.
   */
  constructor(columns: number, lengthMs: number) {
    const wanted = Math.max(ROWS_MIN, lengthMs / 1_000 * ROWS_PER_SECOND);
    this.#places = 2 ** Math.ceil(Math.log2(wanted));
    this.#times = new Float64Array(this.#places);
    this.#ids = new Float64Array(this.#places);
    this.#columns = Array.from({ length: columns }, () => new Float64Array(this.#places));
  }

  get isEmpty(): boolean {
    return this.#added === 0;
  }

  /** Id of the newest update; `NaN`: there is none. */
  get updateId(): number {
    return this.#added === 0 ? NaN : this.#ids[this.#placeOf(this.#added - 1)] ?? NaN;
  }

  /** Begins a row of zeros; times and ids never go back. */
  begin(eventMs: number, updateId: number): void {
    const place = this.#placeOf(this.#added);
    this.#times[place] = eventMs;
    this.#ids[place] = updateId;
    for (let i = 0; i < this.#columns.length; i++) {
      const column = this.#columns[i];
      if (column !== undefined) column[place] = 0;
    }
    this.#added += 1;
  }

  /** Adds to a number of the newest row. */
  add(column: number, value: number): void {
    this.#raise(column, this.#placeOf(this.#added - 1), value);
  }

  /** Adds to the row of the update that covers an id, if it is still there. */
  addTo(updateId: number, column: number, value: number): void {
    const oldest = this.#oldest;
    let row = this.#added - 1;
    while (row > oldest && (this.#ids[this.#placeOf(row - 1)] ?? NaN) >= updateId) row -= 1;
    // Before the oldest row there may have been one that is nearer.
    if (row > oldest) this.#raise(column, this.#placeOf(row), value);
  }

  /** The first row of a window; -1: it is not filled. O(log rows). */
  first(windowMs: number): number {
    const end = this.#added - 1;
    const fromMs = (this.#times[this.#placeOf(end)] ?? NaN) - windowMs;
    let low = this.#oldest;
    let high = end;
    if (end < 0 || !((this.#times[this.#placeOf(low)] ?? NaN) <= fromMs)) return -1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#times[this.#placeOf(middle)] ?? NaN) <= fromMs) low = middle;
      else high = middle;
    }
    return high;
  }

  /** The exchange's time of a row. */
  timeOf(row: number): number {
    return this.#times[this.#placeOf(row)] ?? NaN;
  }

  /** Number of rows from one on. */
  countFrom(first: number): number {
    return this.#added - first;
  }

  /** Sum of a column over the rows from one on. O(rows). */
  sum(column: number, first: number): number {
    const numbers = this.#columns[column];
    if (numbers === undefined) return NaN;
    let sum = 0;
    for (let row = first; row < this.#added; row++) sum += numbers[this.#placeOf(row)] ?? NaN;
    return sum;
  }

  /** Forgets everything: the past belongs to another book. */
  clear(): void {
    this.#added = 0;
  }

  get #oldest(): number {
    return Math.max(0, this.#added - this.#places);
  }

  #placeOf(row: number): number {
    return row & (this.#places - 1);
  }

  #raise(column: number, place: number, value: number): void {
    const numbers = this.#columns[column];
    if (numbers !== undefined) numbers[place] = (numbers[place] ?? NaN) + value;
  }
}
