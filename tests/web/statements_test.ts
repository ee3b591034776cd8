/** What a question of history costs: it reads about as many rows as it answers, whatever is stored. */
import { assert, assertEquals } from "@std/assert";
import postgres from "postgres";
import { NEWEST_SQL } from "../../actors/writer/newest_row.ts";
import { Database } from "../../actors/writer/postgres.ts";
import { HISTORY_TABLES } from "../../shared/catalogue/history_tables.ts";
import { olderSql } from "../../shared/catalogue/outermost_sql.ts";
import { ROLLUP_NAMES } from "../../shared/catalogue/rollups.ts";
import { hostsOf } from "../../shared/database_address.ts";
import type { DatabaseAddress } from "../../shared/protocol.ts";
import { type Client, connectReader } from "../../web/reader_connections.ts";
import {
  type AlertsQuery,
  alertsStatement,
  RECORD_KINDS,
  type RecordsQuery,
  recordsStatement,
} from "../../web/record_statements.ts";
import { latestStatement } from "../../web/latest_statement.ts";
import { SPANS } from "../../web/storage_routes.ts";
import { metricsStatement, type Statement } from "../../web/statements.ts";
import { alertsQuery, recordsQuery } from "./questions.ts";
import { testOnBothDatabases } from "../integration/writer_stage.ts";
import { START_MS } from "../support/outputs.ts";
import { makePartitions } from "../support/partitions.ts";

/** Rows of each table, one a second; of the records three share each third second. */
const ROWS = 40_000;
/** The newest alerts fire still, as many as no monitor has. */
const FIRING = 2_000;
const SAME_TIME = 3;
/** Rows of metrics from before markets had ids, and up to which they are from before there were partitions. */
const ROWS_BEFORE = 2_000;
const ROWS_UNPARTITIONED = 4_000;
/** Buckets of each roll-up. */
const ROLLED_UP = 4_000;
/** Who goes by time alone to the rows of the frequent symbol passes those of the rare ones. */
const RARE_PASSED = 1.5;
/** Nine rows of ten are of one symbol, the first, the rest of twenty. */
const SYMBOL_ID = "CASE WHEN n % 10 = 0 THEN 2 + n % 200 / 10 ELSE 1 END";

/** The end of second `n`. */
const at = (n: number) => START_MS + n * 1_000;

const BTC = { symbols: ["BTCUSDT"] };
const QUERIES: readonly Partial<RecordsQuery>[] = [
  { limit: 100 },
  { limit: 1_000 },
  { fromMs: at(0), limit: 100 },
  { fromMs: at(ROWS - 10), limit: 100 },
  { ...BTC, limit: 100 },
  { ...BTC, limit: 1_000 },
  { ...BTC, fromMs: at(ROWS - FIRING - 1_000), limit: 1_000 },
  { ...BTC, fromMs: at(ROWS - 1_000), limit: 100 },
  { symbols: ["RARE10USDT"], limit: 1_000 },
  { symbols: ["NONE"], fromMs: at(0), limit: 100 },
];
const ALERT_QUERIES: readonly AlertsQuery[] = QUERIES.map(alertsQuery);
const RECORD_QUERIES: readonly RecordsQuery[] = [
  ...QUERIES,
  { toMs: at(ROWS / 2), limit: 100 },
  { ...BTC, fromMs: at(0), toMs: at(ROWS / 2), limit: 1_000 },
].map(recordsQuery);

/** Deep within a table: what is read there is no more than of the first page. */
const PLACES = [
  [[1, 1_000 * at(ROWS / 2), "alert 5"], "alerts"],
  [[1_000 * at(ROWS / 2), 1, 5, "BTCUSDT"], "gaps"],
  [[1_000 * at(ROWS / 2), 1, 5, "BTCUSDT", "symbol"], "losses"],
] as const;

function readersOf(address: DatabaseAddress): Client {
  const [host] = hostsOf(address);
  if (host === undefined) throw new TypeError("Cannot read: there is no host");
  const options = { statementMs: 10_000, max: 3, schema: null, isPooled: false };
  return connectReader(address, host, options);
}

