/** What a monitor has stored, read after its end straight from its embedded Postgres. */
import { PGlite } from "@electric-sql/pglite";
import {
  definitionOf,
  METRIC_NAMES,
  type MetricName,
  type MetricValues,
} from "../../shared/catalogue/metrics.ts";
import type { DataState } from "../../shared/output.ts";

/** One row of `metrics`, in the engine's names. */
export interface StoredRow {
  readonly symbol: string;
  readonly timeMs: number;
  readonly state: DataState;
  readonly bookUpdateId: number | null;
  readonly values: MetricValues;
}

/** Every row of `metrics`, by symbol and time. */
export async function storedMetrics(dataDir: string): Promise<StoredRow[]> {
  const database = await PGlite.create(`${dataDir}/pgdata`);
  const { rows } = await database.query<Record<string, unknown>>(
    "SELECT *, extract(epoch FROM time)::float8 * 1000 AS time_ms FROM metrics_with_market ORDER BY symbol, time",
  );
  await database.close();
  return rows.map((row) => ({
    // Parse edge: the columns are those of the catalogue.
    symbol: row.symbol as string,
    timeMs: row.time_ms as number,
    state: row.state as DataState,
    bookUpdateId: row.book_update_id === null ? null : Number(row.book_update_id),
    values: Object.fromEntries(
      METRIC_NAMES.map((name) => [name, row[definitionOf(name).column] ?? null]),
    ) as MetricValues,
  }));
}

/** What a reader is given of a value that was stored: of one in four bytes, the fewest digits that tell it from others. */
export function asStored(name: MetricName, value: number | null): number | null {
  if (value === null || definitionOf(name).stored !== "float4") return value;
  const short = Math.fround(value);
  for (let digits = 1; digits < 9; digits++) {
    const shown = Number(short.toPrecision(digits));
    if (Math.fround(shown) === short) return shown;
  }
  return Number(short.toPrecision(9));
}
