/**
 * How many rows come: to each piece since somebody looked, which is what the room inside a piece is measured by, and of each table
 * in the newest hour, which is what the hours to come are reckoned by. Pure.
 */
import { CUT_TABLES } from "../../shared/catalogue/history_tables.ts";
import { partitionAt } from "../../shared/catalogue/partitions.ts";
import type { Wanted } from "./partitions.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Of less than that nothing can be said yet. */
const KNOWN_MIN_MS = 10 * MINUTE_MS;

/** Rows of a table a millisecond; `null`: not known yet. */
export type RateOf = (table: string) => number | null;

/** Of one writer. Rows that came twice are counted twice: of room too little is better believed than too much. */
export class Inflow {
  #rows = new Map<string, number>();
  /** By table and the minute of the rows' own time: what comes late, all at once, is of when it is of. */
  readonly #minutes = new Map<string, Map<number, number>>();
  /** From when on all rows are known, UTC milliseconds; `null`: nobody has asked. */
  #sinceMs: number | null = null;

  /** These were written. */
  add(written: Iterable<Wanted>): void {
    for (const { table, timeMs } of written) {
      const cut = CUT_TABLES.get(table);
      if (cut === undefined) continue;
      const { name } = partitionAt(table, cut, timeMs);
      this.#rows.set(name, (this.#rows.get(name) ?? 0) + 1);
      const minutes = this.#minutes.get(table) ?? new Map<number, number>();
      if (minutes.size === 0) this.#minutes.set(table, minutes);
      const minute = Math.floor(timeMs / MINUTE_MS);
      minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
    }
  }

  /** By piece, since the last call. */
  take(): ReadonlyMap<string, number> {
    const rows = this.#rows;
    this.#rows = new Map();
    return rows;
  }

  /** How fast rows of the newest hour came, or of as much of it as is known; `nowMs`: UTC. */
  rates(nowMs: number): RateOf {
    const hourAgoMs = nowMs - HOUR_MS;
    // A clock may be corrected.
    this.#sinceMs = Math.min(this.#sinceMs ?? nowMs, nowMs);
    const first = Math.ceil(Math.max(this.#sinceMs, hourAgoMs) / MINUTE_MS);
    // Rows of the minute that is not over are still to come.
    const end = Math.floor(nowMs / MINUTE_MS);
    for (const minutes of this.#minutes.values()) {
      for (const minute of minutes.keys()) {
        if (minute * MINUTE_MS < hourAgoMs) minutes.delete(minute);
      }
    }
    const knownMs = (end - first) * MINUTE_MS;
    if (knownMs < KNOWN_MIN_MS) return () => null;
    return (table) => {
      let rows = 0;
      for (const [minute, count] of this.#minutes.get(table) ?? []) {
        if (minute >= first && minute < end) rows += count;
      }
      return rows / knownMs;
    };
  }
}
