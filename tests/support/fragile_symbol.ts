/** The real symbol actor on a real worker, which dies whenever the test has laid down a mark. */
import { runActor } from "../../actors/run_actor.ts";
import { SymbolActor } from "../../actors/symbol/actor.ts";
import { binanceSpotMarketData } from "../../actors/venue/binance_spot/market_data.ts";
import type { SymbolArgs } from "../../shared/protocol.ts";

const POLL_MS = 10;

/** The actor's arguments, and the file whose existence asks for a crash. */
export interface FragileSymbolArgs {
  readonly symbol: SymbolArgs;
  readonly mark: string;
}

runActor<FragileSymbolArgs>((init, host) => {
  const poll = host.guard(() => {
    try {
      Deno.removeSync(init.args.mark);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      throw error;
    }
    throw new Error("died because the test wanted it");
  });
  setInterval(poll, POLL_MS);
  return new SymbolActor({ ...init, args: init.args.symbol }, host, binanceSpotMarketData);
});
