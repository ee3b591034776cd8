/// <reference lib="dom" />
/** The best levels of the book, side by side, with a bar for each quantity. */
import type { Level } from "../../shared/market.ts";
import type { BookFrame } from "../../shared/output.ts";
import { element, make, setLength, setShare, setText } from "./dom.ts";
import { formatPrice, formatQty } from "./format.ts";

const LEVELS = 20;

interface Row {
  readonly bid: HTMLElement;
  readonly bidQty: HTMLElement;
  readonly bidPrice: HTMLElement;
  readonly ask: HTMLElement;
  readonly askPrice: HTMLElement;
  readonly askQty: HTMLElement;
}

/** The rows are made once; only their texts and bars change. */
export class Ladder {
  readonly #parent = element("ladder");
  readonly #rows: readonly Row[];

  constructor() {
    const parent = this.#parent;
    this.#rows = Array.from({ length: LEVELS }, () => {
      const row = {
        bid: make("div", "level bid"),
        bidQty: make("span", "qty"),
        bidPrice: make("span", "price"),
        ask: make("div", "level ask"),
        askPrice: make("span", "price"),
        askQty: make("span", "qty"),
      };
      row.bid.append(row.bidQty, row.bidPrice);
      row.ask.append(row.askPrice, row.askQty);
      parent.append(row.bid, row.ask);
      return row;
    });
  }

  /** Shows a book, or emptiness where there is none. */
  render(book: BookFrame | null, decimals: number): void {
    const bids = book?.bids.slice(0, LEVELS) ?? [];
    const asks = book?.asks.slice(0, LEVELS) ?? [];
    const most = Math.max(...[...bids, ...asks].map(([, qty]) => qty), 0);
    let longest = 0;
    const fill = (price: HTMLElement, qty: HTMLElement, level: Level | undefined) => {
      setText(price, level === undefined ? "" : formatPrice(level[0], decimals));
      setText(qty, level === undefined ? "" : formatQty(level[1]));
      longest = Math.max(longest, (price.textContent + qty.textContent).length);
    };
    this.#rows.forEach((row, i) => {
      const bid = bids[i];
      const ask = asks[i];
      fill(row.bidPrice, row.bidQty, bid);
      setShare(row.bid, "--share", bid === undefined ? null : bid[1] / most);
      fill(row.askPrice, row.askQty, ask);
      setShare(row.ask, "--share", ask === undefined ? null : ask[1] / most);
    });
    setLength(this.#parent, longest);
  }
}
