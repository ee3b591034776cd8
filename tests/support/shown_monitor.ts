/** A monitor as an operator runs it, which follows two symbols of the look-alike exchange at full rate, and real Chromium that shows it. */
import type { BrowserContextOptions, Page } from "playwright-core";
import { type Exchange, startExchange } from "../../scripts/exchange/exchange.ts";
import type { PlantedEvent } from "../../scripts/exchange/planted_event.ts";
import { bundleSymbolWorker } from "../../scripts/symbol_worker.ts";
import { launch, openPage, testInBrowser } from "./browser.ts";
import { type Monitor, startMonitor } from "./monitor.ts";
import { madeDataDir } from "./made_database.ts";

/** The symbols that it follows, of which the page shows the first. */
export const SHOWN_SYMBOLS = ["BTCUSDT", "ETHUSDT"] as const;

/** What a test has of it; whatever still runs at its end is ended. */
export interface ShownMonitor {
  readonly page: Page;
  /** What went wrong inside the page. */
  readonly faults: readonly string[];
  readonly url: string;
  readonly monitor: Monitor;
  readonly exchange: Exchange;
  readonly t: Deno.TestContext;
}

/** How it begins, where not as most do. */
export interface ShownBeginning {
  /** What happens in its market, in place of all kinds now and then. */
  readonly events?: PlantedEvent[];
  /** Of its market. */
  readonly seed?: number;
  /** What is stored before it is started. */
  readonly prepare?: (dataDir: string) => Promise<void>;
  /** The browser's window. */
  readonly context?: BrowserContextOptions;
}

/** A test of one, where there is a Chromium. */
export function testOnShownMonitor(
  name: string,
  act: (shown: ShownMonitor) => Promise<void>,
  { events, seed = 7, prepare, context }: ShownBeginning = {},
): void {
  testInBrowser(name, async (executablePath, t) => {
    const dataDir = await madeDataDir();
    await prepare?.(dataDir);
    await bundleSymbolWorker();
    const symbols = [...SHOWN_SYMBOLS];
    const exchange = await startExchange({
      source: { kind: "simulate", symbols, seed, ...events && { events } },
    });
    const monitor = startMonitor({
      DATA_DIR: dataDir,
      SYMBOLS: symbols.join(),
      SYMBOL_WORKER: "actors/symbol/dist/worker.js",
      EXCHANGE_REST_URL: exchange.restUrl,
      EXCHANGE_WS_URL: exchange.wsUrl,
    });
    const browser = await launch(executablePath);
    try {
      const url = await monitor.url();
      await act({ ...await openPage(browser, url, context), url, monitor, exchange, t });
    } finally {
      await browser.close();
      await monitor.end("SIGTERM");
      await exchange.stop();
      await Deno.remove(dataDir, { recursive: true });
    }
  });
}
