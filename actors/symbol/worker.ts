/** The worker of one symbol actor, and the venue that it follows. */
import type { SymbolArgs } from "../../shared/protocol.ts";
import { runActor } from "../run_actor.ts";
import { binanceSpotMarketData } from "../venue/binance_spot/market_data.ts";
import { SymbolActor } from "./actor.ts";

runActor<SymbolArgs>((init, host) => new SymbolActor(init, host, binanceSpotMarketData));
