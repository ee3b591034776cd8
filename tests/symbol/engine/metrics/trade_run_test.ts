import { assertEquals } from "@std/assert";
import { TradeRun } from "../../../../actors/symbol/engine/metrics/trade_run.ts";
import { trade } from "../market.ts";

type Step = readonly [tradeId: number, tradeMs: number];

const heard = (run: TradeRun, steps: readonly Step[]) =>
  steps.map(([tradeId, tradeMs]) => run.heard(trade({ tradeId, tradeMs })));

Deno.test("TradeRun.heard() tells what a trade is to those before it", () => {
  const run = new TradeRun();
  const places = heard(run, [
    [5, 100], // the first
    [6, 101],
    [9, 102], // 7 and 8 are missing
    [8, 102],
    [7, 102], // nothing is missing any more
    [10, 103],
    [9, 102], // was there
    [3, 104], // a lower id, and later: the exchange counts anew
    [4, 105],
  ]);
  const expected = ["begin", "next", "hole", "late", "late", "next", "repeat", "begin", "next"];
  assertEquals(places, expected);
});

Deno.test("TradeRun takes a hole for a loss when it is not filled within a second of the exchange's time", () => {
  const run = new TradeRun();
  heard(run, [[5, 100], [8, 200]]);
  run.settle(1_200);
  assertEquals([run.losses, run.lostUntilMs], [0, -Infinity]);
  heard(run, [[6, 150]]);
  run.settle(1_201);
  assertEquals([run.losses, run.lostUntilMs], [1, 200]);
  // One that is filled in time is none.
  heard(run, [[10, 2_000], [9, 1_990]]);
  run.settle(9_000);
  assertEquals([run.losses, run.lostUntilMs, run.nextId], [1, 200, 11]);
});

Deno.test("TradeRun goes on after a break of the stream only if the next trade follows", () => {
  const run = new TradeRun();
  heard(run, [[5, 100]]);
  run.doubt();
  assertEquals(run.isSure, false);
  assertEquals(heard(run, [[6, 5_000]]), ["next"]);
  assertEquals(run.isSure, true);
  run.doubt();
  assertEquals(heard(run, [[8, 9_000]]), ["begin"]);
  // The book may have begun anew before that trade, which was not the next one.
  assertEquals([run.losses, run.lostUntilMs], [0, 9_000]);
});

Deno.test("TradeRun loses a hole that is open when the stream breaks", () => {
  const run = new TradeRun();
  heard(run, [[5, 100], [7, 200]]);
  run.doubt();
  assertEquals(heard(run, [[8, 300]]), ["next"]);
  assertEquals([run.losses, run.lostUntilMs], [1, 200]);
});

Deno.test("TradeRun: where the exchange counts anew trades may have been missed", () => {
  const run = new TradeRun();
  heard(run, [[500, 100], [1, 200]]);
  assertEquals([run.lostUntilMs, run.nextId], [200, 2]);
  run.forgetTimes(200);
  assertEquals(run.lostUntilMs, -Infinity);
});
