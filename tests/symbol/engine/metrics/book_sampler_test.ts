import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Levels } from "../../../../actors/symbol/engine/book/level_columns.ts";
import { OrderBook } from "../../../../actors/symbol/engine/book/order_book.ts";
import { NO_EDGES, TrustBand } from "../../../../actors/symbol/engine/book/trust_band.ts";
import {
  BookSampler,
  type SampledBook,
} from "../../../../actors/symbol/engine/metrics/book_sampler.ts";
import type { Level } from "../../../../shared/market.ts";
import type { BookSecond } from "../../../../shared/book_second.ts";
import {
  BOOK_FRAME_LEVELS,
  BOOK_FRAME_LEVELS_IN_FOCUS,
  type BookFrame,
  type DepthProfile,
  type Output,
  PROFILE_BUCKETS,
} from "../../../../shared/output.ts";
import { MARKET, seeded } from "../market.ts";

/** A book around 10,000, where a bps is a price unit, and what is looked at of it. */
class Stage {
  readonly live: SampledBook;
  readonly sampler: BookSampler;
  #updateId = 0;

  constructor(bids: readonly Level[], asks: readonly Level[], edges = NO_EDGES) {
    this.live = { book: new OrderBook(), band: new TrustBand(edges) };
    this.sampler = new BookSampler(MARKET, this.live);
    this.live.book.apply(Levels.of(bids), Levels.of(asks));
    this.sampler.touch();
  }

