import { assertEquals } from "@std/assert";
import { TradeTape } from "../../../../actors/symbol/engine/metrics/trade_tape.ts";
import { TAPE_TRADES_MAX } from "../../../../shared/output.ts";
import { trade } from "../market.ts";

Deno.test("TradeTape.take() gives each trade once, in order, as the exchange told it", () => {
  const tape = new TradeTape();
  assertEquals(tape.take(), null);
  tape.add(trade({ tradeId: 5, price: 100.5, qty: 2, side: "sell", tradeMs: 4_990 }));
  tape.add(trade({ tradeId: 6 }));
  const [first, second] = [
    { id: 5, price: 100.5, qty: 2, side: "sell", timeMs: 4_990 },
    { id: 6, price: 100, qty: 1, side: "buy", timeMs: 5_000 },
  ] as const;
  assertEquals(tape.take(), { kind: "agg", trades: [first, second], leftOut: 0 });
  assertEquals(tape.take(), null);
});

Deno.test("TradeTape keeps the newest of very many, and counts the others", () => {
  const tape = new TradeTape();
  for (const count of [TAPE_TRADES_MAX, TAPE_TRADES_MAX + 1, 3 * TAPE_TRADES_MAX + 7]) {
    for (let tradeId = 1; tradeId <= count; tradeId++) tape.add(trade({ tradeId }));
    const taken = tape.take();
    assertEquals(taken?.leftOut, count - TAPE_TRADES_MAX);
    const ids = Array.from({ length: TAPE_TRADES_MAX }, (_, i) => count - TAPE_TRADES_MAX + 1 + i);
    assertEquals(taken?.trades.map(({ id }) => id), ids);
  }
});

Deno.test("TradeTape.clear() forgets", () => {
  const tape = new TradeTape();
  tape.add(trade());
  tape.clear();
  assertEquals(tape.take(), null);
});
