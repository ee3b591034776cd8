/**
 * What writing costs: rows through the real writer, with their partitions and roll-ups, beside the same rows by plain
 * statements of many rows; and the CPU time of 200 symbols at one row a second.
 */
import type postgres from "postgres";
import { delay } from "@std/async/delay";
import { definitionOf, METRIC_NAMES } from "../../../shared/catalogue/metrics.ts";
import type { BenchDatabase } from "./databases.ts";
import { symbolNames } from "./extent.ts";
import { type Feed, startFeed } from "./feed.ts";
import type { StoreKind } from "./flags.ts";
import { secondOf } from "./frame.ts";
import type { Measure } from "./measure.ts";

const SYMBOLS = 200;
const STEADY = `${SYMBOLS} symbols, a row a second`;
/** Parameters of one statement are 65,535 at most. */
const ROWS_A_STATEMENT = 400;
const SECOND_MS = 1_000;
const LOOK_MS = 200;
const HOUR_MS = 3_600_000;
/** A bucket is made some seconds after its end. */
const CLOSED_AFTER_MS = 60_000;
/** How much of one core writing may take. */
const CORES_MAX: Readonly<Record<StoreKind, number>> = { postgres: 0.1, pglite: 0.25 };

/** How much is written. */
export interface InsertEffort {
  /** Rows of each symbol as fast as they are taken. */
  readonly rowsEach: number;
  /** Rows a second of each symbol for so long. */
  readonly seconds: number;
}

/** Measures it on an empty database. */
export async function measureInserts(
  database: BenchDatabase,
  { rowsEach, seconds }: InsertEffort,
  say: (text: string) => void,
): Promise<Measure[]> {
  const store = database.kind;
  const rows = SYMBOLS * rowsEach;
  const sql = database.client();
  try {
    // Every bucket of theirs is over, so that all can be made.
    const endMs = Math.floor((Date.now() - CLOSED_AFTER_MS) / HOUR_MS) * HOUR_MS;
    const burst = await startFeed(database, SYMBOLS, { rows: rowsEach, endMs });
    await burst.acked(0);
    const real = await timed(database, async () => {
      await burst.acked(rows);
      await folded(sql, endMs);
    });
    await burst.stop();
    say(`${store}: ${rows} rows through the writer`);
    await sql`CREATE TABLE plain_metrics (LIKE metrics INCLUDING ALL)`;
    const plain = await timed(database, () => insertPlainly(sql, rowsEach, endMs));
    say(`${store}: ${rows} rows by plain statements`);
    const feed = await startFeed(database, SYMBOLS, null);
    const cores = await coresOf(database, feed, seconds);
    say(`${store}: ${STEADY} each for ${seconds} s`);
    await feed.stop();
    const measure = (
      what: string,
      value: number,
      unit: Measure["unit"],
      goal: number | null = null,
    ) => ({ store, what, value, unit, goal });
    const each = (what: string, { ms, cpuSeconds }: Spent) => [
      measure(`${what}, rows a second`, rows / ms * 1_000, "rows/s"),
      measure(`${what}, CPU of the database per row`, cpuSeconds / rows * 1e6, "µs"),
    ];
    return [
      ...each("writer with roll-ups, all folded", real),
      ...each(`plain statements of ${ROWS_A_STATEMENT} rows`, plain),
      measure(`${STEADY}, CPU of the database`, cores.database, "cores", CORES_MAX[store]),
      measure(`${STEADY}, CPU of writer and feeder`, cores.writer, "cores"),
    ];
  } finally {
    await sql.end({ timeout: 5 });
  }
}

interface Spent {
  readonly ms: number;
  readonly cpuSeconds: number;
}

async function timed(database: BenchDatabase, work: () => Promise<void>): Promise<Spent> {
  const [fromMs, fromCpu] = [performance.now(), database.cpuSeconds()];
  await work();
  return { ms: performance.now() - fromMs, cpuSeconds: database.cpuSeconds() - fromCpu };
}

/** No bucket that ended by then waits to be made. */
async function folded(sql: postgres.Sql, endMs: number): Promise<void> {
  for (;;) {
    const [due] = await sql`
      SELECT 1 FROM rollup_due WHERE time <= to_timestamp(${endMs / 1_000}) LIMIT 1`;
    if (due === undefined) return;
    await delay(LOOK_MS);
  }
}

/** The same rows, each symbol's second beside those of the others. */
async function insertPlainly(
  sql: postgres.Sql,
  rowsEach: number,
  endMs: number,
): Promise<void> {
  const names = symbolNames(SYMBOLS);
  let waiting: Record<string, string | number | Date | null>[] = [];
  for (let second = rowsEach - 1; second >= 0; second--) {
    names.forEach((name, id) => waiting.push(plainRow(name, id, endMs - second * SECOND_MS)));
    while (waiting.length >= ROWS_A_STATEMENT || (second === 0 && waiting.length > 0)) {
      const rows = waiting.slice(0, ROWS_A_STATEMENT);
      waiting = waiting.slice(ROWS_A_STATEMENT);
      await sql`INSERT INTO plain_metrics ${sql(rows)}`;
    }
  }
}

function plainRow(symbol: string, id: number, timeMs: number) {
  const { values, state, nulls, bucketMs, bookUpdateId } = secondOf(symbol, timeMs);
  const columns = METRIC_NAMES.flatMap((name) => {
    const { column, stored } = definitionOf(name);
    return stored === null ? [] : [[column, values[name]] as const];
  });
  return {
    ...{ symbol_id: id, settings_id: 1, bucket_ms: bucketMs, time: new Date(timeMs) },
    ...{ book_update_id: bookUpdateId, event_time: new Date(timeMs - 20), state, nulls },
    ...Object.fromEntries(columns),
  };
}

/** Shares of one core while rows come, once the first have been stored. */
async function coresOf(database: BenchDatabase, feed: Feed, seconds: number) {
  await feed.acked(SYMBOLS);
  const [fromMs, fromDatabase, fromWriter] = [
    performance.now(),
    database.cpuSeconds(),
    feed.cpuSeconds(),
  ];
  await delay(seconds * 1_000);
  const spent = (performance.now() - fromMs) / 1_000;
  return {
    database: (database.cpuSeconds() - fromDatabase) / spent,
    writer: (feed.cpuSeconds() - fromWriter) / spent,
  };
}
