/**
 * Makes the fixture of `old_database_test.ts`: `deno run -A --config tests/deno.json
 * tests/integration/make_old_database.ts`. The monitor runs twice against a simulated exchange with a gap and a
 * crossed book, and writes into a PostgreSQL; what a minute of a market does not bring is sent to its writer by
 * hand. Only the program whose databases are to be opened later may be asked.
 */
import postgres from "postgres";
import { UNKNOWN_VALUES } from "../../shared/catalogue/metrics.ts";
import { startExchange } from "../../scripts/exchange/exchange.ts";
import type { Output } from "../../shared/output.ts";
import { eventually } from "../support/eventually.ts";
import { startMonitor } from "../support/monitor.ts";
import { writePackedJson } from "../support/packed_json.ts";
import { startPostgres } from "../support/postgres_server.ts";
import {
  alertEvent,
  auditRecord,
  bucketFrame,
  delivery,
  feedStatus,
  gapRecord,
  proofStatus,
} from "../writer/outputs.ts";
import { answersTo, OLD_DATABASE } from "./old_database.ts";
import { SIMULATION, startWriter, SymbolPort } from "./writer_stage.ts";
import { serverAt } from "../support/services.ts";

const SYMBOLS = ["BTCUSDT", "ETHUSDT"];
const FAULTS = "gap symbol=BTCUSDT stream=depth at=15s; crossed symbol=ETHUSDT at=20s";
/** Names may be of any letters. */
const RARE_SYMBOL = "币安人生USDT";
const MINUTE_MS = 60_000;

async function main(): Promise<void> {
  const server = await startPostgres();
  const sql = postgres(server.url, { max: 1, onnotice: () => {} });
  try {
    await followMarket(sql, server.url);
    const [last] = await sql<{ ms: number }[]>`
      SELECT (extract(epoch FROM max(time)) * 1000)::float8 AS ms FROM metrics`;
    const endMs = last?.ms ?? 0;
    await sendRareRows(server.url, endMs);
    const database = serverAt(server.url);
    const firing = await firingAlerts(server.url);
    const paths = await pathsToAsk(sql, endMs);
    const tables = await allTables(sql);
    await writePackedJson(OLD_DATABASE, {
      tables,
      firing,
      answers: await answersTo(database, paths),
    });
  } finally {
    await sql.end({ timeout: 1 });
    await server.stop();
  }
}

/** Two lives of the monitor. */
async function followMarket(sql: postgres.Sql, url: string): Promise<void> {
  const exchange = await startExchange({
    source: { kind: "simulate", symbols: SYMBOLS, seed: 7 },
    holdUntilSubscribed: true,
    faults: { script: FAULTS },
  });
  const dataDir = await Deno.makeTempDir();
  const isMigrated = async () => {
    const [found] = await sql`SELECT to_regclass('proofs') IS NOT NULL AS done`;
    return found?.done === true;
  };
  const follow = async (rowsMin: number, isEnough: string) => {
    const monitor = startMonitor({
      DATA_DIR: dataDir,
      DATABASE_URL: url,
      SYMBOLS: SYMBOLS.join(","),
      EXCHANGE_REST_URL: exchange.restUrl,
      EXCHANGE_WS_URL: exchange.wsUrl,
      AUDIT_INTERVAL_MS: "10000",
      // Fewer than the market has: coverage is a number then.
      DEPTH_LEVELS: "1000",
    });
    try {
      await eventually(isMigrated, "tables", MINUTE_MS);
      await eventually(
        async () => {
          const [found] = await sql.unsafe(`SELECT (${isEnough}) AND
            (SELECT count(*) FROM metrics) >= ${rowsMin} AS enough`);
          return found?.enough === true;
        },
        "enough rows",
        2 * MINUTE_MS,
      );
      if (await monitor.end("SIGTERM") !== 0) throw new Error(monitor.log());
    } finally {
      await monitor.end("SIGKILL");
    }
  };
  try {
    await follow(
      80,
      `(SELECT count(*) FROM gaps WHERE duration_ms IS NOT NULL) >= 1
       AND (SELECT count(*) FROM audits) >= 4 AND (SELECT count(*) FROM alerts) >= 2
       AND (SELECT count(*) FROM feed_status WHERE state = 'degraded') >= 1
       AND (SELECT count(*) FROM proofs) >= 2`,
    );
    await follow(
      120,
      `(SELECT count(DISTINCT incarnation) FROM proofs) >= 4
       AND (SELECT count(*) FROM alerts WHERE phase = 'resolved') >= 1`,
    );
  } finally {
    await exchange.stop();
    await Deno.remove(dataDir, { recursive: true });
  }
}

