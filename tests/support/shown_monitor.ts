/** A monitor as an operator runs it, which follows two symbols of the look-alike exchange at full rate, and real Chromium that shows it. */
import type { Page } from "playwright-core";
import { type Exchange, startExchange } from "../../scripts/exchange/exchange.ts";
import type { PlantedEvent } from "../../scripts/exchange/planted_event.ts";
import { bundleSymbolWorker } from "../../scripts/symbol_worker.ts";
import { launch, openPage, testInBrowser } from "./browser.ts";
import { type Monitor, startMonitor } from "./monitor.ts";
import { madeDataDir } from "./made_database.ts";

const SYMBOLS = ["BTCUSDT", "ETHUSDT"];

/** What a test has of it; whatever still runs at its end is ended. */
export interface ShownMonitor {
  readonly page: Page;
  readonly monitor: Monitor;
  readonly exchange: Exchange;
}

/** A test of one, where there is a Chromium; `events`: what happens in its market, in place of all kinds now and then. */
export function testOnShownMonitor(
  name: string,
  act: (shown: ShownMonitor) => Promise<void>,
  events?: PlantedEvent[],
): void {
  testInBrowser(name, async (executablePath) => {
    const dataDir = await madeDataDir();
    await bundleSymbolWorker();
    const exchange = await startExchange({
      source: { kind: "simulate", symbols: SYMBOLS, seed: 7, ...events && { events } },
    });
    const monitor = startMonitor({
      DATA_DIR: dataDir,
      SYMBOLS: SYMBOLS.join(),
      SYMBOL_WORKER: "actors/symbol/dist/worker.js",
      EXCHANGE_REST_URL: exchange.restUrl,
      EXCHANGE_WS_URL: exchange.wsUrl,
    });
    const browser = await launch(executablePath);
    try {
      const { page } = await openPage(browser, await monitor.url());
      await act({ page, monitor, exchange });
    } finally {
      await browser.close();
      await monitor.end("SIGTERM");
      await exchange.stop();
      await Deno.remove(dataDir, { recursive: true });
    }
  });
}
