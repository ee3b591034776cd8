/**
 * The size of history under load: four times as much as it may have is written, days of a few rows first, then from noon on a day
 * that is more than it may have, and on over midnight until the hour after it has gone. Time is what the rows say, so that each
 * is of now when it comes, and it does not matter when the test begins. After every step all that history takes on disk is
 * measured; the newest hour stays, and so do roll-ups.
 */
import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import type postgres from "postgres";
import { HISTORY_TABLES } from "../../shared/catalogue/history_tables.ts";
import { OLD_TABLES } from "../../shared/catalogue/old_tables.ts";
import { leastBytes } from "../../shared/history_days.ts";
import type { Output } from "../../shared/output.ts";
import { startWriter } from "../integration/writer_stage.ts";
import { testOnEachDatabase } from "../support/both_databases.ts";
import { eventually } from "../support/eventually.ts";
import {
  asOfNow,
  dueIn,
  FED_TABLES,
  FedMarket,
  type FedRow,
  fedRowsOf,
  keyOf,
  lossesIn,
  minuteOf,
  storedIn,
} from "../support/fed_markets.ts";
import { randomOf } from "../support/random.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const SYMBOLS = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];
const SIZE_MAX_SHARE = 1.05;
/** A step is a minute of every market. So many steps fill a quarter of the size. */
const QUARTER_STEPS = 16;
const ALL_STEPS = 16 * QUARTER_STEPS;
/** From noon on, every hour: an eighth of the size, as 200 symbols have it in 13 GB. */
const HOUR_STEPS = 8;
const LAST_HOURS = 14;
const LAST_STEPS = LAST_HOURS * HOUR_STEPS;
/** … each with a quarter of the size, the first of which is written before the size is known. */
const PAST_DAYS = (ALL_STEPS - LAST_STEPS) / QUARTER_STEPS;
/** Time goes on while a step is waited for. */
const SLOW_MS = 5 * MINUTE_MS;
/** When history is nearly full a step takes so long: 1.5 % of the size a second, as 300 MB of 20 GB are. */
const STEP_MS = 1_000;
/** … when rows have to be deleted one by one, which have room for others only after a vacuum: 0.6 % a second. */
const SLICE_STEP_MS = 2_500;
const FULL_SHARE = 0.85;
/** Buckets that may wait for their roll-ups before the next step. */
const DUE_MAX = 100;
/** Those of which days go as a whole. */
const CUT_TABLES = FED_TABLES.filter((table) => table !== "gaps");
const SETTLE_MAX_MS = 120_000;
const DRAIN_MS = 30_000;

const minute = (ms: number) => Math.floor(ms / MINUTE_MS) * MINUTE_MS;
/** So many minutes, evenly from one time to another. */
const spread = (count: number, fromMs: number, toMs: number) =>
  Array.from({ length: count }, (_, n) => minute(fromMs + (toMs - fromMs) * n / count));

/** What all history takes on disk. */
async function sizeOf(sql: postgres.Sql): Promise<number> {
  const names = [
    ...HISTORY_TABLES.map(({ name }) => name),
    ...Object.values(OLD_TABLES).flat(),
  ];
  const [row] = await sql<{ bytes: number }[]>`
    SELECT sum(pg_total_relation_size(relid))::float8 AS bytes
    FROM unnest(${names}::text[]) AS name, pg_partition_tree(to_regclass(name))`;
  return row?.bytes ?? 0;
}

async function countOf(sql: postgres.Sql, table: string, fromMs: number): Promise<number> {
  const [row] = await sql.unsafe<{ n: number }[]>(
    `SELECT count(*)::int AS n FROM ${table} WHERE time >= to_timestamp($1::float8 / 1000)`,
    [fromMs],
  );
  return row?.n ?? 0;
}

