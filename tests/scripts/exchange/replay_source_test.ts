import { assert, assertEquals, assertRejects } from "@std/assert";
import type { MarketEvent } from "../../../scripts/exchange/market_event.ts";
import { loadRecordings } from "../../../scripts/exchange/recorded_market.ts";
import { ReferenceBook } from "../../../scripts/exchange/reference_book.ts";
import { ReplaySource } from "../../../scripts/exchange/replay_source.ts";
import { RecordingError } from "../../../scripts/recording.ts";
import { recordingsDir } from "../../support/services.ts";
import { diff, snapshot, ticker, trade, withRecordings } from "./recordings.ts";

/** Any time; 13 digits, as a recording's. */
const T = 1_700_000_000_000;
const START_MS = 1_800_000_000_000;

/** A straddling diff, tickers on both sides of the snapshot, and a torn end. */
const LINES = [
  diff(T, 90, 95, [["8", "1"]]),
  diff(T + 100, 96, 104, [["9", "2"]]),
  ticker(T + 110, 98, ["9", "3"], ["11", "1"]),
  ticker(T + 120, 106, ["9", "4"], ["11", "1"]),
  snapshot(T + 130, 100, [["9", "3"], ["7", "1"]], [["11", "1"]]),
  trade(T + 140, 500),
  trade(T + 140, 501),
  diff(T + 200, 105, 110, [["9", "5"]], [["12", "1"]]),
  ticker(T + 210, 110, ["9", "5"], ["11", "1"]),
  diff(T + 300, 111, 120, [["10", "1"]], [["12", "0"]]),
  ticker(T + 310, 119, ["10", "1"], ["11", "1"]),
  ticker(T + 320, 125, ["10", "9"], ["11", "1"]),
];

function play(source: ReplaySource, totalMs: number): MarketEvent[] {
  source.begin(START_MS);
  return [...source.advance(START_MS + totalMs)];
}

async function sourceOf(paths: string[], loop = false, keepTimes = false): Promise<ReplaySource> {
  const [market] = await loadRecordings(paths);
  if (!market) throw new TypeError("no market");
  return new ReplaySource(market, { loop, keepTimes });
}

Deno.test("ReplaySource begins at the snapshot and shows the diff that straddles it", async () => {
  const [source, events] = await withRecordings([LINES], async (paths) => {
    const source = await sourceOf(paths);
    return [source, play(source, 10_000)] as const;
  });
  assertEquals(source.initial.lastUpdateId, 100);
  const opening = source.opening(START_MS);
  assertEquals([opening?.firstUpdateId, opening?.finalUpdateId], [96, 104]);
  const ids = events.flatMap((e) =>
    e.type === "change" ? [[e.firstUpdateId, e.finalUpdateId]] : []
  );
  assertEquals(ids, [[105, 110], [111, 120]]);
  // 106 ran ahead of the snapshot; 98 is older than the book; 125 has no diff that proves it.
  assertEquals(events.flatMap((e) => e.type === "ticker" ? [e.updateId] : []), [106, 110, 119]);
  assert(source.isOver());
});

Deno.test("ReplaySource shows a diff from before the snapshot that the next one follows without a gap", async () => {
  const lines = [
    diff(T, 90, 95, [["8", "1"]]),
    snapshot(T + 10, 100, [["9", "3"]], [["11", "1"]]),
    // Recorded, it reaches back to the diff before the snapshot.
    diff(T + 100, 96, 110, [["9", "5"]]),
  ];
  await withRecordings([lines], async (paths) => {
    const source = await sourceOf(paths);
    const opening = source.opening(START_MS);
    assertEquals([opening?.firstUpdateId, opening?.finalUpdateId], [90, 100]);
    const [first] = play(source, 1_000);
    assert(first?.type === "change");
    assertEquals([first.firstUpdateId, first.finalUpdateId], [101, 110]);
  });
});

Deno.test("ReplaySource shifts times to now with their spacing, and never into the future", async () => {
  const events = await withRecordings(
    [LINES],
    async (paths) => play(await sourceOf(paths), 10_000),
  );
  assertEquals(events.map((e) => e.atMs - START_MS), [0, 10, 10, 10, 70, 80, 170, 180]);
  for (const event of events) {
    if (event.type !== "ticker") assertEquals(event.eventMs, event.atMs);
    if (event.type === "trade") assertEquals(event.tradeMs, event.eventMs - 1);
  }
});

Deno.test("ReplaySource leaves recorded times alone with keepTimes, and lets them rise in a loop", async () => {
  const events = await withRecordings(
    [LINES],
    async (paths) => play(await sourceOf(paths, true, true), 1_000),
  );
  const times = events.flatMap((e) => e.type === "change" ? [e.eventMs] : []);
  assertEquals(times.slice(0, 2), [T + 250, T + 350]);
  assert(times.length > 5);
  times.reduce((previous, next) => {
    assert(next > previous);
    return next;
  });
});

