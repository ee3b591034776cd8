/** Changes of a market's state and of the exchange's clock, as clients learn of them. */
import { assert, assertEquals } from "@std/assert";
import type { Exchange } from "../../../scripts/exchange/exchange.ts";
import { eventually } from "../../support/eventually.ts";
import { StreamClient, withExchange } from "./stream_client.ts";
import { afterMarketMs, HURTABLE, marketMs, WireClient } from "./wire_client.ts";

// deno-lint-ignore no-explicit-any
async function json(exchange: Exchange, path: string): Promise<any> {
  return await (await fetch(`${exchange.restUrl}/api/v3/${path}`)).json();
}

// deno-lint-ignore no-explicit-any
async function symbolInfo(exchange: Exchange): Promise<any> {
  return (await json(exchange, "exchangeInfo?symbol=BTCUSDT")).symbols?.[0];
}

/** A client whose book must be the exchange's whenever the market rests. */
async function assertEqualBooks(exchange: Exchange, client: StreamClient): Promise<void> {
  exchange.freeze();
  const book = exchange.referenceBook("BTCUSDT");
  await eventually(() => client.lastUpdateId === book.lastUpdateId);
  assertEquals(client.book(), book);
  assertEquals([client.gaps, client.oracle().mismatched], [0, 0]);
  exchange.resume();
}

Deno.test("Exchange halts one market for a while, and it goes on without a gap: status", () =>
  withExchange(HURTABLE, async (exchange) => {
    const client = new StreamClient(exchange, "BTCUSDT");
    await eventually(() => client.lastUpdateId !== null);
    const id = () => exchange.referenceBook("BTCUSDT").lastUpdateId;
    exchange.faults.inject("status symbol=BTCUSDT status=HALT for=30s");
    await eventually(() => exchange.faults.counts.status === 1);
    exchange.freeze();
    assertEquals((await symbolInfo(exchange)).status, "HALT");
    const halted = id();
    const other = exchange.referenceBook("ETHUSDT").lastUpdateId;
    exchange.resume();
    await eventually(() => exchange.referenceBook("ETHUSDT").lastUpdateId > other + 50);
    // Either it still stands where it stood, or the thirty seconds are over.
    exchange.freeze();
    assert(id() === halted || (await symbolInfo(exchange)).status === "TRADING");
    exchange.resume();
    await eventually(() => id() > halted + 100);
    assertEquals((await symbolInfo(exchange)).status, "TRADING");
    const times = client.depths.map(({ E }) => E);
    assert(times.some((ms, i) => ms - (times[i - 1] ?? ms) >= 29_000), "silent for half a minute");
    await assertEqualBooks(exchange, client);
    await client.close();
  }));

Deno.test("Exchange goes on in CANCEL_ONLY, which only exchangeInfo tells", () =>
  withExchange(HURTABLE, async (exchange) => {
    exchange.faults.inject("status symbol=BTCUSDT status=CANCEL_ONLY");
    await eventually(() => exchange.faults.counts.status === 1);
    const id = exchange.referenceBook("BTCUSDT").lastUpdateId;
    await eventually(() => exchange.referenceBook("BTCUSDT").lastUpdateId > id + 50);
    assertEquals((await symbolInfo(exchange)).status, "CANCEL_ONLY");
    exchange.faults.clear();
    assertEquals((await symbolInfo(exchange)).status, "TRADING");
  }));

Deno.test("Exchange forgets a symbol and its streams are silent: delisting", () =>
  withExchange(HURTABLE, async (exchange) => {
    exchange.faults.inject("delisting symbol=BTCUSDT");
    await eventually(() => exchange.faults.counts.delisting === 1);
    const both = encodeURIComponent('["BTCUSDT","ETHUSDT"]');
    for (
      const path of [
        "depth?symbol=BTCUSDT",
        "exchangeInfo?symbol=BTCUSDT",
        `ticker/bookTicker?symbols=${both}`,
      ]
    ) assertEquals((await json(exchange, path)).code, -1121, path);
    const symbols = (await json(exchange, "exchangeInfo")).symbols;
    assertEquals(symbols.map(({ symbol }: { symbol: string }) => symbol), ["ETHUSDT"]);
    const client = new WireClient(exchange, "/stream?streams=btcusdt@trade/ethusdt@trade");
    await client.more(10);
    assert(client.texts.every((text) => text.startsWith('{"stream":"ethusdt@trade"')));
    exchange.faults.clear();
    await eventually(() => client.texts.some((text) => text.includes("btcusdt@trade")));
    await client.close();
  }));

