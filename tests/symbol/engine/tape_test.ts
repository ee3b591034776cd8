import { assertEquals } from "@std/assert";
import { Tape } from "../../../actors/symbol/engine/tape.ts";
import { trade } from "./market.ts";

Deno.test("Tape.take() sums each side's trades: quantity, vwap, low, high and count", () => {
  const tape = new Tape();
  tape.add(trade({ price: 100, qty: 1, side: "buy" }));
  tape.add(trade({ price: 104, qty: 3, side: "buy" }));
  tape.add(trade({ price: 102, qty: 4, side: "buy" }));
  tape.add(trade({ price: 99, qty: 0.5, side: "sell" }));
  assertEquals(tape.take(), {
    buy: { qty: 8, vwap: 102.5, low: 100, high: 104, count: 3 },
    sell: { qty: 0.5, vwap: 99, low: 99, high: 99, count: 1 },
  });
});

Deno.test("Tape.take() empties the tape; without trades it is null, and so is a side without", () => {
  const tape = new Tape();
  assertEquals(tape.take(), null);
  tape.add(trade({ side: "sell" }));
  assertEquals(tape.take()?.buy, null);
  assertEquals(tape.take(), null);
});

Deno.test("Tape.add() counts one kind of trade only: both tell of the same trades", () => {
  const tape = new Tape();
  tape.add(trade({ kind: "trade", qty: 1 }));
  tape.add(trade({ kind: "agg", qty: 1 }));
  assertEquals(tape.take()?.buy?.qty, 1);
  tape.add(trade({ kind: "agg", qty: 1 }));
  assertEquals(tape.take(), null, "the kind stays what it was");
});

Deno.test("Tape.take() says nothing of trades of quantity 0: they have no average price", () => {
  const tape = new Tape();
  tape.add(trade({ qty: 0 }));
  assertEquals(tape.take(), null);
});

Deno.test("Tape.add() counts a trade once that two connections bring, in any order and on either tick", () => {
  const tape = new Tape();
  for (const tradeId of [5, 7, 6, 7, 5]) tape.add(trade({ tradeId }));
  assertEquals(tape.take()?.buy?.count, 3);
  for (const tradeId of [6, 7, 8]) tape.add(trade({ tradeId }));
  assertEquals(tape.take()?.buy?.count, 1);
});

Deno.test("Tape.add() counts every trade once while one connection is 1,000 trades behind the other", () => {
  const tape = new Tape();
  for (let id = 1; id <= 5_000; id++) {
    tape.add(trade({ tradeId: id }));
    if (id > 1_000) tape.add(trade({ tradeId: id - 1_000 }));
  }
  assertEquals(tape.take()?.buy?.count, 5_000);
});