  look(
    timeMs: number,
  ): { book: BookFrame | null; second: BookSecond | null; profile: DepthProfile | null } {
    const out: Output[] = [];
    this.#updateId += 1;
    const { book } = this.live;
    const mid = (book.bids.bestPrice + book.asks.bestPrice) / 2;
    const values = { mid, bidCoveredBps: 150, askCoveredBps: null };
    this.sampler.sample(timeMs, values, this.#updateId, out);
    return {
      book: out.find((output) => output.type === "book") ?? null,
      second: out.find((output) => output.type === "book_1s") ?? null,
      profile: out.find((output) => output.type === "depth_profile") ?? null,
    };
  }
}

const sixty = (sign: 1 | -1): Level[] =>
  Array.from({ length: 60 }, (_, i): Level => [10_000 - sign * (i + 1), i + 1]);

Deno.test("BookSampler gives 50 levels in focus from the next look on, changed or not, and 20 otherwise", () => {
  const stage = new Stage(sixty(1), sixty(-1));
  const levels = (timeMs: number) => {
    const { book } = stage.look(timeMs);
    return book === null ? null : [book.bids.length, book.asks.length];
  };
  assertEquals(levels(10_000), [BOOK_FRAME_LEVELS, BOOK_FRAME_LEVELS]);
  assertEquals(levels(10_100), null);
  stage.sampler.focus(true);
  assertEquals(levels(10_100), [BOOK_FRAME_LEVELS_IN_FOCUS, BOOK_FRAME_LEVELS_IN_FOCUS]);
  stage.sampler.focus(true);
  assertEquals(levels(10_200), null, "told twice it is the same");
  stage.sampler.focus(false);
  stage.sampler.touch();
  assertEquals(levels(10_400), [BOOK_FRAME_LEVELS, BOOK_FRAME_LEVELS]);
});

Deno.test("BookSampler gives a book with every change in focus, as metrics are given, and four a second otherwise", () => {
  const stage = new Stage(sixty(1), sixty(-1));
  const booksIn = (fromMs: number) => {
    let books = 0;
    for (let timeMs = fromMs; timeMs < fromMs + 1_000; timeMs += 100) {
      stage.sampler.touch();
      if (stage.look(timeMs).book !== null) books += 1;
    }
    return books;
  };
  assertEquals(booksIn(10_000), 4);
  stage.sampler.focus(true);
  assertEquals(booksIn(11_000), 10);
  stage.sampler.focus(false);
  assertEquals(booksIn(12_500), 4);
});

Deno.test("BookSampler gives a book a second for the store: 20 levels a side at most, whoever looks", () => {
  const stage = new Stage(sixty(1), sixty(-1));
  const seconds: BookSecond[] = [];
  for (let timeMs = 10_000; timeMs < 13_000; timeMs += 50) {
    stage.sampler.focus(timeMs >= 11_500);
    stage.sampler.touch();
    const { second } = stage.look(timeMs);
    if (second !== null) seconds.push(second);
  }
  assertEquals(seconds.map(({ timeMs, number }) => [timeMs, number]), [
    [10_000, 1],
    [11_000, 2],
    [12_000, 3],
  ]);
  const steps = Array.from({ length: BOOK_FRAME_LEVELS }, (_, i) => i);
  const qtys = steps.map((i) => i + 1);
  for (const { ticksPerUnit, bids, asks } of seconds) {
    assertEquals(ticksPerUnit, 1);
    assertEquals([bids, asks], [{ tick: 9_999, steps, qtys }, { tick: 10_001, steps, qtys }]);
  }
});

Deno.test("BookSampler stores a book of each second of UTC, though looks come every 300 ms", () => {
  const stage = new Stage(sixty(1), sixty(-1));
  const stored: number[] = [];
  for (let timeMs = 10_000; timeMs < 15_000; timeMs += 100) {
    stage.sampler.touch();
    const { book, second } = stage.look(timeMs);
    assertEquals(second !== null, book?.forStore === true);
    if (second !== null) stored.push(Math.floor(second.timeMs / 1_000));
  }
  assertEquals(stored, [10, 11, 12, 13, 14]);
});

Deno.test("BookSampler stores no level that cannot be told exactly, and none that is not known", () => {
  const fine = new Stage([[10_000.00000001, 1], [9_000, 2]], [[20_000, 1], [20_000.5, 3], [
    20_021.5,
    4,
  ]]);
  const { second } = fine.look(10_000);
  assertEquals(second?.ticksPerUnit, 1e8);
  assertEquals(second?.bids, { tick: 1_000_000_000_001, steps: [0], qtys: [1] });
  assertEquals(second?.asks, { tick: 2e12, steps: [0, 50_000_000], qtys: [1, 3] });
  const cut = new Stage(sixty(1), sixty(-1), { bidEdge: 9_998, askEdge: null });
  const { second: known } = cut.look(10_000);
  assertEquals(known?.bids?.steps, [0, 1]);
  assertEquals(known?.asks?.steps.length, BOOK_FRAME_LEVELS);
});

Deno.test("BookSampler gives a profile a second for the store, and two a second in focus", () => {
  const stage = new Stage(sixty(1), sixty(-1));
  const told = (untilMs: number, isInFocus: boolean) => {
    stage.sampler.focus(isInFocus);
    const profiles: [timeMs: number, forStore: boolean, number: number][] = [];
    for (let timeMs = untilMs - 2_000; timeMs < untilMs; timeMs += 50) {
      stage.sampler.touch();
      const { profile } = stage.look(timeMs);
      if (profile !== null) profiles.push([timeMs, profile.forStore, profile.number]);
    }
    return profiles;
  };
  assertEquals(told(12_000, false), [[10_000, true, 1], [11_000, true, 2]]);
  const inFocus = told(14_000, true);
  assertEquals(inFocus.map(([timeMs]) => timeMs), [
    ...[12_000, 12_500],
    ...[13_000, 13_500],
  ]);
  assertEquals(inFocus.filter(([, forStore]) => forStore).map(([timeMs]) => timeMs), [
    12_000,
    13_000,
  ]);
  assertEquals(inFocus.map(([, , number]) => number), [3, 4, 5, 6]);
});

Deno.test("BookSampler puts a level at the end of a bucket into it, and none beyond 2 % of mid", () => {
  const { profile } = new Stage(
    [[9_999, 1], [9_998, 2], [9_997.99, 4], [9_800, 8], [9_799.99, 16]],
    [[10_001, 32], [10_002, 64], [10_002.01, 128], [10_200, 256], [10_200.01, 512]],
  ).look(10_000);
  assert(profile !== null);
  const { bids, asks } = profile;
  assertEquals([bids.length, asks.length], [PROFILE_BUCKETS, PROFILE_BUCKETS]);
  const filled = (buckets: readonly number[]) =>
    buckets.flatMap((qty, i) => qty === 0 ? [] : [[i, qty]]);
  assertEquals(filled(bids), [[0, 3], [1, 4], [99, 8]]);
  assertEquals(filled(asks), [[0, 96], [1, 128], [99, 256]]);
  const { mid, bucketBps, lowPrice, highPrice, bidCoveredBps, askCoveredBps } = profile;
  assertEquals([mid, bucketBps, lowPrice, highPrice], [10_000, 2, 9_800, 10_200]);
  assertEquals([bidCoveredBps, askCoveredBps], [150, null]);
});

Deno.test("BookSampler has no profile of a book with one side", () => {
  const stage = new Stage([[9_999, 1]], []);
  const out: Output[] = [];
  const values = { mid: null, bidCoveredBps: null, askCoveredBps: null };
  stage.sampler.sample(10_000, values, 1, out);
  const [book, second, ...others] = out;
  assertEquals([book?.type, second?.type, others], ["book", "book_1s", []]);
  assert(second?.type === "book_1s");
  assertEquals([second.bids, second.asks], [{ tick: 9_999, steps: [0], qtys: [1] }, null]);
});

Deno.test("BookSampler has in its buckets what a walk over all levels finds there, however many they are", () => {
  const random = seeded(20);
  for (let round = 0; round < 20; round++) {
    const scale = 10 ** Math.floor(random() * 8 - 3);
    const count = Math.floor(random() * 3_000) + 1;
    const side = (sign: 1 | -1): Level[] =>
      Array.from({ length: count }, (): Level => [
        Number((scale * (10_000 - sign * (1 + random() * 300))).toFixed(6)),
        Math.ceil(random() * 1_000),
      ]);
    const stage = new Stage(side(1), side(-1));
    const { profile } = stage.look(10_000);
    const { book } = stage.live;
    for (const own of [book.bids, book.asks]) {
      const expected = new Float64Array(PROFILE_BUCKETS);
      const { twiceMid } = book;
      own.walk((price, qty) => {
        // In whole half ticks, as the definition has it.
        const away = Math.abs(2 * book.scale.exactTick(price) - twiceMid);
        const bucket = Math.ceil(away * 5_000 / twiceMid) - 1;
        if (bucket < PROFILE_BUCKETS) expected[bucket] = (expected[bucket] ?? 0) + qty;
        return true;
      });
      const found = own.sign === 1 ? profile?.bids : profile?.asks;
      expected.forEach((qty, i) => assertAlmostEquals(found?.[i] ?? NaN, qty, 1e-6, `${i}`));
    }
  }
});
