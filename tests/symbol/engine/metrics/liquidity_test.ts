import { assertAlmostEquals, assertEquals } from "@std/assert";
import { microPrice } from "../../../../actors/symbol/engine/metrics/micro_price.ts";
import { MicroPriceTable } from "../../../../actors/symbol/engine/metrics/micro_price_table.ts";
import { QueueChain } from "../../../../actors/symbol/engine/metrics/queue_chain.ts";
import { RESILIENCE } from "../../../../actors/symbol/engine/metrics/resilience.ts";
import type { WallEvent } from "../../../../actors/symbol/engine/metrics/wall_event.ts";
import { WALLS } from "../../../../actors/symbol/engine/metrics/walls.ts";
import type { Level } from "../../../../shared/market.ts";
import { type Sides, trade } from "../market.ts";
import { FamilyRun } from "./family_run.ts";

// -- Resilience --

/** Bids and asks of so much each at the touch. */
function touch(bid: number, ask = 100): Sides {
  return { bids: [[9_999, bid]], asks: [[10_001, ask]] };
}

Deno.test("Resilience is the median time until half of a sudden loss was back", () => {
  const run = new FamilyRun(RESILIENCE, touch(100));
  run.update(0, 1);
  assertEquals([run.values().resilienceHalfLife, run.why("resilienceHalfLife")], [
    null,
    "no_event",
  ]);
  // Half is a shock; the loss grows to 80, so 60 is half of it back.
  run.update(900, 2, touch(50));
  run.update(1_100, 3, touch(20));
  run.update(1_500, 4, touch(59));
  assertEquals(run.values().resilienceShocks, 0);
  run.update(1_700, 5, touch(60));
  assertEquals([run.values().resilienceHalfLife, run.values().resilienceShocks], [0.8, 1]);
  // What falls by half within more than a second is none.
  run.update(3_000, 6, touch(60));
  run.update(3_500, 7, touch(31));
  run.update(4_600, 8, touch(15));
  run.update(4_700, 9, touch(24));
  assertEquals(run.values().resilienceShocks, 1);
  // Of the other side, and never healed: that counts as 30 s.
  run.update(5_000, 10, touch(24, 10));
  run.update(35_000, 11, touch(24, 10));
  assertEquals(run.values().resilienceShocks, 1);
  run.update(35_001, 12, touch(24, 10));
  assertEquals(run.values().resilienceHalfLife, (0.8 + 30) / 2);
});

Deno.test("Resilience goes on in the next life, and with the next book, but for a shock that was going on", () => {
  const run = new FamilyRun(RESILIENCE, touch(100));
  run.update(0, 1);
  run.update(100, 2, touch(10));
  run.family.reset?.();
  run.update(200, 3, touch(100));
  assertEquals(run.values().resilienceShocks, 0);
  run.update(300, 4, touch(10));
  run.update(700, 5, touch(100));
  const next = new FamilyRun(RESILIENCE, touch(100));
  assertEquals(next.family.recall?.(structuredClone(run.family.remember?.())), true);
  assertEquals([next.values().resilienceHalfLife, next.values().resilienceShocks], [0.4, 1]);
  // What an earlier life has left may come when there is something by now: it lies before.
  assertEquals(next.family.recall?.(Array(19).fill(7_000).with(0, 5)), true);
  assertEquals(next.values().resilienceShocks, 20);
  assertEquals(next.family.remember?.(), [5, ...Array(18).fill(7_000), 400]);
  assertEquals(next.family.recall?.([9]), true);
  assertEquals(next.family.remember?.(), [5, ...Array(18).fill(7_000), 400]);
  for (const memory of [[-1], ["1"], Array(21).fill(1), {}, [NaN]]) {
    assertEquals(next.family.recall?.(memory), false);
  }
});

// -- Walls --

/** Ten bids of 1 from 9,999 down, and what else is said; asks likewise. */
function around(bids: readonly Level[] = [], asks: readonly Level[] = []): Sides {
  const ladder = (best: number, step: number): Level[] =>
    Array.from({ length: 9 }, (_, i) => [best + step * i, 1]);
  return { bids: [...ladder(9_999, -1), ...bids], asks: [...ladder(10_001, 1), ...asks] };
}

class WallRun {
  readonly run: FamilyRun;
  #updateId = 1;

