/** What a database that was disturbed has of metrics and roll-ups, beside one that took the same frames in peace. */
import { assertEquals } from "@std/assert";
import type postgres from "postgres";
import { foldingJob } from "../../actors/writer/folding.ts";
import { Database } from "../../actors/writer/postgres.ts";
import { rowsOf } from "../../actors/writer/rows.ts";
import { ROLLUP_NAMES } from "../../shared/catalogue/rollups.ts";
import { bucketFrame, delivery, START_MS } from "../writer/outputs.ts";
import type { TestDatabase } from "../integration/writer_stage.ts";
import { foldAll } from "./rollup_stage.ts";

/** Rows that one statement writes. */
const BATCH = 1_000;
/** All that is marked is over by then. */
const LATER_MS = START_MS + 1e12;

/**
 * Makes what is still to be made in a database that a `FedRows` has filled, whose feeder is dead, and asserts that metrics and
 * roll-ups are to the last bit those of an empty one that takes the same frames.
 */
export async function assertUndisturbed(
  disturbed: TestDatabase,
  empty: TestDatabase,
): Promise<{ readonly rows: number; readonly buckets: number }> {
  await withDatabase(disturbed, (database) => fold(database));
  const frames = await disturbed.sql<{ symbol: string; number: number }[]>`
    SELECT symbol, round((extract(epoch FROM time)::float8 * 1000 - ${START_MS}) / 1000)::int AS number
    FROM metrics JOIN symbols USING (symbol_id) ORDER BY time, symbol`;
  await withDatabase(empty, async (database) => {
    for (let from = 0; from < frames.length; from += BATCH) {
      const items = frames.slice(from, from + BATCH).map(({ symbol, number }) =>
        bucketFrame(number, { symbol })
      );
      await database.write(rowsOf(delivery(1, items)));
    }
    await fold(database);
  });
  let buckets = 0;
  for (const table of ["metrics", ...ROLLUP_NAMES]) {
    const [found, wanted] = [
      await digestsOf(disturbed.sql, table),
      await digestsOf(empty.sql, table),
    ];
    assertEquals(found, wanted, table);
    if (table !== "metrics") buckets += found.length;
  }
  return { rows: frames.length, buckets };
}

async function withDatabase(
  { address }: TestDatabase,
  act: (database: Database) => Promise<void>,
): Promise<void> {
  const database = new Database(address, "comparison");
  try {
    await act(database);
  } finally {
    await database.close();
  }
}

async function fold(database: Database): Promise<void> {
  await foldAll({ database, job: foldingJob(database.partitions) }, LATER_MS);
}

/**
 * Each row by market and time, ids being given in the order of arrival, and a digest of all that it says: the rows
 * themselves would be an answer that the embedded database cannot give.
 */
async function digestsOf(sql: postgres.Sql, table: string): Promise<string[]> {
  const rows = await sql.unsafe<{ text: string }[]>(
    `SELECT symbol || ' ' || time || ' ' || md5((to_jsonb(${table}) - 'symbol_id')::text) AS text
     FROM ${table} JOIN symbols USING (symbol_id) ORDER BY symbol, time, settings_id`,
  );
  return rows.map(({ text }) => text);
}
