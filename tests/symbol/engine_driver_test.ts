import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { assert, assertEquals } from "@std/assert";
import type { Command, EngineEvent, StepOutput } from "../../actors/symbol/engine/event.ts";
import { type DriverOptions, EngineDriver } from "../../actors/symbol/engine_driver.ts";
import { binanceSpotMarketData } from "../../actors/venue/binance_spot/market_data.ts";
import type { SymbolInfo } from "../../shared/market.ts";
import type { Output } from "../../shared/output.ts";
import { depthSnapshot, depthUpdate, SYMBOL } from "./engine/market.ts";
import { combined, decimal, depthFrame } from "./tiny_exchange.ts";

const START_MS = 1_000_000;

/** A driver whose shell writes down what it is given. */
class Driven {
  readonly said: string[] = [];
  readonly outputs: Output[] = [];
  readonly commands: Command[] = [];
  /** Tick sizes that decoders were made for. */
  readonly decoders: (number | null)[] = [];
  readonly driver: EngineDriver;
  /** What is done about a command. */
  onCommand: (command: Command) => void = () => {};

  constructor(options: Partial<DriverOptions> = {}) {
    const { createDecoder, rules } = binanceSpotMarketData;
    const venue = {
      rules,
      createDecoder: (tickLot: DriverOptions["tickLot"]) => {
        this.decoders.push(tickLot?.tickSize ?? null);
        return createDecoder(tickLot);
      },
    };
    const defaults = {
      symbol: SYMBOL,
      tickLot: null,
      quoteAsset: "USDT",
      depthLevels: 1_000,
      auditIntervalMs: null,
      metricsIntervalMs: 1_000,
      settings: DEFAULT_SETTINGS,
      seed: 0,
      awaitRestore: false,
      alertRules: [],
      alertMemory: null,
      metricMemory: null,
    };
    this.driver = new EngineDriver(venue, { ...defaults, ...options }, START_MS, {
      take: ({ outputs }: StepOutput) => {
        this.said.push(...outputs.map(({ type }) => type));
        this.outputs.push(...outputs);
      },
      run: (command) => {
        this.said.push(command.type);
        this.commands.push(command);
        this.onCommand(command);
      },
    });
  }
}

Deno.test("EngineDriver tells nothing before its start, and then what is said before what is asked for", () => {
  const { driver, said } = new Driven();
  assertEquals(said, []);
  driver.start();
  assertEquals(said, ["feed", "open_connection"]);
  driver.accept({ type: "opened", connection: 1 }, START_MS);
  driver.accept({ type: "depth_update", connection: 1, update: depthUpdate(99, 100) }, START_MS);
  assertEquals(said.slice(2), ["feed", "fetch_snapshot"]);
});

Deno.test("EngineDriver.read() makes a frame an event of its connection", () => {
  const { driver } = new Driven();
  const event = driver.read(depthFrame(101, 105, 3), 7);
  assert(event.type === "depth_update");
  assertEquals([event.connection, event.update.finalUpdateId], [7, 105]);
  assertEquals(driver.read('{"result":["btcusdt@depth"],"id":1}', 7), {
    type: "subscriptions_listed",
    connection: 7,
  });
});

Deno.test("EngineDriver.read() refuses what is no text, cannot be read, or speaks of another symbol", () => {
  const { driver } = new Driven();
  const kindOf = (text: unknown) => {
    const event = driver.read(text, 1);
    return event.type === "malformed" ? event.kind : event.type;
  };
  assertEquals(kindOf(new ArrayBuffer(8)), "binary");
  assertEquals(kindOf(depthFrame(101, 105, null, "ETHUSDT")), "wrong_symbol");
  assert(driver.read("{", 1).type === "malformed");
});

Deno.test("EngineDriver reads in the ticks and lots that the exchange lists now", () => {
  const tickLot = { tickSize: 0.01, stepSize: 0.001 };
  const { driver, decoders } = new Driven({ tickLot });
  const listed = (info: Partial<SymbolInfo> | null): EngineEvent => ({
    type: "symbol_info",
    info: info === null ? null : {
      symbol: SYMBOL,
      baseAsset: "BTC",
      quoteAsset: "USDT",
      status: "TRADING",
      ...tickLot,
      ...info,
    },
  });
  driver.start();
  for (const info of [{}, null, { tickSize: 0.1 }, { tickSize: 0.1 }]) {
    driver.accept(listed(info), START_MS);
  }
  assertEquals(decoders, [0.01, 0.1]);
});

