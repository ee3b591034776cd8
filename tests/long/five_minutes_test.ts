/**
 * Five minutes of real recordings through the whole monitor. Times are printed, not asserted: the
 * machine may be busy. What is asserted is loss: no resync, no missing row, nothing unconfirmed.
 */
import { assert, assertEquals } from "@std/assert";
import { startExchange } from "../../scripts/exchange/exchange.ts";
import type { ChildStatus } from "../../shared/protocol.ts";
import { eventually } from "../support/eventually.ts";
import { startMonitor } from "../support/monitor.ts";
import { recordingsDir } from "../support/services.ts";
import { storedMetrics } from "../support/stored_rows.ts";

const RUN_MS = 300_000;

interface Health {
  readonly symbols: readonly { readonly symbol: string; readonly state: string }[];
  readonly children: readonly ChildStatus[];
}

Deno.test({
  name: "Five minutes of two recordings leave no gap in the rows and nothing unconfirmed",
  ignore: recordingsDir === null,
  fn: async () => {
    const dataDir = await Deno.makeTempDir();
    const exchange = await startExchange({
      source: {
        kind: "replay",
        files: ["btcusdt", "ethusdt"].map((name) => `${recordingsDir}/${name}_20240808.gz`),
      },
      holdUntilSubscribed: true,
    });
    const monitor = startMonitor({
      DATA_DIR: dataDir,
      SYMBOLS: exchange.symbols.join(","),
      EXCHANGE_REST_URL: exchange.restUrl,
      EXCHANGE_WS_URL: exchange.wsUrl,
    });
    try {
      const url = await monitor.url();
      const upAt = performance.now();
      const isLive = async () => {
        const { symbols } = await health(url);
        return symbols.length === 2 && symbols.every(({ state }) => state === "live");
      };
      await eventually(isLive, "both symbols are live", 60_000);
      console.log(`live ${Math.round(performance.now() - upAt)} ms after the dashboard was up`);
      await new Promise((resolve) => setTimeout(resolve, RUN_MS));
      const { children } = await health(url);
      for (const symbol of exchange.symbols) {
        const gauges = children.find((c) => c.actorId === `symbol:${symbol}`)?.gauges ?? {};
        console.log(symbol, JSON.stringify(gauges));
        const { gaps, resyncs, snapshots, malformed, writerDropped, exactMismatched } = gauges;
        assertEquals(
          { gaps, resyncs, snapshots, malformed, writerDropped, exactMismatched },
          { gaps: 0, resyncs: 0, snapshots: 1, malformed: 0, writerDropped: 0, exactMismatched: 0 },
        );
        assert((gauges.exactChecked ?? 0) > 0);
      }
      const endAt = performance.now();
      assertEquals(await monitor.end("SIGTERM"), 0, monitor.log());
      console.log(`SIGTERM to exit 0: ${Math.round(performance.now() - endAt)} ms`);
      assert(monitor.log().includes("; 0 outputs not confirmed"), monitor.log());
      const rows = await storedMetrics(dataDir);
      for (const symbol of exchange.symbols) {
        const own = rows.filter((row) => row.symbol === symbol);
        const first = own[0]?.timeMs ?? 0;
        assert(own.length >= RUN_MS / 1_000, `${symbol} has ${own.length} rows`);
        assertEquals(own.map((row) => row.timeMs), own.map((_, i) => first + i * 1_000), symbol);
        const live = own.filter((row) => row.state === "live").length;
        console.log(`${symbol}: ${own.length} rows, one a second, ${live} of them live`);
      }
    } finally {
      await monitor.end("SIGKILL");
      await exchange.stop();
      await Deno.remove(dataDir, { recursive: true });
    }
  },
});

/** 503 is an answer too: while no symbol is live the monitor is not well. */
async function health(url: string): Promise<Health> {
  return await (await fetch(`${url}/healthz`)).json();
}
