/** Mutants of `engine/metrics/trade_sums.ts`: a mistake for each of its promises, of ticks and of seconds. */
import { mutantsOf } from "./mutant.ts";

export const TRADE_SUMS = [
  ...mutantsOf("metrics/trade_sums.ts", "metrics/trade_sums_test.ts", [
    {
      mistake: "trades of both kinds count",
      from: "trade.kind !== this.#kind || ",
      to: "",
    },
    {
      mistake: "the last kind that came counts",
      from: "this.#kind ??= trade.kind;",
      to: "this.#kind = trade.kind;",
    },
    {
      mistake: "a trade that came twice counts twice",
      from: "    this.#ids[place] = trade.tradeId;\n",
      to: "",
    },
    {
      mistake: "a few trades are remembered",
      from: "const IDS = 1_024;",
      to: "const IDS = 512;",
    },
    {
      mistake: "sells are buys",
      from: "this.#tick[trade.side].add(trade);",
      to: "this.#tick.buy.add(trade);",
    },
    {
      mistake: "quantities are told again on each tick",
      from: "    this.#qty = 0;\n",
      to: "",
    },
    {
      mistake: "the highest price of before is one of now",
      from: "    this.#high = -Infinity;\n",
      to: "",
    },
    {
      mistake: "the lowest price of before is one of now",
      from: "    this.#low = Infinity;\n",
      to: "",
    },
    {
      mistake: "the value of before is one of now",
      from: "    this.#notional = 0;\n",
      to: "",
    },
    {
      mistake: "trades are told again on each tick",
      from: "    this.#count = 0;\n",
      to: "",
    },
    {
      mistake: "the last price is the lowest",
      from: "this.#low = Math.min(this.#low, price);",
      to: "this.#low = price;",
    },
    {
      mistake: "the first price is the highest",
      from: "this.#high = Math.max(this.#high, price);",
      to: "if (this.#count === 0) this.#high = price;",
    },
    {
      mistake: "the average price does not weigh",
      from: "this.#notional += price * qty;",
      to: "this.#notional += price;",
    },
    {
      mistake: "trades are not counted",
      from: "this.#count += 1;",
      to: "this.#count = 1;",
    },
    {
      mistake: "nothing has an average price that is not a number",
      from: "if (trade.qty === 0) return false;",
      to: "",
    },
  ]),
  ...mutantsOf("metrics/trade_sums.ts", "metrics/trades_second_test.ts", [
    {
      mistake: "a second's sells are buys",
      from: "this.#second[trade.side].add(trade);",
      to: "this.#second.buy.add(trade);",
    },
    {
      mistake: "a second has the trades of its last tick",
      from: "return taken(this.#second);",
      to: "return taken(this.#tick);",
    },
  ]),
];
