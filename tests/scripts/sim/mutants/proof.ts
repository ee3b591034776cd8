/** Mutants of the proof, `engine/book/proof.ts` and its queue: a mistake for each of their promises. */
import { mutantsOf } from "./mutant.ts";

const TESTS = "book/proof_test.ts";

export const PROOF = [
  ...mutantsOf("book/proof.ts", TESTS, [
    {
      mistake: "a ticker at the book's own id is the last one",
      from: "pending.count > 0 && pending.isBefore(0, tickers, tickers.count - 1)",
      to:
        "pending.count > 0 && tickers.count > 0 && !tickers.isBefore(tickers.count - 1, pending, 0)",
    },
    {
      mistake: "one update is judged for each ticker",
      from: "while (pending.count > 0 && pending",
      to: "if (pending.count > 0 && pending",
    },
    {
      mistake: "the first ticker is carried, not the last",
      from: "while (tickers.count > 1 && !pending.isBefore(0, tickers, 1)) tickers.drop(1);",
      to: "",
    },
    {
      mistake: "a ticker beyond the update is carried back to it",
      from: "if (!pending.isBefore(0, tickers, 0)) this.#judge(nowMs);",
      to: "this.#judge(nowMs);",
    },
    {
      mistake: "a carried comparison is an exact one",
      from: "if (!this.#tickers.isBefore(0, this.#pending, 0)) {",
      to: "if (this.#tickers.count > 0) {",
    },
    {
      mistake: "an exact mismatch is not counted",
      from: "else this.#exactMismatched += 1;",
      to: "",
    },
    {
      mistake: "an exact check that failed is one that agreed",
      from: "if (equal) this.#lastExactMs = nowMs;\n      else",
      to: "this.#lastExactMs = nowMs;\n      if (!equal)",
    },
    {
      mistake: "a mismatch heals by itself",
      from: "if (equal && this.#lastCarriedFailed)",
      to: "if (this.#lastCarriedFailed)",
    },
    {
      mistake: "a healed mismatch was none",
      from: "if (equal && this.#lastCarriedFailed) this.#carriedHealed += 1;",
      to: "if (equal && this.#lastCarriedFailed) this.#carriedMismatched -= 1;",
    },
    {
      mistake: "a mismatch heals in another book",
      from: "    this.#lastCarriedFailed = false;\n",
      to: "",
    },
    {
      mistake: "a book that is gone is judged",
      from: "    this.#pending.clear();\n",
      to: "",
    },
    {
      mistake: "a resync forgets the tickers",
      from: "    this.#pending.clear();\n",
      to: "    this.#pending.clear();\n    this.#tickers.clear();\n",
    },
    {
      mistake: "tickers are carried over a disconnect",
      from: "    this.resync();\n    this.#tickers.clear();",
      to: "    this.resync();",
    },
    {
      mistake: "books that wait outlive a disconnect",
      from: "    this.resync();\n    this.#tickers.clear();",
      to: "    this.#tickers.clear();",
    },
    {
      mistake: "a ticker is ahead of the book at its own id",
      from: "this.#tickers.reachesBeyond(updateId)",
      to: "this.#tickers.reachesBeyond(updateId - 1)",
    },
    {
      mistake: "a ticker that comes twice is new",
      from: "    return isNew;\n",
      to: "    return true;\n",
    },
    {
      mistake: "any ticker agrees with a best price",
      from: "return count > 0 && this.#tickers.tells(count - 1, best);",
      to: "return count > 0;",
    },
    {
      mistake: "the oldest ticker agrees with a best price",
      from: "this.#tickers.tells(count - 1, best)",
      to: "this.#tickers.tells(0, best)",
    },
    {
      mistake: "an empty bid side is not a number",
      from: "top.bidPrice = bids.isEmpty ? 0 : bids.bestPrice",
      to: "top.bidPrice = bids.bestPrice",
    },
    {
      mistake: "an empty ask side is not a number",
      from: "top.askPrice = asks.isEmpty ? 0 : asks.bestPrice",
      to: "top.askPrice = asks.bestPrice",
    },
    {
      mistake: "two tops are the same whose bids are",
      from:
        " && one.bidQty === other.bidQty &&\n    one.askPrice === other.askPrice && one.askQty === other.askQty",
      to: " && one.bidQty === other.bidQty",
    },
    {
      mistake: "two tops are the same whose prices are",
      from: "one.bidPrice === other.bidPrice && one.bidQty === other.bidQty",
      to: "one.bidPrice === other.bidPrice",
    },
  ]),
  ...mutantsOf("book/top_queue.ts", TESTS, [
    {
      mistake: "a ticker is placed by its arrival",
      from: "while (place > 0 && (ids[this.#at(place - 1)] ?? NaN) > updateId) place -= 1;",
      to: "",
    },
    {
      mistake: "a ticker that comes twice is compared twice",
      from: "if (place > 0 && ids[this.#at(place - 1)] === updateId) return false;",
      to: "",
    },
    {
      mistake: "a late ticker takes another's place",
      from: "this.#numbers.copyWithin(at + WIDTH, at, this.#at(this.#count));",
      to: "",
    },
    {
      mistake: "what waits to be compared is not bounded",
      from: "if (this.#count > this.#max) this.drop(1);",
      to: "",
    },
    {
      mistake: "the newest of too many leaves",
      from: "if (this.#count > this.#max) this.drop(1);",
      to: "if (this.#count > this.#max) this.#count -= 1;",
    },
    {
      mistake: "a queue that was cleared remembers its last id",
      from: "clear(): void {\n    this.#first = 0;\n    this.#count = 0;",
      to: "clear(): void {\n    this.#first = 0;",
    },
    {
      mistake: "entries move without what they say",
      from: "this.#numbers.copyWithin(0, from, to);",
      to: "this.#numbers.copyWithin(0, from, from + 1);",
    },
    {
      mistake: "a queue that grows forgets",
      from: "grown.set(this.#numbers.subarray(from, to));",
      to: "",
    },
    {
      mistake: "a bid's price is not compared",
      from: "for (let i = 1; i < WIDTH; i++) {",
      to: "for (let i = 2; i < WIDTH; i++) {",
    },
    {
      mistake: "an ask's quantity is not compared",
      from: "for (let i = 1; i < WIDTH; i++) {",
      to: "for (let i = 1; i < WIDTH - 1; i++) {",
    },
  ]),
  ...mutantsOf("book/top_queue.ts", "book/top_queue_test.ts", [
    {
      mistake: "there is an entry beyond the last",
      from: "otherPlace < 0 || otherPlace >= other.#count",
      to: "otherPlace < 0",
    },
    {
      mistake: "there is an entry before the first",
      from: "otherPlace < 0 || otherPlace >= other.#count",
      to: "otherPlace >= other.#count",
    },
    {
      mistake: "what has left a queue still reaches beyond an id",
      from: "return this.#count > 0 && ",
      to: "return ",
    },
  ]),
];