async function fill(sql: postgres.Sql): Promise<void> {
  const insert = (table: string, values: string, columns = "") =>
    sql.unsafe(`INSERT INTO ${table} ${columns}
      SELECT ${values} FROM generate_series(1, ${ROWS}) n`);
  for (const table of ["metrics", "books", "depth_profiles", "trades_1s", ...ROLLUP_NAMES]) {
    await makePartitions(sql, table, at(0), at(ROWS));
  }
  const time = (n: string) => `to_timestamp(${START_MS / 1_000} + ${n})`;
  await sql`INSERT INTO symbols VALUES (1, 'binance_spot', 'BTCUSDT')`;
  await sql`INSERT INTO symbols
    SELECT 2 + n, 'binance_spot', 'RARE' || n || '0USDT' FROM generate_series(0, 19) n`;
  await insert(
    "alerts",
    `${SYMBOL_ID}, 'alert ' || n, 1, 'imbalance',
      CASE WHEN n > ${ROWS - FIRING} THEN 'firing' ELSE 'resolved' END, 'warning', 'what it was',
      ${time("n")}, ${time("n")}, NULL, ${time("n")}, 0.5, 0.4, n, 100`,
  );
  const isNew = `n > ${ROWS_BEFORE}`;
  const parts = [
    ["metrics_unpartitioned", ROWS_BEFORE + 1, ROWS_UNPARTITIONED],
    ["metrics", ROWS_UNPARTITIONED + 1, ROWS],
  ];
  for (const [table, from, to] of parts) {
    await sql.unsafe(`INSERT INTO ${table} (symbol_id, settings_id, time, bucket_ms, state)
      SELECT ${SYMBOL_ID}, 1, ${time("n")}, 1000, 'live' FROM generate_series(${from}, ${to}) n`);
  }
  for (const table of ROLLUP_NAMES) {
    await sql.unsafe(`INSERT INTO ${table} (symbol_id, settings_id, time, samples)
      SELECT ${SYMBOL_ID}, 0, ${time("n")}, 1 FROM generate_series(1, ${ROLLED_UP}) n`);
  }
  await sql.unsafe(`INSERT INTO metrics_before (symbol, time, bucket_ms, state)
    SELECT symbol, ${time("n")}, 1000, 'live' FROM generate_series(1, ${ROWS}) n
      JOIN symbols ON symbol_id = ${SYMBOL_ID} WHERE NOT ${isNew}`);
  const numbered = `${SYMBOL_ID}, 1 + n % 2, n, ${time(`${SAME_TIME} * (n / ${SAME_TIME})`)}`;
  await insert("feed_status", `${numbered}, 'live', NULL, n, 0, 0`);
  await insert("gaps", `${numbered}, n, n + 1, 5`);
  await insert("losses", `${numbered}, NULL, NULL, n, 'outbox full', 'symbol', NULL`);
  await insert("audits", `${numbered}, n, 5000, 0, '{}'`);
  await insert("proofs", `${numbered}, n, 0, n, 0, 0, NULL`);
  const of = "symbol_id, incarnation, number, time";
  await insert("books", `${numbered}, n, 100`, `(${of}, book_update_id, ticks_per_unit)`);
  await insert(
    "depth_profiles",
    `${numbered}, n, 100, 2, '{1}', '{1}'`,
    `(${of}, book_update_id, mid, bucket_bps, bids, asks)`,
  );
  await insert(
    "trades_1s",
    `${numbered}, 'live', 1, 2, 1, 3, n`,
    `(${of}, state, buy_qty, buy_vwap, buy_low, buy_high, buy_count)`,
  );
}

/** Tables of a few names. */
const NAMES = ["symbols", "settings"];

const INDEXED = ["Index Scan", "Index Only Scan"];

/** A part of a plan as EXPLAIN tells it. */
interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly PlanNode[];
}

/** How many rows of tables were touched for the answer, and by which kinds of scans. */
async function costOf(
  sql: postgres.Sql,
  { text, values }: Statement,
): Promise<{ readonly rows: number; readonly scans: readonly string[] }> {
  const explain = `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${text}`;
  const [row] = await sql.unsafe(explain, [...values]);
  // Parse edge: the form is that of EXPLAIN.
  const [{ Plan: plan }] = row?.["QUERY PLAN"] as [{ Plan: PlanNode }];
  let rows = 0;
  const scans = new Set<string>();
  const visit = (node: PlanNode) => {
    // Of the few symbols one is looked up, and for each answer its name; of the few settings likewise.
    if (node["Relation Name"] !== undefined && !NAMES.includes(node["Relation Name"])) {
      const each = node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0);
      rows += each * node["Actual Loops"];
      // An empty table may be read in any way.
      if (each > 0) scans.add(node["Node Type"]);
    }
    node.Plans?.forEach(visit);
  };
  visit(plan);
  return { rows, scans: [...scans] };
}

/** What is asked for, in the plainest words. */
const plainWhere = ({ symbols, fromMs, toMs }: RecordsQuery) =>
  [
    "true",
    ...(symbols === null ? [] : [`symbol IN ('${symbols.join("', '")}')`]),
    ...(fromMs === null ? [] : [`time >= to_timestamp(${fromMs / 1_000})`]),
    ...(toMs === null ? [] : [`time < to_timestamp(${toMs / 1_000})`]),
  ].join(" AND ");

const plainAlerts = (query: AlertsQuery) =>
  `SELECT * FROM alerts_with_market
   WHERE phase = 'firing' AND ${plainWhere({ ...query, fromMs: null })} OR ${plainWhere(query)}
   ORDER BY (phase = 'firing') DESC, time DESC LIMIT ${query.limit}`;

