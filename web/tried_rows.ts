/**
 * Rows of history on their way to trials of alert rules: one short statement after the other, none of which keeps those
 * waiting who write or look, and never more rows in memory than one of them gives. Where many rules are tried the event
 * loop turns between two rows too.
 */
import { delay } from "@std/async/delay";
import type { StoredRow } from "../actors/rule_trial/stored_row.ts";
import type { Trial } from "../actors/rule_trial/trial.ts";
import { monotonicMs } from "../shared/clock.ts";
import { type RollupName, rollupOf } from "../shared/catalogue/rollups.ts";
import { ROUTES } from "../shared/catalogue/routes.ts";
import type { BinSource } from "./bins.ts";
import type { History } from "./history.ts";
import { TooManyRows } from "./long_read.ts";
import type { RowsQuery } from "./statements.ts";

/** Some hundredths of a second to read. */
export const SLICE_ROWS = 1_000;
/** So long at a time everybody else waits while rows are tried. */
const TURN_MS = 10;

/** What trials are given: rows with `fromMs < time <= toMs`. */
type Wanted = Omit<RowsQuery, "limit" | "rollup">;

/** Who takes them. */
type Taker = Pick<Trial, "take">;

/**
 * Gives every trial the rows of a range, and answers how many these were. Of roll-ups: what comes after the last bucket, because
 * it is not rolled up yet, from the next finer table.
 *
 * @throws {HistoryUnavailable} among others when the reader has left.
 * @throws {TooManyRows} when there are more than `rowsMax`.
 */
export async function readInto(
  trials: readonly Taker[],
  history: Pick<History, "storedRows">,
  query: Wanted,
  rowsMax: number,
  reader?: AbortSignal,
  source: BinSource = "metrics",
): Promise<number> {
  let read = 0;
  let { fromMs } = query;
  const take = async (rows: readonly StoredRow[]) => {
    read += rows.length;
    if (read > rowsMax) throw tooMany(fromMs);
    await giveTo(trials, rows);
    fromMs = rows.at(-1)?.timeMs ?? fromMs;
  };
  for (let next: BinSource = source; next !== "metrics"; next = rollupOf(next).source) {
    for await (const rows of buckets(next, history, { ...query, fromMs }, reader)) await take(rows);
  }
  for (let isMore = true; isMore;) {
    const rows = await history.storedRows({ ...query, fromMs, limit: SLICE_ROWS }, reader);
    await take(rows);
    isMore = rows.length === SLICE_ROWS;
  }
  return read;
}

/** Stretch by stretch: a statement sorts what it looks at. */
async function* buckets(
  rollup: RollupName,
  history: Pick<History, "storedRows">,
  query: Wanted,
  reader?: AbortSignal,
): AsyncGenerator<readonly StoredRow[]> {
  const stretchMs = SLICE_ROWS * rollupOf(rollup).bucketMs;
  for (let { fromMs } = query; fromMs < query.toMs; fromMs += stretchMs) {
    const toMs = Math.min(query.toMs, fromMs + stretchMs);
    // Where settings change one bucket is two rows.
    yield await history.storedRows(
      { ...query, fromMs, toMs, limit: 2 * SLICE_ROWS, rollup },
      reader,
    );
  }
}

async function giveTo(
  trials: readonly Taker[],
  rows: readonly StoredRow[],
): Promise<void> {
  let beganMs = monotonicMs();
  for (const row of rows) {
    for (const trial of trials) trial.take(row);
    if (monotonicMs() - beganMs < TURN_MS) continue;
    await delay(0);
    beganMs = monotonicMs();
  }
}

function tooMany(untilMs: number): TooManyRows {
  return new TooManyRows(
    `Rules are tried on at most ${ROUTES.previewRules.rowsMax} rows, and there are more: at ` +
      `${new Date(untilMs).toISOString()} they were stored at a shorter interval than now; ask ` +
      "for a shorter span or for fewer symbols",
  );
}
