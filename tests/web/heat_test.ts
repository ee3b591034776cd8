/** The heatmap without a browser: which column knows what, what is drawn of it, in which colour, and where. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { cellAt, fillColumn, largestCells, quantitiesOf } from "../../web/page/heat_cells.ts";
import {
  type HeatColumn,
  HeatColumns,
  type HeatNow,
  type HeatProfile,
  heatProfile,
} from "../../web/page/heat_columns.ts";
import { priceColumns, profileColumns, tradeColumns } from "../../web/page/heat_history.ts";
import { movedCursor, placeAt, stageOf } from "../../web/page/heat_stage.ts";
import { heatReading, largestText, readingSentence } from "../../web/page/heat_text.ts";
import {
  FOLLOWING,
  panned,
  priceTicks,
  priceWindow,
  timeTicks,
  zoomed,
} from "../../web/page/heat_view.ts";
import { depthProfile, tradesOfSide } from "../support/outputs.ts";

const START_S = 1_800_000_000;
const PROFILE: HeatProfile = {
  mid: 10_000,
  bucketBps: 2,
  bids: [5, 0, 7, null],
  asks: [1, 2],
  bidKnownBps: 5,
  askKnownBps: null,
};
const at = (second: number, over: Partial<HeatNow> = {}): HeatNow => ({
  timeMs: (START_S + second) * 1_000,
  profile: PROFILE,
  reason: "",
  isTold: true,
  bid: 9_999,
  ask: 10_001,
  ...over,
});
const lost = (second: number, reason: string) => at(second, { profile: null, reason });
/** What each of the newest columns shows: `profile`, or why there is none, and `?` where what is stored may tell. */
const shown = (columns: HeatColumns, most: number) =>
  columns.all().slice(-most).map(({ profile, reason, isAsked }) =>
    profile === null ? `${reason}${isAsked ? "?" : ""}` : "profile"
  );

Deno.test("HeatColumns has a profile where one was told, and else the reason; what it has not seen is to be asked", () => {
  const columns = new HeatColumns(1_000, 60);
  columns.look(at(0.5));
  assertEquals(shown(columns, 2), ["not loaded yet?", "profile"]);
  for (const second of [1.1, 1.6]) columns.look(at(second));
  columns.look(lost(2.2, "stale"));
  columns.look(at(3.4));
  columns.look(lost(3.9, "stale"));
  assertEquals(shown(columns, 4), ["profile", "profile", "stale", "profile"]);
  columns.look(at(8.5));
  const unseen = "this page did not look?";
  assertEquals(shown(columns, 6), ["profile", unseen, unseen, unseen, unseen, "profile"]);
  assertEquals(columns.all().length, 60);
  assert(columns.asks((START_S + 100) * 1_000));
});

Deno.test("HeatColumns of longer columns goes on with what is known when a look comes late by less than two seconds", () => {
  const columns = new HeatColumns(1_000, 10);
  columns.look(at(0.5));
  columns.look(at(2.4));
  assertEquals(shown(columns, 3), ["profile", "profile", "profile"]);
  columns.look(at(1, { profile: { ...PROFILE, mid: 5 } }));
  assertEquals(columns.at(START_S + 1)?.profile, PROFILE);
  assertEquals(
    columns.newest,
    START_S + 3,
    "a clock that is set back writes nothing into the past",
  );
});

Deno.test("HeatColumns.takeChanged() tells the columns that are to be drawn again, and no other", () => {
  const columns = new HeatColumns(1_000, 10);
  columns.look(at(0.5));
  assertEquals(columns.takeChanged().length, 10);
  assertEquals(columns.takeChanged(), []);
  columns.look(at(0.7));
  assertEquals(columns.takeChanged(), [], "nothing is new");
  columns.look(at(0.8, { bid: 9_998 }));
  assertEquals(columns.takeChanged(), [START_S + 1]);
  columns.look(at(1.5, { profile: { ...PROFILE } }));
  assertEquals(columns.takeChanged(), [START_S + 2]);
});

