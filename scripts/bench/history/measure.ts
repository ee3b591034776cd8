/** What was measured, its goal, and how both are shown. Pure. */
import { goalTable } from "../goal_table.ts";
import { percentile } from "../statistics.ts";
import type { StoreKind } from "./flags.ts";

/** One number of one database. */
export interface Measure {
  readonly store: StoreKind;
  readonly what: string;
  readonly value: number;
  readonly unit: "ms" | "rows/s" | "µs" | "cores";
  /** At most this, or less; `null`: nothing is asked of it. */
  readonly goal: number | null;
}

/** Shares of the answers, by the name of their percentile. */
export const PERCENTILES = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;

/** What is asked of percentiles, in milliseconds. */
export type Goals = Partial<Record<keyof typeof PERCENTILES, number>>;

/** The percentiles of times in milliseconds. */
export function percentilesOf(
  store: StoreKind,
  what: string,
  samplesMs: readonly number[],
  goals: Goals,
): Measure[] {
  return Object.entries(PERCENTILES).map(([name, share]) => ({
    store,
    what: `${what}, ${name}`,
    value: percentile(samplesMs, share),
    unit: "ms",
    goal: goals[name as keyof Goals] ?? null,
  }));
}

/** A line for each, its goal and whether that is reached. */
export function historyTable(measures: readonly Measure[]): string {
  return goalTable(
    "database",
    measures.map(({ store, goal, ...measure }) => ({
      ...measure,
      of: store,
      goal: goal === null ? null : { atMost: goal },
    })),
  );
}
