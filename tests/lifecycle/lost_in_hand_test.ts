/** What waits in a symbol's actor when that dies, or is removed, is told as lost: by a row, and where losses are asked for. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { essentialChildren, symbolChild } from "../../actors/children.ts";
import { Monitor } from "../../actors/monitor.ts";
import { binanceSpotDesk } from "../../actors/venue/binance_spot/desk.ts";
import { startExchange } from "../../scripts/exchange/exchange.ts";
import { readConfig } from "../../shared/config.ts";
import { setLogLevel } from "../../shared/log.ts";
import type { LossRecord } from "../../shared/output.ts";
import { actorOf, type SymbolArgs } from "../../shared/protocol.ts";
import { onServer } from "../integration/writer_stage.ts";
import { eventually } from "../support/eventually.ts";
import type { FragileSymbolArgs } from "../support/fragile_symbol.ts";
import { getJson } from "../support/monitor.ts";
import { withClient } from "../support/services.ts";

setLogLevel("error");
const CRASHES = "BTCUSDT";
const LEAVES = "ETHUSDT";
const INTERVAL_MS = 100;
/** More than what is on its way to the writer. */
const UNACKED_MIN = 60;
const DEADLINE_MS = 60_000;

onServer(
  "Outputs that end with a symbol's actor while nothing is stored are told as lost, with their time and why",
  async (server) => {
    const dataDir = await Deno.makeTempDir({ prefix: "obm-lost-" });
    const mark = `${dataDir}/mark`;
    const symbols = [CRASHES, LEAVES];
    const exchange = await startExchange({ source: { kind: "simulate", symbols, seed: 3 } });
    const config = readConfig({
      SYMBOLS: symbols.join(","),
      PORT: "0",
      DATA_DIR: dataDir,
      DATABASE_URL: server.url,
      SPOOL_MAX_MB: "0",
      EXCHANGE_REST_URL: exchange.restUrl,
      EXCHANGE_WS_URL: exchange.wsUrl,
      METRICS_INTERVAL_MS: String(INTERVAL_MS),
      LOG_LEVEL: "error",
    }, binanceSpotDesk);
    const { promise: listening, resolve: onListening } = Promise.withResolvers<string>();
    const monitor = new Monitor({
      logLevel: "error",
      venue: binanceSpotDesk,
      restUrls: config.restUrls,
      symbols,
      symbolChild: (info) => {
        const child = symbolChild(config, info);
        const permissions = child.permissions as Deno.PermissionOptionsObject;
        return info.symbol !== CRASHES ? child : {
          ...child,
          url: new URL("../support/fragile_symbol.ts", import.meta.url),
          args: { symbol: child.args as SymbolArgs, mark } satisfies FragileSymbolArgs,
          permissions: { ...permissions, read: [mark], write: [mark] },
        };
      },
      saveSymbols: () => Promise.resolve(),
      onListening,
    });
    const { supervisor } = monitor;
    const child = (symbol: string) =>
      supervisor.statuses.find(({ actorId }) => actorId === actorOf(symbol));
    const unacked = (symbol: string) => child(symbol)?.gauges["writerUnacked"] ?? 0;
    try {
      monitor.start(essentialChildren(config, dataDir));
      const url = await listening;
      const newest = async () =>
        (await getJson<{ losses: readonly LossRecord[] }>(`${url}/api/losses`)).losses;
      await eventually(
        () => newest().then(() => true, () => false),
        "the tables are made",
        DEADLINE_MS,
      );
      await server.down("immediate");
      const wait = () => symbols.every((symbol) => unacked(symbol) >= UNACKED_MIN);
      await eventually(wait, "rows wait", DEADLINE_MS);
      await Deno.writeTextFile(mark, "");
      await eventually(() => child(CRASHES)?.restarts === 1, "it dies", DEADLINE_MS);
      // Whether or not it answers in so short a time, on a busy machine.
      const left = await supervisor.remove(actorOf(LEAVES), Date.now() + 200);
      assert(left.kind !== "unknown" && left.count >= UNACKED_MIN, JSON.stringify(left));
      await server.up();
      await eventually(
        async () => (await newest().catch(() => [])).length === 2,
        "both",
        DEADLINE_MS,
      );
      await withClient(server.url, async (sql) => {
        for (const loss of await newest()) {
          const { symbol, rows, fromMs, toMs, lostBy, cause, detail } = loss;
          assertEquals([lostBy, cause], ["symbol", symbol === CRASHES ? "crash" : "removal"]);
          if (symbol === CRASHES) assertMatch(detail ?? "", /died because the test wanted it/);
          // Metrics are most of what was lost, and their times are all of its time: none of them is there.
          const due = ((toMs ?? 0) - (fromMs ?? 0)) / INTERVAL_MS;
          assert(due > 0 && rows >= due, `${rows} rows in ${due} intervals`);
          const [stored] = await sql`SELECT
          count(*) FILTER (WHERE time BETWEEN to_timestamp(${fromMs}::float8 / 1000)
            AND to_timestamp(${toMs}::float8 / 1000))::int AS within,
          ${fromMs}::float8 - max(extract(epoch FROM time) * 1000)
            FILTER (WHERE time < to_timestamp(${fromMs}::float8 / 1000))::float8 AS before_ms
          FROM metrics_with_market WHERE symbol = ${symbol}`;
          assertEquals(stored?.within, 0, symbol);
          assert(stored?.before_ms <= INTERVAL_MS, `${symbol}: what was on its way is stored`);
        }
      });
    } finally {
      await supervisor.drain();
      await exchange.stop();
      await Deno.remove(dataDir, { recursive: true });
    }
  },
);