Deno.test("HeatColumns.merge() takes what is stored for what this page has not seen, and nothing in place of what it has", () => {
  const columns = new HeatColumns(1_000, 10);
  columns.look(at(0.5));
  const other = { ...PROFILE, mid: 5 };
  columns.merge([
    { endMs: (START_S - 1) * 1_000, profile: other, isAsked: false, bid: 4, ask: 6 },
    { endMs: START_S * 1_000, reason: "the feed was stale", isAsked: false },
    { endMs: (START_S + 1) * 1_000, profile: other, isAsked: false, bid: 4, ask: 6 },
    { endMs: (START_S + 2) * 1_000, profile: other },
  ], START_S * 1_000);
  assertEquals(shown(columns, 3), ["profile", "the feed was stale", "profile"]);
  assertEquals(columns.at(START_S - 1)?.profile?.mid, 5);
  assertEquals([columns.at(START_S - 1)?.bid, columns.at(START_S + 1)?.bid], [4, 9_999]);
  assertEquals(columns.at(START_S + 1)?.profile, PROFILE);
  assertEquals(columns.at(START_S + 2), null);
});

Deno.test("HeatColumns adds up the trades of a column, once: before they were told what is stored counts", () => {
  const columns = new HeatColumns(1_000, 10);
  columns.look(at(0.2));
  columns.tellTrades((START_S + 0.3) * 1_000);
  const buy = (qty: number, price: number) =>
    tradesOfSide({ qty, vwap: price, notional: qty * price });
  columns.take((START_S + 0.8) * 1_000, buy(9, 1), null);
  assertEquals(columns.at(START_S + 1)?.bought, null, "what was before in it is not known");
  columns.look(at(1.2));
  columns.take((START_S + 1.3) * 1_000, buy(1, 100), null);
  columns.take((START_S + 1.4) * 1_000, buy(3, 104), buy(2, 99));
  const bought = { qty: 7, price: 100 };
  const traded = { bought, sold: null, hasTrades: true, isEstimate: true };
  columns.merge([
    { endMs: (START_S + 1) * 1_000, ...traded },
    { endMs: (START_S + 2) * 1_000, ...traded },
  ], (START_S + 2) * 1_000);
  assertEquals(columns.at(START_S + 1)?.bought, { qty: 7, price: 100 });
  assertEquals(columns.at(START_S + 2)?.bought, { qty: 4, price: 103 });
  assertEquals(columns.at(START_S + 2)?.sold, { qty: 2, price: 99 });
  const later = (START_S + 1 + 13) * 1_000;
  columns.merge(columns.all().map(({ endMs }) => ({ endMs, profile: PROFILE, isAsked: false })), 0);
  assert(columns.asks(later), "of the column in which they began the last seconds were not stored");
  columns.merge([], later);
  assert(!columns.asks(later));
  const areEstimates = [1, 2].map((n) => columns.at(START_S + n)?.isEstimate);
  assertEquals(areEstimates, [true, false], "what was told is no estimate");
});

Deno.test("heatProfile() knows nothing where nothing was seen beyond the edge of what is known", () => {
  const bids = [3, 0, 0, 4, 0];
  const told = { bids, asks: bids, bidCoveredBps: 3, askCoveredBps: null };
  const { bids: known, asks } = heatProfile(depthProfile(told));
  assertEquals(known, [3, 0, null, 4, null]);
  assertEquals(asks, bids);
});

Deno.test("cellAt() tells what rests at a price: nothing, so much, at least so much, or that it is not known", () => {
  const cell = (price: number) => {
    const { side, qty, isLowerBound } = cellAt(PROFILE, price);
    return [side, qty, isLowerBound];
  };
  assertEquals(cell(9_999), ["bid", 5, false]);
  assertEquals(cell(9_997), ["bid", 0, false]);
  assertEquals(cell(9_995), ["bid", 7, true]);
  assertEquals(cell(9_993), ["bid", null, true]);
  assertEquals(cell(9_900), ["bid", null, true]);
  assertEquals(cell(10_003), ["ask", 2, false]);
  const { low, high } = cellAt(PROFILE, 10_003);
  assertAlmostEquals(low, 10_002);
  assertAlmostEquals(high, 10_004);
});

