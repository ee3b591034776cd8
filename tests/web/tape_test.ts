/** The tape without a browser: none twice, none in silence left out, put together as a person wants. */
import { assertEquals } from "@std/assert";
import type { TapedTrade } from "../../shared/output.ts";
import { LIVE_MAX, Tape, type TapeItem } from "../../web/page/tape.ts";
import { type TapeGroup, tapeRows } from "../../web/page/tape_rows.ts";
import { tapeNote, tapeTime, tapeTitle } from "../../web/page/tape_text.ts";
import {
  START_MS,
  tapedTrade,
  tradeFrame,
  tradesOfSide,
  tradesSecond,
} from "../support/outputs.ts";

const trade = (id: number, over: Partial<TapedTrade> = {}) =>
  tapedTrade({ id, timeMs: START_MS + id, ...over });
const frame = (timeMs: number, trades: readonly TapedTrade[], leftOut = 0) =>
  tradeFrame({ timeMs, trades, leftOut });
const second = (timeMs: number, qty: number) =>
  tradesSecond({ timeMs, buy: tradesOfSide({ qty, count: 3 }) });
const textOf = (one: TapeItem) =>
  one.kind === "note" ? one.text : `${one.side} ${one.qty} at ${one.timeMs - START_MS}`;
const textsOf = (tape: Tape) => tape.items().map(textOf);

Deno.test("Tape has each trade once: of the second in which they began to be told, the sum", () => {
  const tape = new Tape();
  tape.take(frame(START_MS, [trade(1)]));
  assertEquals(textsOf(tape), [], "nobody has said that all are told");
  tape.begin(START_MS + 200);
  assertEquals(tape.sinceMs, START_MS + 1_000);
  tape.take(frame(START_MS + 1_000, [trade(900)]));
  tape.take(frame(START_MS + 1_100, [trade(1_050)]));
  tape.takeSeconds([second(START_MS + 1_000, 4), second(START_MS + 2_000, 9)]);
  tape.takeSeconds([second(START_MS, 3), second(START_MS + 1_000, 4)]);
  assertEquals(textsOf(tape), ["buy 3 at 0", "buy 4 at 1000", "buy 0.5 at 1050"]);
  assertEquals(tape.lastMs, START_MS + 1_050);
});

Deno.test("Tape.begin() leaves what was told one by one before to what is stored, as some of it is missing", () => {
  const tape = new Tape();
  tape.begin(START_MS - 1_000);
  tape.take(frame(START_MS + 50, [trade(10)]));
  tape.end();
  assertEquals(textsOf(tape), ["buy 0.5 at 10"], "it stays until there is something better");
  tape.take(frame(START_MS + 60, [trade(11)]));
  tape.begin(START_MS + 5_000);
  tape.takeSeconds([second(START_MS + 1_000, 2)]);
  assertEquals(textsOf(tape), ["buy 2 at 1000"]);
});

Deno.test("Tape has nothing new when it is told again what it has, or of what it leaves out", () => {
  const tape = new Tape();
  tape.begin(START_MS + 200);
  tape.takeSeconds([second(START_MS, 3), second(START_MS + 1_000, 4)]);
  const { version } = tape;
  tape.takeSeconds([second(START_MS, 3), second(START_MS + 1_000, 4)]);
  tape.takeSeconds([second(START_MS + 2_000, 9)]);
  tape.takeSeconds([]);
  assertEquals(tape.version, version);
  tape.takeSeconds([second(START_MS + 1_000, 5)]);
  assertEquals([tape.version !== version, textsOf(tape)], [true, ["buy 3 at 0", "buy 5 at 1000"]]);
});

Deno.test("Tape says where trades are left out, or may be missing", () => {
  const tape = new Tape();
  tape.begin(START_MS - 1_000);
  tape.take(frame(START_MS + 50, [trade(10)], 57));
  tape.note(START_MS + 60, "stale: trades may be missing");
  assertEquals(textsOf(tape), [
    "57 trades are not told one by one",
    "buy 0.5 at 10",
    "stale: trades may be missing",
  ]);
});

Deno.test("Tape is bounded, and stored seconds take the place of the trades that it forgets", () => {
  const tape = new Tape();
  tape.begin(START_MS - 1_000);
  tape.takeSeconds([second(START_MS, 1)]);
  for (let n = 1; n <= 4_000; n++) tape.take(frame(START_MS + n * 100, [trade(n * 100)]));
  const items = tape.items();
  assertEquals(items.length <= LIVE_MAX, true);
  const sinceMs = tape.sinceMs ?? NaN;
  assertEquals(items[0]?.timeMs, sinceMs + 100, "from the end of that second on all are there");
  tape.takeSeconds([second(sinceMs, 5), second(sinceMs + 1_000, 5)]);
  assertEquals(tape.items()[0]?.timeMs, sinceMs);
  assertEquals(tape.items()[1]?.timeMs, sinceMs + 100);
});

const item = (id: number, over: Partial<TapeItem & { kind: "trades" }> = {}): TapeItem => ({
  kind: "trades",
  key: `trade ${id}`,
  timeMs: START_MS + id,
  side: "buy",
  price: 100,
  low: 100,
  high: 100,
  qty: 1,
  count: 1,
  block: 1,
  ...over,
});
const ALL = { kind: "from", qty: 100 } as const;
const grouped = (items: readonly TapeItem[], group: TapeGroup, rule = ALL as typeof ALL) =>
  tapeRows(items, group, rule, 100).rows.map((row) =>
    row.kind === "note" ? row.text : `${row.side} ${row.qty} ×${row.count} @${row.price}`
  );

