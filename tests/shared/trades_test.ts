import { assertEquals } from "@std/assert";
import { TAPE_TRADES_MAX } from "../../shared/output.ts";
import { mergeTapes } from "../../shared/trades.ts";
import { tapedTrade, tradeFrame } from "../support/outputs.ts";

/** A tick that told of the trades `from` to `to`, and left some out. */
const tape = (from: number, to: number, leftOut = 0) =>
  tradeFrame({
    timeMs: to,
    trades: Array.from({ length: to - from + 1 }, (_, i) => tapedTrade({ id: from + i })),
    leftOut,
  });

Deno.test("mergeTapes() keeps the trades of both in order while there is room", () => {
  assertEquals(mergeTapes(tape(1, 2), tape(3, 5, 1)), tape(1, 5, 1));
});

Deno.test("mergeTapes() keeps the newest, and counts each that it leaves out", () => {
  const merged = mergeTapes(tape(11, 160, 10), tape(170, 300, 9));
  assertEquals(merged.trades.length, TAPE_TRADES_MAX);
  assertEquals([merged.trades[0]?.id, merged.trades.at(-1)?.id, merged.timeMs], [92, 300, 300]);
  // Of 300 trades, 200 are told.
  assertEquals(merged.leftOut, 100);
  const { trades } = merged;
  assertEquals(trades.every(({ id }, i) => i === 0 || id > (trades[i - 1]?.id ?? NaN)), true);
});
