import { assert, assertEquals } from "@std/assert";
import { OrderBook } from "../../../../actors/symbol/engine/book/order_book.ts";
import { Levels } from "../../../../actors/symbol/engine/book/level_columns.ts";
import { type MetricValues, UNKNOWN_VALUES } from "../../../../shared/catalogue/metrics.ts";
import { valuesOf } from "../../../support/metric_values.ts";
import type { Edges } from "../../../../actors/symbol/engine/book/trust_band.ts";
import type { Level } from "../../../../shared/market.ts";
import { seeded } from "../market.ts";
import { BookView } from "../../../../actors/symbol/engine/metrics/book_view.ts";
import { MetricSet } from "../../../../actors/symbol/engine/metrics/metric_set.ts";
import { DEFAULT_SETTINGS } from "../../../../shared/catalogue/settings.ts";

const WHOLE: Edges = { bidEdge: null, askEdge: null };

function bookOf(bids: readonly Level[], asks: readonly Level[]): OrderBook {
  const book = new OrderBook();
  book.apply(Levels.of(bids), Levels.of(asks));
  return book;
}

function metricsOf(bids: readonly Level[], asks: readonly Level[]): MetricValues {
  return valuesOf(bookOf(bids, asks), WHOLE);
}

/** The formula sheet, written down a second time: one pass over sorted pairs per number. */
function naive(bids: readonly Level[], asks: readonly Level[]): Record<string, number> {
  const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
  const [[pb, qb] = [NaN, NaN]] = bids;
  const [[pa, qa] = [NaN, NaN]] = asks;
  const mid = (pb + pa) / 2;
  const top = (side: readonly Level[]) => sum(side.slice(0, 10).map(([, qty]) => qty));
  const weighted = (side: readonly Level[], lambda: number) =>
    sum(
      side.map(([price, qty]) => [Math.abs(price - mid) / mid * 1e4, qty] as const)
        .filter(([bps]) => bps <= 10 * lambda + 1e-9)
        .map(([bps, qty]) => qty * Math.exp(-bps / lambda)),
    );
  const share = (b: number, a: number) => (b - a) / (b + a);
  const bidDepth = (x: number) =>
    sum(bids.filter(([p]) => p >= mid * (1 - x) - 1e-9).map(([, q]) => q));
  const askDepth = (x: number) =>
    sum(asks.filter(([p]) => p <= mid * (1 + x) + 1e-9).map(([, q]) => q));
  const worth = (side: readonly Level[], bps: number) =>
    sum(
      side.filter(([p]) => Math.abs(p - mid) / mid * 1e4 <= bps + 1e-9).map(([p, q]) => p * q),
    );
  const costs = [["10k", 1e4], ["100k", 1e5], ["1000k", 1e6]] as const;
  const near = Array.from({ length: 10 }, (_, i) => i + 1);
  const slope = (side: readonly Level[]) => sum(near.map((k) => k * worth(side, k))) / 385;
  const exponent = (side: readonly Level[]) => {
    const x = near.map(Math.log);
    const y = near.map((k) => Math.log(worth(side, k)));
    const mean = (numbers: number[]) => sum(numbers) / numbers.length;
    const covariance = sum(x.map((each, i) => (each - mean(x)) * ((y[i] ?? NaN) - mean(y))));
    return covariance / sum(x.map((each) => (each - mean(x)) ** 2));
  };
  return {
    queueImbalance: share(qb, qa),
    ...Object.fromEntries(
      [1, 2, 5, 10].map((
        bps,
      ) => [`bandImbalance${bps}Bps`, share(worth(bids, bps), worth(asks, bps))]),
    ),
    ...Object.fromEntries([10, 50, 100].flatMap((bps) => [
      [`bidNotional${bps}Bps`, worth(bids, bps)],
      [`askNotional${bps}Bps`, worth(asks, bps)],
    ])),
    bidSlope: slope(bids),
    askSlope: slope(asks),
    bidSlopeExponent: exponent(bids),
    askSlopeExponent: exponent(asks),
    ...Object.fromEntries(costs.flatMap(([name, size]) => {
      const [buy, sell] = [naivePrice(asks, size), naivePrice(bids, size)];
      const bps = (price: number) => 1e4 * Math.abs(price - mid) / mid;
      return [
        [`buyVwap${name}`, buy],
        [`sellVwap${name}`, sell],
        [`buySlippageBps${name}`, bps(buy)],
        [`sellSlippageBps${name}`, bps(sell)],
        [`roundTripBps${name}`, bps(buy) + bps(sell)],
      ];
    })),
    bestBidPrice: pb,
    bestBidQty: qb,
    bestAskPrice: pa,
    bestAskQty: qa,
    mid,
    weightedMid: (pb * qa + pa * qb) / (qb + qa),
    spread: pa - pb,
    spreadBps: 1e4 * (pa - pb) / mid,
    imbalance: share(top(bids), top(asks)),
    weightedImbalance: share(weighted(bids, 5), weighted(asks, 5)),
    weightedImbalance1Bps: share(weighted(bids, 1), weighted(asks, 1)),
    topQty: qb + qa,
    topShare: (qb + qa) / (top(bids) + top(asks)),
    bidDepth10Bps: bidDepth(0.001),
    askDepth10Bps: askDepth(0.001),
    bidDepth50Bps: bidDepth(0.005),
    askDepth50Bps: askDepth(0.005),
    bidDepth100Bps: bidDepth(0.01),
    askDepth100Bps: askDepth(0.01),
  };
}

