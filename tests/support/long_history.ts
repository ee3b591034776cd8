/** A database with more history than a person waits for, as a monitor would have written it. */
import type postgres from "postgres";
import { Database } from "../../actors/writer/postgres.ts";
import type { DatabaseAddress } from "../../shared/protocol.ts";
import { makePartitions } from "./partitions.ts";

/** Rows of one statement: as long as the embedded store may be kept. */
const ROWS_AT_ONCE = 20_000;

/** Makes the tables and fills in so many rows of BTCUSDT, one a second, the last at `endMs`; mid goes from 0 to 999. */
export async function fillHistory(
  address: DatabaseAddress,
  sql: postgres.Sql,
  rows: number,
  endMs: number,
): Promise<void> {
  const writer = new Database(address, "test");
  await writer.open();
  await writer.close();
  await sql`INSERT INTO symbols VALUES (1, 'binance_spot', 'BTCUSDT')`;
  await makePartitions(sql, "metrics", endMs - rows * 1_000, endMs);
  for (let at = 0; at < rows; at += ROWS_AT_ONCE) {
    await sql.unsafe(
      `INSERT INTO metrics (symbol_id, settings_id, bucket_ms, time, state, mid, spread, imbalance)
       SELECT 1, 0, 1000, to_timestamp($1::float8 / 1000 + n), 'live', (n + $2) % 1000, 1, 0.5
       FROM generate_series(1, $3::integer) n`,
      [endMs - (rows - at) * 1_000, at, Math.min(ROWS_AT_ONCE, rows - at)],
    );
  }
}
