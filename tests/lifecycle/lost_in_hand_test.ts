/**
 * What is in hand of a symbol's actor when that dies, or is removed, is told as lost: by a row, and where losses are asked
 * for. What the writer had of it is so when that dies as well.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { essentialChildren, symbolChild } from "../../actors/children.ts";
import { Monitor } from "../../actors/monitor.ts";
import type { ChildSpec } from "../../actors/supervisor/child.ts";
import { binanceSpotDesk } from "../../actors/venue/binance_spot/desk.ts";
import { startExchange } from "../../scripts/exchange/exchange.ts";
import { readConfig } from "../../shared/config.ts";
import { setLogLevel } from "../../shared/log.ts";
import type { LossRecord } from "../../shared/output.ts";
import { type ActorId, actorOf, type SymbolArgs, type WriterArgs } from "../../shared/protocol.ts";
import { onServer } from "../integration/writer_stage.ts";
import { eventually } from "../support/eventually.ts";
import type { FragileArgs } from "../support/fragile_writer.ts";
import type { FragileSymbolArgs } from "../support/fragile_symbol.ts";
import { getJson } from "../support/monitor.ts";
import type { PostgresServer } from "../support/postgres_server.ts";
import { withClient } from "../support/services.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { sharingOfTests } from "../support/sharing.ts";

setLogLevel("error");
const CRASHES = "BTCUSDT";
const LEAVES = "ETHUSDT";
const INTERVAL_MS = 100;
/** More than what is on its way to the writer. */
const UNACKED_MIN = 60;

interface Stage {
  readonly monitor: Monitor;
  readonly losses: () => Promise<readonly LossRecord[]>;
  readonly killSymbol: () => Promise<void>;
  readonly killWriter: () => Promise<void>;
}

/** Both symbols with rows that wait, some of them in the writer's hands, and a database that is away. */
async function withRowsInHand(
  server: PostgresServer,
  act: (stage: Stage) => Promise<void>,
): Promise<void> {
  const dataDir = await Deno.makeTempDir({ prefix: "obm-lost-" });
  const [mark, markNow] = [`${dataDir}/mark`, `${dataDir}/mark-now`];
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
  const fragile = <Spec extends ChildSpec>(child: Spec, file: string, args: unknown): Spec => ({
    ...child,
    url: new URL(`../support/${file}`, import.meta.url),
    args,
    permissions: {
      ...child.permissions as Deno.PermissionOptionsObject,
      read: true,
      write: true,
    },
  });
  const monitor = new Monitor({
    sharing: sharingOfTests(),
    logLevel: "error",
    venue: binanceSpotDesk,
    restUrls: config.restUrls,
    symbols,
    symbolChild: (info) => {
      const child = symbolChild(config, info);
      const args: FragileSymbolArgs = { symbol: child.args as SymbolArgs, mark };
      return info.symbol === CRASHES ? fragile(child, "fragile_symbol.ts", args) : child;
    },
    saveSymbols: () => Promise.resolve(),
    onListening,
  });
  const child = (actorId: ActorId) =>
    monitor.supervisor.statuses.find((each) => each.actorId === actorId);
  const restarted = (actorId: ActorId) =>
    eventually(() => child(actorId)?.restarts === 1, `${actorId} dies`, PATIENCE_MS);
  const unacked = (symbol: string) => child(actorOf(symbol))?.gauges["writerUnacked"] ?? NaN;
  try {
    monitor.start(
      essentialChildren(config, dataDir).map((spec) => {
        const args: FragileArgs = { writer: spec.args as WriterArgs, mark: `${mark}-ack`, markNow };
        return spec.actorId === "writer" ? fragile(spec, "fragile_writer.ts", args) : spec;
      }),
    );
    const url = await listening;
    const losses = async () =>
      (await getJson<{ losses: readonly LossRecord[] }>(`${url}/api/losses`)).losses;
    await eventually(
      () => losses().then(() => true, () => false),
      "the tables are made",
      PATIENCE_MS,
    );
    // What waited for the tables is one large delivery, which the writer would have in hand.
    const few = () => symbols.every((symbol) => unacked(symbol) < UNACKED_MIN / 2);
    await eventually(few, "what waited for the tables is stored", PATIENCE_MS);
    await server.down("immediate");
    const wait = () => symbols.every((symbol) => unacked(symbol) >= UNACKED_MIN);
    await eventually(wait, "rows wait", PATIENCE_MS);
    await act({
      monitor,
      losses: () => losses().catch(() => []),
      killSymbol: async () => {
        await Deno.writeTextFile(mark, "");
        await restarted(actorOf(CRASHES));
      },
      killWriter: async () => {
        await Deno.writeTextFile(markNow, "");
        await restarted("writer");
      },
    });
  } finally {
    await monitor.supervisor.drain();
    await exchange.stop();
    await Deno.remove(dataDir, { recursive: true });
  }
}

