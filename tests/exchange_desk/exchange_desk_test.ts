/** The desk's one way in and one way out, and what a new life is told. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { DeskNews } from "../../actors/exchange_desk/desk_outlet.ts";
import { ExchangeDesk } from "../../actors/exchange_desk/exchange_desk.ts";
import type { Reached } from "../../actors/exchange_desk/exchange_directory.ts";
import { binanceSpotDesk } from "../../actors/venue/binance_spot/desk.ts";
import { type Exchange, startExchange } from "../../scripts/exchange/exchange.ts";
import { setLogLevel } from "../../shared/log.ts";
import type { SymbolInfo } from "../../shared/market.ts";
import type { ExchangeErrand } from "../../shared/protocol.ts";
import { freePort } from "../support/child_process.ts";
import { eventually } from "../support/eventually.ts";

setLogLevel("error");
const SYMBOLS = ["AAAUSDT", "BBBUSDT"];
const REQUEST: ExchangeErrand = {
  type: "permit_request",
  id: 1,
  request: { kind: "rest", weight: 50, priority: "sync" },
};
const BAN: ExchangeErrand = {
  type: "exchange_feedback",
  id: 9,
  answer: { status: 418, usedWeight: null, retryAfterMs: 60_000 },
};

interface Stage {
  readonly exchange: Exchange;
  readonly desk: ExchangeDesk;
  /** `AAAUSDT permit`: what was told to whom, in order. */
  readonly told: string[];
  /** States of the exchange, one for each change. */
  readonly states: string[];
  readonly reach: () => Promise<Reached>;
}

async function stage(
  act: (stage: Stage) => Promise<void>,
  { first, watchIntervalMs }: { first?: string; watchIntervalMs?: number } = {},
): Promise<void> {
  const source = { kind: "simulate", symbols: SYMBOLS, seed: 8 } as const;
  const exchange = await startExchange({ source, faults: {} });
  const told: string[] = [];
  const states: string[] = [];
  const desk: ExchangeDesk = new ExchangeDesk({
    venue: binanceSpotDesk,
    restUrls: [...first === undefined ? [] : [first], exchange.restUrl],
    symbols: SYMBOLS,
    watchIntervalMs,
    outlet: {
      tell: (symbol, { type }) => told.push(`${symbol} ${type}`),
      tellAll: ({ type }) => told.push(`all ${type}`),
      onListed: ({ symbol }) => told.push(`listed ${symbol}`),
      onChange: () => states.push(desk.status.exchange.state),
    },
  });
  const reach = async () => {
    const reached = await desk.reach(SYMBOLS, new AbortController().signal);
    if (reached === null) throw new Error("nobody has ended it");
    return reached;
  };
  try {
    await act({ exchange, desk, told, states, reach });
  } finally {
    desk.stop();
    await exchange.stop();
  }
}

const unheard = () => {
  throw new Error("Never expected: an answer");
};
const types = (news: readonly DeskNews[]) => news.map(({ type }) => type);
const infoOf = ({ symbols }: Reached, index = 0): SymbolInfo => {
  const info = symbols[index];
  if (info === undefined) throw new RangeError(`Cannot find symbol: received ${index}`);
  return info;
};

Deno.test("ExchangeDesk.take() brings a permit to the symbol that asked, and its probe to the life that did", () =>
  stage(async ({ desk, told }) => {
    desk.take("BBBUSDT", REQUEST, unheard);
    await eventually(() => told.length === 1);
    const answers: string[] = [];
    for (const symbol of SYMBOLS) {
      const probe = { type: "bbo_request", probe: 7 } as const;
      desk.take(
        symbol,
        probe,
        (answer) => answers.push(`${symbol} ${answer.type} ${answer.probe}`),
      );
    }
    await eventually(() => answers.length === 2);
    assertEquals(answers.toSorted(), ["AAAUSDT bbo_probed 7", "BBBUSDT bbo_probed 7"]);
    assertEquals(told, ["BBBUSDT permit"]);
    const { usedWeight, unreported } = desk.status.budget;
    assertEquals([usedWeight, unreported], [54, 1], "one call about both");
    desk.take("BBBUSDT", { type: "permit_cancel", id: 1 }, unheard);
    assertEquals(desk.status.budget.unreported, 0);
  }));

Deno.test("ExchangeDesk.take() refuses what it does not know by name", () =>
  stage(({ desk }) => {
    const unknown = { type: "buy" } as unknown as ExchangeErrand;
    assertThrows(() => desk.take("AAAUSDT", unknown, unheard), TypeError, "buy");
    return Promise.resolve();
  }));