/** What the market did not bring: open gaps, failed audits, states without numbers, other letters. */
async function sendRareRows(url: string, endMs: number): Promise<void> {
  const at = (seconds: number) => ({ timeMs: endMs + seconds * 1_000 });
  const dark = (seconds: number, state: "syncing" | "stale" | "halted") =>
    bucketFrame(1, {
      ...UNKNOWN_VALUES,
      ...at(seconds),
      state,
      bookUpdateId: null,
      eventMs: null,
      velocity: null,
    });
  const differences = ["bid 61840: ours 2, snapshot 3", 'ask "quoted", {in braces}, \\ and none'];
  const common: Output[] = [
    dark(1, "stale"),
    dark(2, "halted"),
    dark(3, "syncing"),
    gapRecord({ ...at(1), number: 2, fromId: 9_000_000_000_001, toId: 9_000_000_000_009 }),
    gapRecord({ ...at(2), number: 1, durationMs: null }),
    auditRecord({ ...at(3), number: 1, mismatched: 2, differences }),
    proofStatus({ ...at(3), number: 61, forStore: true, exactChecked: 5_000_000_000 }),
    proofStatus({ ...at(1), number: 1, forStore: true, lastExactMs: null, carriedHealed: 3 }),
    feedStatus({ ...at(2), number: 1, state: "halted", reason: "the exchange says HALT" }),
    alertEvent({ ...at(2), alertId: "still firing", value: null, mid: null, bookUpdateId: null }),
  ];
  // Rows of the same moment have no order among symbols.
  const rare = common.map((item): Output => {
    if (item.type === "metrics") return { ...item, symbol: RARE_SYMBOL };
    const other = { ...item, symbol: RARE_SYMBOL, timeMs: item.timeMs + 250 };
    return other.type === "alert" ? { ...other, alertId: "of another" } : other;
  });
  const writer = startWriter({ database: serverAt(url) }, SIMULATION);
  const port = new SymbolPort(writer);
  port.send(delivery(1, [...common, ...rare, bucketFrame(1, { ...at(4), symbol: RARE_SYMBOL })]));
  await port.acked(1);
  port.close();
  await writer.drain();
}

async function firingAlerts(url: string): Promise<Record<string, unknown>> {
  const writer = startWriter({ database: serverAt(url) }, SIMULATION);
  const firing: Record<string, unknown> = {};
  for (const symbol of [...SYMBOLS, RARE_SYMBOL]) {
    const port = new SymbolPort(writer, symbol);
    firing[symbol] = await port.restored();
    port.close();
  }
  await writer.drain();
  return firing;
}

/** Every route over history: whole, in parts, averaged, with few columns, of one symbol and of all. */
async function pathsToAsk(sql: postgres.Sql, endMs: number): Promise<string[]> {
  const [first] = await sql<{ ms: number }[]>`
    SELECT (extract(epoch FROM min(time)) * 1000)::float8 AS ms FROM metrics`;
  const whole = `from=${(first?.ms ?? 0) - 1}&to=${endMs + 10_000}`;
  const middleMs = Math.floor(((first?.ms ?? 0) + endMs) / 2_000) * 1_000;
  const part = `from=${middleMs - 12_345}&to=${middleMs + 12_345}`;
  const symbols = [...SYMBOLS, RARE_SYMBOL].map(encodeURIComponent);
  return [
    ...symbols.flatMap((symbol) => [
      `/api/metrics?symbol=${symbol}&${whole}`,
      `/api/metrics?symbol=${symbol}&${whole}&limit=7`,
      `/api/metrics?symbol=${symbol}&${whole}&columns=mid,imbalance,velocity&limit=20`,
      `/api/alerts?symbol=${symbol}`,
      `/api/alerts?symbol=${symbol}&from=${middleMs}&limit=1`,
    ]),
    `/api/metrics?symbol=${SYMBOLS[0]}&${part}&columns=bidDepth10Bps,bidCoveredBps`,
    `/api/metrics?symbol=${SYMBOLS[1]}&${part}&limit=5`,
    "/api/alerts",
    ...["gaps", "audits", "proofs"].flatMap((kind) => [
      `/api/${kind}`,
      `/api/${kind}?${part}`,
      `/api/${kind}?limit=3`,
      ...symbols.map((symbol) => `/api/${kind}?symbol=${symbol}&${whole}`),
    ]),
  ];
}

async function allTables(sql: postgres.Sql): Promise<Record<string, string>> {
  const tables = await sql<{ name: string }[]>`
    SELECT table_name AS name FROM information_schema.tables
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`;
  const rows: Record<string, string> = {};
  for (const { name } of tables) {
    const [all] = await sql<{ text: string }[]>`
      SELECT coalesce(json_agg(each), '[]')::text AS text FROM ${sql(name)} AS each`;
    rows[name] = all?.text ?? "[]";
  }
  return rows;
}

await main();
