/**
 * Incarnations: the numbers of lives. A later life of whichever actor has a higher one, although the machine's
 * time was set back meanwhile: what is stored under the number of a life is never taken for another's.
 */

/** The lives of one process. */
export class Incarnations {
  #last: number;

  /** `floor`: the highest number that an earlier process may have used; 0: none is known of. */
  constructor(floor: number) {
    this.#last = floor;
  }

  /** A life begins, at this UTC in milliseconds: that is its number, unless it has been given already. */
  next(utcMs: number): number {
    this.#last = Math.max(this.#last + 1, utcMs);
    return this.#last;
  }
}
