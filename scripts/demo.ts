/**
 * `deno task demo`: the monitor on a local exchange with a simulated market, for a machine with no
 * way out to the internet. It is marked SIMULATED and keeps its data in a folder of its own.
 *
 * At its first start, and at later ones until that is done, it gets simulated history of a week up to the moment at which it
 * began, in the background; `--no-seed`: it does not.
 */
import { runMonitor, tellCrashes } from "../actors/main.ts";
import { log } from "../shared/log.ts";
import { demoEnvironment } from "./demo_environment.ts";
import { startExchange } from "./exchange/exchange.ts";
import { readCommandLine } from "./flags.ts";
import { seedBeside } from "./seed/beside.ts";

tellCrashes();
const line = readCommandLine(Deno.args, { "--no-seed": "none" });
if (line === "help") {
  log("info", "demo", "deno task demo [--no-seed]: --no-seed leaves out its simulated history");
  Deno.exit(0);
}
const environment = demoEnvironment();
const symbols = environment.SYMBOLS ?? "";
const exchange = await startExchange({
  host: "127.0.0.1",
  port: 0,
  source: { kind: "simulate", symbols: symbols.split(",").map((s) => s.trim()), seed: 1 },
});
const beside = line.flags.has("--no-seed") ? null : await seedBeside(environment);
const code = await runMonitor({
  ...environment,
  EXCHANGE_REST_URL: exchange.restUrl,
  EXCHANGE_WS_URL: exchange.wsUrl,
}, beside);
await exchange.stop();
Deno.exit(code);
