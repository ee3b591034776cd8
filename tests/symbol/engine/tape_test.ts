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
