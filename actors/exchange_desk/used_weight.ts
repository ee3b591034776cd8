/**
 * UsedWeight: what the exchange says that this IP address has used, others behind it included. Its
 * counter starts anew with each minute of its own clock, and answers may overtake each other. It has no
 * clock; times are monotonic milliseconds.
 */

/** One reading of the header, and when it came. */
interface Reading {
  readonly used: number;
  /** So much of it at least is none of ours. */
  readonly others: number;
  readonly atMs: number;
}

/** What an answer has told. */
export interface ToldWeight {
  readonly used: number;
  readonly others: number;
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
   * it, or has started anew. `grantedMs` is `null` when that is not known. `ours`: the most that it can
   * hold of our own calls; `null`: that is not known either.
   */
  take(used: number, grantedMs: number | null, ours: number | null, nowMs: number): void {
    if (grantedMs !== null) this.#readings = this.#readings.filter(({ atMs }) => atMs > grantedMs);
    this.#readings = this.#readings.filter((each) => each.used > used && this.#holds(each, nowMs));
    this.#readings.push({ used, others: Math.max(0, used - (ours ?? used)), atMs: nowMs });
  }

  /** The reading that may still hold and has told the most; `null`: none does. */
  most(nowMs: number): ToldWeight | null {
    return this.#readings.reduce<Reading | null>(
      (most, reading) =>
        this.#holds(reading, nowMs) && reading.used >= (most?.used ?? 0) ? reading : most,
      null,
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
