/**
 * UsedWeight: what the exchange says that this IP address has used, others behind it included. Its
 * counter starts anew with each minute of its own clock, and answers may overtake each other. It has no
 * clock; times are monotonic milliseconds.
 */

/** One reading of the header, and when it came. */
interface Reading {
  readonly used: number;
  readonly atMs: number;
}

/** The readings that may still hold. */
export class UsedWeight {
  readonly #lengthMs: number;
  #readings: Reading[] = [];

  /** `lengthMs`: the exchange's counter starts anew at least this often. */
  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  /**
   * A reading. A call that was granted after an older reading came knows better: the counter is above
   * it, or has started anew. `grantedMs` is `null` when that is not known.
   */
  take(used: number, grantedMs: number | null, nowMs: number): void {
    if (grantedMs !== null) this.#readings = this.#readings.filter(({ atMs }) => atMs > grantedMs);
    this.#readings = this.#readings.filter((each) => each.used > used && this.#holds(each, nowMs));
    this.#readings.push({ used, atMs: nowMs });
  }

  /** The most that any reading that may still hold has told; 0: none does. */
  most(nowMs: number): number {
    return this.#readings.reduce(
      (most, reading) => this.#holds(reading, nowMs) ? Math.max(most, reading.used) : most,
      0,
    );
  }

  /** When the next reading ends by itself; `Infinity`: there is none. */
  nextEndMs(nowMs: number): number {
    return this.#readings.reduce(
      (soonest, reading) =>
        this.#holds(reading, nowMs) ? Math.min(soonest, reading.atMs + this.#lengthMs) : soonest,
      Infinity,
    );
  }

  #holds({ atMs }: Reading, nowMs: number): boolean {
    return nowMs < atMs + this.#lengthMs;
  }
}
