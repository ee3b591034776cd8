import { assertEquals, assertThrows } from "@std/assert";
import { ReferenceBook } from "../../../scripts/exchange/reference_book.ts";

const START = {
  lastUpdateId: 10,
  bids: [["99.00000000", "1.00000000"], ["100.00000000", "2.00000000"]],
  asks: [["101.00000000", "3.00000000"], ["1000.00000000", "4.00000000"]],
} as const;

Deno.test("ReferenceBook.snapshot() gives the best levels first, by number and not by text", () => {
  const book = new ReferenceBook(START);
  assertEquals(book.snapshot(1), {
    lastUpdateId: 10,
    bids: [["100.00000000", "2.00000000"]],
    asks: [["101.00000000", "3.00000000"]],
  });
  assertEquals(book.best(), {
    bid: ["100.00000000", "2.00000000"],
    ask: ["101.00000000", "3.00000000"],
  });
});

Deno.test("ReferenceBook.apply() sets absolute quantities and removes at quantity 0", () => {
  const book = new ReferenceBook(START);
  book.apply({
    firstUpdateId: 11,
    finalUpdateId: 13,
    bids: [["100.00000000", "0.00000000"], ["98.00000000", "7.00000000"]],
    asks: [["101.00000000", "5.00000000"]],
  });
  assertEquals(book.snapshot(), {
    lastUpdateId: 13,
    bids: [["99.00000000", "1.00000000"], ["98.00000000", "7.00000000"]],
    asks: [["101.00000000", "5.00000000"], ["1000.00000000", "4.00000000"]],
  });
});

Deno.test("ReferenceBook.apply() refuses a change that leaves a gap or is already in the book", () => {
  const book = new ReferenceBook(START);
  const change = { bids: [], asks: [] };
  assertThrows(() => book.apply({ firstUpdateId: 12, finalUpdateId: 13, ...change }), RangeError);
  assertThrows(() => book.apply({ firstUpdateId: 9, finalUpdateId: 10, ...change }), RangeError);
  book.apply({ firstUpdateId: 9, finalUpdateId: 11, ...change });
  assertEquals(book.lastUpdateId, 11);
});