/** What an engine asks for that is refused four times, at what delays. */
function delaysOf(options: Partial<DriverOptions>): number[] {
  const { driver, commands } = new Driven(options);
  driver.start();
  for (let connection = 1; connection <= 4; connection++) {
    driver.accept({ type: "closed", connection, reason: "refused" }, START_MS);
  }
  return commands.map((it) => it.type === "open_connection" ? it.delayMs : NaN);
}

Deno.test("EngineDriver repeats a run of the same seed, which no other seed or symbol does", () => {
  const run = delaysOf({ seed: 1 });
  assertEquals(delaysOf({ seed: 1 }), run);
  assert(delaysOf({ seed: 2 }).some((delayMs, i) => delayMs !== run[i]));
  assert(delaysOf({ seed: 1, symbol: "ETHUSDT" }).some((delayMs, i) => delayMs !== run[i]));
});

/** A driver that reads these frames while it carries out what the first update leads to. */
function readingMeanwhile(...frames: readonly string[]): Driven {
  const driven = new Driven();
  const { driver } = driven;
  const take = (text: string) => {
    const event = driver.read(text, 1);
    assert(event.type !== "malformed");
    driver.accept(event, START_MS);
  };
  driver.start();
  driver.accept({ type: "opened", connection: 1 }, START_MS);
  driven.onCommand = () => {
    driven.onCommand = () => {};
    frames.forEach(take);
  };
  take(depthFrame(99, 100));
  assertEquals(driven.commands.map(({ type }) => type), ["open_connection", "fetch_snapshot"]);
  return driven;
}

/** Answers what the driver has asked for. */
function giveSnapshot({ driver, commands }: Driven, lastUpdateId: number): void {
  const asked = commands.find((command) => command.type === "fetch_snapshot");
  assert(asked !== undefined);
  const { generation, limit } = asked;
  const snapshot = depthSnapshot(lastUpdateId);
  driver.accept({ type: "depth_snapshot", generation, snapshot, limit }, START_MS);
}

Deno.test("EngineDriver keeps updates that wait, though the next is read into the same event", () => {
  const driven = readingMeanwhile(depthFrame(101, 105, 5), depthFrame(106, 110));
  assertEquals(driven.driver.engine.buffered, 3);
  giveSnapshot(driven, 100);
  const { bookUpdateId, book } = driven.driver.engine;
  assertEquals([bookUpdateId, book.bids.bestQty], [110, 5]);
});

Deno.test("EngineDriver keeps tickers that wait, though the next is read into the same event", () => {
  const [b, a, A] = [99, 101, 1].map(decimal);
  const ticker = (u: number, bidQty: number) =>
    combined({ u, s: SYMBOL, b, B: decimal(bidQty), a, A });
  const driven = readingMeanwhile(depthFrame(101, 105), ticker(105, 1), ticker(107, 2));
  giveSnapshot(driven, 100);
  const { exact } = driven.driver.engine.proof;
  assertEquals(exact, { checked: 1, mismatched: 0 });
});

Deno.test("EngineDriver keeps trades that wait, though the next is read into the same event", () => {
  const [e, E, s, p] = ["aggTrade", 5_000, SYMBOL, decimal(100)];
  const trade = (a: number, qty: number) =>
    combined({ e, E, s, a, p, q: decimal(qty), f: a, l: a, T: E, m: false, M: true });
  const { driver, outputs } = readingMeanwhile(trade(1, 1), trade(2, 2));
  driver.accept({ type: "tick" }, START_MS + 100);
  const buys = outputs.flatMap((output) => output.type === "trades" ? [output.buy] : []);
  assertEquals(buys.map((buy) => [buy?.count, buy?.qty]), [[2, 3]]);
});

Deno.test("EngineDriver carries a step out whole before it takes in what comes meanwhile", () => {
  const driven = new Driven();
  const { driver, said } = driven;
  driver.start();
  driver.accept({ type: "opened", connection: 1 }, START_MS);
  driven.onCommand = () => {
    // Both ends, one after the other, of which only the first is news.
    for (const connection of [1, 1]) {
      driver.accept({ type: "closed", connection, reason: "gone" }, START_MS);
    }
    driven.onCommand = () => {};
    said.push("carried out");
  };
  driver.accept({ type: "depth_update", connection: 1, update: depthUpdate(99, 100) }, START_MS);
  assertEquals(said.slice(2), [
    "feed",
    "fetch_snapshot",
    "carried out",
    "feed",
    "cancel_snapshot",
    "open_connection",
  ]);
});
