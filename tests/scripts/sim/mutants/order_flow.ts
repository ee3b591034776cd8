/** Mutants of what comes to a book and goes from it over time. */
import { mutantsOf } from "./mutant.ts";

const TESTS = "metrics/order_flow_test.ts";

export const ORDER_FLOW = [
  ...mutantsOf("metrics/order_flow.ts", TESTS, [
    {
      mistake: "a bid that goes down leaves its queue",
      from: "(bidPrice <= this.#bidPrice ? this.#bidQty : 0)",
      to: "(bidPrice < this.#bidPrice ? 0 : this.#bidQty)",
    },
    {
      mistake: "an ask that goes up leaves its queue",
      from: "(askPrice >= this.#askPrice ? this.#askQty : 0)",
      to: "(askPrice === this.#askPrice ? this.#askQty : 0)",
    },
    {
      mistake: "a side without asks is one of price 0",
      from: "askQty === 0 ? Infinity : ticker.askPrice",
      to: "ticker.askPrice",
    },
    {
      mistake: "the first ticker is held against nothing",
      from: "const change = isFirst ? NaN : event;",
      to: "const change = isFirst ? 0 : event;",
    },
    {
      mistake: "a ticker from between two others is left out",
      from: "if (updateId <= this.#updateId) return this.#beginAnew();",
      to: "if (updateId <= this.#updateId) return;",
    },
    {
      mistake: "a ticker counts with the update before its own",
      from: "if ((this.#aheadIds[place] ?? NaN) > updateId) break;",
      to: "",
    },
    {
      mistake: "a window begins among tickers that were forgotten",
      from: "if (Number.isNaN(eventMs) || updateId < this.#forgottenTo) return;",
      to: "if (Number.isNaN(eventMs)) return;",
    },
    {
      mistake: "tickers for which there is no room are overwritten",
      from: "if (this.#came - this.#gone === AHEAD_MAX) return this.#beginAnew();",
      to: "",
    },
    {
      mistake: "no ticker is no queue",
      from: "count === 0 ? 0 : sum",
      to: "sum",
    },
  ]),
  ...mutantsOf("metrics/level_order_flow.ts", TESTS, [
    {
      mistake: "a level whose price is another keeps its queue",
      from: "if (key >= keyBefore) event += some;",
      to: "if (key === keyBefore) event += some;",
    },
    {
      mistake: "nine levels are ten",
      from: "=== LEVELS;",
      to: "> 0;",
    },
    {
      mistake: "a typical queue is that of both sides",
      from: "/ (2 * (end - from))",
      to: "/ (end - from)",
    },
  ]),
  ...mutantsOf("metrics/near_changes.ts", TESTS, [
    {
      mistake: "a level that an update names twice counts twice",
      from: "if (key >= last && this.#has(key)) continue;",
      to: "",
    },
    {
      mistake: "the edge of what is near is out",
      from: "if (!(tick >= low && tick <= high)) continue;",
      to: "if (!(tick > low && tick < high)) continue;",
    },
    {
      mistake: "finer lots are more of them",
      from: "if (ticks !== 1 || lots !== 1) this.#rescale(ticks, lots);",
      to: "",
    },
  ]),
  ...mutantsOf("metrics/level_flow.ts", TESTS, [
    {
      mistake: "asks that come lift the price",
      from: "raise(next, sumsAt + UP, isBid ? came : went);",
      to: "raise(next, sumsAt + UP, came);",
    },
    {
      mistake: "what went long ago may have been traded now",
      from: "for (; falls.count > stay; falls.drop()) {",
      to: "for (; falls.count < stay; falls.drop()) {",
    },
    {
      mistake: "a trade counts for ever",
      from: "for (; trades.at(0) <= beginMs; trades.drop()) {",
      to: "for (; trades.at(0) < 0; trades.drop()) {",
    },
    {
      mistake: "trades keep the lots of before",
      from: "trades.multiply(10 ** price, 10 ** qty);",
      to: "",
    },
  ]),
  ...mutantsOf("metrics/level_trades.ts", TESTS, [
    {
      mistake: "more is traded at a price than went there",
      from: "(Math.min(goneNow, tradedNow) - Math.min(gone, traded))",
      to: "(tradedNow - traded)",
    },
  ]),
  ...mutantsOf("metrics/trades_ahead.ts", TESTS, [
    {
      mistake: "who sells takes asks",
      from: 'side === "sell" ? price : -price',
      to: 'side === "buy" ? price : -price',
    },
    {
      mistake: "a trade counts before its update",
      from: "if (!(queue.at(0) <= eventMs)) return false;",
      to: "if (queue.count === 0) return false;",
    },
  ]),
];
