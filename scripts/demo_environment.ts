/** What the demo and its seed have in common: whose rows they are of, and where these are kept. */
import type { Environment } from "../shared/environment.ts";

const SYMBOLS = "BTCUSDT,ETHUSDT,SOLUSDT";
const DATA_DIR = "./data-demo";

/** What is set, and what the demo has in place of the monitor's own defaults. */
export function demoEnvironment(): Environment {
  const environment = Deno.env.toObject();
  // Blank is unset, as in shared/config.ts: a blank folder must not become that of the real data.
  return {
    ...environment,
    SYMBOLS: environment.SYMBOLS?.trim() || SYMBOLS,
    DATA_DIR: environment.DATA_DIR?.trim() || DATA_DIR,
  };
}
