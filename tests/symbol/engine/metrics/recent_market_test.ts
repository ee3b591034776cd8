import { assertEquals } from "@std/assert";
import { Levels } from "../../../../actors/symbol/engine/book/level_columns.ts";
import { OrderBook } from "../../../../actors/symbol/engine/book/order_book.ts";
import { NO_EDGES } from "../../../../actors/symbol/engine/book/trust_band.ts";
import { BookView } from "../../../../actors/symbol/engine/metrics/book_view.ts";
import {
  CHANGED_LEVELS,
  MID,
  SPREAD,
  UPDATE_ID,
} from "../../../../actors/symbol/engine/metrics/recent_books.ts";
import { RecentMarket } from "../../../../actors/symbol/engine/metrics/recent_market.ts";
import {
  BUY_NOTIONAL,
  BUY_QTY,
  FIRST_PRICE,
  SELL_QTY,
} from "../../../../actors/symbol/engine/metrics/recent_trades.ts";
import { trade } from "../market.ts";

const book = new OrderBook({ tickSize: 1, stepSize: 1 });
book.apply(Levels.of([[99, 5], [98, 1]]), Levels.of([[101, 5]]));
const view = new BookView(10, book, NO_EDGES, 1);

function updatedAt(recent: RecentMarket, eventMs: number, updateId = eventMs): void {
  view.use(book, NO_EDGES, 1, updateId, eventMs);
  recent.updated(view);
}

Deno.test("RecentMarket keeps nothing that nobody has asked for", () => {
  const recent = new RecentMarket();
  assertEquals(recent.trade(trade()), true);
  updatedAt(recent, 1_000);
  assertEquals([recent.trades.ring.end, recent.books.ring.end], [0, 0]);
});

Deno.test("RecentBooks tells mid, spread, ids and level changes as they were at a time", () => {
  const recent = new RecentMarket();
  const { books } = recent;
  updatedAt(recent, NaN); // a snapshot
  updatedAt(recent, 1_000);
  // One level is as it was, one is not there and does not come: two have really changed.
  book.apply(Levels.of([[100, 7], [99, 5], [97, 0]]), Levels.of([[101, 4]]));
  updatedAt(recent, 1_100);
  assertEquals([999, 1_000, 1_099].map((ms) => books.reachesBackTo(ms)), [false, true, true]);
  assertEquals([1_000, 1_099, 1_100, 9_000].map((ms) => books.valueAt(ms, MID)), [
    100,
    100,
    100.5,
    100.5,
  ]);
  assertEquals([books.valueAt(1_050, SPREAD), books.valueAt(1_100, SPREAD)], [2, 1]);
  assertEquals([books.valueAt(1_050, UPDATE_ID), books.timeAt(1_050)], [1_000, 1_000]);
  assertEquals(books.ring.sum(CHANGED_LEVELS, books.ring.end - 1, books.ring.end), 2);
  recent.bookLost();
  assertEquals(books.reachesBackTo(1_100), false);
});

Deno.test("RecentTrades sums each side, and knows the first fill of an order", () => {
  const { trades } = new RecentMarket();
  const at = (tradeMs: number, price: number, side: "buy" | "sell") =>
    trades.add(trade({ tradeMs, price, side, qty: 2 }));
  at(10, 100, "buy");
  at(10, 101, "buy");
  at(10, 99, "sell");
  at(11, 102, "buy");
  at(11, 103, "buy");
  const { ring } = trades;
  const firsts = Array.from({ length: 5 }, (_, i) => ring.value(ring.first + i, FIRST_PRICE));
  assertEquals(firsts, [100, 100, 99, 102, 102]);
  const sums = [BUY_QTY, SELL_QTY, BUY_NOTIONAL].map((sum) => ring.sum(sum, ring.first, ring.end));
  assertEquals(sums, [8, 2, 812]);
});

Deno.test("RecentTrades takes each trade once, and is whole only after what was missed", () => {
  const recent = new RecentMarket();
  const { trades } = recent;
  const come = (tradeId: number, tradeMs: number) => recent.trade(trade({ tradeId, tradeMs }));
  assertEquals([come(50, 1_000), come(51, 1_010), come(51, 1_010)], [true, true, false]);
  come(60, 2_000);
  updatedAt(recent, 2_500);
  assertEquals(trades.isWholeAfter(0), true, "they may still come");
  updatedAt(recent, 3_001);
  assertEquals([1_999, 2_000].map((ms) => trades.isWholeAfter(ms)), [false, true]);
  // The trades before the loss of a book were true.
  recent.bookLost();
  assertEquals(trades.ring.end - trades.ring.first, 3);
  // Of the new time some may have come before it was seen.
  recent.clockSetBack(500);
  assertEquals(trades.ring.end - trades.ring.first, 0);
  assertEquals([1_999, 2_000].map((ms) => trades.isWholeAfter(ms)), [false, true]);
});
