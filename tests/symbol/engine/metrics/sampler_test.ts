import { assertEquals } from "@std/assert";
import { OrderBook } from "../../../../actors/symbol/engine/book/order_book.ts";
import { Levels } from "../../../../actors/symbol/engine/book/level_columns.ts";
import { Sampler, type View } from "../../../../actors/symbol/engine/metrics/sampler.ts";
import { TradeSums } from "../../../../actors/symbol/engine/metrics/trade_sums.ts";
import { UtcClock } from "../../../../actors/symbol/engine/utc_clock.ts";
import { NO_EDGES, TrustBand } from "../../../../actors/symbol/engine/book/trust_band.ts";
import { Proof } from "../../../../actors/symbol/engine/book/proof.ts";
import { UNKNOWN_VALUES } from "../../../../shared/catalogue/metrics.ts";
import {
  BOOK_FRAME_LEVELS,
  type BookFrame,
  type MetricsFrame,
  type Output,
  type TradesFrame,
} from "../../../../shared/output.ts";
import { MARKET, trade } from "../market.ts";

const LIVE: View = {
  state: "live",
  values: { ...UNKNOWN_VALUES, mid: 100, imbalance: 0.5, velocity: 0.1 },
  bookUpdateId: 7,
  eventMs: 6_000,
};
const SYNCING: View = { state: "syncing", values: null, bookUpdateId: null, eventMs: null };
const WHOLE = new TrustBand(NO_EDGES);

/** A sampler of one view and one book, which the test changes. */
class Stage {
  view = LIVE;
  isUnheard = false;
  /** How often values were kept. */
  kept = 0;
  readonly live = {
    book: new OrderBook(),
    band: WHOLE,
    proof: new Proof(),
    metrics: { keep: () => this.kept += 1 },
    nulls: "01t",
  };
  readonly utc = new UtcClock();
  readonly tradeSums = new TradeSums();
  readonly sampler: Sampler;

  constructor(intervalMs = 1_000) {
    const now = () => this.view;
    this.sampler = new Sampler(MARKET, intervalMs, this.utc, {
      view: now,
      get state() {
        return now().state;
      },
      isUnheard: () => this.isUnheard,
      live: this.live,
      tradeSums: this.tradeSums,
    }, 0);
  }

  rowsUntil(nowMs: number, view: View = this.view): MetricsFrame[] {
    this.view = view;
    const out: Output[] = [];
    this.sampler.closeIntervals(nowMs, out);
    return out.filter((output) => output.type === "metrics");
  }

  tick(nowMs: number): {
    readonly frame: MetricsFrame | null;
    readonly book: BookFrame | null;
    readonly trades: TradesFrame | null;
  } {
    const out: Output[] = [];
    this.sampler.tick(nowMs, this.view, out);
    return {
      frame: out.find((output) => output.type === "metrics") ?? null,
      book: out.find((output) => output.type === "book") ?? null,
      trades: out.find((output) => output.type === "trades") ?? null,
    };
  }
}

/** The frames that close intervals while time passes as in `times`. */
function rows(intervalMs: number, times: readonly number[], view: View = LIVE): MetricsFrame[] {
  const stage = new Stage(intervalMs);
  return times.flatMap((nowMs) => stage.rowsUntil(nowMs, view));
}

const every = (stepMs: number, fromMs: number, toMs: number) =>
  Array.from({ length: Math.floor((toMs - fromMs) / stepMs) + 1 }, (_, i) => fromMs + i * stepMs);

Deno.test("Sampler.closeIntervals() gives one row for every interval, at its end, in UTC", () => {
  const frames = rows(1_000, every(100, 5_550, 9_950));
  assertEquals(frames.map((frame) => frame.timeMs), [6_000, 7_000, 8_000, 9_000]);
  assertEquals(new Set(frames.map((frame) => frame.bucketMs)), new Set([1_000]));
  assertEquals(frames[0], {
    type: "metrics",
    ...MARKET,
    timeMs: 6_000,
    bucketMs: 1_000,
    state: "live",
    bookUpdateId: 7,
    eventMs: 6_000,
    values: { ...UNKNOWN_VALUES, mid: 100, imbalance: 0.5, velocity: 0.1 },
    nulls: "01t",
  });
});

Deno.test("Sampler.closeIntervals() closes intervals of the time of day, whatever the engine's time is", () => {
  const stage = new Stage();
  stage.utc.set(400);
  const times = every(100, 5_000, 7_000).flatMap((nowMs) =>
    stage.rowsUntil(nowMs).map(({ timeMs }) => [nowMs, timeMs])
  );
  assertEquals(times, [[5_600, 6_000], [6_600, 7_000]]);
});

Deno.test("Sampler.closeIntervals() gives a row of nulls with the state when the book is not live", () => {
  const [frame] = rows(1_000, [5_950, 6_050], SYNCING);
  assertEquals(frame, {
    type: "metrics",
    ...MARKET,
    timeMs: 6_000,
    bucketMs: 1_000,
    state: "syncing",
    bookUpdateId: null,
    eventMs: null,
    values: UNKNOWN_VALUES,
    nulls: "l",
  });
});

