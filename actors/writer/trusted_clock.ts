/**
 * TrustedClock: what time it is for history, whatever this machine's clock is set to meanwhile: the time of the start with
 * what a clock that never steps has counted since, or what the database says if that is earlier. Pure.
 *
 * A machine that was asleep may not have counted. That its time is right all the same is seen in rows: the exchange's clock says
 * the same of them, and two who agree are believed more than a database. A machine may also be started with a clock that is years
 * ahead, of which nothing here can tell before it is mended. What cannot be undone, dropping what is old, therefore goes by the
 * time that is sure: that of rows of which the exchange says the same.
 */

/** The exchange's clock and this machine's are one, if they differ by less. */
export const AGREE_MS = 3_600_000;
/** A clock that is further off has another day. */
const DAY_MS = 86_400_000;

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
  /** The newest row's time in the store, UTC; `null`: it has none, and so nothing that could go too early. */
  #newestMs: number | null = null;

  constructor(utcMs: number, nowMs: number) {
    this.#own = { utcMs, atMs: nowMs };
  }

  /** What a database on another machine has said. */
  told(utcMs: number, nowMs: number): void {
    this.#database = { utcMs, atMs: nowMs };
  }

  /**
   * The exchange's clock has confirmed that it is this late at least. `wallMs`: what this machine's clock says now; where that is
   * the same, it is no later either, whatever it was at the start. `null`: not asked.
   */
  confirmed(utcMs: number, nowMs: number, wallMs: number | null = null): void {
    const anchor = { utcMs, atMs: nowMs };
    const isNow = wallMs !== null && Math.abs(wallMs - utcMs) < AGREE_MS;
    if (isNow || utcMs > timeOf(this.#own, nowMs)) this.#own = anchor;
    if (this.#sure === null || utcMs > timeOf(this.#sure, nowMs)) this.#sure = anchor;
  }

  /** A store was opened whose newest row is of that time; `null`: it has none. */
  opened(newestMs: number | null): void {
    this.#newestMs = newestMs;
  }

  /** Rows of that time go into it. */
  stores(timeMs: number): void {
    if (timeMs > (this.#newestMs ?? -Infinity)) this.#newestMs = timeMs;
  }

  /** UTC milliseconds. */
  at(nowMs: number): number {
    const own = timeOf(this.#own, nowMs);
    const told = this.#database === null ? own : Math.min(own, timeOf(this.#database, nowMs));
    return this.#sure === null ? told : Math.max(told, timeOf(this.#sure, nowMs));
  }

  /** When something happens that is told just now, UTC milliseconds: by this machine's clock, unless that has another day. */
  tellingMs(wallMs: number, nowMs: number): number {
    const atMs = this.at(nowMs);
    return Math.abs(wallMs - atMs) > DAY_MS ? atMs : wallMs;
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
