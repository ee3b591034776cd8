/**
 * Ten minutes without PostgreSQL under a whole monitor, killed in the middle of them: what it had acknowledged, which
 * is what its spool holds, is stored when both are back, and of what came only the time of the kill is missing.
 */
// deno-lint-ignore-file no-console
import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import postgres from "postgres";
import { readSegment } from "../../actors/writer/spool_format.ts";
import { startExchange } from "../../scripts/exchange/exchange.ts";
import type { ChildStatus } from "../../shared/protocol.ts";
import { eventually } from "../support/eventually.ts";
import { getJson, startMonitor } from "../support/monitor.ts";
import { findPostgresBin, startPostgres } from "../support/postgres_server.ts";

const AWAY_MS = 600_000;
const INTERVAL_MS = 100;
const SYMBOLS = Array.from({ length: 20 }, (_, n) => `S${String.fromCharCode(65 + n)}USDT`);
const DEADLINE_MS = 120_000;
/** What is not acknowledged yet when a kill comes: the time of a batch, and of an outage that is not one yet. */
const UNSAFE_MS = 3_000;

/** Every interval in the spool, as `<symbol> <time>`. */
function spooled(dataDir: string): Set<string> {
  const keys = new Set<string>();
  for (const { name } of Deno.readDirSync(`${dataDir}/spool`)) {
    if (!name.startsWith("sampled-")) continue;
    const reading = readSegment(Deno.readTextFileSync(`${dataDir}/spool/${name}`));
    assert(reading.kind === "read", `${name} is ${reading.kind}`);
    for (const item of reading.records.flatMap(({ items }) => items)) {
      if (item.type === "metrics") keys.add(`${item.symbol} ${item.timeMs}`);
    }
  }
  return keys;
}

async function storedTimes(sql: postgres.Sql): Promise<Map<string, number[]>> {
  const rows = await sql`
    SELECT symbol, round(extract(epoch FROM time) * 1000)::float8 AS ms
    FROM metrics_with_market ORDER BY 1, 2`;
  const times = new Map<string, number[]>();
  for (const { symbol, ms } of rows) {
    times.set(symbol, [...times.get(symbol) ?? [], Number(ms)]);
  }
  return times;
}

async function spoolRows(url: string): Promise<number> {
  const { children } = await getJson<{ children: ChildStatus[] }>(`${url}/healthz`)
    .catch(() => ({ children: [] as ChildStatus[] }));
  return children.find(({ actorId }) => actorId === "writer")?.gauges["spoolRows"] ?? -1;
}

Deno.test({
  name:
    "Ten minutes without PostgreSQL and a kill amid them lose no acknowledged row of 20 symbols",
  ignore: findPostgresBin() === null,
  fn: async () => {
    const dataDir = await Deno.makeTempDir({ prefix: "obm-outage-" });
    const server = await startPostgres();
    const exchange = await startExchange({
      source: { kind: "simulate", symbols: SYMBOLS, seed: 12 },
    });
    const start = () =>
      startMonitor({
        DATA_DIR: dataDir,
        DATABASE_URL: server.url,
        SYMBOLS: SYMBOLS.join(),
        METRICS_INTERVAL_MS: String(INTERVAL_MS),
        EXCHANGE_REST_URL: exchange.restUrl,
        EXCHANGE_WS_URL: exchange.wsUrl,
      });
    let monitor = start();
    const sql = postgres(server.url, { max: 1, onnotice: () => {} });
    const since = async () =>
      Number((await sql`SELECT count(*)::int AS count FROM metrics`.catch(() => []))[0]?.count);
    try {
      await monitor.url();
      await eventually(async () => await since() > 2_000, "rows are stored", DEADLINE_MS);
      await server.down("kill");
      await delay(AWAY_MS / 2);
      const killedMs = Date.now();
      await monitor.end("SIGKILL");
      const acknowledged = spooled(dataDir);
      monitor = start();
      const url = await monitor.url();
      await delay(AWAY_MS / 2);
      const waited = await spoolRows(url);
      await server.up();
      const backAt = performance.now();
      await eventually(async () => await spoolRows(url) === 0, "all is stored", DEADLINE_MS);
      const storedMs = performance.now() - backAt;
      assertEquals(await monitor.end("SIGTERM"), 0);

      const times = await storedTimes(sql);
      const all = new Set([...times].flatMap(([symbol, at]) => at.map((ms) => `${symbol} ${ms}`)));
      const lost = [...acknowledged].filter((key) => !all.has(key));
      const holes = SYMBOLS.map((symbol) => {
        const at = times.get(symbol) ?? [];
        return at.flatMap((ms, i) => {
          const next = at[i + 1];
          return next === undefined || next - ms === INTERVAL_MS ? [] : [{ from: ms, to: next }];
        });
      });
      const longest = Math.max(...holes.flat().map(({ from, to }) => to - from));
      console.log(
        `${acknowledged.size} rows were in the spool at the kill, ${waited} before the end of the ` +
          `outage, stored within ${Math.round(storedMs)} ms; ${all.size} rows in all; ` +
          `longest hole ${longest} ms`,
      );
      assertEquals(lost, []);
      assert(acknowledged.size > SYMBOLS.length * (AWAY_MS / 2 - 10_000) / INTERVAL_MS);
      for (const [index, symbol] of SYMBOLS.entries()) {
        const [hole, ...others] = holes[index] ?? [];
        assert(
          hole !== undefined && others.length === 0,
          `${symbol}: ${JSON.stringify(holes[index])}`,
        );
        assert(killedMs - hole.from < UNSAFE_MS, `${symbol} lost ${killedMs - hole.from} ms`);
      }
    } finally {
      await monitor.end("SIGKILL");
      await exchange.stop();
      await sql.end({ timeout: 1 });
      await server.stop();
      await Deno.remove(dataDir, { recursive: true });
    }
  },
});
