/** What a book says of its depth bands. */
import { BANDS_BPS } from "../../../../actors/symbol/engine/book/depth_bands.ts";
import type { BookSide } from "../../../../actors/symbol/engine/book/book_side.ts";
import type { OrderBook } from "../../../../actors/symbol/engine/book/order_book.ts";

/** Quantity and notional within each of `BANDS_BPS`, after `moveBands`. */
export function bandsOf(book: OrderBook, side: BookSide): Record<"qty" | "notional", number[]> {
  const qty = new Float64Array(BANDS_BPS.length);
  const notional = new Float64Array(BANDS_BPS.length);
  book.readBands(side, qty, notional);
  return { qty: [...qty], notional: [...notional] };
}
