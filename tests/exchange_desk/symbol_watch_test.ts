/** The watch over symbols against the look-alike exchange: what it tells, and what it costs. */
import { assert, assertEquals } from "@std/assert";
import type { CallLimiter } from "../../actors/exchange_desk/exchange_client.ts";
import { SymbolWatch } from "../../actors/exchange_desk/symbol_watch.ts";
import { binanceSpotDesk } from "../../actors/venue/binance_spot/desk.ts";
import { Endpoints } from "../../shared/endpoints.ts";
import { setLogLevel } from "../../shared/log.ts";
import type { SymbolInfo } from "../../shared/market.ts";
import { type Exchange, startExchange } from "../../scripts/exchange/exchange.ts";
import { eventually } from "../support/eventually.ts";

setLogLevel("error");
const SYMBOLS = ["AAAUSDT", "BBBUSDT", "CCCUSDT"];

interface Stage {
  readonly exchange: Exchange;
  readonly watch: SymbolWatch;
  /** Changes told, as `symbol status tickSize` or `symbol delisted`. */
  readonly told: string[];
  /** What each call asked the budget for, and which status came. */
  readonly calls: string[];
}

async function stage(act: (stage: Stage) => Promise<void>): Promise<void> {
  const exchange = await startExchange({
    source: { kind: "simulate", symbols: SYMBOLS, seed: 2 },
    faults: {},
  });
  const told: string[] = [];
  const calls: string[] = [];
  const limiter: CallLimiter = {
    pass: (weight, priority) =>
      Promise.resolve(({ status }) => calls.push(`${priority} ${weight} ${status}`)),
  };
  const watch = new SymbolWatch({
    client: {
      venue: binanceSpotDesk,
      rest: new Endpoints([exchange.restUrl]),
      limiter,
    },
    random: Math.random,
    onChange: (symbol, info) =>
      told.push(info === null ? `${symbol} delisted` : `${symbol} ${info.status} ${info.tickSize}`),
    onListed: ({ symbol }) => told.push(`${symbol} listed`),
    onWeightLimit: () => {},
    intervalMs: 40,
  });
  for (const symbol of SYMBOLS) watch.add(infoOf(symbol));
  watch.start();
  try {
    await eventually(() => told.length === 3, "the exchange's tick sizes are learnt");
    told.length = calls.length = 0;
    await act({ exchange, watch, told, calls });
  } finally {
    watch.stop();
    await exchange.stop();
  }
}

/** With a tick size that the exchange corrects. */
function infoOf(symbol: string): SymbolInfo {
  const assets = { baseAsset: symbol.slice(0, 3), quoteAsset: "USDT" };
  return { symbol, status: "TRADING", ...assets, tickSize: 7, stepSize: 7 };
}

Deno.test("SymbolWatch asks about all symbols in one call of low priority, and tells nothing twice", () =>
  stage(async ({ told, calls }) => {
    await eventually(() => calls.length >= 3);
    assertEquals(new Set(calls), new Set(["renew 20 200"]));
    assertEquals(told, []);
  }));

Deno.test("SymbolWatch tells of a halt and its end, of that symbol alone", () =>
  stage(async ({ exchange, watch, told }) => {
    const tick = watch.info("BBBUSDT")?.tickSize;
    exchange.faults.inject("status status=HALT symbol=BBBUSDT");
    await eventually(() => told.length === 1);
    exchange.faults.clear();
    await eventually(() => told.length === 2);
    assertEquals(told, [`BBBUSDT HALT ${tick}`, `BBBUSDT TRADING ${tick}`]);
  }));

Deno.test("SymbolWatch tells of a delisting, keeps the others fresh, and sees a return", () =>
  stage(async ({ exchange, watch, told, calls }) => {
    exchange.faults.inject("delisting symbol=BBBUSDT");
    exchange.faults.inject("delisting symbol=CCCUSDT");
    await eventually(() => told.length === 2);
    assertEquals(told.toSorted(), ["BBBUSDT delisted", "CCCUSDT delisted"]);
    assertEquals(watch.info("BBBUSDT"), null);
    calls.length = 0;
    await eventually(() => calls.length >= 6);
    // All that are listed in one call, then one that is not, and who it is that says so.
    assertEquals(calls.slice(calls.indexOf("renew 20 200")).slice(0, 3), [
      "renew 20 200",
      "renew 20 400",
      "renew 1 200",
    ]);
    exchange.faults.inject("status status=BREAK symbol=AAAUSDT");
    await eventually(() => told.some((line) => line.startsWith("AAAUSDT BREAK")));
    exchange.faults.clear();
    await eventually(() => told.length === 6);
    assertEquals(told.slice(3).map((line) => line.split(" ").slice(0, 2).join(" ")).toSorted(), [
      "AAAUSDT TRADING",
      "BBBUSDT TRADING",
      "CCCUSDT TRADING",
    ]);
  }));