testOnBothDatabases("History reads about what it answers, of tables of 40,000 rows,", {
  "with and without statistics, and what a plain sort answers": async (
    { address, sql },
  ) => {
    const writer = new Database(address, "test");
    await writer.open();
    await writer.close();
    await fill(sql);
    const { sql: reader } = readersOf(address);
    await assertReadsLittle(reader, sql);
    await assertAnswersSorted(reader, sql);
    await reader.end();
  },
});

async function assertReadsLittle(reader: postgres.Sql, sql: postgres.Sql): Promise<void> {
  const assertRead = async (statement: Statement, rowsMax: number) => {
    const { rows, scans } = await costOf(reader, statement);
    const others = scans.filter((scan) => !INDEXED.includes(scan));
    assertEquals(others, [], `${statement.text}\n${statement.values}`);
    assert(rows <= rowsMax, `${rows} rows read for ${statement.text}\n${statement.values}`);
  };
  for (const statistics of [false, true]) {
    if (statistics) await sql`ANALYZE`;
    for (const query of ALERT_QUERIES) {
      await assertRead(alertsStatement(query), 2 * RARE_PASSED * query.limit);
    }
    for (const kind of RECORD_KINDS) {
      for (const query of RECORD_QUERIES) {
        const rowsMax = RARE_PASSED * query.limit + SAME_TIME;
        await assertRead(recordsStatement(kind, query), rowsMax);
      }
    }
    for (const [after, place] of PLACES) {
      for (const query of [{ ...BTC, after }, { after }]) {
        const asked = { ...query, limit: 100 };
        const statement = place === "alerts"
          ? alertsStatement(alertsQuery(asked))
          : recordsStatement(place, recordsQuery(asked));
        await assertRead(statement, RARE_PASSED * 100 + SAME_TIME);
      }
    }
    // Of each table the outermost of each symbol, and all alerts that fire.
    await assertRead(SPANS, 2 * (21 * HISTORY_TABLES.length + FIRING));
    // A writer asks so at each start, and whenever its connection is made anew.
    await assertRead({ text: NEWEST_SQL, values: [] }, 21 * HISTORY_TABLES.length);
    for (const table of ["metrics", "metrics_1m"] as const) {
      const from = table === "metrics" ? ROWS_UNPARTITIONED : 0;
      const text = olderSql(table, table, `to_timestamp(${at(from + 100) / 1_000})`);
      await assertRead({ text, values: [] }, 100);
    }
    const symbols = ["BTCUSDT", "NONE", ...Array.from({ length: 20 }, (_, n) => `RARE${n}0USDT`)];
    await assertRead(latestStatement({ symbols, columns: ["mid"] }), 3 * 21);
    const range = {
      symbol: "BTCUSDT",
      fromMs: at(1_000),
      toMs: at(3_000),
      rowsExpected: 2_000,
      limit: 3_601,
    };
    for (const binMs of [0, 60_000]) {
      const statement = metricsStatement({ ...range, binMs, columns: ["mid"] });
      await assertRead(statement, 2_000);
      for (const [from, tables] of [[1_000, 3], [3_000, 2], [5_000, 1]] as const) {
        const long = { ...range, fromMs: at(from), toMs: at(ROWS), binMs, limit: 500 };
        await assertRead(metricsStatement({ ...long, columns: ["mid"] }), tables * 500);
      }
    }
  }
}

async function assertAnswersSorted(reader: postgres.Sql, sql: postgres.Sql): Promise<void> {
  const ask = ({ text, values }: Statement) => reader.unsafe(text, [...values]);
  for (const query of ALERT_QUERIES) {
    const plain = await sql.unsafe(plainAlerts(query));
    assertEquals(
      (await ask(alertsStatement(query))).map((row) => row.alertId),
      plain.map((row) => row.alert_id),
    );
  }
  for (const query of RECORD_QUERIES) {
    const plain = await sql.unsafe(`SELECT number FROM gaps_with_market WHERE ${plainWhere(query)}
      ORDER BY time DESC, incarnation DESC, number DESC LIMIT ${query.limit}`);
    assertEquals(
      (await ask(recordsStatement("gaps", query))).map((row) => row.number),
      plain.map((row) => row.number),
    );
  }
  const all = alertsQuery({ limit: 100 });
  const plainMs = await milliseconds(() => sql.unsafe(plainAlerts(all), [], { prepare: false }));
  const indexedMs = await milliseconds(() => ask(alertsStatement(all)));
  // deno-lint-ignore no-console
  console.log(`${ROWS} alerts: sorted ${plainMs} ms, by their indexes ${indexedMs} ms`);
}

/** Of the fastest of five times. */
async function milliseconds(ask: () => PromiseLike<unknown>): Promise<string> {
  const times: number[] = [];
  for (let n = 0; n < 5; n++) {
    const startMs = performance.now();
    await ask();
    times.push(performance.now() - startMs);
  }
  return Math.min(...times).toFixed(1);
}