Deno.test("fillColumn() leaves empty what is not known, and draws a lower bound fainter", () => {
  const pixels = new Uint32Array(8).fill(99);
  const colors = {
    full: Uint32Array.from({ length: 10 }, (_, i) => 100 + i),
    faint: Uint32Array.from({ length: 10 }, (_, i) => 200 + i),
  };
  const window = { low: 9_992, high: 10_008 };
  fillColumn(pixels, PROFILE, window, (qty) => qty, colors);
  assertEquals([...pixels], [0, 0, 102, 101, 105, 100, 207, 0]);
  fillColumn(pixels, null, window, (qty) => qty, colors);
  assertEquals([...pixels], Array.from({ length: 8 }, () => 0));
});

Deno.test("fillColumn() keeps a wall that shares its pixel with less", () => {
  const bids = Array.from({ length: 100 }, (_, i) => i === 37 ? 9 : 1);
  const profile = { ...PROFILE, bids, bidKnownBps: null, asks: bids };
  const colors = {
    full: Uint32Array.from({ length: 10 }, (_, i) => i),
    faint: new Uint32Array(10),
  };
  for (let rows = 8; rows < 60; rows += 3) {
    const pixels = new Uint32Array(rows);
    fillColumn(pixels, profile, { low: 9_800, high: 10_200 }, (qty) => qty, colors);
    const row = Math.floor((10_200 - 9_925) / 400 * rows);
    assertEquals(pixels[row], 9, `${rows} rows`);
  }
});

Deno.test("largestCells() and quantitiesOf() look at what is known and in view", () => {
  const { bids, asks } = largestCells(PROFILE, { low: 9_996.5, high: 10_010 }, 3);
  assertEquals(bids.map(({ qty }) => qty), [5]);
  assertEquals(asks.map(({ qty }) => qty), [2, 1]);
  const column = { profile: PROFILE } as HeatColumn;
  const nothing = { profile: null } as HeatColumn;
  assertEquals(quantitiesOf([column, nothing, column], 10), [5, 7, 1, 2, 5, 7, 1, 2]);
  assertEquals(quantitiesOf(Array.from({ length: 100 }, () => column), 10).length, 40);
});

// -- What is in view --

const mids = (...prices: readonly number[]) =>
  prices.map((mid) => ({ profile: { ...PROFILE, mid } }) as HeatColumn);

Deno.test("priceWindow() has what the price has moved, and stays while that will do", () => {
  assertEquals(priceWindow(FOLLOWING, [], null), null);
  const first = priceWindow(FOLLOWING, mids(10_000), null);
  assertEquals(first, { low: 9_960, high: 10_040 });
  assert(priceWindow(FOLLOWING, mids(10_000, 10_020), first) === first);
  const moved = priceWindow(FOLLOWING, mids(10_000, 10_200), first);
  assert(moved !== null && moved.low < 10_000 && moved.high > 10_200);
  const far = priceWindow(FOLLOWING, mids(5_000, 10_000), null);
  assert(far !== null && far.low > 9_000 && far.low < 10_000 && far.high > 10_000);
});

Deno.test("priceWindow() follows the price at a span that a person has chosen, without moving at every tick", () => {
  const choice = { span: 0.01, fixed: null };
  const first = priceWindow(choice, mids(10_000), null);
  assertEquals(first, { low: 9_950, high: 10_050 });
  assert(priceWindow(choice, mids(10_020), first) === first);
  assertEquals(priceWindow(choice, mids(10_100), first), { low: 10_049.5, high: 10_150.5 });
  const fixed = { low: 1, high: 2 };
  assertEquals(priceWindow({ span: 0.01, fixed }, mids(10_000), first), fixed);
});

