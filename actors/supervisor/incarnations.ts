/**
 * Incarnations: the numbers of lives. A later life of whichever actor has a higher one, although the machine's
 * time was set back meanwhile: what is stored under the number of a life is never taken for another's.
 */

/** The lives of one process. */
export class Incarnations {
  #last: number;
  readonly #keep: (incarnation: number) => void;

  /**
   * `floor`: the highest number that an earlier process may have used; 0: none is known of. `keep`: notes
   * each number for the next process.
   */
  constructor(floor: number, keep: (incarnation: number) => void = () => {}) {
    this.#last = floor;
    this.#keep = keep;
  }

  /** A life begins, at this UTC in milliseconds: that is its number, unless it has been given already. */
  next(utcMs: number): number {
    this.#last = Math.max(this.#last + 1, utcMs);
    this.#keep(this.#last);
    return this.#last;
  }
}