Deno.test("ReplaySource joins the end to the start of a loop: ids, books and best prices agree", async () => {
  await withRecordings([LINES], async (paths) => {
    const source = await sourceOf(paths, true);
    const book = new ReferenceBook(source.initial);
    const opening = source.opening(START_MS);
    if (opening) book.apply(opening);
    let changes = 0;
    let lastTradeId = 499;
    let lastAggTradeId = 499;
    const books: string[] = [];
    for (const event of play(source, 2_000)) {
      if (event.type === "change") {
        assertEquals(event.firstUpdateId, book.lastUpdateId + 1);
        book.apply(event);
        changes += 1;
        const { bids, asks } = book.snapshot();
        if (changes % 3 === 2) books.push(JSON.stringify([bids, asks]));
      } else if (event.type === "trade") {
        assertEquals(event.tradeId, lastTradeId += 1);
      } else if (event.type === "aggTrade") {
        assertEquals(event.aggTradeId, lastAggTradeId += 1);
        assertEquals(event.lastTradeId, lastTradeId);
      } else if (changes % 3 === 0 && changes > 0 && event.updateId === book.lastUpdateId) {
        // The ticker of the join itself.
        assertEquals([[event.bid, event.bidQty], [event.ask, event.askQty]], [
          [...book.best().bid ?? []],
          [...book.best().ask ?? []],
        ]);
      }
    }
    assert(books.length > 3);
    // The end book is the same in every round.
    assertEquals(new Set(books).size, 1);
    assert(!source.isOver());
  });
});

Deno.test("loadRecordings() goes on after a recorded gap at the next snapshot that joins", async () => {
  const lines = [
    ...LINES,
    diff(T + 400, 200, 205, [["8", "9"]]),
    diff(T + 500, 206, 210),
    snapshot(T + 520, 150, [["1", "1"]], [["99", "1"]]),
    snapshot(T + 530, 207, [["9", "9"]], [["10", "1"]]),
    diff(T + 600, 211, 212, [["9", "8"]]),
  ];
  await withRecordings([lines], async (paths) => {
    const source = await sourceOf(paths);
    const book = new ReferenceBook(source.initial);
    const opening = source.opening(START_MS);
    if (opening) book.apply(opening);
    for (const event of play(source, 5_000)) if (event.type === "change") book.apply(event);
    assertEquals(book.snapshot(), {
      lastUpdateId: 212,
      bids: [["9", "8"]],
      asks: [["10", "1"]],
    });
    assert(source.isOver());
  });
});

Deno.test("loadRecordings() reads the files of one symbol as one stream", async () => {
  await withRecordings([LINES.slice(0, 8), LINES.slice(8)], async (paths) => {
    const events = play(await sourceOf(paths), 10_000);
    assertEquals(events.filter((e) => e.type === "change").length, 2);
  });
});

Deno.test("loadRecordings() takes tick and lot size from the levels", async () => {
  const lines = [
    diff(T, 90, 95),
    snapshot(T + 1, 95, [["9.10000000", "0.00100000"]], [["11.25000000", "1.00000000"]]),
  ];
  await withRecordings([lines], async (paths) => {
    const [market] = await loadRecordings(paths);
    assertEquals(market?.spec, {
      symbol: "TESTUSDT",
      baseAsset: "TEST",
      quoteAsset: "USDT",
      tickSizeE8: 1_000_000,
      stepSizeE8: 100_000,
    });
  });
});

Deno.test("loadRecordings() says what is wrong with a recording, and where", async () => {
  const bad = async (lines: typeof LINES, expected: RegExp) => {
    const error = await assertRejects(
      () => withRecordings([lines], (paths) => loadRecordings(paths)),
      RecordingError,
    );
    assert(expected.test(error.message), error.message);
  };
  await bad([diff(T, 1, 2)], /recording0: holds no depth snapshot that joins/);
  await bad([snapshot(T, 1, [], [])], /holds no frame of a market stream/);
  await bad([{ ms: T, payload: { stream: "a@trade", data: { p: 1 } } }], /line 1: not a Binance/);
  const other = { ...diff(T, 1, 2) };
  other.payload = {
    stream: "x@depth",
    data: { e: "depthUpdate", E: T, s: "X", U: 1, u: 1, b: [], a: [] },
  };
  await bad([diff(T, 1, 2), other], /line 2: a frame of X in a recording of TESTUSDT/);
});

for (const symbol of ["btcusdt", "ethusdt"]) {
  Deno.test({
    name: `ReplaySource plays the real ${symbol} twice over without a gap or a wrong best price`,
    ignore: recordingsDir === null,
    fn: () => checkLoop(`${recordingsDir}/${symbol}_20240808.gz`, 346_000),
  });
  Deno.test(`ReplaySource plays the simulated ${symbol} twice over without a gap or a wrong best`, () =>
    checkLoop(
      decodeURIComponent(
        new URL(`../../fixtures/simulated_${symbol}.gz`, import.meta.url).pathname,
      ),
      80_000,
    ));
}

async function checkLoop(path: string, spanMs: number): Promise<void> {
  const source = await sourceOf([path], true);
  const book = new ReferenceBook(source.initial);
  const opening = source.opening(START_MS);
  if (opening && opening.finalUpdateId > book.lastUpdateId) book.apply(opening);
  const tickers = new Map<number, string>();
  let exact = 0;
  let lastTradeId: number | null = null;
  for (const event of play(source, spanMs * 2)) {
    if (event.type === "ticker") {
      tickers.set(event.updateId, `${event.bid} ${event.bidQty} ${event.ask} ${event.askQty}`);
    } else if (event.type === "trade") {
      if (lastTradeId !== null) assertEquals(event.tradeId, lastTradeId + 1);
      lastTradeId = event.tradeId;
    } else if (event.type === "change") {
      assertEquals(event.firstUpdateId, book.lastUpdateId + 1);
      book.apply(event);
      const expected = tickers.get(event.finalUpdateId);
      if (expected === undefined) continue;
      const { bid, ask } = book.best();
      assertEquals(`${bid?.[0]} ${bid?.[1]} ${ask?.[0]} ${ask?.[1]}`, expected);
      exact += 1;
    }
  }
  assert(exact > 100, `${exact} comparisons`);
}