testOnEachDatabase("the size cap holds within 5 %", async ({ address, connect }) => {
  const seed = Number(Deno.env.get("SEED") ?? crypto.getRandomValues(new Uint32Array(1))[0]);
  console.log(`SEED=${seed}`);
  const random = randomOf(seed);
  const sql = connect();
  const fed: FedRow[] = [];
  const markets = SYMBOLS.map((symbol) => new FedMarket(symbol));
  const send = async (market: FedMarket, items: readonly Output[]) => {
    await market.send(items);
    fed.push(...fedRowsOf(items));
  };
  const feed = async (fromMs: number) => {
    for (const market of markets) {
      await send(market, asOfNow(minuteOf(random, market.symbol, fromMs)));
    }
    await eventually(async () => await dueIn(sql) < DUE_MAX, "roll-ups are made", SETTLE_MAX_MS);
  };

  const lastDayMs = (Math.floor(Date.now() / DAY_MS) - 2) * DAY_MS;
  const noonMs = lastDayMs + DAY_MS / 2;
  const [firstDayMs = lastDayMs, ...pastDaysMs] = Array.from(
    { length: PAST_DAYS },
    (_, n) => lastDayMs - (PAST_DAYS - n) * DAY_MS,
  );

  const unbounded = startWriter({ database: address, spoolMaxMb: 0 });
  await unbounded.untilGauges(({ databaseUp }) => databaseUp === 1);
  for (const market of markets) market.connect(unbounded);
  const emptyBytes = await sizeOf(sql);
  for (const fromMs of spread(QUARTER_STEPS, firstDayMs, firstDayMs + DAY_MS)) await feed(fromMs);
  const maxBytes = 4 * (await sizeOf(sql) - emptyBytes);
  const leastShare = leastBytes(SYMBOLS.length, 1_000) * HOUR_STEPS / 60 / maxBytes;
  assert(leastShare < 1, `a size that is refused: ${leastShare} of it always stays`);
  for (const market of markets) market.close();
  await unbounded.drain(DRAIN_MS);

  const writer = startWriter({
    database: address,
    incarnation: 2,
    spoolMaxMb: 0,
    historyMaxGb: maxBytes / 1e9,
  });
  for (const market of markets) market.connect(writer);
  let [steps, highest, buckets, over] = [0, 0, 0, 0];
  const hasWholeDays = async (nowMs: number) => {
    const todayMs = Math.floor((nowMs - HOUR_MS) / DAY_MS) * DAY_MS;
    for (const table of CUT_TABLES) {
      if (await countOf(sql, table, 0) > await countOf(sql, table, todayMs)) return true;
    }
    return false;
  };
  const step = async (fromMs: number) => {
    const beganMs = performance.now();
    await feed(fromMs);
    steps += 1;
    const share = await sizeOf(sql) / maxBytes;
    highest = Math.max(highest, share);
    if (share > 1) over += 1;
    if (steps % QUARTER_STEPS === 0) {
      console.log(`${steps / QUARTER_STEPS} quarters: ${(100 * share).toFixed(1)} % of the size`);
    }
    assert(share <= SIZE_MAX_SHARE, `${share} of the size after ${steps} steps`);
    const made = await countOf(sql, "metrics_10s", 0);
    assert(made >= buckets, `${made} buckets of ${buckets}`);
    buckets = made;
    if (share <= FULL_SHARE) return;
    const stepMs = await hasWholeDays(fromMs) ? STEP_MS : SLICE_STEP_MS;
    await delay(Math.max(0, stepMs - (performance.now() - beganMs)));
  };
  for (const dayMs of pastDaysMs) {
    for (const fromMs of spread(QUARTER_STEPS, dayMs, dayMs + DAY_MS)) await step(fromMs);
  }
  const wholeDrops = (await sql`SELECT FROM history_drops`).length;
  for (const fromMs of spread(LAST_STEPS, noonMs, noonMs + LAST_HOURS * HOUR_MS)) {
    await step(fromMs);
    const newestMs = fromMs + MINUTE_MS + SLOW_MS - HOUR_MS;
    for (const table of FED_TABLES) {
      const wanted = fed.filter((row) => row.table === table && row.timeMs >= newestMs).length;
      assertEquals(await countOf(sql, table, newestMs), wanted, `the newest hour of ${table}`);
    }
  }
  await eventually(async () => await dueIn(sql) === 0, "roll-ups are made", SETTLE_MAX_MS);
  for (const market of markets) market.close();
  await writer.drain(DRAIN_MS);

  const drops = await sql<{ table: string; cause: string; n: number; bytes: number }[]>`
    SELECT table_name AS table, cause, count(*)::int AS n, sum(bytes)::float8 AS bytes
    FROM history_drops GROUP BY 1, 2 ORDER BY 1`;
  const metrics = fed.filter(({ table }) => table === "metrics").length;
  const [rolled] = await sql<{ samples: number }[]>`
    SELECT sum(samples)::int AS samples FROM metrics_10s`;
  console.log(
    `${(maxBytes / 1e6).toFixed(1)} MB: ${fed.length} rows, 4 times as much, in ` +
      `${steps + QUARTER_STEPS} steps; at most ${(100 * highest).toFixed(2)} % of the size, ` +
      `${over} times above it; ${wholeDrops} whole days dropped before the last; ${buckets} buckets`,
  );
  for (const { table, n, bytes } of drops) {
    console.log(`  ${table}: ${n} drops, ${(bytes / 1e6).toFixed(1)} MB`);
  }
  assert(highest > FULL_SHARE, "it was reached");
  assert(wholeDrops > 0 && drops.reduce((sum, { n }) => sum + n, 0) > wholeDrops);
  assertEquals(drops.filter(({ table, cause }) => isRollup(table) || cause !== "size"), []);
  assertEquals(rolled?.samples, metrics, "rows in roll-ups");
  assertEquals(await lossesIn(sql), {});
  // What is there is all from where it was dropped to on, each once.
  for (const table of FED_TABLES) {
    const [floor] = await sql<{ ms: number }[]>`
      SELECT (extract(epoch FROM floor) * 1000)::float8 AS ms FROM retention_floor
      WHERE table_name = ${table}`;
    const stored = await storedIn(sql, table);
    const rows = fed.filter((row) => row.table === table && row.timeMs >= (floor?.ms ?? 0));
    assertEquals(rows.filter((row) => stored.get(keyOf(row)) !== 1).slice(0, 10), []);
    assertEquals(stored.size, rows.length, `rows of ${table}`);
  }
  await sql.end();
});

function isRollup(table: string): boolean {
  return HISTORY_TABLES.some(({ name, share }) => name === table && share === "rollups");
}