Deno.test("zoomed() and panned(): who only zooms goes on following, who moves prices does not", () => {
  const shown = { low: 9_950, high: 10_050 };
  const nearer = zoomed(FOLLOWING, shown, 0.5, 9_950);
  assertEquals(nearer.fixed, null);
  assertAlmostEquals(nearer.span ?? NaN, 0.005);
  const moved = panned(FOLLOWING, shown, 0.1);
  assertEquals(moved.fixed, { low: 9_960, high: 10_060 });
  const { fixed } = zoomed(moved, { low: 9_960, high: 10_060 }, 0.5, 9_960);
  assertAlmostEquals(fixed?.low ?? NaN, 9_960);
  assertAlmostEquals(fixed?.high ?? NaN, 10_010);
  assertEquals(zoomed(FOLLOWING, shown, 1e9, null).span, 0.2);
  const tiny = { low: 0.000001, high: 0.000002 };
  assertEquals(panned(FOLLOWING, tiny, -2), FOLLOWING, "no price is below 0");
});

Deno.test("priceTicks() and timeTicks() are round", () => {
  assertEquals(priceTicks({ low: 9_951, high: 10_049 }, 5), [9_960, 9_980, 10_000, 10_020, 10_040]);
  assertEquals(timeTicks(10_000, 70_000, 4), [15_000, 30_000, 45_000, 60_000]);
  assertEquals(timeTicks(0, 86_400_000, 8).length, 7);
});

Deno.test("A cursor is where the pointer is, and moves by columns and by stretches of prices", () => {
  const columns = new HeatColumns(1_000, 10);
  columns.look(at(0.5));
  const stage = stageOf(columns, { low: 9_990, high: 10_010 }, 100, 200);
  assertEquals(placeAt(stage, 99, 0), { endMs: (START_S + 1) * 1_000, price: 10_010 });
  assertEquals(placeAt(stage, 0, 150), { endMs: (START_S - 8) * 1_000, price: 9_995 });
  assertEquals(placeAt(stage, 100, 10), null);
  assertEquals([stage.x(START_S + 1), stage.y(10_000)], [95, 100]);
  const first = movedCursor(columns, null, "ArrowLeft");
  assertEquals(first, { endMs: (START_S + 1) * 1_000, price: 10_000 });
  assertEquals(movedCursor(columns, first, "ArrowRight"), first, "there is no later column");
  assertEquals(movedCursor(columns, first, "ArrowLeft")?.endMs, START_S * 1_000);
  assertAlmostEquals(movedCursor(columns, first, "ArrowUp")?.price ?? NaN, 10_003);
  assertEquals(movedCursor(columns, first, "x"), null);
});

// -- What is stored, and what is said --

Deno.test("profileColumns() takes profiles and the reasons of holes; what may not be stored yet is asked for again", () => {
  const toMs = 100_000;
  const answer = profileColumns({
    columns: {
      timeMs: [20_000, 40_000, 60_000, 100_000],
      mid: [100, null, null, null],
      bucketBps: [2, null, null, null],
      bidCoveredBps: [50, null, null, null],
      askCoveredBps: [null, null, null, null],
      bids: [[1, null], null, null, null],
      asks: [[2], null, null, null],
    },
    holes: [
      { fromMs: 20_000, toMs: 40_000, reason: "the feed was stale" },
      { fromMs: 40_000, toMs: 100_000, reason: "nobody was watching" },
    ],
  }, toMs);
  assertEquals(answer[0]?.profile, {
    mid: 100,
    bucketBps: 2,
    bids: [1, null],
    asks: [2],
    bidKnownBps: 50,
    askKnownBps: null,
  });
  assertEquals(answer.slice(1).map(({ reason, isAsked }) => [reason, isAsked]), [
    ["the feed was stale", false],
    ["nobody was watching", false],
    ["nobody was watching", true],
  ]);
});

