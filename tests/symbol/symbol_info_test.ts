/** A symbol actor and the look-alike exchange: what becomes of the feed when the symbol changes. */
import { assertEquals } from "@std/assert";
import type { SymbolInfo } from "../../shared/market.ts";
import { type Exchange, startExchange } from "../../scripts/exchange/exchange.ts";
import { SymbolWatch } from "../../actors/exchange_desk/symbol_watch.ts";
import { binanceSpotDesk } from "../../actors/venue/binance_spot/desk.ts";
import { Endpoints } from "../../shared/endpoints.ts";
import { eventually } from "../support/eventually.ts";
import { type PortUnderTest, Stage } from "./actor_stage.ts";

const INFO: SymbolInfo = {
  symbol: "BTCUSDT",
  status: "TRADING",
  baseAsset: "BTC",
  quoteAsset: "USDT",
  tickSize: 0.01,
  stepSize: 0.00001,
};

/** A live actor whose exchange is watched; `states()`: every change of state and its reason. */
async function live(
  act: (exchange: Exchange, writer: PortUnderTest, stage: Stage) => Promise<void>,
): Promise<void> {
  const source = { kind: "simulate", symbols: ["BTCUSDT", "ETHUSDT"], seed: 4 } as const;
  const exchange = await startExchange({ source, faults: {} });
  const stage = new Stage({ restUrl: exchange.restUrl, wsUrl: exchange.wsUrl });
  const writer = stage.port("writer");
  let callsUnderWay = 0;
  const watch = new SymbolWatch({
    client: {
      venue: binanceSpotDesk,
      rest: new Endpoints([exchange.restUrl]),
      limiter: {
        pass: () => {
          callsUnderWay += 1;
          return Promise.resolve(() => callsUnderWay -= 1);
        },
      },
    },
    random: Math.random,
    onChange: (_symbol, info) => stage.actor.control({ type: "symbol_info", info }),
    onListed: () => {},
    onWeightLimit: () => {},
    intervalMs: 100,
  });
  watch.add(INFO);
  try {
    await eventually(() => stateOf(writer) === "live", "the book is live");
    watch.start();
    await act(exchange, writer, stage);
  } finally {
    watch.stop();
    // On a busy machine the last call may be on its way still, and would be found as left behind.
    await eventually(() => callsUnderWay === 0, "no call is on its way");
    await stage[Symbol.asyncDispose]();
    await exchange.stop();
  }
}

const stateOf = (writer: PortUnderTest) => writer.feed.at(-1)?.state;
const statesOf = (writer: PortUnderTest) => {
  const lines = writer.feed.map(({ state, reason }) => `${state}: ${reason}`);
  return lines.slice(lines.indexOf("live: null") + 1);
};

Deno.test("SymbolActor is halted while the exchange does not trade the symbol, and live after it", () =>
  live(async (exchange, writer, { actor }) => {
    exchange.faults.inject("status status=HALT for=500ms symbol=BTCUSDT");
    await eventually(() => stateOf(writer) === "halted");
    await eventually(() => stateOf(writer) === "live");
    assertEquals(statesOf(writer), [
      "halted: the exchange does not trade it now: HALT",
      "live: null",
    ]);
    assertEquals(actor.gauges().resyncs, 0, "a halt is no fault");
  }));

Deno.test("SymbolActor is halted while the exchange does not list the symbol", () =>
  live(async (exchange, writer, { actor }) => {
    exchange.faults.inject("delisting for=500ms symbol=BTCUSDT");
    await eventually(() => stateOf(writer) === "halted");
    assertEquals(
      writer.feed.at(-1)?.reason,
      "the exchange does not list the symbol any more",
    );
    await eventually(() => stateOf(writer) === "live");
    await eventually(() => (actor.gauges().exactMismatched ?? 0) === 0);
  }));

Deno.test("SymbolActor resyncs once when the tick size becomes finer, and decodes in it", () =>
  live(async (exchange, writer, { actor }) => {
    exchange.faults.inject("tick_size tickSize=0.001 symbol=BTCUSDT");
    const { exactChecked = 0 } = actor.gauges();
    await eventually(() => (actor.gauges().resyncs ?? 0) > 0);
    await eventually(() => stateOf(writer) === "live");
    await eventually(() => (actor.gauges().exactChecked ?? 0) > exactChecked + 3);
    const { resyncs, malformed, gaps, exactMismatched } = actor.gauges();
    assertEquals([resyncs, malformed, gaps, exactMismatched], [1, 0, 0, 0]);
  }));

Deno.test("SymbolActor resyncs once when the tick size becomes coarser", () =>
  live(async (exchange, writer, { actor }) => {
    exchange.faults.inject("tick_size tickSize=0.1 symbol=BTCUSDT");
    await eventually(() => (actor.gauges().resyncs ?? 0) > 0);
    await eventually(() => stateOf(writer) === "live");
    const { exactChecked = 0 } = actor.gauges();
    await eventually(() => (actor.gauges().exactChecked ?? 0) > exactChecked + 3);
    const { resyncs, malformed, exactMismatched } = actor.gauges();
    assertEquals([resyncs, malformed, exactMismatched], [1, 0, 0]);
    assertEquals(
      statesOf(writer)[0],
      "syncing: resyncing: the tick size has changed from 0.01 to 0.1",
    );
  }));