  constructor(dollarsPerQuote = 1) {
    this.run = new FamilyRun(WALLS, around(), 1, dollarsPerQuote);
    this.run.update(0, 1);
  }

  /** An update, then a tick a moment later. */
  at(ms: number, sides: Sides = {}): readonly WallEvent[] {
    this.#updateId += 1;
    this.run.update(ms, this.#updateId, sides);
    return this.tick(ms);
  }

  tick(nowMs: number): readonly WallEvent[] {
    this.run.family.tick?.(nowMs);
    const told: WallEvent[] = [];
    this.run.family.takeWallEvents?.(told);
    return told;
  }

  sells(price: number, qty: number, tradeMs: number): void {
    this.run.family.trade?.(trade({ price, qty, side: "sell", tradeMs }));
  }
}

const fates = (told: readonly WallEvent[]) => told.map(({ fate }) => fate);

Deno.test("A wall is told when it has stood for three seconds, and pulled when it went without trades", () => {
  const market = new WallRun();
  // 20 times the median of 1, by price too: 9,995 · 20 is a bit less than 20 · 9,996.
  assertEquals(market.at(1_000, { bids: [[9_995, 20]] }), []);
  market.at(3_900);
  assertEquals(market.at(4_000), [], "19.99 medians are no wall");
  market.at(5_000, { bids: [[9_995, 30]] });
  assertEquals(market.at(7_999), []);
  const [stood] = market.at(8_000);
  assertEquals([stood?.fate, stood?.side, stood?.price, stood?.ageMs], [
    "stood",
    "bid",
    9_995,
    3_000,
  ]);
  assertEquals(market.run.values().bidWalls, 1);
  market.at(9_000, { bids: [[9_995, 40]] });
  assertEquals(market.at(9_500, { bids: [[9_995, 20]] }), [], "half of its greatest is left");
  assertEquals(market.at(10_000, { bids: [[9_995, 19]] }), []);
  assertEquals(market.run.values().bidWalls, 0);
  assertEquals(market.tick(10_400), [], "one that moved may still be found");
  assertEquals(market.tick(10_500), [{
    fate: "pulled",
    side: "bid",
    price: 9_995,
    peakQty: 40,
    dollars: 9_995 * 40,
    bornMs: 5_000,
    endedMs: 10_000,
    ageMs: 5_000,
    distanceBps: 5,
    eatenShare: 0,
  }]);
  assertEquals(market.tick(10_600), []);
});

Deno.test("A wall is eaten when most of what went was traded there while it stood, late trades included", () => {
  const market = new WallRun();
  market.at(1_000, { bids: [[9_995, 40]] });
  market.at(4_000);
  // Before its birth, elsewhere, and after its end do not count; 24 and 6 of 40 do.
  market.sells(9_995, 40, 1_000);
  market.sells(9_996, 40, 2_000);
  market.sells(9_995, 24, 3_000);
  assertEquals(fates(market.at(5_000, { bids: [[9_995, 0]] })), []);
  market.sells(9_995, 6, 5_000);
  market.sells(9_995, 10, 5_001);
  assertEquals(market.at(5_100), []);
  assertEquals(market.tick(5_200), []);
  const [eaten] = market.tick(5_250);
  assertEquals([eaten?.fate, eaten?.eatenShare], ["eaten", 0.75]);
});

Deno.test("A wall has moved when one of about its size is born near it and its end", () => {
  const fateWith = (born: Level, ms: number) => {
    const market = new WallRun();
    market.at(1_000, { bids: [[9_995, 40]] });
    market.at(4_000);
    if (ms < 5_000) market.at(ms, { bids: [born] });
    market.at(5_000, { bids: [[9_995, 0]] });
    const told = ms < 5_000 ? [] : market.at(ms, { bids: [born] });
    return fates([...told, ...market.tick(5_600)]).filter((fate) => fate !== "stood");
  };
  assertEquals(fateWith([9_994, 40], 5_400), ["moved"]);
  assertEquals(fateWith([9_994, 40], 4_600), ["moved"]);
  assertEquals(fateWith([9_994, 32], 5_000), ["moved"]);
  assertEquals(fateWith([9_994, 40], 4_400), ["pulled"], "too early");
  assertEquals(fateWith([9_994, 40], 5_501), ["pulled"], "too late");
  assertEquals(fateWith([9_994, 51], 5_400), ["pulled"], "too large");
  assertEquals(fateWith([9_994, 31], 5_400), ["pulled"], "too small");
});

Deno.test("The pull rate is of what was pulled or eaten near mid in five minutes, once that time is full", () => {
  const market = new WallRun();
  const wall = (price: number, fromMs: number, eaten: number) => {
    market.at(fromMs, { bids: [[price, 40]] });
    market.at(fromMs + 3_000);
    market.sells(price, eaten, fromMs + 3_000);
    market.at(fromMs + 4_000, { bids: [[price, price > 9_990 ? 1 : 0]] });
    market.tick(fromMs + 5_000);
  };
  assertEquals(market.run.why("bidPullRate"), "warming_up");
  wall(9_995, 100_000, 0);
  wall(9_994, 110_000, 40);
  wall(9_996, 120_000, 40);
  assertEquals(market.run.values().bidPullRate, null);
  market.at(300_000);
  const { bidPullRate, askPullRate } = market.run.values();
  assertAlmostEquals(bidPullRate ?? NaN, 9_995 / (9_995 + 9_994 + 9_996), 1e-12);
  assertEquals([askPullRate, market.run.why("askPullRate")], [null, "no_event"]);
  market.at(404_000);
  assertEquals(market.run.values().bidPullRate, 0);
  market.run.family.reset?.();
  assertEquals(market.run.values().bidPullRate, null);
});

Deno.test("Walls are not known where nobody has told what the quote asset is worth", () => {
  const market = new WallRun(NaN);
  assertEquals(market.at(1_000, { bids: [[9_995, 40]] }), []);
  const { bidWalls, bidPullRate } = market.run.values();
  assertEquals([bidWalls, bidPullRate], [null, null]);
  assertEquals(market.run.why("bidWalls"), "no_quote_rate");
});

Deno.test("Walls and pull rates begin anew after a time in which nobody knew what the quote asset is worth", () => {
  const market = new WallRun();
  market.at(1_000, { bids: [[9_995, 40]] });
  market.at(4_000);
  market.at(310_000);
  assertEquals([market.run.values().bidWalls, market.run.why("bidPullRate")], [1, "no_event"]);
  market.run.rate(NaN);
  assertEquals([market.run.values().bidWalls, market.run.why("bidPullRate")], [
    null,
    "no_quote_rate",
  ]);
  // It goes while nobody looks, and another one comes.
  assertEquals(market.at(311_000, { bids: [[9_995, 0]] }), []);
  market.run.rate(2);
  assertEquals(market.at(312_000, { bids: [[9_994, 40]] }), []);
  assertEquals([market.run.values().bidWalls, market.run.why("bidPullRate")], [0, "warming_up"]);
  const [stood, ...others] = market.at(315_000);
  assertEquals([stood?.price, stood?.dollars, others], [9_994, 9_994 * 40 * 2, []]);
});

// -- Micro-price --

const LIMITS = { countedMs: 1_000, moves: 2, visits: 2 };

/** An update each 100 ms, from one number to another: mid goes up after bids outweigh, and down after asks do. */
function moving(run: FamilyRun, from: number, end: number): void {
  for (let i = from; i < end; i++) {
    const price = 10_000 + i % 2;
    const before = 10_001 - i % 2;
    const [bids, asks] = i % 2 === 0 ? [9, 1] : [1, 9];
    run.update(i * 100, i + 1, {
      bids: [[before, 0], [price, bids]],
      asks: [[before + 1, 0], [price + 1, asks]],
    });
  }
}

Deno.test("The micro-price is told after so much time and so many moves, of states that have been", () => {
  const run = new FamilyRun(microPrice(LIMITS), { bids: [[10_000, 9]], asks: [[10_001, 1]] });
  moving(run, 0, 10);
  assertEquals([run.values().microPrice, run.why("microPrice")], [null, "warming_up"]);
  assertAlmostEquals((run.values().microPriceHours ?? NaN) * 3_600_000, 900, 1e-9);
  assertEquals(run.values().microPriceMoves, 9);
  const early = run.family.learntMicroPrice?.();
  assertEquals([early?.tickSize, early?.countedMs, early?.moves], [1, 900, 9]);
  assertEquals([early?.shiftsBps.length, new Set(early?.shiftsBps)], [30, new Set([null])]);
  moving(run, 10, 12);
  // Bids are nine tenths, or asks are, with a spread of one tick; each counts as its mirror image too.
  const learnt = run.family.learntMicroPrice?.();
  const known = learnt?.shiftsBps.flatMap((bps, state) => bps === null ? [] : [state]);
  assertEquals([known, learnt?.visits[1], learnt?.visits[9]], [[0, 1, 8, 9], 5, 6]);
  // Each move is turned back by the next: of six, three go up and three down.
  assertAlmostEquals(run.values().microPrice ?? NaN, 10_001.5, 1e-3);
  // Another spread has never been.
  run.update(1_200, 99, { asks: [[10_002, 0], [10_009, 1]] });
  assertEquals([run.values().microPrice, run.why("microPrice")], [null, "too_thin"]);
});

Deno.test("QueueChain remembers its counts, and forgets those of another tick size", () => {
  const remembered = (tickSize: number, recalled?: unknown) => {
    const declared = microPrice(LIMITS);
    const run = new FamilyRun(declared, { bids: [[10_000, 9]], asks: [[10_001, 1]] }, tickSize);
    if (recalled !== undefined) assertEquals(run.family.recall?.(recalled), true);
    moving(run, 0, 4);
    return run;
  };
  const memory = structuredClone(remembered(1).family.remember?.());
  assertEquals(remembered(1, memory).values().microPriceMoves, 6);
  assertEquals(remembered(0.5, memory).values().microPriceMoves, 3);
  // It may come late: what this life has counted stays, unless ticks have another size by now.
  const late = remembered(1);
  assertEquals(late.family.recall?.(memory), true);
  assertEquals([late.values().microPriceMoves, late.values().microPriceHours], [
    6,
    2 * (remembered(1).values().microPriceHours ?? NaN),
  ]);
  const other = remembered(0.5);
  assertEquals(other.family.recall?.(memory), true);
  assertEquals(other.values().microPriceMoves, 3);
  const { family } = remembered(1);
  const sound = family.remember?.() as Record<string, unknown>;
  const spoiled = [
    { tickSize: -1 },
    { countedMs: "1" },
    { moveBps: [1] },
    { steps: [1, 2] },
    { steps: [900, 1, 1] },
    { steps: [1, -1, 1] },
    { steps: [0.5, 1, 1] },
  ];
  for (const part of spoiled) assertEquals(family.recall?.({ ...sound, ...part }), false);
  assertEquals(family.recall?.(null), false);
});

Deno.test("MicroPriceTable is not made of a chain in which mid has never moved", () => {
  const chain = new QueueChain();
  const table = new MicroPriceTable();
  chain.recall({ tickSize: 1, countedMs: 0, moveBps: Array(30).fill(0), steps: [0, 5, 0] });
  assertEquals(table.solve(chain), false);
  // Half of the steps from the lowest bucket are moves by −1 that end there: each next move is the same again.
  const moveBps = [-5, ...Array(29).fill(0)];
  chain.recall({ tickSize: 1, countedMs: 0, moveBps, steps: [0, 0, 5] });
  assertEquals(table.solve(chain), true);
  assertAlmostEquals(table.g1[0] ?? NaN, -1, 1e-12);
  assertAlmostEquals(table.g6[0] ?? NaN, -6, 1e-12);
  assertAlmostEquals(table.g6[9] ?? NaN, 6, 1e-12);
  assertEquals(table.g6[5], 0);
});

Deno.test("QueueChain forgets slowly, also where what it is told of an earlier life is much", () => {
  const kept = new QueueChain();
  const steps = [0, 5, 0];
  for (const _ of [1, 2]) {
    kept.recall({ tickSize: 1, countedMs: 0, moveBps: Array(30).fill(0), steps });
  }
  assertEquals(kept.kept[0], 10);
  const chain = new QueueChain();
  const memory = { tickSize: 1, countedMs: 4e6, moveBps: Array(30).fill(1), steps: [0, 0, 6e5] };
  for (const moves of [600_000, 600_000, 600_000]) {
    chain.recall(memory);
    assertEquals([chain.moves, chain.moved[0]], [moves, moves]);
  }
  assertEquals([chain.moveBps[0], chain.countedMs], [1, 4e6]);
  chain.recall({ ...memory, steps: [0, 0, 1e9] });
  assertEquals(chain.moves < 1e6, true);
});
