/** Which symbols the table of all of them shows, and in which order. Pure. */
import type { MetricValues } from "../../shared/catalogue/metrics.ts";
import { isMetric } from "./overview_columns.ts";
import type { OverviewQuery, Sort } from "./overview_query.ts";
import type { Standing } from "./data_standing.ts";

/** What rows are sorted and found by. */
export interface OverviewRow {
  readonly symbol: string;
  readonly standing: Standing;
  /** How many of its alerts fire; `null`: not known. */
  readonly firing: number | null;
  /** Milliseconds; `null`: not known. */
  readonly latencyMs: number | null;
  /** `null`: it is not live. */
  readonly values: Partial<MetricValues> | null;
}

/** The greater, the sooner somebody has to look. */
const TROUBLE: Readonly<Record<Standing["tone"], number>> = {
  good: 0,
  calm: 1,
  warning: 2,
  bad: 3,
};

/**
 * The symbols of the rows that the filter finds: those that are pinned first, among each by the sort, those of which its value
 * is not known last, whichever way it goes; equal ones as they were. O(rows · log rows).
 */
export function overviewOrder(
  rows: readonly OverviewRow[],
  { filter, sort }: Pick<OverviewQuery, "filter" | "sort">,
  pins: ReadonlySet<string>,
): readonly string[] {
  const words = filter.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const found = rows.filter((row) => words.every((word) => searchText(row).includes(word)));
  const keyed = found.map((row) => ({
    symbol: row.symbol,
    isPinned: pins.has(row.symbol),
    key: sort === null ? null : keyOf(row, sort.by),
  }));
  const sign = sort?.isDescending ? -1 : 1;
  return keyed
    .sort((a, b) =>
      Number(b.isPinned) - Number(a.isPinned) ||
      Number(a.key === null) - Number(b.key === null) ||
      sign * compare(a.key, b.key)
    )
    .map(({ symbol }) => symbol);
}

/** Whether the order may be another when nobody has asked for another: it goes by what moves. */
export function isMoving(
  { filter, sort, group }: Pick<OverviewQuery, "filter" | "sort" | "group">,
): boolean {
  return filter.trim() !== "" || (sort !== null && sort.by !== "symbol") || group === "state";
}

/** In what the filter's words are looked for. */
function searchText({ symbol, standing, firing }: OverviewRow): string {
  return `${symbol} ${standing.word}${(firing ?? 0) > 0 ? " firing" : ""}`.toLowerCase();
}

function keyOf(row: OverviewRow, by: Sort["by"]): string | number | null {
  if (by === "symbol") return row.symbol;
  if (by === "state") return TROUBLE[row.standing.tone];
  if (by === "latency") return row.latencyMs;
  return isMetric(by) ? (row.values?.[by] ?? null) : row.firing;
}

function compare(a: string | number | null, b: string | number | null): number {
  if (a === null || b === null || a === b) return 0;
  return a < b ? -1 : 1;
}