/** The average price of an order of this size, taken level by level; `NaN`: there is not so much. */
function naivePrice(side: readonly Level[], size: number): number {
  let [left, base] = [size, 0];
  for (const [price, qty] of side) {
    if (price * qty >= left) return size / (base + left / price);
    left -= price * qty;
    base += qty;
  }
  return NaN;
}

/** A side of distinct prices outwards from the best, up to 300 bps away. */
function randomSide(random: () => number, best: number, sign: 1 | -1): Level[] {
  const count = 1 + Math.floor(random() * 120);
  const levels: Level[] = [];
  let ticks = 0;
  for (let i = 0; i < count; i++) {
    // Quantities over seven orders of magnitude: dust near mid, walls far away.
    const qty = Math.ceil(10 ** (random() * 7 + 2)) / 1e5;
    levels.push([Math.round(100 * best + sign * ticks) / 100, qty]);
    ticks += 1 + Math.floor(random() * 600);
  }
  return levels;
}

function assertClose(actual: number | null, expected: number, what: string): void {
  const isClose = actual !== null &&
    Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
  assert(isClose, `${what}: ${actual}, expected ${expected}`);
}

Deno.test("MetricSet.values() equals the formulas, computed independently, on random books", () => {
  for (let seed = 1; seed <= 400; seed++) {
    const random = seeded(seed);
    const best = 500 + Math.floor(random() * 60_000);
    const bids = randomSide(random, best, -1);
    const asks = randomSide(random, best + 0.01 * (1 + Math.floor(random() * 400)), 1);
    const metrics: Record<string, number | null> = { ...metricsOf(bids, asks) };
    for (const [name, expected] of Object.entries(naive(bids, asks))) {
      // Without a level as near as that the ratio is one of nothing, and a logarithm −∞.
      if (!Number.isFinite(expected)) assertEquals(metrics[name], null, `seed ${seed}, ${name}`);
      else assertClose(metrics[name] ?? null, expected, `seed ${seed}, ${name}`);
    }
  }
});

Deno.test("MetricSet.values() gives the numbers of a book that was worked out by hand", () => {
  const metrics = metricsOf([[99, 3], [98.9, 1]], [[101, 1], [101.2, 3]]);
  assertEquals(metrics.mid, 100);
  assertEquals(metrics.weightedMid, (99 * 1 + 101 * 3) / 4);
  assertEquals([metrics.spread, metrics.spreadBps], [2, 200]);
  assertEquals(metrics.imbalance, 0);
  assertEquals([metrics.topQty, metrics.topShare], [4, 0.5]);
  assertEquals([metrics.bidDepth10Bps, metrics.bidDepth50Bps], [0, 0], "known to be nothing");
  assertEquals([metrics.bidDepth100Bps, metrics.askDepth100Bps], [3, 1], "the edge belongs to it");
});