/** Prices of new levels in the diffs of a client, in units of 1e-8 over the tick size. */
function remainders(client: StreamClient, from: number, tickE8: number): number[] {
  return client.depths.slice(from).flatMap(({ b, a }) => [...b, ...a])
    .filter(([, qty]) => Number(qty) > 0)
    .map(([price]) => Math.round(Number(price) * 1e8) % tickE8);
}

Deno.test("Exchange makes the ticks finer, and prices follow: tick_size", () =>
  withExchange(HURTABLE, async (exchange) => {
    const client = new StreamClient(exchange, "BTCUSDT");
    await eventually(() => client.depths.length >= 5);
    assertEquals(new Set(remainders(client, 0, 1e6)), new Set([0]));
    exchange.faults.inject("tick_size symbol=BTCUSDT");
    await eventually(() => exchange.faults.counts.tick_size === 1);
    assertEquals((await symbolInfo(exchange)).filters[0].tickSize, "0.00100000");
    await eventually(() => client.tops.size > 40);
    assert(remainders(client, 0, 1e6).some((rest) => rest !== 0), "prices between the old ticks");
    assertEquals(new Set(remainders(client, 0, 1e5)), new Set([0]));
    await assertEqualBooks(exchange, client);
    exchange.faults.clear();
    assertEquals((await symbolInfo(exchange)).filters[0].tickSize, "0.01000000");
    await assertEqualBooks(exchange, client);
    await client.close();
  }));

Deno.test("Exchange makes the ticks coarser: what rests stays, what is new obeys", () =>
  withExchange(HURTABLE, async (exchange) => {
    exchange.faults.inject("tick_size symbol=BTCUSDT tickSize=0.10000000");
    await eventually(() => exchange.faults.counts.tick_size === 1);
    const before = new Set(exchange.referenceBook("BTCUSDT").bids.map(([price]) => price));
    assertEquals((await symbolInfo(exchange)).filters[0].tickSize, "0.10000000");
    const client = new StreamClient(exchange, "BTCUSDT");
    const prices = () => exchange.referenceBook("BTCUSDT").bids.map(([price]) => price);
    const freshNow = () => prices().filter((price) => !before.has(price));
    await eventually(() => freshNow().length > 10);
    const fresh = freshNow();
    assert(fresh.every((price) => Math.round(Number(price) * 100) % 10 === 0), fresh.join(" "));
    await assertEqualBooks(exchange, client);
    await client.close();
  }));

Deno.test("Exchange's clock goes wrong in frames and answers alike, and right again: clock_skew", () =>
  withExchange(HURTABLE, async (exchange) => {
    const hourMs = 3_600_000;
    const skew = async () => {
      exchange.freeze();
      const { serverTime } = await json(exchange, "time");
      const ahead = serverTime - await marketMs(exchange);
      assertEquals((await json(exchange, "exchangeInfo")).serverTime - serverTime, 0);
      exchange.resume();
      return ahead;
    };
    assertEquals(await skew(), 0);
    exchange.faults.inject(`clock_skew ms=${-hourMs}`);
    await eventually(() => exchange.faults.counts.clock_skew === 1);
    assertEquals(await skew(), -hourMs);
    const client = new WireClient(exchange, "/ws/btcusdt@depth@100ms/btcusdt@trade");
    await eventually(() => client.texts.some((text) => text.includes('"e":"trade"')));
    const nowMs = await marketMs(exchange);
    for (const text of client.texts) {
      const { E, T = E } = JSON.parse(text);
      assert(Math.abs(nowMs - hourMs - E) < hourMs / 2 && Math.abs(E - T) < 1_000, text);
    }
    exchange.faults.clear();
    assertEquals(await skew(), 0);
    await afterMarketMs(exchange, 200);
    await client.close();
  }));
