/**
 * Retention under load: days are dropped in life after life of the writer, each of which keeps less, while rows of all days
 * come, new ones and such that were sent before, and readers read. Loss is measured against what was fed.
 */
import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { startWriter } from "../integration/writer_stage.ts";
import { type RunningDatabase, testOnEachDatabase } from "../support/both_databases.ts";
import { eventually } from "../support/eventually.ts";
import {
  dueIn,
  FED_TABLES,
  FedMarket,
  type FedRow,
  fedRowsOf,
  type FedTable,
  keyOf,
  lossesIn,
  minuteOf,
  rowOfNow,
  storedIn,
} from "../support/fed_markets.ts";
import { randomOf } from "../support/random.ts";
import type { Output } from "../../shared/output.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const SYMBOLS = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];
/** Rows are of today and of as many days before. */
const FED_DAYS = 10;
/** For how many days each life keeps metrics. */
const LIVES = [9, 8, 7, 6, 5, 4, 3, 2];
const ROUNDS = { min: 25, max: 1_000 };
const AGAIN_SHARE = 0.2;
const READERS = 2;
const READER_PAUSE_MS = 50;
/** The writer's clock and this test's may differ by as much. */
const CLOCKS_MS = 2_000;
const SETTLE_MAX_MS = 300_000;
/** For what a life has to store at its end, its losses among it. */
const DRAIN_MS = 30_000;

const dayOf = (ms: number) => Math.floor(ms / DAY_MS) * DAY_MS;

const agesOf = (days: number) => ({
  keepMetricsDays: days,
  keepBooksDays: days - 1,
  keepTradesDays: days + 1,
  keep10sDays: days + 1,
  keepFeedDays: days,
});

/** Which of them is the age of a table. */
const AGE_OF = {
  metrics: "keepMetricsDays",
  books: "keepBooksDays",
  depth_profiles: "keepBooksDays",
  trades_1s: "keepTradesDays",
  metrics_10s: "keep10sDays",
  gaps: "keepFeedDays",
} as const;

/** Before when rows of a table are too old: a day goes as a whole, of gaps row by row. */
function cutOf(table: FedTable | "metrics_10s", days: number, nowMs: number): number {
  const cutMs = nowMs - agesOf(days)[AGE_OF[table]] * DAY_MS;
  return table === "gaps" ? cutMs : dayOf(cutMs);
}

/** What was fed, and what of it the writer must have refused. */
class Ledger {
  readonly rows = new Map<string, FedRow>();
  /** Those that were young enough when they were sent. */
  readonly taken = new Set<string>();
  /** Rows that were too old, each as often as it was sent; between both, where a day has ended meanwhile. */
  readonly tooOld = { min: 0, max: 0 };
  sent = 0;

  add(items: readonly Output[], days: number, sentMs: number, ackedMs: number): void {
    for (const row of fedRowsOf(items)) {
      const key = `${row.table} ${keyOf(row)}`;
      this.sent += 1;
      this.rows.set(key, row);
      const isOld = row.timeMs < cutOf(row.table, days, sentMs - CLOCKS_MS);
      const isOldAfter = row.timeMs < cutOf(row.table, days, ackedMs + CLOCKS_MS);
      if (isOld) this.tooOld.min += 1;
      if (isOldAfter) this.tooOld.max += 1;
      if (!isOldAfter) this.taken.add(key);
    }
  }
}

/** Minutes by chance, of each market each once, or one that it has had before. */
function minutesOf(random: () => number, symbol: string): () => Output[] {
  const had: Output[][] = [];
  const taken = new Set<number>();
  return () => {
    const again = had[Math.floor(random() * had.length)];
    if (again !== undefined && random() < AGAIN_SHARE) return again;
    while (true) {
      const backMs = (2 * MINUTE_MS) + random() * (FED_DAYS * DAY_MS);
      const fromMs = Math.floor((Date.now() - backMs) / MINUTE_MS) * MINUTE_MS;
      if (taken.has(fromMs)) continue;
      taken.add(fromMs);
      const items = minuteOf(random, symbol, fromMs);
      had.push(items);
      return items;
    }
  };
}

/** Reads all days again and again; rows that stay to the end must never be fewer than before. */
function startReader({ address, connect }: RunningDatabase, fromMs: number) {
  const sql = connect();
  let [reads, known, isOver] = [0, 0, false];
  const reading = (async () => {
    while (!isOver) {
      await sql.begin(async (tx) => {
        const [row] = await tx<{ all: number; fresh: number }[]>`
          SELECT count(*)::int AS all,
            (count(*) FILTER (WHERE time >= to_timestamp(${fromMs}::float8 / 1000)))::int AS fresh
          FROM metrics`;
        assert(row !== undefined && row.fresh >= known, `${row?.fresh} of ${known} rows`);
        known = row.fresh;
        // What is to go cannot go meanwhile.
        if (address.kind === "server") await tx`SELECT pg_sleep(0.1)`;
      });
      reads += 1;
      await delay(READER_PAUSE_MS);
    }
    await sql.end();
  })();
  // Whoever stops it is told what went wrong.
  reading.catch(() => {});
  return {
    stop: async () => {
      isOver = true;
      await reading;
      return reads;
    },
  };
}

