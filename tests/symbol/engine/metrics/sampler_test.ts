import { assertEquals } from "@std/assert";
import { OrderBook } from "../../../../actors/symbol/engine/book/order_book.ts";
import { Levels } from "../../../../actors/symbol/engine/book/level_columns.ts";
import { Cadence, type View } from "../../../../actors/symbol/engine/metrics/cadence.ts";
import { UNKNOWN_METRICS } from "../../../../actors/symbol/engine/metrics/metrics.ts";
import { NO_EDGES, TrustBand } from "../../../../actors/symbol/engine/book/trust_band.ts";
import { BOOK_FRAME_LEVELS, type MetricsFrame } from "../../../../shared/output.ts";
import { SYMBOL } from "../market.ts";

const LIVE: View = {
  state: "live",
  metrics: { ...UNKNOWN_METRICS, mid: 100, imbalance: 0.5 },
  velocity: 0.1,
  bookUpdateId: 7,
  eventMs: 6_000,
};
const SYNCING: View = {
  state: "syncing",
  metrics: null,
  velocity: null,
  bookUpdateId: null,
  eventMs: null,
};

/** The frames that close intervals while time passes as in `times`. */
function rows(intervalMs: number, times: readonly number[], view: View = LIVE): MetricsFrame[] {
  const cadence = new Cadence(SYMBOL, intervalMs);
  return times.flatMap((nowMs) => cadence.closeIntervals(nowMs, () => view));
}

const every = (stepMs: number, fromMs: number, toMs: number) =>
  Array.from({ length: Math.floor((toMs - fromMs) / stepMs) + 1 }, (_, i) => fromMs + i * stepMs);

Deno.test("Sampler.closeIntervals() gives one row for every interval, at its end, in UTC", () => {
  const frames = rows(1_000, every(100, 5_550, 9_950));
  assertEquals(frames.map((frame) => frame.timeMs), [6_000, 7_000, 8_000, 9_000]);
  assertEquals(new Set(frames.map((frame) => frame.bucketMs)), new Set([1_000]));
  assertEquals(frames[0], {
    type: "metrics",
    symbol: SYMBOL,
    timeMs: 6_000,
    bucketMs: 1_000,
    state: "live",
    bookUpdateId: 7,
    eventMs: 6_000,
    ...UNKNOWN_METRICS,
    mid: 100,
    imbalance: 0.5,
    velocity: 0.1,
  });
});

Deno.test("Sampler.closeIntervals() gives a row of nulls with the state when the book is not live", () => {
  const [frame] = rows(1_000, [5_950, 6_050], SYNCING);
  assertEquals(frame, {
    type: "metrics",
    symbol: SYMBOL,
    timeMs: 6_000,
    bucketMs: 1_000,
    state: "syncing",
    bookUpdateId: null,
    eventMs: null,
    ...UNKNOWN_METRICS,
    velocity: null,
  });
});

Deno.test("Sampler.closeIntervals() closes an interval once, at the first moment that is not in it", () => {
  assertEquals(rows(1_000, [5_500, 5_999.9]).length, 0);
  assertEquals(rows(1_000, [5_500, 6_000, 6_000, 6_001]).map((frame) => frame.timeMs), [6_000]);
});

