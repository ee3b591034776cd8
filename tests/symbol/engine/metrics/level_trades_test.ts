/** The queues and the table of the level flow, against arrays and maps. */
import { assertEquals } from "@std/assert";
import { LevelTrades } from "../../../../actors/symbol/engine/metrics/level_trades.ts";
import { LotsQueue } from "../../../../actors/symbol/engine/metrics/lots_queue.ts";
import { PairQueue } from "../../../../actors/symbol/engine/metrics/pair_queue.ts";
import { seeded } from "../market.ts";

Deno.test("PairQueue keeps what comes late in its place, as it grows and turns round", () => {
  const random = seeded(1);
  const queue = new PairQueue(1_024);
  let expected: number[][] = [];
  for (let i = 0; i < 5_000; i++) {
    const at = i - Math.floor(random() * 10);
    assertEquals(queue.add(at, i, -i), true);
    // Behind those that are equal.
    const place = expected.findLastIndex(([other = NaN]) => other <= at) + 1;
    expected.splice(place, 0, [at, i, -i]);
    for (; queue.count > 700 || queue.count > 0 && random() < 0.4; queue.drop()) {
      assertEquals([queue.at(0), queue.first(0), queue.second(0)], expected.shift());
    }
  }
  queue.multiply(2, 3);
  expected = expected.map(([at = NaN, first = NaN, second = NaN]) => [at, 2 * first, 3 * second]);
  for (; queue.count > 0; queue.drop()) {
    assertEquals([queue.at(0), queue.first(0), queue.second(0)], expected.shift());
  }
  assertEquals(expected, []);
});

Deno.test("PairQueue and LotsQueue take no more than they hold", () => {
  const pairs = new PairQueue(64);
  for (let i = 0; i < 64; i++) assertEquals(pairs.add(i, 0, 0), true);
  assertEquals([pairs.add(64, 0, 0), pairs.count], [false, 64]);
  const lots = new LotsQueue(256);
  for (let i = 0; i < 256; i++) assertEquals(lots.add(), i);
  assertEquals([lots.add(), lots.count], [-1, 256]);
});

Deno.test("LotsQueue gives back what came first, as it grows and turns round", () => {
  const random = seeded(2);
  const queue = new LotsQueue(4_096);
  const expected: number[][] = [];
  for (let i = 0; i < 8_000; i++) {
    const place = queue.add();
    queue.keys[place] = i;
    queue.lots[place] = -i;
    expected.push([i, -i]);
    for (; queue.count > 2_000 || queue.count > 0 && random() < 0.3; queue.drop()) {
      assertEquals([queue.keys[queue.first], queue.lots[queue.first]], expected.shift());
    }
  }
  assertEquals(queue.count, expected.length);
});

Deno.test("LevelTrades.common is of each key the lesser of what went and what was traded, however keys change", () => {
  const random = seeded(3);
  const table = new LevelTrades();
  const sums = new Map<number, { gone: number; traded: number }>();
  const keys = new Float64Array(1);
  const lots = new Float64Array(1);
  for (let i = 0; i < 20_000; i++) {
    // The price walks, so that old keys become nothing and new ones come.
    const key = (random() < 0.5 ? 1 : -1) *
      (1_000 + Math.floor(i / 50) + Math.floor(random() * 40));
    const what = random() < 0.5 ? "gone" : "traded";
    const sum = sums.get(key) ?? { gone: 0, traded: 0 };
    sums.set(key, sum);
    const isBack = sum[what] > 0 && random() < 0.7;
    keys[0] = key;
    lots[0] = isBack ? sum[what] : 1 + Math.floor(random() * 9);
    table.count(what, keys, lots, 0, isBack ? -1 : 1);
    sum[what] += isBack ? -sum[what] : lots[0] ?? NaN;
    if (i % 500 > 0) continue;
    const expected = [...sums].reduce(
      (all, [of, { gone, traded }]) => all + Math.abs(of) * Math.min(gone, traded),
      0,
    );
    assertEquals(table.common, expected);
  }
  table.clear();
  assertEquals(table.common, 0);
});