testOnEachDatabase("retention under load loses no fresh row", async (database) => {
  const seed = Number(Deno.env.get("SEED") ?? crypto.getRandomValues(new Uint32Array(1))[0]);
  console.log(`SEED=${seed}`);
  const random = randomOf(seed);
  const { address, connect } = database;
  const sql = connect();
  const ledger = new Ledger();
  const markets = SYMBOLS.map((symbol) => ({
    market: new FedMarket(symbol),
    next: minutesOf(random, symbol),
  }));
  const readers: ReturnType<typeof startReader>[] = [];
  const countOld = async (days: number) => {
    let old = 0;
    for (const table of [...FED_TABLES, "metrics_10s"] as const) {
      const [row] = await sql.unsafe<{ n: number }[]>(
        `SELECT count(*)::int AS n FROM ${table} WHERE time < to_timestamp($1::float8 / 1000)`,
        [cutOf(table, days, Date.now() - CLOCKS_MS)],
      );
      old += row?.n ?? 0;
    }
    return old;
  };
  for (const [life, days] of LIVES.entries()) {
    // Without a spool an acknowledgement is a commit.
    const writer = startWriter({
      database: address,
      incarnation: life + 1,
      spoolMaxMb: 0,
      ...agesOf(days),
    });
    await writer.untilGauges(({ databaseUp }) => databaseUp === 1);
    if (life === 0) {
      const youngestMs = dayOf(Date.now()) - DAY_MS;
      for (let n = 0; n < READERS; n++) readers.push(startReader(database, youngestMs));
    }
    for (const { market } of markets) market.connect(writer);
    const send = async (market: FedMarket, items: readonly Output[]) => {
      const sentMs = Date.now();
      await market.send(items);
      ledger.add(items, days, sentMs, Date.now());
    };
    const oldBefore = await countOld(days);
    let [rounds, goneAfter] = [0, oldBefore === 0 ? 0 : ROUNDS.max];
    while (rounds < ROUNDS.min || goneAfter > rounds) {
      rounds += 1;
      assert(rounds < ROUNDS.max, `what is too old for ${days} days never goes`);
      const isFirst = rounds === 1;
      await Promise.all(
        markets.map(({ market, next }) =>
          send(market, isFirst ? [rowOfNow(market.symbol), ...next()] : next())
        ),
      );
      if (await countOld(days) === 0) goneAfter = Math.min(goneAfter, rounds);
    }
    if (life === LIVES.length - 1) {
      await eventually(async () => await dueIn(sql) === 0, "roll-ups are made", SETTLE_MAX_MS);
    }
    for (const { market } of markets) market.close();
    await writer.drain(DRAIN_MS);
    console.log(
      `${days} days: ${oldBefore} rows were too old, and gone after ${goneAfter} of ${rounds} rounds of load`,
    );
  }
  const reads = await Promise.all(readers.map((reader) => reader.stop()));

  const endMs = Date.now();
  const lastDays = LIVES.at(-1) ?? 0;
  let [young, gone] = [0, 0];
  const wrong: string[] = [];
  for (const table of FED_TABLES) {
    const stored = await storedIn(sql, table);
    for (const [key, row] of ledger.rows) {
      if (row.table !== table) continue;
      const times = stored.get(keyOf(row)) ?? 0;
      const isYoung = row.timeMs >= cutOf(table, lastDays, endMs + CLOCKS_MS);
      if (isYoung) young += 1;
      if (times === 0) gone += 1;
      if (isYoung && times !== 1 || times > 1) wrong.push(`${key} is there ${times} times`);
    }
    for (const key of stored.keys()) {
      if (!ledger.rows.has(`${table} ${key}`)) wrong.push(`${table} ${key} was never sent`);
    }
  }
  const losses = await lossesIn(sql);
  const drops = await sql<{ n: number }[]>`
    SELECT count(*)::int AS n FROM history_drops WHERE cause = 'age'`;
  console.log(
    `${ledger.sent} rows were sent, ${ledger.rows.size} different ones; ${young} were young enough at the end, ` +
      `${gone} are gone; ${JSON.stringify(losses)} told, ${JSON.stringify(ledger.tooOld)} ` +
      `expected; ${drops[0]?.n} drops; ${reads} reads`,
  );
  assertEquals(wrong.slice(0, 10), []);
  assert(young > 0 && gone > 0);
  assert(reads.every((n) => n > 0));
  const { "too old": tooOld = 0, ...others } = losses;
  assertEquals(others, {});
  assert(
    tooOld >= ledger.tooOld.min && tooOld <= ledger.tooOld.max,
    `${tooOld} rows were told as too old`,
  );
  // In each life but the first at least a day of metrics has gone.
  assert((drops[0]?.n ?? 0) >= LIVES.length - 1);

  // What is made of rows that are gone is whole.
  const expected = new Map<string, number>();
  const cutMs = cutOf("metrics_10s", lastDays, endMs + CLOCKS_MS);
  for (const key of ledger.taken) {
    const row = ledger.rows.get(key);
    if (row?.table !== "metrics") continue;
    const bucketMs = Math.ceil(row.timeMs / 10_000) * 10_000;
    const bucket = keyOf({ symbol: row.symbol, timeMs: bucketMs });
    if (bucketMs >= cutMs) expected.set(bucket, (expected.get(bucket) ?? 0) + 1);
  }
  const buckets = await sql<{ symbol: string; timeMs: number; samples: number }[]>`
    SELECT symbol, (extract(epoch FROM time) * 1000)::float8 AS "timeMs", sum(samples)::int AS samples
    FROM metrics_10s JOIN symbols USING (symbol_id)
    WHERE time >= to_timestamp(${cutMs}::float8 / 1000) GROUP BY 1, 2`;
  const there = new Map(buckets.map(({ samples, ...bucket }) => [keyOf(bucket), samples]));
  const differing = [...expected].filter(([bucket, samples]) => there.get(bucket) !== samples);
  console.log(`${expected.size} buckets of ten seconds`);
  assertEquals(differing.slice(0, 10), []);
  assertEquals(there.size, expected.size);
  await sql.end();
});
