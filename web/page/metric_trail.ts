/**
 * What some metrics of one symbol were over the last hour: a value a second, of rows that were stored and of what the page has
 * watched since. Of each second the stored row counts, which everybody sees who asks. Pure.
 */
import type { MetricName } from "../../shared/catalogue/metrics.ts";
import type { ShownMetrics } from "./state.ts";

/** Seconds that are kept: an hour, and what an answer takes. */
const SECONDS = 3_700;
const SECOND_MS = 1_000;
/** So many seconds without a row are no hole where rows come once a second. */
const QUIET_S = 2;

/** Stored rows, as columns. */
export interface StoredTrail {
  readonly intervalMs: number;
  readonly timeMs: readonly number[];
  /** Whether a row was computed under the settings of now: values of others are not compared with those of now. */
  readonly isOfNow: readonly boolean[];
  readonly values: Readonly<Partial<Record<MetricName, readonly (number | null)[]>>>;
  /** Where a depth reaches beyond what was known. */
  readonly lowerBounds: Readonly<Partial<Record<MetricName, readonly boolean[]>>>;
}

/** What is known of a metric at a moment. */
export type Then =
  | { readonly kind: "known"; readonly value: number }
  /** It was told of, and not known; or at least so much, which nothing can be compared with. */
  | { readonly kind: "unknown" | "lower_bound" }
  /** Nothing is known of that moment: neither stored nor watched. */
  | { readonly kind: "hole" }
  /** It is of before the first that is known, which is of `firstMs` (`null`: there is none). */
  | { readonly kind: "before"; readonly firstMs: number | null }
  | { readonly kind: "other_settings"; readonly untilMs: number };

/** The least and the greatest of a stretch; `null`: none was known in it. */
export type Reach = readonly [min: number, max: number] | null;

/** One symbol's. */
export class MetricTrail {
  readonly names: readonly MetricName[];
  /** Of which second a place is; 0: of none. */
  readonly #seconds = new Float64Array(SECONDS);
  /** Metric by metric; NaN: not known. */
  readonly #values: readonly Float64Array[];
  readonly #isBound: readonly Uint8Array[];
  #firstS = Infinity;
  #lastS = -Infinity;
  #quietS = QUIET_S;
  #othersUntilMs = -Infinity;

  constructor(names: readonly MetricName[]) {
    this.names = names;
    this.#values = names.map(() => new Float64Array(SECONDS));
    this.#isBound = names.map(() => new Uint8Array(SECONDS));
  }

  /** When the newest is of, to the second, UTC milliseconds; `null`: there is none. */
  get lastMs(): number | null {
    return this.#lastS === -Infinity ? null : this.#lastS * SECOND_MS;
  }

  /** Takes what was just told; true: it is of a second of which nothing was known. O(metrics). */
  take({ timeMs, values, lowerBounds }: ShownMetrics): boolean {
    // Of a symbol out of focus only some are told.
    if (this.names.some((name) => values[name] === undefined)) return false;
    const second = Math.ceil(timeMs / SECOND_MS);
    const isNew = this.#place(second);
    if (!isNew && second < this.#lastS) return false;
    this.names.forEach((name, i) =>
      this.#set(i, second, values[name] ?? null, lowerBounds.includes(name))
    );
    return isNew;
  }

  /** Takes what was stored. */
  takeStored({ intervalMs, timeMs, isOfNow, values, lowerBounds }: StoredTrail): void {
    this.#quietS = Math.max(QUIET_S, Math.ceil(1.5 * intervalMs / SECOND_MS));
    timeMs.forEach((ms, row) => {
      if (!isOfNow[row]) {
        this.#othersUntilMs = Math.max(this.#othersUntilMs, ms);
        return;
      }
      const second = Math.ceil(ms / SECOND_MS);
      this.#place(second);
      this.names.forEach((name, i) => {
        const value = values[name]?.[row] ?? null;
        // What is not stored may have been watched.
        if (values[name] === undefined && this.#at(i, second) !== null) return;
        this.#set(i, second, value, lowerBounds[name]?.[row] ?? false);
      });
    });
  }

  /** What was known at a moment: of the last row until then, unless that is too long before. O(1). */
  then(name: MetricName, ms: number): Then {
    const second = Math.floor(ms / SECOND_MS);
    if (second < this.#firstS) {
      if (ms <= this.#othersUntilMs) {
        return { kind: "other_settings", untilMs: this.#othersUntilMs };
      }
      return {
        kind: "before",
        firstMs: this.#firstS === Infinity ? null : this.#firstS * SECOND_MS,
      };
    }
    const i = this.names.indexOf(name);
    for (let at = second; at > second - this.#quietS; at--) {
      const value = this.#at(i, at);
      if (value === null) continue;
      if (Number.isNaN(value)) return { kind: "unknown" };
      const isBound = this.#isBound[i]?.[at % SECONDS] === 1;
      return isBound ? { kind: "lower_bound" } : { kind: "known", value };
    }
    return { kind: "hole" };
  }

  /** `count` stretches of equal length from one moment to another. O(seconds). */
  line(name: MetricName, fromMs: number, toMs: number, count: number): readonly Reach[] {
    const i = this.names.indexOf(name);
    const stepS = (toMs - fromMs) / SECOND_MS / count;
    const fromS = fromMs / SECOND_MS;
    return Array.from({ length: count }, (_, step): Reach => {
      let [min, max] = [Infinity, -Infinity];
      // A stretch that is shorter than what lies between two rows has the value of the one before.
      const endS = Math.floor(fromS + (step + 1) * stepS);
      const beginS = Math.min(Math.floor(fromS + step * stepS) + 1, endS - this.#quietS + 1);
      for (let second = beginS; second <= endS; second++) {
        const value = this.#at(i, second);
        if (value === null || Number.isNaN(value)) continue;
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
      return min > max ? null : [min, max];
    });
  }

  /** The holes since a moment, each in a word of its own; what is before the first that is known then is none. O(seconds). */
  holes(fromMs: number): readonly string[] {
    const holes: string[] = [];
    let lastS: number | null = null;
    const fromS = Math.max(Math.ceil(fromMs / SECOND_MS), this.#firstS);
    for (let second = fromS; second <= this.#lastS; second++) {
      if (!this.#has(second)) continue;
      if (lastS !== null && second - lastS > this.#quietS) holes.push(`${lastS}-${second}`);
      lastS = second;
    }
    return holes;
  }

  /** `null`: nothing is known of that second. */
  #at(metric: number, second: number): number | null {
    return this.#has(second) ? this.#values[metric]?.[second % SECONDS] ?? null : null;
  }

  #has(second: number): boolean {
    return this.#seconds[second % SECONDS] === second;
  }

  /** Makes place for a second; true: there was nothing of it. */
  #place(second: number): boolean {
    if (this.#has(second) || second <= this.#lastS - SECONDS) return false;
    const at = second % SECONDS;
    this.#seconds[at] = second;
    for (const values of this.#values) values[at] = NaN;
    this.#lastS = Math.max(this.#lastS, second);
    this.#firstS = Math.max(Math.min(this.#firstS, second), this.#lastS - SECONDS + 1);
    return true;
  }

  #set(metric: number, second: number, value: number | null, isBound: boolean): void {
    const [values, bounds] = [this.#values[metric], this.#isBound[metric]];
    if (!this.#has(second) || values === undefined || bounds === undefined) return;
    values[second % SECONDS] = value ?? NaN;
    bounds[second % SECONDS] = isBound ? 1 : 0;
  }
}
