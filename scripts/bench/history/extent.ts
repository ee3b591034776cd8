/** How much is stored before anything is asked, and which symbols there are. Pure. */
import { ROLLUP_NAMES, rollupOf } from "../../../shared/catalogue/rollups.ts";
import type { RollupName } from "../../../shared/catalogue/rollups.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How much is stored. */
export interface Extent {
  readonly symbols: number;
  /** How far back each table reaches. */
  readonly spanMs: Readonly<Record<FilledTable, number>>;
  readonly episodes: number;
}

/** A table of metrics, raw or rolled up. */
export type FilledTable = "metrics" | RollupName;

/** A table that is filled before anything is asked. */
export type PreparedTable = FilledTable | "alerts";

/** From fine to coarse. */
export const FILLED_TABLES: readonly FilledTable[] = ["metrics", ...ROLLUP_NAMES];

/** What the figures are of: 4.3 million rows of a second, and their roll-ups. */
export const FULL: Extent = {
  symbols: 50,
  spanMs: {
    metrics: DAY_MS,
    metrics_10s: 14 * DAY_MS,
    metrics_1m: 90 * DAY_MS,
    metrics_1h: 365 * DAY_MS,
  },
  episodes: 100_000,
};

/** A hundredth of that: fewer symbols, a quarter of each span. */
export const QUICK: Extent = {
  symbols: 2,
  spanMs: {
    metrics: 6 * HOUR_MS,
    metrics_10s: 14 * DAY_MS / 4,
    metrics_1m: 90 * DAY_MS / 4,
    metrics_1h: 365 * DAY_MS / 4,
  },
  episodes: 1_000,
};

/** Milliseconds from one row of a symbol to the next. */
export function stepMsOf(table: FilledTable): number {
  return table === "metrics" ? 1_000 : rollupOf(table).bucketMs;
}

/** Rows of one symbol that are stored together, as the writer makes them. */
export function stepsAtOnceOf(table: FilledTable): number {
  return table === "metrics" ? 1 : rollupOf(table).runMs / rollupOf(table).bucketMs;
}

/** Rows of a table, of all symbols. */
export function rowsIn(extent: Extent, table: FilledTable): number {
  return extent.symbols * Math.floor(extent.spanMs[table] / stepMsOf(table));
}

/** The names of so many symbols. */
export function symbolNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `BENCH${String(i).padStart(3, "0")}USDT`);
}
