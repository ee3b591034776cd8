/** Probes at the look-alike exchange: what they cost there, and what becomes of trouble. */
import { assert, assertEquals } from "@std/assert";
import { BboProber } from "../../actors/exchange_desk/bbo_prober.ts";
import type { BboAnswer } from "../../actors/exchange_desk/bbo_queue.ts";
import type { CallLimiter } from "../../actors/exchange_desk/exchange_client.ts";
import { RateLimiter } from "../../actors/exchange_desk/rate_limiter.ts";
import { binanceSpotDesk } from "../../actors/venue/binance_spot/desk.ts";
import { Endpoints } from "../../shared/endpoints.ts";
import { setLogLevel } from "../../shared/log.ts";
import { type Exchange, startExchange } from "../../scripts/exchange/exchange.ts";
import { eventually } from "../support/eventually.ts";

setLogLevel("error");
const SYMBOLS = Array.from({ length: 20 }, (_, i) => `COIN${i}USDT`);

interface Stage {
  readonly exchange: Exchange;
  readonly prober: BboProber;
  /** What each call asked the budget for, which status came, and the weight that the exchange counts. */
  readonly calls: string[];
  readonly told: Map<string, BboAnswer>;
  ask(probe: number, symbols?: readonly string[]): void;
}

async function stage(
  act: (stage: Stage) => Promise<void>,
  { limiter, timeoutMs = 10_000 }: { limiter?: CallLimiter; timeoutMs?: number } = {},
): Promise<void> {
  const source = { kind: "simulate", symbols: SYMBOLS, seed: 4 } as const;
  const exchange = await startExchange({ source, faults: {} });
  const calls: string[] = [];
  const told: Stage["told"] = new Map();
  const counting: CallLimiter = {
    pass: (weight, priority) =>
      Promise.resolve(({ status, usedWeight }) =>
        calls.push(`${priority} ${weight} ${status} ${usedWeight}`)
      ),
  };
  const rest = new Endpoints([exchange.restUrl]);
  const client = { venue: binanceSpotDesk, rest, limiter: limiter ?? counting };
  const prober = new BboProber({ client, timeoutMs });
  const ask: Stage["ask"] = (probe, symbols = SYMBOLS) => {
    for (const symbol of symbols) {
      prober.add({ symbol, probe, answer: (message) => told.set(symbol, message) });
    }
  };
  try {
    await act({ exchange, prober, calls, told, ask });
  } finally {
    prober.stop();
    await exchange.stop();
  }
}

const failures = (told: Stage["told"]) =>
  [...told].flatMap(([symbol, message]) =>
    message.type === "probe_failed" ? [`${symbol}: ${message.reason}`] : []
  );

Deno.test("BboProber proves 20 symbols by one call of weight 4, each by its own best bid and ask", () =>
  stage(async ({ exchange, calls, told, ask }) => {
    exchange.freeze();
    ask(5);
    await eventually(() => told.size === SYMBOLS.length);
    assertEquals(calls, ["probe 4 200 4"]);
    for (const symbol of SYMBOLS) {
      const { bids, asks } = exchange.referenceBook(symbol);
      const [bidPrice, bidQty] = (bids[0] ?? []).map(Number);
      const [askPrice, askQty] = (asks[0] ?? []).map(Number);
      const best = { bidPrice, bidQty, askPrice, askQty };
      assertEquals(told.get(symbol), { type: "bbo_probed", probe: 5, best } as BboAnswer);
    }
  }));

Deno.test("BboProber asks about one symbol for a weight of 2", () =>
  stage(async ({ calls, told, ask }) => {
    ask(1, ["COIN3USDT"]);
    await eventually(() => told.size === 1);
    assertEquals([calls, failures(told)], [["probe 2 200 2"], []]);
  }));

Deno.test("BboProber proves the others when one symbol was delisted, and asks about it alone then", () =>
  stage(async ({ exchange, calls, told, ask }) => {
    exchange.faults.inject("delisting symbol=COIN3USDT");
    await eventually(() => exchange.faults.counts.delisting === 1);
    ask(1);
    await eventually(() => told.size === SYMBOLS.length);
    assertEquals(failures(told), ["COIN3USDT: the exchange does not know the symbol"]);
    assert(calls.length <= 11, `${calls.length} calls`);
    told.clear();
    calls.length = 0;
    ask(2);
    await eventually(() => told.size === SYMBOLS.length);
    assertEquals(calls.map((call) => call.slice(0, 11)), ["probe 4 200", "probe 2 400"]);
  }));

Deno.test("BboProber tells every symbol of an answer that is none, and asks again when they do", () =>
  stage(async ({ exchange, told, ask }) => {
    const reasons: string[] = [];
    for (const fault of ["server_error http=503", "non_json", "banned seconds=0"]) {
      exchange.faults.inject(`${fault} path=bookTicker`);
      told.clear();
      ask(1);
      await eventually(() => told.size === SYMBOLS.length);
      assertEquals(failures(told).length, SYMBOLS.length);
      reasons.push(failures(told)[0]?.slice(0, 30) ?? "");
    }
    assertEquals(reasons, [
      "COIN0USDT: HTTP 503 <html><hea",
      "COIN0USDT: it answered, but no",
      'COIN0USDT: HTTP 418 {"code":-1',
    ]);
    told.clear();
    ask(2);
    await eventually(() => told.size === SYMBOLS.length);
    assertEquals(failures(told), []);
  }));

Deno.test("BboProber gives an answer up that does not come, and says so", () =>
  stage(async ({ exchange, told, calls, ask }) => {
    exchange.faults.inject("late_snapshot path=bookTicker ms=60000");
    ask(1);
    await eventually(() => told.size === SYMBOLS.length);
    assertEquals(failures(told).length, SYMBOLS.length);
    assertEquals(calls, ["probe 4 null null"]);
  }, { timeoutMs: 50 }));

Deno.test("BboProber calls nobody during a ban, and then answers what is asked by then, once", async () => {
  const limiter = new RateLimiter(binanceSpotDesk.limits, [], {
    tell: () => {},
    tellAll: () => {},
  });
  const banned = { status: 418, usedWeight: null, retryAfterMs: 3_000 };
  await stage(async ({ exchange, told, ask }) => {
    limiter.take("COIN0USDT", { type: "exchange_feedback", id: 1, answer: banned });
    ask(1);
    await eventually(() => limiter.status().waiting.probe === 1);
    ask(2);
    assertEquals([told.size, limiter.status().usedWeight], [0, 0]);
    await eventually(() => told.size === SYMBOLS.length);
    assertEquals(new Set([...told.values()].map(({ probe }) => probe)), new Set([2]));
    assertEquals([failures(told), exchange.faults.askedWhileBanned], [[], 0]);
    const { waiting, usedWeight } = limiter.status();
    assertEquals([waiting.probe, usedWeight], [0, 4]);
  }, { limiter });
  limiter.close();
});

Deno.test("BboProber says nothing after stop(), whatever was under way", () =>
  stage(async ({ exchange, prober, calls, told, ask }) => {
    exchange.faults.inject("late_snapshot path=bookTicker ms=3000");
    ask(1);
    await eventually(() => exchange.faults.counts.late_snapshot === 1);
    prober.stop();
    ask(2);
    await eventually(() => calls.length === 1);
    assertEquals(told.size, 0);
  }));
