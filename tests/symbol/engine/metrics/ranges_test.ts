/** What the engine says passes the check of what is read back: a row on disk is refused for one value out of range. */
import { assert } from "@std/assert";
import { OrderBook } from "../../../../actors/symbol/engine/book/order_book.ts";
import { Levels } from "../../../../actors/symbol/engine/book/level_columns.ts";
import { checkOutput } from "../../../../shared/catalogue/output_check.ts";
import type { Level } from "../../../../shared/market.ts";
import { valuesOf } from "../../../support/metric_values.ts";
import { metricsFrame } from "../../../support/outputs.ts";
import { seeded } from "../market.ts";

Deno.test("MetricSet.values() stay within their ranges, whatever rounding makes of books of few levels", () => {
  for (let seed = 1; seed <= 1_000; seed++) {
    const random = seeded(seed);
    const best = 500 + Math.floor(random() * 60_000);
    const side = (price: number, sign: 1 | -1): Level[] =>
      Array.from({ length: 1 + Math.floor(2 * random()) }, (_, n) => [
        price + sign * n * (1 + Math.floor(random() * 600)) / 100,
        Math.ceil(10 ** (random() * 7 + 2)) / 1e5,
      ]);
    const book = new OrderBook();
    book.apply(Levels.of(side(best, -1)), Levels.of(side(best + 0.01, 1)));
    const values = valuesOf(book, { bidEdge: null, askEdge: null });
    const check = checkOutput("metrics", metricsFrame({ ...values }));
    assert(check.isRight, `seed ${seed}: ${check.isRight || check.problem}`);
  }
});