Deno.test("Sampler.closeIntervals() closes an interval once, at the first moment that is not in it", () => {
  assertEquals(rows(1_000, [5_500, 5_999.9]).length, 0);
  assertEquals(rows(1_000, [5_500, 6_000, 6_000, 6_001]).map((frame) => frame.timeMs), [6_000]);
});

Deno.test("Sampler.closeIntervals() marks intervals that nobody watched stale, without numbers", () => {
  const frames = rows(1_000, [5_900, 9_100]);
  assertEquals(
    frames.map(({ timeMs, state, values }) => [timeMs, state, values.mid]),
    [[6_000, "live", 100], [7_000, "stale", null], [8_000, "stale", null], [9_000, "stale", null]],
  );
});

Deno.test("Sampler.closeIntervals() does not take a busy moment for an absence", () => {
  // Ticks of 100 ms that come a little late skip a boundary of a 100 ms interval now and then.
  const frames = rows(100, every(101, 5_001, 40_000));
  assertEquals(frames.map((frame) => frame.timeMs), every(100, 5_100, 39_900));
  assertEquals(new Set(frames.map((frame) => frame.state)), new Set(["live"]));
});

Deno.test("Sampler.closeIntervals() closes at most ten minutes of missed seconds", () => {
  const frames = rows(1_000, [5_900, 86_400_000]);
  assertEquals(frames.length, 600);
  assertEquals([frames[0]?.timeMs, frames.at(-1)?.timeMs], [85_801_000, 86_400_000]);
  assertEquals(new Set(frames.map((frame) => frame.state)), new Set(["stale"]));
});

Deno.test("Sampler.closeIntervals() never closes an interval twice when the clock is set back a little", () => {
  const times = [...every(100, 100_000, 105_000), ...every(100, 101_000, 107_000)];
  assertEquals(
    rows(1_000, times).map((frame) => frame.timeMs),
    [101_000, 102_000, 103_000, 104_000, 105_000, 106_000, 107_000],
  );
});

Deno.test("Sampler.closeIntervals() starts a new count when the clock is set back by more", () => {
  const times = [4_000_000, 4_001_000, 100_000, 101_000, 102_000];
  assertEquals(
    rows(1_000, times).map((frame) => frame.timeMs),
    [4_001_000, 101_000, 102_000],
  );
});

Deno.test("Sampler.tick() gives a live frame on change only, which is no row", () => {
  const stage = new Stage();
  assertEquals(stage.tick(100).frame, null);
  stage.sampler.touch("live");
  const { frame } = stage.tick(200);
  assertEquals([frame?.timeMs, frame?.bucketMs, frame?.values], [200, null, LIVE.values]);
  assertEquals(stage.tick(300).frame, null);
});

Deno.test("Sampler keeps the values that it gives, so that the engine writes the next ones elsewhere", () => {
  const stage = new Stage();
  assertEquals([stage.tick(100).frame, stage.kept], [null, 0]);
  stage.sampler.touch("live");
  assertEquals([stage.tick(200).frame?.values, stage.kept], [LIVE.values, 1]);
  assertEquals(stage.rowsUntil(200), []);
  assertEquals([stage.rowsUntil(1_000)[0]?.values, stage.kept], [LIVE.values, 2]);
});

/** The times at which book frames leave, and whether each is for the store. */
function bookFrames(times: readonly number[], touches = true): (readonly [number, boolean])[] {
  const stage = new Stage();
  return times.flatMap((nowMs) => {
    if (touches) stage.sampler.touch("live");
    const { book } = stage.tick(nowMs);
    return book === null ? [] : [[book.timeMs, book.forStore] as const];
  });
}

Deno.test("Sampler.tick() gives book frames that leave four times a second at most, once a second for the store", () => {
  const frames = bookFrames(every(50, 10_000, 12_000));
  assertEquals(frames.map(([timeMs]) => timeMs), every(250, 10_000, 12_000));
  assertEquals(
    frames.filter(([, forStore]) => forStore).map(([timeMs]) => timeMs),
    [10_000, 11_000, 12_000],
  );
});

Deno.test("Sampler.tick() gives book frames that go on when the clock is set back", () => {
  const frames = bookFrames([10_000_000, 6_000_000, 6_000_300, 6_001_300]);
  assertEquals(frames, [[10_000_000, true], [6_000_000, true], [6_000_300, false], [
    6_001_300,
    true,
  ]]);
});

Deno.test("Sampler.tick() gives book frames that leave only when the book has changed", () => {
  assertEquals(bookFrames([10_000, 20_000], false), []);
  const stage = new Stage();
  stage.sampler.touch("live");
  assertEquals([10_000, 20_000].map((nowMs) => stage.tick(nowMs).book !== null), [true, false]);
});

