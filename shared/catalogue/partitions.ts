/** The pieces that a table is cut into: their names and spans, in UTC. Pure. */
import type { Partition } from "./table_definition.ts";

/** How a table may be cut. */
export type Cut = NonNullable<Partition>;

/** One piece of a table: rows with `fromMs <= time < toMs`, UTC milliseconds. */
export interface PartitionSpan {
  readonly table: string;
  /** As in the database: `metrics_p20261129`, `metrics_1m_p202611`, `metrics_1h_p2026`. */
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Digits of a date in a name. */
const DIGITS: Readonly<Record<Cut, number>> = { day: 8, month: 6, year: 4 };

/** The piece of a table that a row of this time belongs to. */
export function partitionAt(table: string, cut: Cut, timeMs: number): PartitionSpan {
  const time = new Date(timeMs);
  const [year, month, day] = [time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate()];
  const [fromMs, toMs] = cut === "day"
    ? [Date.UTC(year, month, day), Date.UTC(year, month, day + 1)]
    : cut === "month"
    ? [Date.UTC(year, month), Date.UTC(year, month + 1)]
    : [Date.UTC(year, 0), Date.UTC(year + 1, 0)];
  const date = new Date(fromMs).toISOString().replaceAll("-", "").slice(0, DIGITS[cut]);
  return { table, name: `${table}_p${date}`, fromMs, toMs };
}

/** The piece that has this name; `null`: it is none of that table. */
export function partitionNamed(table: string, cut: Cut, name: string): PartitionSpan | null {
  const date = name.slice(`${table}_p`.length);
  if (!name.startsWith(`${table}_p`) || !/^\d+$/.test(date)) return null;
  if (date.length !== DIGITS[cut]) return null;
  const fromMs = Date.UTC(
    Number(date.slice(0, 4)),
    Number(date.slice(4, 6) || "01") - 1,
    Number(date.slice(6, 8) || "01"),
  );
  const span = partitionAt(table, cut, fromMs);
  return span.name === name ? span : null;
}
