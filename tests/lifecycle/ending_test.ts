/** How a monitor ends while its database is away: what its last line and its exit code say is true. */
import { assertEquals, assertMatch } from "@std/assert";
import postgres from "postgres";
import { type Exchange, startExchange } from "../../scripts/exchange/exchange.ts";
import type { Health } from "../../web/health.ts";
import { eventually } from "../support/eventually.ts";
import { type Monitor, startMonitor } from "../support/monitor.ts";
import { findPostgresBin, type PostgresServer, startPostgres } from "../support/postgres_server.ts";
import { PATIENCE_MS } from "../support/patience.ts";

const SYMBOLS = ["AAAUSDT", "BBBUSDT"];
const INTERVAL_MS = 100;

/** Monitors on one exchange, each with a database of its own on one server. */
class Stage {
  readonly #monitors: Monitor[] = [];
  readonly #dataDirs: string[] = [];
  readonly #exchange: Exchange;
  readonly server: PostgresServer;

  private constructor(exchange: Exchange, server: PostgresServer) {
    this.#exchange = exchange;
    this.server = server;
  }

  static async open(): Promise<Stage> {
    const source = { kind: "simulate", symbols: SYMBOLS, seed: 3 } as const;
    return new Stage(await startExchange({ source, faults: {} }), await startPostgres());
  }

  /** How to start a monitor with a database and a folder of its own, again and again. */
  async place(name: string, more: Record<string, string> = {}) {
    const admin = postgres(this.server.url, { max: 1, onnotice: () => {} });
    await admin.unsafe(`CREATE DATABASE ${name}`);
    await admin.end();
    const databaseUrl = new URL(this.server.url);
    databaseUrl.pathname = name;
    const dataDir = await Deno.makeTempDir();
    this.#dataDirs.push(dataDir);
    const start = () => {
      const monitor = startMonitor({
        SYMBOLS: SYMBOLS.join(),
        DATA_DIR: dataDir,
        DATABASE_URL: databaseUrl.href,
        EXCHANGE_REST_URL: this.#exchange.restUrl,
        EXCHANGE_WS_URL: this.#exchange.wsUrl,
        METRICS_INTERVAL_MS: String(INTERVAL_MS),
        ...more,
      });
      this.#monitors.push(monitor);
      return monitor;
    };
    return { start, databaseUrl: databaseUrl.href };
  }

  async close(): Promise<void> {
    for (const monitor of this.#monitors) await monitor.end("SIGKILL");
    await this.#exchange.stop();
    await this.server.stop();
    for (const dataDir of this.#dataDirs) await Deno.remove(dataDir, { recursive: true });
  }
}

const gaugesOf = async (monitor: Monitor, actorId: string) => {
  // It is 503 while the monitor starts.
  const response = await fetch(`${await monitor.url()}/healthz`);
  const { children }: Health = await response.json();
  return children.find((child) => child.actorId === actorId)?.gauges ?? {};
};

const untilStored = (monitor: Monitor) =>
  eventually(
    async () => ((await gaugesOf(monitor, "writer")).rowsWritten ?? 0) > 40,
    "rows are stored",
    PATIENCE_MS,
  );

/** What it said at its end: warnings and the rest come by two streams, in no order between them. */
const lastLine = (monitor: Monitor) =>
  monitor.log().split("\n").findLast((line) => line.includes(" ended; ")) ?? monitor.log();

/** Ends of the intervals that are stored, in their order. */
async function timesOf(databaseUrl: string, symbol: string): Promise<number[]> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  const rows = await sql`SELECT (extract(epoch FROM time) * 1000)::float8 AS ms
    FROM metrics_with_market WHERE symbol = ${symbol} ORDER BY time`;
  await sql.end();
  return rows.map(({ ms }) => Number(ms));
}

/** Times at which an interval before `untilMs` is missing. */
const holes = (times: readonly number[], untilMs: number) =>
  times.filter((ms, i) => i > 0 && ms <= untilMs && ms - (times[i - 1] ?? 0) !== INTERVAL_MS);

Deno.test({
  name:
    "A monitor that ends while its database is away tells what is kept, and what is not confirmed",
  ignore: findPostgresBin() === null,
  fn: async () => {
    const stage = await Stage.open();
    const { server } = stage;
    try {
      const [kept, hung, lossy] = [
        await stage.place("kept"),
        await stage.place("hung"),
        await stage.place("lossy", { SPOOL_MAX_MB: "0" }),
      ];
      const [keeper, waiter, loser] = [kept.start(), hung.start(), lossy.start()];
      for (const monitor of [keeper, waiter, loser]) await untilStored(monitor);

      // Nobody has noticed yet that it does not answer any more.
      server.pause();
      const hungMs = Date.now();
      assertEquals(await waiter.end("SIGTERM"), 0, waiter.log());
      assertMatch(lastLine(waiter), /INFO .* ended; 0 outputs not confirmed .*; \d+ rows are kept/);
      server.resume();

      await server.down("immediate");
      const waits = async () => ((await gaugesOf(loser, "symbol:AAAUSDT")).writerUnacked ?? 0) > 20;
      await eventually(waits, "outputs wait", PATIENCE_MS);
      const removed = await fetch(`${await keeper.url()}/api/symbols/AAAUSDT`, {
        method: "DELETE",
      });
      assertEquals(await removed.json(), {
        symbols: ["BBBUSDT"],
        unacked: { kind: "exact", count: 0 },
      });
      const endedMs = Date.now();
      assertEquals(await keeper.end("SIGTERM"), 0, keeper.log());
      assertMatch(lastLine(keeper), /INFO .* ended; 0 outputs not confirmed .*; \d+ rows are kept/);
      assertEquals(await loser.end("SIGTERM"), 2, loser.log());
      assertMatch(lastLine(loser), /WARN .* ended; [1-9]\d+ outputs not confirmed by the store$/);

      await server.up();
      for (const [place, untilMs] of [[kept, endedMs], [hung, hungMs]] as const) {
        const again = place.start();
        await eventually(
          async () =>
            (await timesOf(place.databaseUrl, "BBBUSDT")).some((ms) => ms > untilMs + 3_000),
          "rows of the next start",
          PATIENCE_MS,
        );
        assertEquals(await again.end("SIGTERM"), 0, again.log());
        const times = await timesOf(place.databaseUrl, "BBBUSDT");
        assertEquals(holes(times, untilMs), [], "no row that was made is missing");
      }
    } finally {
      await stage.close();
    }
  },
});
