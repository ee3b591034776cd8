/** Pieces of tables for rows that a test inserts itself. */
import type postgres from "postgres";
import { KnownPartitions } from "../../actors/writer/partitions.ts";

const DAY_MS = 86_400_000;

/** Makes the pieces of a table from one time to another, UTC milliseconds. */
export async function makePartitions(
  sql: postgres.Sql,
  table: string,
  fromMs: number,
  toMs: number,
): Promise<void> {
  const wanted = [{ table, timeMs: toMs }];
  for (let timeMs = fromMs; timeMs < toMs; timeMs += DAY_MS) wanted.push({ table, timeMs });
  await sql.begin((tx) => new KnownPartitions().make(tx, wanted));
}