Deno.test("ExchangeDesk.greeting() is what is known by then: nothing, the symbol and the time, a ban", () =>
  stage(async ({ desk, told, reach }) => {
    assertEquals(desk.greeting("AAAUSDT"), []);
    const reached = await reach();
    const info = infoOf(reached);
    desk.follow(info);
    desk.start(reached);
    assertEquals(desk.greeting("AAAUSDT")[0], { type: "symbol_info", info });
    await eventually(() => told.includes("all clock_offset"));
    assertEquals(types(desk.greeting("AAAUSDT")), ["symbol_info", "clock_offset"]);
    assertEquals(types(desk.greeting("BBBUSDT")), ["clock_offset"], "nobody follows it");
    desk.take("AAAUSDT", BAN, unheard);
    assertEquals(types(desk.greeting("AAAUSDT")), ["symbol_info", "clock_offset", "budget"]);
    assertEquals(told.at(-1), "all budget");
    const { clock, budget } = desk.status;
    assert(Math.abs(clock?.offsetMs ?? NaN) < 1_000, "the same machine");
    assertStringIncludes(budget.ban?.reason ?? "", "HTTP 418");
  }));

Deno.test("ExchangeDesk.ended() forgets what a life waited for, not what the exchange has said to it", () =>
  stage(({ desk, told }) => {
    desk.take("AAAUSDT", BAN, unheard);
    desk.take("AAAUSDT", REQUEST, unheard);
    assertEquals(desk.status.budget.waiting.sync, 1);
    desk.ended("AAAUSDT");
    const { waiting, ban } = desk.status.budget;
    assertEquals([waiting.sync, ban === null], [0, false]);
    assertEquals(told, ["all budget"]);
    return Promise.resolve();
  }));

Deno.test("ExchangeDesk tells a symbol that has changed, and no more of one that it has left", () =>
  stage(async ({ desk, told, exchange, reach }) => {
    const reached = await reach();
    for (const info of reached.symbols) desk.follow(info);
    desk.start(reached);
    exchange.faults.inject("status status=BREAK symbol=AAAUSDT");
    await eventually(() => told.includes("AAAUSDT symbol_info"));
    assertEquals(told.includes("BBBUSDT symbol_info"), false);
    desk.leave("AAAUSDT");
    assertEquals([desk.follows("AAAUSDT"), desk.follows("BBBUSDT")], [false, true]);
    assertEquals(types(desk.greeting("AAAUSDT")).includes("symbol_info"), false);
  }, { watchIntervalMs: 40 }));

Deno.test("ExchangeDesk.reach() goes on at the next address, and status names it once started", () => {
  const first = `http://127.0.0.1:${freePort()}`;
  return stage(async ({ desk, states, exchange, reach }) => {
    assertEquals(desk.status.exchange, { state: "contacting", reason: null });
    const reached = await reach();
    assertEquals(states, ["unreachable"]);
    assertStringIncludes(
      desk.status.exchange.reason ?? "",
      `Cannot reach the exchange at ${first}`,
    );
    desk.start(reached);
    const endpoint = exchange.restUrl;
    assertEquals(desk.status.exchange, { state: "reached", reason: null, endpoint });
    assertEquals([states.at(-1), desk.url], ["reached", endpoint]);
  }, { first });
});

Deno.test("ExchangeDesk.reach() ends with its signal", () =>
  stage(async ({ desk, exchange, states }) => {
    exchange.faults.inject("server_error path=exchangeInfo times=1000");
    const end = new AbortController();
    const reached = desk.reach(SYMBOLS, end.signal);
    await eventually(() => states.includes("unreachable"));
    end.abort();
    assertEquals(await reached, null);
  }));

Deno.test("ExchangeDesk.list() is what the exchange lists, for the weight of one call", () =>
  stage(async ({ desk }) => {
    const told = await desk.list();
    if (told.kind === "refused") throw new Error(told.reason);
    const { symbols, problem } = told.listing;
    assertEquals([symbols.map(({ symbol }) => symbol), problem], [SYMBOLS, null]);
    assert(symbols.every(({ tickSize, status }) => tickSize !== null && status === "TRADING"));
    await desk.list();
    assertEquals(desk.status.budget.usedWeight, 20);
  }));

Deno.test("ExchangeDesk gives nothing after stop()", () =>
  stage(async ({ desk, told, reach }) => {
    await reach();
    desk.stop();
    desk.take("AAAUSDT", REQUEST, unheard);
    desk.take("AAAUSDT", { type: "bbo_request", probe: 1 }, unheard);
    desk.take("AAAUSDT", BAN, unheard);
    assertEquals(told, []);
  }));