Deno.test("tapeRows() puts trades of one side together by time, or until they are a large one", () => {
  const items = [
    item(100),
    item(200, { side: "sell", qty: 5 }),
    item(300, { price: 103, high: 103, qty: 2 }),
    item(1_100, { qty: 7 }),
  ];
  assertEquals(grouped(items, "each"), [
    "buy 7 ×1 @100",
    "buy 2 ×1 @103",
    "sell 5 ×1 @100",
    "buy 1 ×1 @100",
  ]);
  assertEquals(grouped(items, "1 s"), ["buy 7 ×1 @100", "sell 5 ×1 @100", "buy 3 ×2 @102"]);
  assertEquals(grouped(items, "10 s"), ["sell 5 ×1 @100", "buy 10 ×3 @100.6"]);
  const until = tapeRows(items, "size", { kind: "from", qty: 3 }, 100).rows;
  assertEquals(until.map((row) => row.kind === "note" ? "" : `${row.qty} ${row.isLarge}`), [
    "7 true",
    "5 true",
    "3 false",
  ], "of two trades none was large");
  assertEquals(
    until.map(({ timeMs }) => timeMs - START_MS),
    [1_100, 200, 100],
    "by when they began",
  );
  const note: TapeItem = { kind: "note", key: "n", timeMs: START_MS + 250, text: "hole", block: 1 };
  assertEquals(grouped(items.toSpliced(2, 0, note), "10 s"), [
    "buy 9 ×2 @100.66666666666667",
    "hole",
    "sell 5 ×1 @100",
    "buy 1 ×1 @100",
  ]);
});

Deno.test("tapeRows() by size does not depend on what was forgotten before", () => {
  const items = Array.from({ length: 40 }, (_, i) => item(i, { block: Math.floor(i / 10) }));
  const rule = { kind: "from", qty: 4 } as const;
  const keys = (of: readonly TapeItem[]) =>
    tapeRows(of, "size", rule, 100).rows.map(({ key }) => key);
  assertEquals(keys(items.slice(10)), keys(items).slice(0, -3));
});

Deno.test("tapeRows() marks the largest share, of single trades alone, once there are enough to say", () => {
  const items = Array.from({ length: 100 }, (_, i) => item(i, { qty: i + 1 }));
  const rule = { kind: "share", percent: 5 } as const;
  const { rows, largeFrom } = tapeRows(items, "each", rule, 100);
  assertEquals(largeFrom, 96);
  assertEquals(rows.filter((row) => row.kind === "trades" && row.isLarge).length, 5);
  assertEquals(tapeRows(items.slice(0, 10), "each", rule, 100).largeFrom, null);
  const sum = item(1_000, { qty: 500, count: 3 });
  const [first] = tapeRows([...items, sum], "each", rule, 1).rows;
  assertEquals(first?.kind === "trades" && first.isLarge, false, "a sum is no large trade");
});

Deno.test("tapeNote() says why there is nothing, and since when; quiet is not lost", () => {
  const base = {
    standing: { word: "live", reason: null },
    isTold: true,
    loading: { kind: "loaded", rows: 1 },
    lastMs: START_MS,
    nowMs: START_MS + 1_000,
  } as const;
  assertEquals(tapeNote(base), "");
  assertEquals(
    tapeNote({ ...base, nowMs: START_MS + 180_000 }),
    `No trade since ${new Date(START_MS).toISOString().slice(11, 19)} UTC (3 min)`,
  );
  assertEquals(
    tapeNote({ ...base, lastMs: null }),
    "No trade is stored, and none has come since.",
  );
  assertEquals(
    tapeNote({ ...base, lastMs: null, loading: { kind: "loading" } }),
    "Loading stored trades…",
  );
  assertEquals(
    tapeNote({ ...base, lastMs: null, loading: { kind: "failed", reason: "no answer in time" } }),
    "Stored trades cannot be read, trying again: no answer in time",
  );
  assertEquals(tapeNote({ ...base, isTold: false }), "Trades are not told to this page yet.");
  assertEquals(
    tapeNote({ ...base, standing: { word: "stale", reason: "An update is missing" } }),
    "Not live: stale, An update is missing. Trades may be missing.",
  );
  assertEquals(
    tapeNote({ ...base, standing: { word: "waiting", reason: null } }),
    "Waiting for the first word of this symbol.",
  );
});

Deno.test("A row tells a trade's tenth of a second, and of several what they were", () => {
  assertEquals(tapeTime({ timeMs: Date.UTC(2026, 0, 1, 12, 3, 4, 560), count: 1 }), "12:03:04.5");
  assertEquals(tapeTime({ timeMs: Date.UTC(2026, 0, 1, 12, 3, 4), count: 2 }), "12:03:04");
  const several = item(1, { count: 3, qty: 6, low: 99, high: 101 }) as Parameters<
    typeof tapeTitle
  >[0];
  assertEquals(tapeTitle(several, 2), "3 trades at 99.00 to 101.00, 100.00 on average: 6.000");
  assertEquals(tapeTitle({ ...several, count: 1 }, 2), "");
});
