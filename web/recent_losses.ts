/** RecentLosses: what could not be stored and was told of in the last hour, for `/healthz` and the page's chip. Pure. */
import { marketText } from "../shared/market.ts";
import type { LossRecord } from "../shared/output.ts";

/** A loss is in sight for so long, as a failed audit is. */
export const LOSS_SHOWN_MS = 3_600_000;
/** Beyond these the oldest are forgotten; `/api/losses` has them. */
const RECORDS_MAX = 5_000;

/** All of them as one. */
export interface LossSummary {
  /** At least so many. */
  readonly rows: number;
  /** Of their own times; `null`: not known of any. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** When the last one was told. */
  readonly lastToldMs: number;
  /** Rows of each cause, the most first. */
  readonly causes: readonly (readonly [cause: string, rows: number])[];
}

/** Each record once, whichever way it came. */
export class RecentLosses {
  readonly #records = new Map<string, LossRecord>();

  /** O(1) amortised. */
  take(record: LossRecord): void {
    const { lostBy, number, timeMs } = record;
    this.#records.set([marketText(record), lostBy, number, timeMs].join(" "), record);
    const [oldest] = this.#records.keys();
    if (this.#records.size > RECORDS_MAX && oldest !== undefined) this.#records.delete(oldest);
  }

  /** What was told of in the hour before `nowMs` (UTC); `null`: nothing. O(records). */
  summary(nowMs: number): LossSummary | null {
    for (const [key, { timeMs }] of this.#records) {
      if (timeMs <= nowMs - LOSS_SHOWN_MS) this.#records.delete(key);
    }
    if (this.#records.size === 0) return null;
    const causes = new Map<string, number>();
    let [rows, first, last, lastToldMs] = [0, Infinity, -Infinity, 0];
    for (const record of this.#records.values()) {
      rows += record.rows;
      lastToldMs = Math.max(lastToldMs, record.timeMs);
      first = Math.min(first, record.fromMs ?? Infinity);
      last = Math.max(last, record.toMs ?? -Infinity);
      causes.set(record.cause, (causes.get(record.cause) ?? 0) + record.rows);
    }
    const isDated = first <= last;
    return {
      rows,
      fromMs: isDated ? first : null,
      toMs: isDated ? last : null,
      lastToldMs,
      causes: [...causes].sort(([, a], [, b]) => b - a),
    };
  }
}
