/** The book against the obvious one: every level and every sum, after every step. */
import { assert, assertEquals } from "@std/assert";
import { assertNever } from "../../../../shared/assert_never.ts";
import { OrderBook } from "../../../../actors/symbol/engine/book/order_book.ts";
import type { BookSide } from "../../../../actors/symbol/engine/book/book_side.ts";
import { BANDS_BPS } from "../../../../actors/symbol/engine/book/depth_bands.ts";
import { FrameDecoder } from "../../../../actors/venue/binance_spot/decode.ts";
import { Levels } from "../../../../actors/symbol/engine/book/level_columns.ts";
import type { Level } from "../../../../shared/market.ts";
import { bandsOf } from "./bands.ts";
import { seeded } from "../market.ts";
import { distanceBps, NaiveBook, sumQty, within } from "./naive_book.ts";
import { RoughMarket, type Step, type Temper } from "../rough_market.ts";

const SEEDS = 40;
const STEPS = 400;

const TEMPERS: readonly Temper[] = [
  {
    name: "like BTCUSDT, with finer ticks from halfway on",
    priceDecimals: 2,
    qtyDecimals: 5,
    midTicks: 6_000_000,
    qtyMax: 1e4,
    finerPriceDecimals: 3,
    finerQtyDecimals: 8,
  },
  {
    name: "of a few hundred ticks, in whole numbers",
    priceDecimals: 0,
    qtyDecimals: 0,
    midTicks: 300,
    qtyMax: 9e8,
    finerPriceDecimals: 1,
    finerQtyDecimals: 1,
  },
  {
    name: "of prices beyond 2^31 ticks",
    priceDecimals: 8,
    qtyDecimals: 2,
    midTicks: 4e11,
    qtyMax: 9e8,
    finerPriceDecimals: 8,
    finerQtyDecimals: 2,
  },
  {
    name: "like SHIBUSDT, with sums beyond 2^53 lots",
    priceDecimals: 8,
    qtyDecimals: 2,
    midTicks: 1_500,
    qtyMax: 9e8,
    finerPriceDecimals: 8,
    finerQtyDecimals: 7,
  },
  {
    name: "that becomes a million times finer",
    priceDecimals: 1,
    qtyDecimals: 1,
    midTicks: 20_000,
    qtyMax: 1e6,
    finerPriceDecimals: 7,
    finerQtyDecimals: 7,
  },
];

function assertLevels(side: BookSide, expected: readonly Level[], where: string): void {
  const actual = side.top(Infinity);
  const isEqual = actual.length === expected.length &&
    actual.every(([price, qty], i) => price === expected[i]?.[0] && qty === expected[i]?.[1]);
  assert(isEqual, `${where}: ${show(actual)}, expected ${show(expected)}`);
  const [price, qty] = expected[0] ?? [NaN, NaN];
  assert(side.size === expected.length, `${where}: size`);
  assert(Object.is(side.bestPrice, price) && Object.is(side.bestQty, qty), `${where}: best`);
}

function show(levels: readonly Level[]): string {
  return JSON.stringify(levels.slice(0, 40));
}

function assertClose(actual: number, expected: number, what: string): void {
  const isClose = Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
  assert(isClose, `${what}: ${actual}, expected ${expected}`);
}

/** Top, depth bands and weighted quantity of both sides, summed anew. */
function assertSums(real: OrderBook, naive: NaiveBook, where: string): void {
  const bids = naive.bids.levels();
  const asks = naive.asks.levels();
  for (const [side, levels] of [[real.bids, bids], [real.asks, asks]] as const) {
    for (const count of [1, 10, 500]) {
      const expected = sumQty(levels.slice(0, count));
      assertClose(real.topQty(side, count, null), expected, `${where}, top ${count}`);
      // Up to an edge there are as many, or it is not known which they are.
      const edge = levels[Math.floor(levels.length / 2)]?.[0];
      if (edge === undefined) continue;
      const isKnown = Math.floor(levels.length / 2) + 1 >= count;
      const upTo = real.topQty(side, count, edge);
      if (isKnown) assertClose(upTo, expected, `${where}, top ${count} up to ${edge}`);
      else assert(Number.isNaN(upTo), `${where}, top ${count} up to ${edge}`);
    }
  }
  const [bid, ask] = [bids[0]?.[0], asks[0]?.[0]];
  if (bid === undefined || ask === undefined || bid >= ask) return;
  real.moveBands();
  const mid = (bid + ask) / 2;
  for (const [side, levels] of [[real.bids, bids], [real.asks, asks]] as const) {
    const { qty } = bandsOf(real, side);
    BANDS_BPS.forEach((bps, index) => {
      const expected = sumQty(within(levels, bid, ask, bps));
      assertClose(qty[index] ?? NaN, expected, `${where}, ${bps} bps, ${side.sign}`);
    });
    const weighted = within(levels, bid, ask, 50)
      .map(([price, qty]): Level => [price, qty * Math.exp(-distanceBps(price, mid) / 5)]);
    assertClose(real.weightedQty(side, 5, 50), sumQty(weighted), `${where}, weighted`);
  }
}

