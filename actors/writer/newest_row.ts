/** The newest row of a store, of which its clock is thought: a machine that starts with another year's time must drop nothing. */
import type postgres from "postgres";
import { HISTORY_TABLES } from "../../shared/catalogue/history_tables.ts";
import { outermostSql } from "../../shared/catalogue/outermost_sql.ts";
import { TABLE_NAMES } from "../../shared/catalogue/tables.ts";
import { log } from "../../shared/log.ts";
import { timeText } from "../../shared/time_text.ts";
import type { OldRows } from "./old_rows.ts";
import type { TrustedClock } from "./trusted_clock.ts";

const DAY_MS = 86_400_000;

/** The statement that gives the time of the newest row of what is cut by time, `ms`, of each key by its index: NULL, there is none. */
export const NEWEST_SQL = `SELECT (extract(epoch FROM greatest(${
  HISTORY_TABLES.filter(({ partition }) => partition !== null)
    .map(({ name }) => `(SELECT max(edge.time) FROM ${outermostSql(name, name, "newest")})`)
    .join(", ")
})) * 1000)::float8 AS ms`;

/** The time of the newest row of what is cut by time, and of what stands beside it, UTC milliseconds; `null`: there is none. */
export async function newestStored(
  tx: postgres.TransactionSql,
  old: OldRows,
): Promise<number | null> {
  const [row] = await tx.unsafe<{ ms: number | null }[]>(NEWEST_SQL);
  // Only tables of outputs have rows of before.
  const newest = Math.max(row?.ms ?? -Infinity, ...TABLE_NAMES.map(old.untilMs));
  return newest === -Infinity ? null : newest;
}

/** Tells an operator what `doubtText` has to say, while no time is sure; `nowMs`: of the clock's clock that never steps. */
export function tellDoubt(newestMs: number | null, clock: TrustedClock, nowMs: number): void {
  if (clock.sureAt(nowMs) !== null) return;
  const doubt = doubtText(newestMs, clock.at(nowMs));
  if (doubt !== null) log("warn", "writer", doubt);
}

/** What an operator has to know when the clock and the store are more than a day apart; `null`: they are not. */
export function doubtText(newestMs: number | null, clockMs: number): string | null {
  if (newestMs === null || Math.abs(clockMs - newestMs) <= DAY_MS) return null;
  return `the clock says ${timeText(clockMs, newestMs)}, the newest row is of ` +
    `${
      timeText(newestMs, clockMs)
    }: nothing is dropped by its age until the exchange's time confirms it`;
}
