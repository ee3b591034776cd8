/**
 * A process of its own with a real symbol actor and a real writer, to be killed. It takes one JSON argument,
 * `AlertProcessArgs`, and prints `live` when its book is.
 */
// deno-lint-ignore-file no-console
import { SymbolActor } from "../../actors/symbol/actor.ts";
import { binanceSpotMarketData } from "../../actors/venue/binance_spot/market_data.ts";
import type { AlertRule } from "../../shared/catalogue/rules.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { setLogLevel } from "../../shared/log.ts";
import { startWriter } from "../integration/writer_stage.ts";
import { serverAt } from "./services.ts";
import { Tally } from "../../shared/tally.ts";

/** What the process is told. */
export interface AlertProcessArgs {
  readonly databaseUrl: string;
  readonly dataDir: string;
  readonly restUrl: string;
  readonly wsUrl: string;
  readonly rule: AlertRule;
  readonly incarnation: number;
}

const SYMBOL = "BTCUSDT";
const LOOK_MS = 20;

function main(args: AlertProcessArgs): void {
  setLogLevel("error");
  const actor = new SymbolActor(
    {
      type: "init",
      actorId: `symbol:${SYMBOL}`,
      incarnation: args.incarnation,
      args: {
        info: {
          ...{ symbol: SYMBOL, status: "TRADING", baseAsset: "BTC", quoteAsset: "USDT" },
          ...{ tickSize: 0.01, stepSize: 0.00001 },
        },
        ...{ restUrls: [args.restUrl], wsUrls: [args.wsUrl] },
        ...{ depthLevels: 500, auditIntervalMs: null, metricsIntervalMs: 1_000 },
        settings: DEFAULT_SETTINGS,
        alertRules: [args.rule],
        mutes: [],
      },
      checkpoint: null,
      checkpointAgeMs: 0,
      tally: new Tally().memory,
    },
    {
      fatal: (reason) => console.error(reason),
      beat: () => {},
      // The exchange is the test's own: every permit is given.
      request: (id) => queueMicrotask(() => actor.permit(id)),
      cancelRequest: () => {},
      feedback: () => {},
      requestBbo: () => {},
      tellStores: () => {},
      tellMid: () => {},
      tellLosses: () => {},
      noteLost: () => {},
      tellInherited: () => {},
      acknowledged: () => {},
      operate: () => {},
    },
    binanceSpotMarketData,
  );
  const { databaseUrl, dataDir } = args;
  const writer = startWriter({ database: serverAt(databaseUrl), dataDir });
  actor.connect("writer", writer.connect(`symbol:${SYMBOL}`), 1);
  const timer = setInterval(() => {
    if ((actor.gauges().snapshots ?? 0) === 0) return;
    console.log("live");
    clearInterval(timer);
  }, LOOK_MS);
}

if (import.meta.main) main(JSON.parse(Deno.args[0] ?? ""));
