/** The worker of one symbol actor, or of several that share its loop, and the venue that they follow. */
import type { SymbolArgs } from "../../shared/protocol.ts";
import { runActor } from "../run_actor.ts";
import { binanceSpotMarketData } from "../venue/binance_spot/market_data.ts";
import { SymbolActor } from "./actor.ts";
import { LoopWatch } from "./loop_watch.ts";

const loop = new LoopWatch();

runActor<SymbolArgs>((init, host) =>
  new SymbolActor(init, host, binanceSpotMarketData, undefined, loop)
);
