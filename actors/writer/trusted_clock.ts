/**
 * TrustedClock: what time it is for history, whatever this machine's clock is set to meanwhile: the time of the start with
 * what a clock that never steps has counted since, or what the database says if that is earlier. Pure.
 *
 * A machine that was asleep has not counted. That its time is right all the same is seen in rows: the exchange's clock says
 * the same of them. A machine may also be started with a clock that is years ahead, of which nothing here can tell. What cannot be
 * undone, dropping what is old, therefore goes by the time that is sure: that of rows of which the exchange says the same.
 */

/** A moment, in UTC and in the clock that never steps. */
interface Anchor {
  readonly utcMs: number;
  readonly atMs: number;
}

/** `nowMs` is of a clock that never steps, here and below. */
export class TrustedClock {
  #own: Anchor;
  #database: Anchor | null = null;
  /** It is at least as late; `null`: the exchange has said nothing yet. */
  #sure: Anchor | null = null;
  /** The newest row's time in the store, UTC; `null`: it had none, and so has nothing that could go too early. */
  #newestMs: number | null = null;

  constructor(utcMs: number, nowMs: number) {
    this.#own = { utcMs, atMs: nowMs };
  }

  /** What a database on another machine has said. */
  told(utcMs: number, nowMs: number): void {
    this.#database = { utcMs, atMs: nowMs };
  }

  /** The exchange's clock has confirmed that it is this late. */
  confirmed(utcMs: number, nowMs: number): void {
    const anchor = { utcMs, atMs: nowMs };
    if (utcMs > timeOf(this.#own, nowMs)) this.#own = anchor;
    if (this.#sure === null || utcMs > timeOf(this.#sure, nowMs)) this.#sure = anchor;
  }

  /** A store was opened whose newest row is of that time; `null`: it has none. */
  opened(newestMs: number | null): void {
    this.#newestMs = newestMs;
  }

  /** Rows of that time go into it. */
  stores(timeMs: number): void {
    if (this.#newestMs !== null && timeMs > this.#newestMs) this.#newestMs = timeMs;
  }

  /** UTC milliseconds. */
  at(nowMs: number): number {
    const own = timeOf(this.#own, nowMs);
    return this.#database === null ? own : Math.min(own, timeOf(this.#database, nowMs));
  }

  /** UTC milliseconds, as late as it is or earlier; `null`: nobody has confirmed a time yet, so nothing is known to be old. */
  sureAt(nowMs: number): number | null {
    if (this.#sure !== null) return Math.min(this.at(nowMs), timeOf(this.#sure, nowMs));
    return this.#newestMs === null ? this.at(nowMs) : null;
  }

  /** UTC milliseconds: the time that is sure, or until there is one no later than the newest row. */
  carefulAt(nowMs: number): number {
    return this.sureAt(nowMs) ?? Math.min(this.at(nowMs), this.#newestMs ?? Infinity);
  }
}

function timeOf({ utcMs, atMs }: Anchor, nowMs: number): number {
  return utcMs + nowMs - atMs;
}