Deno.test("Sampler.closeIntervals() marks intervals that nobody watched stale, without numbers", () => {
  const frames = rows(1_000, [5_900, 9_100]);
  assertEquals(
    frames.map(({ timeMs, state, mid }) => [timeMs, state, mid]),
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

Deno.test("Sampler.metricsFrame() leaves on change only, and is no row", () => {
  const cadence = new Cadence(SYMBOL, 1_000);
  assertEquals(cadence.metricsFrame(100, () => LIVE), null);
  cadence.touch("live");
  const frame = cadence.metricsFrame(200, () => LIVE);
  assertEquals([frame?.timeMs, frame?.bucketMs, frame?.mid, frame?.velocity], [
    200,
    null,
    100,
    0.1,
  ]);
  assertEquals(cadence.metricsFrame(300, () => LIVE), null);
});

const WHOLE = new TrustBand(NO_EDGES);

/** The times at which book frames leave, and whether each is for the store. */
function bookFrames(times: readonly number[], touches = true): (readonly [number, boolean])[] {
  const cadence = new Cadence(SYMBOL, 1_000);
  return times.flatMap((nowMs) => {
    if (touches) cadence.touch("live");
    const frame = cadence.bookFrame(nowMs, { book: new OrderBook(), band: WHOLE }, 9);
    return frame === null ? [] : [[frame.timeMs, frame.forStore] as const];
  });
}

Deno.test("Sampler.bookFrame() leaves four times a second at most, once a second for the store", () => {
  const frames = bookFrames(every(50, 10_000, 12_000));
  assertEquals(frames.map(([timeMs]) => timeMs), every(250, 10_000, 12_000));
  assertEquals(
    frames.filter(([, forStore]) => forStore).map(([timeMs]) => timeMs),
    [10_000, 11_000, 12_000],
  );
});

Deno.test("Sampler.bookFrame() goes on when the clock is set back", () => {
  const frames = bookFrames([10_000_000, 6_000_000, 6_000_300, 6_001_300]);
  assertEquals(frames, [[10_000_000, true], [6_000_000, true], [6_000_300, false], [
    6_001_300,
    true,
  ]]);
});

Deno.test("Sampler.bookFrame() leaves only when the book has changed", () => {
  assertEquals(bookFrames([10_000, 20_000], false), []);
});

Deno.test("Sampler.bookFrame() shows the best levels, best first, and the id of the book", () => {
  const book = new OrderBook();
  for (let i = 1; i <= 30; i++) book.apply(Levels.of([[100 - i, i]]), Levels.of([[100 + i, i]]));
  const cadence = new Cadence(SYMBOL, 1_000);
  cadence.touch("live");
  const frame = cadence.bookFrame(10_000, { book, band: WHOLE }, 9);
  assertEquals([frame?.bids.length, frame?.asks.length], [BOOK_FRAME_LEVELS, BOOK_FRAME_LEVELS]);
  assertEquals([frame?.bids[0], frame?.asks[1], frame?.bookUpdateId], [[99, 1], [102, 2], 9]);
});

Deno.test("Sampler.bookFrame() shows no level beyond what is known: there may be better ones", () => {
  const book = new OrderBook();
  for (let i = 1; i <= 30; i++) book.apply(Levels.of([[100 - i, i]]), Levels.of([[100 + i, i]]));
  const cadence = new Cadence(SYMBOL, 1_000);
  cadence.touch("live");
  const band = new TrustBand({ bidEdge: 95, askEdge: 100.5 });
  const frame = cadence.bookFrame(10_000, { book, band }, 9);
  assertEquals(frame?.bids.map(([price]) => price), [99, 98, 97, 96, 95]);
  // The exchange's ticker has told that it is the best, or the book would not be shown.
  assertEquals(frame?.asks, [[101, 1]]);
  const below = new TrustBand({ bidEdge: 103.5, askEdge: 105 });
  cadence.touch("live");
  const fallen = cadence.bookFrame(11_000, { book, band: below }, 10);
  assertEquals(
    fallen?.asks.map(([price]) => price),
    [101, 102, 103, 104, 105],
    "asks have no other",
  );
});

Deno.test("Sampler.closeIntervals() marks an interval that was live at its end but not throughout", () => {
  const cadence = new Cadence(SYMBOL, 1_000);
  const rowsUntil = (nowMs: number, view: View) =>
    cadence.closeIntervals(nowMs, () => view).map((
      { state, mid, bookUpdateId },
    ) => [state, mid, bookUpdateId]);
  assertEquals(rowsUntil(5_500, LIVE), []);
  cadence.touch("stale");
  cadence.touch("degraded");
  cadence.touch("live");
  assertEquals(rowsUntil(6_100, LIVE), [["degraded", null, null]]);
  assertEquals(rowsUntil(7_100, LIVE), [["live", 100, 7]], "once");
  cadence.touch("syncing");
  assertEquals(rowsUntil(8_100, SYNCING), [["syncing", null, null]]);
  assertEquals(rowsUntil(9_100, LIVE), [["syncing", null, null]], "it was not at its beginning");
  assertEquals(rowsUntil(10_100, LIVE), [["live", 100, 7]]);
});