Deno.test("MetricSet.values() knows nothing of a book that lacks a side: every number is null", () => {
  assertEquals(metricsOf([], []), UNKNOWN_VALUES);
  assertEquals(metricsOf([[99, 1]], []), UNKNOWN_VALUES);
  assertEquals(metricsOf([], [[101, 1]]), UNKNOWN_VALUES);
  assertEquals(new Set(Object.values(UNKNOWN_VALUES)), new Set([null]));
});

Deno.test("MetricSet.keep() leaves the values as they are, the next are written into another object", () => {
  const set = new MetricSet(DEFAULT_SETTINGS);
  const viewOf = (bid: number) => new BookView(10, bookOf([[bid, 2]], [[101, 3]]), WHOLE, null);
  const first = set.values(viewOf(99), 0);
  assert(set.values(viewOf(99), 0) === first);
  set.keep();
  // Nothing has changed but time.
  const second = set.values(viewOf(99), 100);
  assert(second === first);
  set.updated(viewOf(97), 200);
  const third = set.values(viewOf(97), 200);
  assert(set.values(viewOf(97), 200) === third);
  assertEquals([first.mid, third.mid], [100, 99]);
});

Deno.test("MetricSet.values() takes the ten best levels into imbalance and topShare, however far", () => {
  const bids = Array.from({ length: 12 }, (_, i): Level => [1_000 - 50 * i, 1]);
  const asks: Level[] = [[1_001, 10]];
  assertEquals(metricsOf(bids, asks).imbalance, 0);
  assertEquals(metricsOf(bids, asks).topShare, 11 / 20);
});

Deno.test("MetricSet.values() has no weighted imbalance when no level is near mid", () => {
  const metrics = metricsOf([[50, 1]], [[150, 1]]);
  assertEquals(metrics.weightedImbalance, null);
  assertEquals(metrics.imbalance, 0);
});

Deno.test("MetricSet.values() counts a level exactly at a band's edge, whatever its binary fraction", () => {
  // At most eight decimals, as the exchange writes: mid is 10^-k, the edges are mid ± 10, 50, 100 bps.
  for (let digits = 0; digits <= 4; digits++) {
    const at = (ten_thousandths: number) => Number(`${ten_thousandths}e-${digits + 4}`);
    const bids: Level[] = [[at(9_999), 1], [at(9_990), 2], [at(9_950), 4], [at(9_900), 8]];
    const asks: Level[] = [[at(10_001), 1], [at(10_010), 2], [at(10_050), 4], [at(10_100), 8]];
    const metrics = metricsOf(bids, asks);
    assertEquals(
      [metrics.bidDepth10Bps, metrics.bidDepth50Bps, metrics.bidDepth100Bps],
      [3, 7, 15],
      `bids, ${digits} digits`,
    );
    assertEquals(
      [metrics.askDepth10Bps, metrics.askDepth50Bps, metrics.askDepth100Bps],
      [3, 7, 15],
      `asks, ${digits} digits`,
    );
  }
});

Deno.test("MetricSet.values() leaves a level one tick beyond a band's edge out", () => {
  // BTCUSDT: tick 0.01, mid 60,000, so 10 bps are exactly 60.
  const metrics = metricsOf([[59_999.99, 1], [59_939.99, 2]], [[60_000.01, 1], [60_060.01, 2]]);
  assertEquals([metrics.bidDepth10Bps, metrics.askDepth10Bps], [1, 1]);
});

Deno.test("MetricSet.values() weighs a wall at the edge of 50 bps as the formula does", () => {
  const bids: Level[] = [[99.99, 1], [99.5, 1e5]];
  const asks: Level[] = [[100.01, 1]];
  const expected = naive(bids, asks).weightedImbalance ?? NaN;
  assert(expected > 0.7, "a wall at 50 bps outweighs one at 1 bps");
  assertClose(metricsOf(bids, asks).weightedImbalance, expected, "weightedImbalance");
  const beyond: Level[] = [[99.99, 1], [99.49, 1e6]];
  assertClose(metricsOf(beyond, asks).weightedImbalance, 0, "what lies beyond is left out");
});

