/**
 * `deno task demo`: the monitor on a local exchange with a simulated market, for a machine with no
 * way out to the internet. It is marked SIMULATED and keeps its data in a folder of its own.
 */
import { runMonitor, tellCrashes } from "../actors/main.ts";
import { startExchange } from "./exchange/exchange.ts";

const DEMO_SYMBOLS = "BTCUSDT,ETHUSDT,SOLUSDT";
const DEMO_DATA_DIR = "./data-demo";

tellCrashes();
const environment = Deno.env.toObject();
// Blank is unset, as in shared/config.ts: a blank folder must not become that of the real data.
const symbols = environment.SYMBOLS?.trim() || DEMO_SYMBOLS;
const exchange = await startExchange({
  host: "127.0.0.1",
  port: 0,
  source: { kind: "simulate", symbols: symbols.split(",").map((s) => s.trim()), seed: 1 },
});
const code = await runMonitor({
  ...environment,
  SYMBOLS: symbols,
  DATA_DIR: environment.DATA_DIR?.trim() || DEMO_DATA_DIR,
  EXCHANGE_REST_URL: exchange.restUrl,
  EXCHANGE_WS_URL: exchange.wsUrl,
});
await exchange.stop();
Deno.exit(code);