const decoder = new FrameDecoder(null);

/** Applies levels as the exchange writes them, so that they come to the book in whole atoms. */
function applyFrame(real: OrderBook, bids: readonly Level[], asks: readonly Level[]): void {
  const written = (levels: readonly Level[]) =>
    JSON.stringify(levels.map((level) => level.map((number) => number.toFixed(8))));
  const frame = decoder.frame(
    `{"e":"depthUpdate","E":1,"s":"X","U":1,"u":1,"b":${written(bids)},"a":${written(asks)}}`,
  );
  assert(frame.type === "depth_update");
  real.apply(frame.update.bids, frame.update.asks);
}

function run(step: Step, real: OrderBook, naive: NaiveBook, asText: boolean): void {
  switch (step.kind) {
    case "frame":
      if (asText) applyFrame(real, step.bids, step.asks);
      else real.apply(Levels.of(step.bids), Levels.of(step.asks));
      return assertEquals(real.changedLevels, naive.apply(step.bids, step.asks));
    case "prune":
      real.prune(step.low, step.high);
      return naive.prune(step.low, step.high);
    case "clear":
      real.clear();
      return naive.clear();
    default:
      return assertNever(step, "run a step");
  }
}

for (const temper of TEMPERS) {
  Deno.test(`OrderBook equals a plain map at every step of a market ${temper.name}`, () => {
    let uncrossed = 0;
    let levels = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const random = seeded(seed);
      const real = new OrderBook();
      const naive = new NaiveBook();
      const market = new RoughMarket(temper, random, naive);
      for (let at = 0; at < STEPS; at++) {
        // Every level in both of its forms: as text that was scanned, and as numbers.
        run(market.next(at > STEPS / 2), real, naive, random() < 0.7);
        const where = `seed ${seed}, step ${at}`;
        assertLevels(real.bids, naive.bids.levels(), `${where}, bids`);
        assertLevels(real.asks, naive.asks.levels(), `${where}, asks`);
        // The bands follow at once, or after several changes of mid: as often as metrics are asked for.
        if (seed % 2 === 0 || random() < 0.3) assertSums(real, naive, where);
        if (!real.isCrossed && real.bids.size > 0 && real.asks.size > 0) uncrossed += 1;
        levels = Math.max(levels, real.bids.size);
      }
    }
    assert(uncrossed > SEEDS * STEPS * 0.7, `only ${uncrossed} steps had a mid`);
    assert(levels > 50, `only ${levels} bids`);
  });
}

Deno.test("OrderBook equals a plain map of few prices, all of them duplicates, known or unknown", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = seeded(seed);
    const real = new OrderBook();
    const naive = new NaiveBook();
    const prices = 2 + Math.floor(random() * 300);
    const side = () =>
      Array.from({ length: Math.floor(random() * 20) }, (): Level => [
        (1_000 + Math.floor(random() * prices)) / 100,
        random() < 0.45 ? 0 : Math.ceil(random() * 1e6) / 1e5,
      ]);
    for (let at = 0; at < 100; at++) {
      run({ kind: "frame", bids: side(), asks: side() }, real, naive, seed % 2 === 0);
      assertLevels(real.bids, naive.bids.levels(), `seed ${seed}, step ${at}, bids`);
      assertLevels(real.asks, naive.asks.levels(), `seed ${seed}, step ${at}, asks`);
    }
  }
});
