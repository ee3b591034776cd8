import { assertEquals } from "@std/assert";
import { LossBook, lossText, type LostRows, mergeLosses } from "../../shared/losses.ts";
import { MONITOR } from "../../shared/market.ts";
import { lossRecord, START_MS } from "../support/outputs.ts";

const lost = (over: Partial<LostRows> = {}): LostRows => ({
  market: { venue: "binance_spot", symbol: "BTCUSDT" },
  cause: "outbox full",
  span: { fromMs: 100, toMs: 200 },
  rows: 2,
  detail: null,
  ...over,
});

Deno.test("LossBook tells the first at once and the others once a minute, each row once", () => {
  const book = new LossBook("symbol");
  let told = 0;
  for (let second = 0; second <= 600; second++) {
    book.add(lost({ rows: 1, span: { fromMs: second, toMs: second } }));
    const due = book.take(1_000 * second, START_MS + 1_000 * second);
    assertEquals(due.length, second % 60 === 0 ? 1 : 0, `${second}`);
    const [record] = due;
    if (record === undefined) continue;
    assertEquals([record.fromMs, record.toMs], [Math.max(0, second - 59), second]);
    told += record.rows;
  }
  assertEquals(told, 601);
  assertEquals(book.take(Infinity, START_MS), []);
});

Deno.test("LossBook keeps markets and causes apart, and numbers what it tells", () => {
  const book = new LossBook("writer");
  const market = { venue: "binance_spot", symbol: "ETHUSDT" } as const;
  for (const one of [lost(), lost({ market }), lost({ cause: "poison" }), lost()]) book.add(one);
  book.add(lost({ market: null, span: null, detail: "a file" }));
  const told = book.take(0, START_MS);
  assertEquals(told.map(({ symbol, cause, rows }) => [symbol, cause, rows]), [
    ["BTCUSDT", "outbox full", 4],
    ["ETHUSDT", "outbox full", 2],
    ["BTCUSDT", "poison", 2],
    ["monitor", "outbox full", 2],
  ]);
  assertEquals(told.map(({ number }) => number), [1, 2, 3, 4]);
  assertEquals(told.map(({ fromMs }) => fromMs), [100, 100, 100, null]);
  assertEquals(
    told.every(({ lostBy, timeMs }) => lostBy === "writer" && timeMs === START_MS),
    true,
  );
});

Deno.test("mergeLosses() is the later record with the rows and the span of both", () => {
  const older = lossRecord({ fromMs: 5, toMs: 9, detail: "why" });
  const newer = lossRecord({ number: 2, timeMs: START_MS + 1, fromMs: 1, toMs: 7, rows: 4 });
  const both = { ...newer, fromMs: 1, toMs: 9, rows: 7, detail: "why" };
  assertEquals(mergeLosses(older, newer), both);
  const undated = mergeLosses({ ...older, fromMs: null, toMs: null }, newer);
  assertEquals([undated.fromMs, undated.toMs, undated.rows], [1, 7, 7]);
});

Deno.test("lossText() says how many rows of what and when are lost, and why, on one line", () => {
  const text = lossText(lossRecord({ rows: 1_200, detail: "value out of range" }));
  const span = "11:59:00Z to 11:59:02Z";
  assertEquals(text, `1,200 rows of BTCUSDT are lost (${span}): outbox full, value out of range`);
  const own = lossRecord({ ...MONITOR, rows: 1, fromMs: null, toMs: null });
  assertEquals(lossText(own), "1 row is lost: outbox full");
});
