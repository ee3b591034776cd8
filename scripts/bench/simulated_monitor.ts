/** A monitor of so many simulated symbols, all live, for as long as a benchmark needs it. */
import { benchSymbols } from "./bench_symbols.ts";
import { type ExchangeProcess, startExchangeProcess } from "./child_process.ts";
import { startMonitorProcess } from "./monitor_process.ts";

/** All symbols are live within this, on a busy machine, and each more. */
const LIVE_MS = 120_000;
const LIVE_MS_EACH = 6_000;

/** What runs. */
export interface SimulatedMonitor {
  readonly pid: number;
  /** Where its dashboard is, without a slash at the end. */
  readonly url: string;
  readonly symbols: readonly string[];
  readonly exchange: ExchangeProcess;
}

/**
 * Starts the look-alike exchange and a monitor of it, and ends both when the work is over.
 *
 * @throws {ChildError} when one of them does not start, or the symbols are not live in time.
 */
export async function withSimulatedMonitor<T>(
  count: number,
  say: (text: string) => void,
  work: (monitor: SimulatedMonitor) => Promise<T>,
): Promise<T> {
  const symbols = benchSymbols(count);
  const exchange = await startExchangeProcess(["--simulate", symbols.join(",")]);
  try {
    say(`starting a monitor of ${count} symbols`);
    const settings = { liveMsMax: LIVE_MS + count * LIVE_MS_EACH };
    const monitor = await startMonitorProcess(symbols, exchange, settings);
    try {
      return await work({ pid: monitor.pid, url: monitor.url, symbols, exchange });
    } finally {
      await monitor.stop();
    }
  } finally {
    await exchange.stop();
  }
}
