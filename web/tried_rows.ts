/**
 * Rows of history on their way to trials of alert rules: one short statement after the other, none of which keeps those
 * waiting who write or look, and never more rows in memory than one of them gives. Where many rules are tried the event
 * loop turns between two rows too.
 */
import { delay } from "@std/async/delay";
import type { StoredRow } from "../actors/rule_trial/stored_row.ts";
import type { Trial } from "../actors/rule_trial/trial.ts";
import { monotonicMs } from "../shared/clock.ts";
import { ROUTES } from "../shared/catalogue/routes.ts";
import type { History } from "./history.ts";
import { TooManyRows } from "./long_read.ts";
import type { RowsQuery } from "./statements.ts";

/** Some hundredths of a second to read. */
export const SLICE_ROWS = 1_000;
/** So long at a time everybody else waits while rows are tried. */
const TURN_MS = 10;

/**
 * Gives every trial the rows with `fromMs < time <= toMs`, and answers how many these were.
 *
 * @throws {HistoryUnavailable} among others when the reader has left.
 * @throws {TooManyRows} when there are more than `rowsMax`.
 */
export async function readInto(
  trials: readonly Pick<Trial, "take">[],
  history: Pick<History, "storedRows">,
  query: Omit<RowsQuery, "limit">,
  rowsMax: number,
  reader?: AbortSignal,
): Promise<number> {
  let { fromMs } = query;
  for (let read = 0;;) {
    const rows = await history.storedRows({ ...query, fromMs, limit: SLICE_ROWS }, reader);
    read += rows.length;
    if (read > rowsMax) throw tooMany(fromMs);
    await giveTo(trials, rows);
    const last = rows.at(-1);
    if (last === undefined || rows.length < SLICE_ROWS) return read;
    fromMs = last.timeMs;
  }
}

async function giveTo(
  trials: readonly Pick<Trial, "take">[],
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