/** Metrics of a symbol that are stored of a span, and how long before it the last one is. */
async function storedIn(
  url: string,
  symbol: string,
  fromMs: number,
  toMs: number,
): Promise<{ readonly within: number; readonly beforeMs: number }> {
  const [stored] = await withClient(url, (sql) =>
    sql`SELECT
      count(*) FILTER (WHERE time BETWEEN to_timestamp(${fromMs}::float8 / 1000)
        AND to_timestamp(${toMs}::float8 / 1000))::int AS within,
      ${fromMs}::float8 - max(extract(epoch FROM time) * 1000)
        FILTER (WHERE time < to_timestamp(${fromMs}::float8 / 1000))::float8 AS before_ms
      FROM metrics_with_market WHERE symbol = ${symbol}`);
  return { within: stored?.within, beforeMs: stored?.before_ms };
}

onServer(
  "Outputs that end with a symbol's actor while nothing is stored are told as lost, with their time and why",
  (server) =>
    withRowsInHand(server, async ({ monitor, losses, killSymbol }) => {
      await killSymbol();
      // Whether or not it answers in so short a time, on a busy machine.
      const left = await monitor.supervisor.remove(actorOf(LEAVES), Date.now() + 200);
      assert(left.kind !== "unknown" && left.count >= UNACKED_MIN, JSON.stringify(left));
      await server.up();
      await eventually(async () => (await losses()).length === 2, "both", PATIENCE_MS);
      for (const loss of await losses()) {
        const { symbol, rows, fromMs, toMs, lostBy, cause, detail } = loss;
        assertEquals([lostBy, cause], ["symbol", symbol === CRASHES ? "crash" : "removal"]);
        if (symbol === CRASHES) assertMatch(detail ?? "", /died because the test wanted it$/);
        // Metrics are most of what was lost, and their times are all of its time: none of them is there.
        const due = ((toMs ?? 0) - (fromMs ?? 0)) / INTERVAL_MS;
        assert(due > 0 && rows >= due, `${rows} rows in ${due} intervals`);
        const stored = () => storedIn(server.url, symbol, fromMs ?? 0, toMs ?? 0);
        await eventually(
          async () => (await stored()).beforeMs <= INTERVAL_MS,
          `${symbol}: what was on its way is stored`,
        );
        assertEquals((await stored()).within, 0, symbol);
      }
    }),
);

onServer(
  "What the writer had in hand of actors that are dead is told as lost when it dies too, and so are the losses that it was told of",
  (server) =>
    withRowsInHand(server, async ({ monitor, losses, killSymbol, killWriter }) => {
      await killSymbol();
      await monitor.supervisor.remove(actorOf(LEAVES), Date.now() + 200);
      await killWriter();
      await server.up();
      await eventually(async () => (await losses()).length === 4, "two of each", PATIENCE_MS);
      const all = await losses();
      for (const symbol of [CRASHES, LEAVES]) {
        const ofSymbol = all.filter((loss) => loss.symbol === symbol);
        assertEquals(ofSymbol.map(({ lostBy }) => lostBy).sort(), ["symbol", "writer"]);
        const ofWriter = ofSymbol.find(({ lostBy }) => lostBy === "writer");
        assertEquals(ofWriter?.cause, symbol === CRASHES ? "crash" : "removal");
        assertMatch(ofWriter?.detail ?? "", /the writer, which had them, ended before it said/);
        const rows = ofSymbol.reduce((sum, loss) => sum + loss.rows, 0);
        const fromMs = Math.min(...ofSymbol.map((loss) => loss.fromMs ?? Infinity));
        const toMs = Math.max(...ofSymbol.map((loss) => loss.toMs ?? -Infinity));
        const due = (toMs - fromMs) / INTERVAL_MS;
        const stored = () => storedIn(server.url, symbol, fromMs, toMs);
        await eventually(
          async () => (await stored()).beforeMs <= INTERVAL_MS,
          `${symbol}: what is before is stored`,
        );
        // A commit may have been made of which the writer never heard.
        const { within } = await stored();
        assert(due > 0 && rows + within >= due, `${rows} rows and ${within} in ${due} intervals`);
      }
    }),
);