Deno.test("tradeColumns() adds seconds up, and priceColumns() what means of a second say of a long column", () => {
  const question = { symbol: "BTCUSDT", fromMs: 0, toMs: 40_000, columnMs: 10_000 };
  const side = (qty: number, vwap: number) => ({ qty, vwap });
  const columns = tradeColumns([
    { timeMs: 1_000, buy: side(1, 100), sell: null },
    { timeMs: 10_000, buy: side(3, 104), sell: side(1, 99) },
    { timeMs: 11_000, buy: null, sell: side(2, 98) },
  ], question);
  assertEquals(
    columns.slice(0, 2).map(({ bought, sold, hasTrades }) => [bought, sold, hasTrades]),
    [
      [{ qty: 4, price: 103 }, { qty: 1, price: 99 }, true],
      [null, { qty: 2, price: 98 }, true],
    ],
  );
  assertEquals(columns.at(-1)?.hasTrades, false, "the last seconds may not be stored yet");
  const prices = priceColumns({
    columns: {
      timeMs: [60_000, 120_000],
      state: ["live", "live"],
      bestBidPrice: [99, 98],
      bestAskPrice: [101, null],
      buyQty1s: [0.5, 1],
      sellQty1s: [0, 1],
    },
  }, 60_000);
  assertEquals(prices, [
    {
      endMs: 60_000,
      bid: 99,
      ask: 101,
      bought: { qty: 30, price: 100 },
      sold: null,
      hasTrades: true,
      isEstimate: true,
    },
    { endMs: 120_000, bid: 98, ask: null },
  ]);
});

Deno.test("heatReading() and largestText() say what is known, and why something is not", () => {
  const column: HeatColumn = {
    endMs: Date.UTC(2026, 0, 1, 12),
    profile: PROFILE,
    reason: "",
    isAsked: false,
    bid: 9_999,
    ask: 10_001,
    bought: { qty: 2, price: 10_000 },
    sold: null,
    hasTrades: true,
  };
  const say = (over: Partial<HeatColumn>, price: number) =>
    readingSentence(heatReading({ ...column, ...over }, price, 1, column.endMs));
  assertEquals(say({}, 9_999), "12:00:00 UTC, bid 9,998.0 to 10,000.0: 5.000; 2.000 bought");
  assertEquals(
    say({ bought: null }, 9_995),
    "12:00:00 UTC, bid 9,994.0 to 9,996.0: ≥ 7.000; no trade",
  );
  assertEquals(
    say({ sold: { qty: 3, price: 10_000 }, isEstimate: true }, 9_999),
    "12:00:00 UTC, bid 9,998.0 to 10,000.0: 5.000; ≈ 2.000 bought, ≈ 3.000 sold",
  );
  assertEquals(
    say({ bought: null, isEstimate: true }, 9_995),
    "12:00:00 UTC, bid 9,994.0 to 9,996.0: ≥ 7.000; no trade in its samples",
  );
  assertEquals(
    say({ bought: null, hasTrades: false }, 9_899),
    "12:00:00 UTC, bid 9,898.0 to 9,900.0: not known: beyond what the book reaches; trades –",
  );
  assertEquals(
    say({ profile: null, reason: "the feed was stale", bought: null }, 9_900),
    "12:00:00 UTC, 9,900.0: not known: the feed was stale; trades –",
  );
  assertEquals(
    largestText(PROFILE, { low: 9_990, high: 10_010 }, 1),
    "Largest now: bids ≥ 7.000 about 9,995.0 (0.05 %), 5.000 about 9,999.0 (0.01 %); " +
      "asks 2.000 about 10,003.0 (0.03 %), 1.000 about 10,001.0 (0.01 %)",
  );
  assertEquals(largestText(null, { low: 1, high: 2 }, 1), "");
});