Deno.test("MetricSet.values() tells how far from mid the snapshot reached", () => {
  const book = bookOf([[99, 1]], [[101, 1]]);
  const covered = (bidEdge: number | null, askEdge: number | null) => {
    const { bidCoveredBps, askCoveredBps } = valuesOf(book, { bidEdge, askEdge });
    return [bidCoveredBps, askCoveredBps];
  };
  assertEquals(covered(98, 104), [200, 400]);
  assertEquals(covered(null, null), [null, null], "the whole side: there is no edge");
  assertEquals(covered(100.5, 99), [0, 0], "the price has run past the edge");
});

/** Twelve levels a side, a tick of 1 apart, around 100,000: 0.1 bps. */
const TWELVE = bookOf(
  Array.from({ length: 12 }, (_, i): Level => [100_000 - i, 1]),
  Array.from({ length: 12 }, (_, i): Level => [100_001 + i, 1]),
);

Deno.test("MetricSet.values() does not know the ten best levels when the edge lies before the tenth", () => {
  const known = (bidEdge: number | null, askEdge: number | null) => {
    const { imbalance, topShare } = valuesOf(TWELVE, { bidEdge, askEdge });
    return [imbalance, topShare];
  };
  const all = [0, 0.1];
  assertEquals(known(99_991, 100_010), all, "the tenth is the last that is known");
  assertEquals(known(99_992, 100_010), [null, null]);
  assertEquals(known(99_991, 100_009), [null, null]);
  assertEquals(known(100_001, null), [null, null], "the price has run past the edge");
  const few = bookOf([[99, 1]], [[101, 1]]);
  assertEquals(valuesOf(few, WHOLE).imbalance, 0, "a whole side may have fewer");
  assertEquals(valuesOf(few, { bidEdge: 98, askEdge: null }).imbalance, null);
});

Deno.test("MetricSet.values() has no weighted imbalance when less than its 50 bps are known", () => {
  const weighted = (bidEdge: number | null, askEdge: number | null) =>
    valuesOf(TWELVE, { bidEdge, askEdge }).weightedImbalance;
  assertClose(weighted(99_500, 100_501), 0, "50 bps");
  assertEquals(weighted(99_501, 100_501), null);
  assertEquals(weighted(99_500, 100_500), null);
  assertClose(weighted(99_500, null), 0, "one side is whole");
  assertEquals(valuesOf(TWELVE, { bidEdge: 99_900, askEdge: 100_100 }).spread, 1);
});

Deno.test("MetricSet.values() tells the spread in whole ticks, where the tick size is known", () => {
  const ticks = (bid: number, ask: number, tickSize: number | null) =>
    valuesOf(bookOf([[bid, 1]], [[ask, 1]]), WHOLE, tickSize).spreadTicks;
  assertEquals(ticks(61_824, 61_824.01, 0.01), 1, "0.010000000002037268 apart");
  assertEquals(ticks(0.00000049, 0.00000051, 0.00000001), 2);
  assertEquals(ticks(100, 107.5, 2.5), 3);
  assertEquals(ticks(99, 101, null), null, "the exchange has not told it");
  assertEquals(ticks(1, 30_000_001, 0.01), null, "more than a row can hold");
});

Deno.test("MetricSet.values() gives spread, mid and volume at top as the doubles nearest to their decimals", () => {
  const exact = (bid: Level, ask: Level) => {
    const { spread, mid, topQty, spreadBps } = metricsOf([bid], [ask]);
    return [spread, mid, topQty, spreadBps];
  };
  // As a difference of doubles: 0.00009999999999998899, 0.009999999999990905 and 0.010000000002037268.
  assertEquals(exact([1.4097, 20.1], [1.4098, 31.745]), [
    0.0001,
    1.40975,
    51.845,
    10_000 / 14_097.5,
  ]);
  assertEquals(exact([99.63, 0.1], [99.64, 0.2]), [0.01, 99.635, 0.3, 10_000 / 9_963.5]);
  assertEquals(exact([61_824, 1.1], [61_824.01, 2.2]), [
    0.01,
    61_824.005,
    3.3,
    10_000 / 6_182_400.5,
  ]);
  assertEquals(exact([4.9e-7, 1e8], [5.1e-7, 2e8]), [2e-8, 5e-7, 3e8, 400]);
});

