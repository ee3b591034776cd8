import { assertEquals } from "@std/assert";
import { OrderBook } from "../../../../actors/symbol/engine/book/order_book.ts";
import { Levels } from "../../../../actors/symbol/engine/book/level_columns.ts";
import type { Edges } from "../../../../actors/symbol/engine/book/trust_band.ts";
import { BookView } from "../../../../actors/symbol/engine/metrics/book_view.ts";
import { MetricSet } from "../../../../actors/symbol/engine/metrics/metric_set.ts";
import type { MetricName } from "../../../../shared/catalogue/metrics.ts";
import { DEFAULT_SETTINGS } from "../../../../shared/catalogue/settings.ts";
import type { Level } from "../../../../shared/market.ts";

const WHOLE: Edges = { bidEdge: null, askEdge: null };

function bookOf(bids: readonly Level[], asks: readonly Level[]): OrderBook {
  const book = new OrderBook();
  book.apply(Levels.of(bids), Levels.of(asks));
  return book;
}

/** Twelve levels a side, a tick of 1 apart, around 100,000: 0.1 bps. */
const TWELVE = bookOf(
  Array.from({ length: 12 }, (_, i): Level => [100_000 - i, 1]),
  Array.from({ length: 12 }, (_, i): Level => [100_001 + i, 1]),
);

Deno.test("MetricSet.whyNull() tells which of several reasons it is", () => {
  const why = (name: MetricName, book: OrderBook, edges: Edges, dollarsPerQuote = 1) => {
    const view = new BookView(10, book, edges, null, dollarsPerQuote);
    const set = new MetricSet(DEFAULT_SETTINGS);
    assertEquals(set.values(view, 0)[name], null, name);
    return set.whyNull(name, view);
  };
  const wide = bookOf([[50, 1]], [[150, 1]]);
  const edges = { bidEdge: 99_950, askEdge: 100_050 };
  assertEquals(why("mid", bookOf([[50, 1]], []), WHOLE), "one_sided");
  assertEquals(why("bidCoveredBps", wide, WHOLE), "no_edge");
  assertEquals(why("spreadTicks", wide, WHOLE), "no_tick_size");
  assertEquals(why("weightedImbalance", wide, WHOLE), "too_thin");
  assertEquals(why("weightedImbalance1Bps", TWELVE, edges), "not_covered");
  assertEquals(why("velocity", TWELVE, WHOLE), "warming_up");
  assertEquals(why("velocity", TWELVE, { bidEdge: 100_000, askEdge: null }), "not_covered");
  assertEquals(why("bandImbalance1Bps", wide, WHOLE), "too_thin");
  assertEquals(why("bandImbalance10Bps", TWELVE, edges), "not_covered");
  assertEquals(why("bandImbalance2Bps", wide, { bidEdge: 99.99, askEdge: null }), "not_covered");
  assertEquals(why("bidSlope", TWELVE, edges), "not_covered");
  assertEquals(why("askSlopeExponent", wide, WHOLE), "too_thin");
  assertEquals(why("buyVwap1000k", wide, WHOLE), "too_thin");
  assertEquals(why("buyVwap1000k", wide, { bidEdge: null, askEdge: 150 }), "not_covered");
  assertEquals(why("sellVwap1000k", wide, { bidEdge: null, askEdge: 150 }), "too_thin");
  assertEquals(why("roundTripBps10k", wide, WHOLE, NaN), "no_quote_rate");
});

Deno.test("MetricSet.shed() leaves no number of what is not computed any more, kept or not, and tells why there is none", () => {
  const view = new BookView(10, TWELVE, WHOLE, null, 1);
  const set = new MetricSet(DEFAULT_SETTINGS);
  const known = () => {
    const { mid, bandImbalance1Bps } = set.values(view, 0);
    return [mid !== null, bandImbalance1Bps !== null];
  };
  assertEquals(known(), [true, true]);
  set.shed(true);
  assertEquals(known(), [true, false]);
  assertEquals(set.whyNull("bandImbalance1Bps", view), "overloaded");
  // What is of the book as it is needs no update; what looks back begins anew.
  set.shed(false);
  assertEquals(known(), [true, true]);
  assertEquals(set.whyNull("ofi10s", view), "warming_up");
  set.updated(view, 0);
  assertEquals(known(), [true, true]);
});
