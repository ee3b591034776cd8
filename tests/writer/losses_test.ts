import { assertEquals } from "@std/assert";
import { lossesOf } from "../../actors/writer/losses.ts";
import { OwnLosses } from "../../actors/writer/own_losses.ts";
import { rowsOf } from "../../actors/writer/rows.ts";
import { MONITOR } from "../../shared/market.ts";
import { lossRecord, START_MS } from "../support/outputs.ts";
import { alertEvent, bucketFrame, delivery } from "./outputs.ts";

Deno.test("lossesOf() tells for each market how many rows are gone, and of which span", () => {
  const frame = (number: number, symbol: string) => bucketFrame(number, { symbol });
  const items = [frame(5, "AAA"), frame(1, "BBB"), frame(2, "AAA"), alertEvent({ symbol: "BBB" })];
  const at = (number: number) => bucketFrame(number).timeMs;
  const { timeMs } = alertEvent();
  assertEquals(lossesOf(rowsOf(delivery(1, items)), "poison", "too big"), [
    {
      cause: "poison",
      market: { venue: "binance_spot", symbol: "AAA" },
      span: { fromMs: at(2), toMs: at(5) },
      rows: 2,
      detail: "too big",
    },
    {
      cause: "poison",
      market: { venue: "binance_spot", symbol: "BBB" },
      span: { fromMs: at(1), toMs: timeMs },
      rows: 2,
      detail: "too big",
    },
  ]);
});

Deno.test("lossesOf() tells of a loss whose word is refused under the monitor's own name, and of that no more", () => {
  const loss = lossRecord({ rows: 7 });
  const refused = lossesOf(rowsOf(delivery(1, [loss])), "poison", "no such name");
  assertEquals(refused.map(({ market, rows }) => [market?.symbol, rows]), [["monitor", 7]]);
  assertEquals(lossesOf(rowsOf(delivery(1, [{ ...loss, ...MONITOR }])), "poison", null), []);
});

Deno.test("OwnLosses has one delivery on its way; what comes meanwhile adds up by market and cause", () => {
  const own = new OwnLosses(9);
  const lose = (rows: number, timeMs: number, cause: "poison" | "sender gone" = "poison") =>
    own.add([{
      cause,
      market: { venue: "binance_spot", symbol: "BTCUSDT" },
      span: { fromMs: timeMs, toMs: timeMs },
      rows,
      detail: null,
    }]);
  assertEquals([own.take(0, START_MS), own.delivery()], [[], null]);
  lose(2, 5);
  assertEquals(own.take(0, START_MS).map(({ rows }) => rows), [2]);
  const first = own.delivery();
  assertEquals([first?.incarnation, first?.seq, first?.items.length], [9, 1, 1]);
  for (const minute of [1, 2, 3]) {
    lose(10, minute);
    lose(1, minute, "sender gone");
    own.take(60_000 * minute, START_MS + 60_000 * minute);
  }
  assertEquals(own.delivery(), null, "the first is on its way");
  own.stored();
  const items = own.delivery()?.items ?? [];
  const told = items.map((item) =>
    item.type === "loss" && [item.cause, item.rows, item.fromMs, item.toMs]
  );
  assertEquals(told, [["poison", 30, 1, 3], ["sender gone", 3, 1, 3]]);
});

Deno.test("OwnLosses.memory leaves every loss that is not stored to a next life, each under its own number once", () => {
  const lost = (rows: number, cause: "poison" | "crash" = "poison") => [{
    cause,
    market: { venue: "binance_spot", symbol: "BTCUSDT" } as const,
    span: { fromMs: rows, toMs: rows },
    rows,
    detail: null,
  }];
  /** Everything that a life stores from now on, as `incarnation number rows by lostBy`. */
  const drained = (life: OwnLosses) => {
    const stored: string[] = [];
    for (let next = life.delivery(); next !== null; next = life.delivery()) {
      for (const item of next.items) {
        if (item.type !== "loss") continue;
        stored.push(`${next.incarnation} ${item.number} ${item.rows} by ${item.lostBy}`);
      }
      life.stored();
    }
    return stored;
  };
  const first = new OwnLosses(1);
  first.add(lost(2));
  first.take(0, START_MS);
  assertEquals(first.delivery()?.seq, 1, "on its way");
  first.add(lost(3, "crash"), "symbol");
  first.take(1, START_MS);
  first.add(lost(4));
  first.take(2, START_MS);
  // As it crosses to another worker.
  const memory = structuredClone(first.memory);
  const second = new OwnLosses(2, memory);
  assertEquals(second.memory, memory, "a life that does nothing forgets nothing");
  assertEquals(second.take(0, START_MS).map(({ rows }) => rows), [4], "what was told is told once");
  second.add(lost(5, "crash"), "symbol");
  second.take(0, START_MS);
  const later = new OwnLosses(3, structuredClone(second.memory));
  const expected = ["1 1 2 by writer", "1 1 3 by symbol", "2 1 4 by writer", "2 1 5 by symbol"];
  assertEquals(drained(later), expected);
  assertEquals(drained(second), expected);
  assertEquals(second.memory, { deliveries: [], writer: [], symbol: [] });
});
