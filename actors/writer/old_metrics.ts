/**
 * The rows of metrics that earlier versions have stored, and roll-ups: an hour of them after another is marked as due, from
 * the oldest on, and the next one when that is made. How far that has come is kept, so that it goes on after a restart.
 */
import type postgres from "postgres";
import { OLD_METRICS, type OldMetrics, ownerSql } from "../../shared/catalogue/old_tables.ts";
import type { Job } from "./housekeeping.ts";
import { bucketEndSql, levelOf } from "./rollups.ts";

/** The folding of an hour takes about as long. */
const EVERY_MS = 1_000;

/** The job that has them made; it has no more to do when all are. */
export function oldMetricsJob(): Job {
  let isDone = false;
  return {
    name: "making the roll-ups of what earlier versions have stored",
    everyMs: EVERY_MS,
    step: async (transact) => {
      if (!isDone) isDone = await transact(markNext);
      return false;
    },
  };
}

/** Whether all that earlier versions have stored has been made into roll-ups of every length, if there is any. */
export async function areOldMetricsFolded(tx: postgres.TransactionSql): Promise<boolean> {
  const empty = OLD_METRICS.map((table) => `NOT EXISTS (SELECT FROM ${table})`).join(" AND ");
  const [row] = await tx.unsafe<{ folded: boolean }[]>(
    `SELECT ${empty} OR count(*) FILTER (WHERE is_over) = ${OLD_METRICS.length}
       AND NOT EXISTS (SELECT FROM rollup_due WHERE time <= max(until)) AS folded
     FROM old_metrics_marked`,
  );
  return row?.folded === true;
}

/** Marks the next hour, unless one is being made still; returns whether there is none. */
async function markNext(tx: postgres.TransactionSql): Promise<boolean> {
  const marked = await tx<{ table: string; isOver: boolean; isMade: boolean }[]>`
    SELECT table_name AS table, is_over AS "isOver",
      NOT EXISTS (SELECT FROM rollup_due WHERE level = 1 AND time <= until) AS "isMade"
    FROM old_metrics_marked`;
  const known = new Map(marked.map(({ table, ...how }) => [table, how]));
  // Those of the oldest table first.
  for (const table of OLD_METRICS.toReversed()) {
    const how = known.get(table);
    if (how?.isOver === true) continue;
    if (how?.isMade === false) return false;
    await markHour(tx, table);
    return false;
  }
  return true;
}

async function markHour(tx: postgres.TransactionSql, table: OldMetrics): Promise<void> {
  const owner = ownerSql(table);
  const until =
    `coalesce((SELECT until FROM old_metrics_marked WHERE table_name = '${table}'), '-infinity')`;
  await tx.unsafe(`
    WITH hour AS (
      SELECT ${bucketEndSql("min(next.time)", "metrics_1h")} AS until
      FROM symbols CROSS JOIN LATERAL (
        SELECT time FROM ${table} AS old WHERE ${owner} AND time > ${until} ORDER BY time LIMIT 1) AS next
    ), marks AS (
      INSERT INTO rollup_due (level, time, symbol_id)
      SELECT ${levelOf("metrics_10s")}, bucket, symbol_id
      FROM hour CROSS JOIN symbols CROSS JOIN LATERAL generate_series(
        until - interval '1 hour' + interval '10 seconds', until, interval '10 seconds') AS bucket
      WHERE EXISTS (SELECT FROM ${table} AS old
        WHERE ${owner} AND time > until - interval '1 hour' AND time <= until)
      ON CONFLICT DO NOTHING
    )
    INSERT INTO old_metrics_marked AS known (table_name, until, is_over)
    SELECT '${table}', until, until IS NULL FROM hour
    ON CONFLICT (table_name) DO UPDATE
      SET until = coalesce(excluded.until, known.until), is_over = excluded.is_over`);
}