Deno.test("MetricSet.values() has the short weighted imbalance when 10 bps are known, and not one less", () => {
  const book = bookOf(
    [[99_999, 3], [99_900, 8], [99_899, 1e9]],
    [[100_001, 1], [100_100, 8], [100_101, 1e9]],
  );
  const short = (bidEdge: number | null, askEdge: number | null) =>
    valuesOf(book, { bidEdge, askEdge }).weightedImbalance1Bps;
  const [bids, asks] = [3 * Math.exp(-0.1), Math.exp(-0.1)];
  const far = 8 * Math.exp(-10);
  const expected = (bids - asks) / (bids + asks + 2 * far);
  assertClose(short(99_900, 100_100), expected, "10 bps are known on both sides");
  assertClose(short(null, null), expected, "the whole book is");
  assertEquals(short(99_901, 100_100), null);
  assertEquals(short(99_900, 100_099), null);
});

Deno.test("MetricSet.values() tells a cost only of levels that are known, and of a quote asset worth dollars", () => {
  const book = bookOf([[100, 90], [99, 20], [98, 1e6]], [[101, 200], [120, 1e6]]);
  const cost = (edges: Edges) => {
    const { sellVwap10k, sellVwap100k, buyVwap10k, buyVwap1000k, roundTripBps10k } = valuesOf(
      book,
      edges,
    );
    return [sellVwap10k, sellVwap100k, buyVwap10k, buyVwap1000k, roundTripBps10k !== null];
  };
  const sell10k = 10_000 / (90 + 1_000 / 99);
  const sell100k = 100_000 / (110 + (100_000 - 9_000 - 1_980) / 98);
  const buy1000k = 1_000_000 / (200 + (1_000_000 - 20_200) / 120);
  assertEquals(cost(WHOLE), [sell10k, sell100k, 101, buy1000k, true]);
  assertEquals(cost({ bidEdge: 99, askEdge: 101 }), [sell10k, null, 101, null, true]);
  assertEquals(cost({ bidEdge: 99.5, askEdge: 101 }), [null, null, 101, null, false]);
  const view = new BookView(10, book, WHOLE, null);
  const { buyVwap10k, bidNotional100Bps } = new MetricSet(DEFAULT_SETTINGS).values(view, 0);
  assertEquals([buyVwap10k, bidNotional100Bps], [null, 9_000], "nobody has told a rate");
});

Deno.test("MetricSet.values() tells a narrow imbalance where both sides are known so far, and costs no further", () => {
  const book = bookOf(
    [[99_995, 1], [99_985, 1], [99_950, 1e3]],
    [[100_005, 1], [100_015, 1], [100_050, 1e3]],
  );
  const known = (bidEdge: number | null, askEdge: number | null) => {
    const values = valuesOf(book, { bidEdge, askEdge });
    const { bandImbalance1Bps, bandImbalance2Bps, sellVwap1000k, buyVwap1000k } = values;
    return [bandImbalance1Bps, bandImbalance2Bps, sellVwap1000k, buyVwap1000k]
      .map((value) => value !== null);
  };
  assertEquals(known(null, null), [true, true, true, true]);
  assertEquals(known(99_985, null), [true, false, false, true]);
  assertEquals(known(null, 100_015), [true, false, true, false]);
  assertEquals(known(99_980, 100_020), [true, true, false, false]);
});

Deno.test("MetricSet.values() gives a slope exponent of 0, and none below, where all rests within 1 bps", () => {
  for (let qty = 1; qty <= 200; qty++) {
    const book = bookOf([[99_999.5, qty / 7]], [[100_000.5, qty / 3]]);
    const { bidSlopeExponent, askSlopeExponent } = valuesOf(book, WHOLE);
    for (const exponent of [bidSlopeExponent, askSlopeExponent]) {
      assert(exponent !== null && exponent >= 0 && exponent < 1e-12, `${exponent} of ${qty}`);
    }
  }
});
