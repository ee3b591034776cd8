/** What a monitor has stored, read after its end straight from its embedded Postgres. */
import { PGlite } from "@electric-sql/pglite";
import type { BookMetrics, DataState } from "../../shared/output.ts";

/** One row of `metrics`, in the engine's names. */
export interface StoredRow extends BookMetrics {
  readonly symbol: string;
  readonly timeMs: number;
  readonly state: DataState;
  readonly bookUpdateId: number | null;
  readonly velocity: number | null;
}

/** Every row of `metrics`, by symbol and time. */
export async function storedMetrics(dataDir: string): Promise<StoredRow[]> {
  const database = await PGlite.create(`${dataDir}/pgdata`);
  const { rows } = await database.query<Record<string, unknown>>(
    "SELECT *, extract(epoch FROM time)::float8 * 1000 AS time_ms FROM metrics ORDER BY symbol, time",
  );
  await database.close();
  return rows.map((row) => {
    const renamed = Object.fromEntries(
      Object.entries(row).map(([name, value]) => [camel(name), value]),
    );
    const bookUpdateId = row.book_update_id === null ? null : Number(row.book_update_id);
    // Parse edge: the column list is that of migrations/001.
    return { ...renamed, bookUpdateId } as unknown as StoredRow;
  });
}

function camel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