Deno.test("Sampler.tick() shows no levels of a book that is not live", () => {
  const stage = new Stage();
  stage.view = SYNCING;
  stage.sampler.touch("syncing");
  assertEquals(stage.tick(10_000).book, null);
  stage.view = LIVE;
  assertEquals(
    stage.tick(10_100).book?.bookUpdateId,
    7,
    "what has changed meanwhile is shown then",
  );
});

Deno.test("Sampler.tick() tells the trades of the time since the last tick, live or not", () => {
  const stage = new Stage();
  stage.utc.set(50);
  const tick = (nowMs: number) => {
    const { trades } = stage.tick(nowMs);
    return trades === null ? null : [trades.fromMs, trades.timeMs, trades.state, trades.buy?.qty];
  };
  assertEquals(tick(100), null);
  stage.tradeSums.add(trade({ qty: 2 }));
  assertEquals(tick(200), [150, 250, "live", 2]);
  stage.tradeSums.add(trade({ qty: 3 }));
  stage.view = SYNCING;
  assertEquals(tick(300), [250, 350, "syncing", 3]);
});

Deno.test("Sampler.thin() leaves one look to each second in which something has changed, at that change, and trades once a second", () => {
  const stage = new Stage();
  stage.sampler.thin(2);
  const left = (nowMs: number) => {
    const { frame, book, trades } = stage.tick(nowMs);
    return [frame?.timeMs, book?.timeMs, trades?.timeMs];
  };
  const nothing = [undefined, undefined, undefined];
  stage.tradeSums.add(trade());
  assertEquals(left(10_000), [undefined, undefined, 10_000]);
  stage.tradeSums.add(trade());
  assertEquals(left(10_400), nothing);
  stage.sampler.touch("live");
  assertEquals(left(10_500), [10_500, 10_500, undefined]);
  stage.sampler.touch("live");
  assertEquals(left(10_600), nothing);
  stage.sampler.touch("syncing");
  stage.view = SYNCING;
  assertEquals(left(10_700), [10_700, undefined, 10_700], "another state waits for nothing");
  stage.sampler.touch("syncing");
  assertEquals(left(10_800), nothing);
});

/** Thirty levels a side around 100, of which `band` is known. */
function thirtyLevels(band: TrustBand): Stage {
  const stage = new Stage();
  const { book } = stage.live;
  for (let i = 1; i <= 30; i++) book.apply(Levels.of([[100 - i, i]]), Levels.of([[100 + i, i]]));
  stage.live.band = band;
  stage.sampler.touch("live");
  return stage;
}

Deno.test("Sampler.tick() shows the best levels, best first, and the id of the book", () => {
  const { book } = thirtyLevels(WHOLE).tick(10_000);
  assertEquals([book?.bids.length, book?.asks.length], [BOOK_FRAME_LEVELS, BOOK_FRAME_LEVELS]);
  assertEquals([book?.bids[0], book?.asks[1], book?.bookUpdateId], [[99, 1], [102, 2], 7]);
});

Deno.test("Sampler.tick() shows no level beyond what is known: there may be better ones", () => {
  const stage = thirtyLevels(new TrustBand({ bidEdge: 95, askEdge: 100.5 }));
  const { book } = stage.tick(10_000);
  assertEquals(book?.bids.map(([price]) => price), [99, 98, 97, 96, 95]);
  // The exchange's ticker has told that it is the best, or the book would not be shown.
  assertEquals(book?.asks, [[101, 1]]);
  stage.live.band = new TrustBand({ bidEdge: 106, askEdge: 105 });
  stage.sampler.touch("live");
  const { book: fallen } = stage.tick(11_000);
  assertEquals(
    fallen?.asks.map(([price]) => price),
    [101, 102, 103, 104, 105],
    "asks have no other",
  );
  stage.live.band = new TrustBand({ bidEdge: 140, askEdge: null });
  stage.sampler.touch("live");
  assertEquals(stage.tick(12_000).book?.asks.length, BOOK_FRAME_LEVELS, "nor the edge of bids");
});

Deno.test("Sampler.closeIntervals() marks an interval that was live at its end but not throughout", () => {
  const stage = new Stage();
  const rowsUntil = (nowMs: number, view: View) =>
    stage.rowsUntil(nowMs, view)
      .map(({ state, values, bookUpdateId }) => [state, values.mid, bookUpdateId]);
  assertEquals(rowsUntil(5_500, LIVE), []);
  stage.sampler.touch("stale");
  stage.sampler.touch("degraded");
  stage.sampler.touch("live");
  assertEquals(rowsUntil(6_100, LIVE), [["degraded", null, null]]);
  assertEquals(rowsUntil(7_100, LIVE), [["live", 100, 7]], "once");
  stage.sampler.touch("syncing");
  assertEquals(rowsUntil(8_100, SYNCING), [["syncing", null, null]]);
  assertEquals(rowsUntil(9_100, LIVE), [["syncing", null, null]], "it was not at its beginning");
  assertEquals(rowsUntil(10_100, LIVE), [["live", 100, 7]]);
});