Deno.test("SymbolWatch changes nothing when calls fail, and asks again", () =>
  stage(async ({ exchange, watch, told, calls }) => {
    const before = watch.info("AAAUSDT");
    exchange.faults.inject("server_error times=3 path=exchangeInfo");
    await eventually(() => calls.filter((call) => call.endsWith(" 502")).length === 3);
    assertEquals([told, watch.info("AAAUSDT")], [[], before]);
    exchange.faults.inject("tick_size symbol=AAAUSDT tickSize=0.00000001");
    await eventually(() => told.length === 1);
    assertEquals(told, ["AAAUSDT TRADING 1e-8"]);
  }));

Deno.test("SymbolWatch tells nothing of a symbol that was removed", () =>
  stage(async ({ exchange, watch, told, calls }) => {
    watch.remove("BBBUSDT");
    exchange.faults.inject("status status=HALT symbol=BBBUSDT; status status=HALT symbol=AAAUSDT");
    await eventually(() => told.length === 1);
    const seen = calls.length;
    await eventually(() => calls.length > seen + 1);
    assert(told.every((line) => line.startsWith("AAAUSDT")));
  }));

/** A watch over an exchange whose answers the test gives, one after the other; the last one for ever. */
async function withAnswers(
  lists: (readonly string[] | "unknown")[],
  act: (told: readonly string[], isOver: () => boolean) => Promise<void>,
): Promise<void> {
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  let asked = 0;
  const server = Deno.serve(options, (request) => {
    if (new URL(request.url).pathname === "/api/v3/ping") return Response.json({});
    const list = lists[Math.min(asked++, lists.length - 1)] ?? [];
    if (list === "unknown") return Response.json({ code: -1121 }, { status: 400 });
    const filters = [
      { filterType: "PRICE_FILTER", tickSize: "7" },
      { filterType: "LOT_SIZE", stepSize: "7" },
    ];
    return Response.json({ symbols: list.map((symbol) => ({ ...infoOf(symbol), filters })) });
  });
  const told: string[] = [];
  const watch = new SymbolWatch({
    client: {
      venue: binanceSpotDesk,
      rest: new Endpoints([`http://127.0.0.1:${server.addr.port}`]),
      limiter: { pass: () => Promise.resolve(() => {}) },
    },
    random: Math.random,
    onChange: (symbol, info) => told.push(`${symbol} ${info?.status ?? "delisted"}`),
    onListed: ({ symbol }) => told.push(`${symbol} listed`),
    onWeightLimit: () => {},
    intervalMs: 10,
  });
  for (const symbol of ["AAAUSDT", "BBBUSDT"]) watch.add(infoOf(symbol));
  watch.start();
  try {
    await act(told, () => asked > lists.length);
  } finally {
    watch.stop();
    await server.shutdown();
  }
}

Deno.test("SymbolWatch believes no single answer that merely lacks symbols", () => {
  const all = ["AAAUSDT", "BBBUSDT"];
  return withAnswers([[], all, ["AAAUSDT"], all, [], all], async (told, isOver) => {
    await eventually(isOver);
    assertEquals(told, []);
  });
});

Deno.test("SymbolWatch takes a symbol that two answers in a row lack for delisted, until one has it", () => {
  const all = ["AAAUSDT", "BBBUSDT"];
  const lists = [["AAAUSDT"], ["AAAUSDT"], ["BBBUSDT"], all];
  return withAnswers(lists, async (told) => {
    await eventually(() => told.length === 2);
    assertEquals(told, ["BBBUSDT delisted", "BBBUSDT TRADING"]);
  });
});

Deno.test("SymbolWatch believes the exchange at once that says a symbol is unknown", () =>
  withAnswers(["unknown", "unknown", "unknown", ["AAAUSDT", "BBBUSDT"]], async (told) => {
    await eventually(() => told.length >= 2);
    assertEquals(told.slice(0, 2), ["AAAUSDT delisted", "BBBUSDT delisted"]);
  }));

Deno.test("SymbolWatch tells that an expected symbol is listed until it is added", () =>
  stage(async ({ exchange, watch, told, calls }) => {
    exchange.faults.inject("delisting symbol=CCCUSDT");
    watch.remove("CCCUSDT");
    watch.expect("CCCUSDT");
    assertEquals([watch.has("CCCUSDT"), watch.expects("CCCUSDT")], [false, true]);
    calls.length = 0;
    await eventually(() => calls.filter((call) => call === "renew 20 400").length >= 2);
    assertEquals(told, []);
    exchange.faults.clear();
    await eventually(() => told.length >= 2);
    assertEquals(new Set(told), new Set(["CCCUSDT listed"]));
    assert(watch.expects("CCCUSDT"));
    watch.add(infoOf("CCCUSDT"));
    assertEquals([watch.has("CCCUSDT"), watch.expects("CCCUSDT")], [true, false]);
    await eventually(() => told.some((line) => line.startsWith("CCCUSDT TRADING")));
  }));
