import { assertEquals } from "@std/assert";
import { withPrices } from "../../shared/book_second.ts";
import { bookSecond } from "../support/outputs.ts";

Deno.test("withPrices() gives the very prices that the text of an exchange has, down on bids and up on asks", () => {
  const { bids, asks, ...rest } = withPrices(bookSecond({
    ticksPerUnit: 100_000_000,
    bids: { tick: 842, steps: [0, 1, 841], qtys: [1, 2, 3] },
    asks: { tick: 9_999_999_999_999, steps: [0, 2, 2_147_483_647], qtys: [4, 5, 6] },
  }));
  assertEquals(bids, [[0.00000842, 1], [0.00000841, 2], [0.00000001, 3]]);
  assertEquals(asks, [[99_999.99999999, 4], [100_000.00000001, 5], [100_021.47483646, 6]]);
  assertEquals("ticksPerUnit" in rest, false);
});

Deno.test("withPrices() gives no level of a side that had none", () => {
  const { bids, asks } = withPrices(bookSecond({ bids: null, asks: null }));
  assertEquals([bids, asks], [[], []]);
});
