/** Mutants of the families of metrics and their windows: a mistake for each of their promises. */
import { mutantsOf } from "./mutant.ts";

const TESTS = "metrics/metrics_test.ts";
const ENGINE_TESTS = "engine_test.ts";

const SET_TESTS = "metrics/metric_set_test.ts";

export const METRICS = [
  ...mutantsOf("metrics/top.ts", TESTS, [
    {
      mistake: "the best bid is the best ask's",
      from: "out.bestBidPrice = bid;",
      to: "out.bestBidPrice = ask;",
    },
    {
      mistake: "the quantity at the best bid is the best ask's",
      from: "out.bestBidQty = bidQty;",
      to: "out.bestBidQty = askQty;",
    },
    {
      mistake: "the best ask is not told",
      from: "out.bestAskPrice = ask;",
      to: "",
    },
    {
      mistake: "the quantity at the best ask is the sum",
      from: "out.bestAskQty = askQty;",
      to: "out.bestAskQty = bidQty + askQty;",
    },
    {
      mistake: "mid is weighted",
      from: "out.mid = book.scale.price(book.twiceMid / 2);",
      to: "out.mid = (bid * bidQty + ask * askQty) / (bidQty + askQty);",
    },
    {
      mistake: "mid is the mean of doubles",
      from: "out.mid = book.scale.price(book.twiceMid / 2);",
      to: "out.mid = (bid + ask) / 2;",
    },
    {
      mistake: "the volume at top is that of one side",
      from: "book.scale.qty(book.bids.levels.bestLots + book.asks.levels.bestLots)",
      to: "bidQty",
    },
    {
      mistake: "the volume at top is a sum of doubles",
      from: "book.scale.qty(book.bids.levels.bestLots + book.asks.levels.bestLots)",
      to: "bidQty + askQty",
    },
  ]),
  ...mutantsOf("metrics/spread.ts", TESTS, [
    {
      mistake: "the spread is that from mid",
      from: "const spread = book.scale.price(inTicks);",
      to: "const spread = book.scale.price(inTicks / 2);",
    },
    {
      mistake: "the spread is a difference of doubles",
      from: "const spread = book.scale.price(inTicks);",
      to: "const spread = book.asks.bestPrice - book.bids.bestPrice;",
    },
    {
      mistake: "the spread is relative to the best bid",
      from: "BPS * 2 * inTicks / book.twiceMid",
      to: "BPS * inTicks / book.bids.bestTick",
    },
  ]),
  ...mutantsOf("metrics/imbalance.ts", TESTS, [
    {
      mistake: "the imbalance falls with the bids",
      from: "out.imbalance = ratioOf(topBids, topAsks);",
      to: "out.imbalance = ratioOf(topAsks, topBids);",
    },
    {
      mistake: "the share at top is of the bids alone",
      from: "(topBids + topAsks)",
      to: "(2 * topBids)",
    },
    {
      mistake: "the weighted imbalance has no weights",
      from: "book.weightedQty(book.bids, lambdaBps, reachBps)",
      to: "book.weightedQty(book.bids, 1e9, reachBps)",
    },
    {
      mistake: "the short weighted imbalance is the wide one",
      from: "weighted(view, SHORT_LAMBDA_BPS)",
      to: "weighted(view, weightLambdaBps)",
    },
    {
      mistake: "levels that weigh something are left out",
      from: "const REACH_LAMBDAS = 10;",
      to: "const REACH_LAMBDAS = 2;",
    },
    {
      mistake: "weights reach beyond the edge of what is known",
      from: "view.reaches(reachBps)",
      to: "view.reaches(0)",
    },
  ]),
  ...mutantsOf("metrics/book_view.ts", TESTS, [
    {
      mistake: "the edge of bids is none",
      from: "this.#bidReachBps >= bps",
      to: "bps > 0",
    },
    {
      mistake: "the edge of asks is none",
      from: "this.#askReachBps >= bps",
      to: "bps > 0",
    },
  ]),
  ...mutantsOf("metrics/depth.ts", TESTS, [
    {
      mistake: "depths are those of the mid before",
      from: "book.moveBands();",
      to: "",
    },
    {
      mistake: "the narrow depth is the next one",
      from: "out.bidDepth10Bps = qty[0] ?? null;",
      to: "out.bidDepth10Bps = qty[1] ?? null;",
    },
    {
      mistake: "the depth of asks is that of bids",
      from: "book.readBands(book.asks, qty, notional);",
      to: "",
    },
    {
      mistake: "the middle depth is the wide one",
      from: "out.askDepth50Bps = qty[1] ?? null;",
      to: "out.askDepth50Bps = qty[2] ?? null;",
    },
    {
      mistake: "the wide depth is not told",
      from: "out.bidDepth100Bps = qty[2] ?? null;",
      to: "",
    },
    {
      mistake: "a price beyond the edge is covered by less than nothing",
      from: "Math.max(0, distanceBps)",
      to: "distanceBps",
    },
    {
      mistake: "a whole side is covered to 0",
      from: "distanceBps === Infinity ? null :",
      to: "distanceBps === Infinity ? 0 :",
    },
    {
      mistake: "what is covered of the asks is told of the bids",
      from: "out.bidCoveredBps = coveredBps(bidReachBps);",
      to: "out.bidCoveredBps = coveredBps(askReachBps);",
    },
    {
      mistake: "a notional is a quantity",
      from: "out.askNotional50Bps = notional[1] ?? null;",
      to: "out.askNotional50Bps = qty[1] ?? null;",
    },
  ]),
  ...mutantsOf("metrics/bands.ts", TESTS, [
    {
      mistake: "a narrow band is told of asks that are not known",
      from: "if (!view.reaches(bps)) return null;",
      to: "if (view.bidReachBps < bps) return null;",
    },
    {
      mistake: "the slope weighs all distances alike",
      from: "sum += k * (worth[k - 1] ?? NaN);",
      to: "sum += worth[k - 1] ?? NaN;",
    },
    {
      mistake: "the exponent of nothing within 1 bps is −∞",
      from: "Number.isFinite(sum) ? Math.max(0, sum / LOG_SQUARES) : null",
      to: "Math.max(0, sum / LOG_SQUARES)",
    },
    {
      mistake: "the exponent of one level within 10 bps is what rounding makes of 0",
      from: "Math.max(0, sum / LOG_SQUARES)",
      to: "sum / LOG_SQUARES",
    },
  ]),
  ...mutantsOf("metrics/costs.ts", TESTS, [
    {
      mistake: "a buyer takes the bids",
      from: "const buys = view.buyPrices(sizes);",
      to: "const buys = view.sellPrices(sizes);",
    },
    {
      mistake: "sizes are in the quote asset",
      from: "(DOLLARS[i] ?? NaN) / view.dollarsPerQuote",
      to: "DOLLARS[i] ?? NaN",
    },
  ]),
  ...mutantsOf("metrics/near_levels.ts", TESTS, [
    {
      mistake: "the last level that an order takes is taken whole",
      from: "scale.qty(lots + (wanted - worth) / tick)",
      to: "scale.qty(lots + some)",
    },
    {
      mistake: "an order takes levels beyond the edge",
      from: "if (key < bound || key === -Infinity) break;",
      to: "if (key === -Infinity) break;",
    },
    {
      mistake: "orders end at 10 bps",
      from: "if (i === this.#count && this.#readTo > bound) this.#read(side, bound);",
      to: "",
    },
  ]),
  ...mutantsOf("metrics/family.ts", TESTS, [
    {
      mistake: "what is not known is not a number",
      from: "return value === value ? value : null;",
      to: "return value;",
    },
    {
      mistake: "what is not known is 0",
      from: "return value === value ? value : null;",
      to: "return value === value ? value : 0;",
    },
  ]),
  ...mutantsOf("metrics/velocity.ts", ENGINE_TESTS, [
    {
      mistake: "no sample is taken of an update",
      from: "if (imbalance !== null) window.add(view.eventMs, imbalance);",
      to: "",
    },
    {
      mistake: "the slope is of the weighted top",
      from: "ratioOf(view.topBids, view.topAsks) : null",
      to: "view.topBids - view.topAsks : null",
    },
  ]),
  ...mutantsOf("metrics/velocity.ts", SET_TESTS, [
    {
      mistake: "an imbalance that is not known is one of 0",
      from: "if (imbalance !== null) window.add(view.eventMs, imbalance);",
      to: "window.add(view.eventMs, imbalance ?? 0);",
    },
    {
      mistake: "a sample is taken of a snapshot",
      from: "if (Number.isNaN(view.eventMs)) return;",
      to: "",
    },
    {
      mistake: "a slope is told where the imbalance of now is not known",
      from: "out.velocity = isKnown ? window.slope(view.eventMs) : null;",
      to: "out.velocity = window.slope(view.eventMs);",
    },
    {
      mistake: "the slope's window is that of the default settings",
      from: "new SlopeWindow(slopeWindowMs)",
      to: "new SlopeWindow(slopeWindowMs < 0 ? 0 : 5_000)",
    },
  ]),
  ...mutantsOf("metrics/velocity.ts", "engine_trouble_test.ts", [
    {
      mistake: "the slope goes on in another book",
      from: "      window.clear();\n",
      to: "",
    },
  ]),
  ...mutantsOf("metrics/slope_window.ts", "metrics/slope_window_test.ts", [
    {
      mistake: "samples never leave",
      from: "this.#timeOf(this.#expired) < nowMs - this.#lengthMs",
      to: "nowMs < 0",
    },
    {
      mistake: "a sample leaves at the very edge of the window",
      from: "this.#timeOf(this.#expired) < nowMs - this.#lengthMs",
      to: "this.#timeOf(this.#expired) <= nowMs - this.#lengthMs",
    },
    {
      mistake: "samples leave when the next one comes, and not with time",
      from: "slope(nowMs: number): number | null {\n    this.#expire(nowMs);",
      to: "slope(_nowMs: number): number | null {",
    },
    {
      mistake: "samples that were overwritten count",
      from: "this.#expired = Math.max(this.#expired, this.#added - this.#places);",
      to: "",
    },
    {
      mistake: "two samples have a slope",
      from: "if (count < 3) return null;",
      to: "if (count < 2) return null;",
    },
    {
      mistake: "a moment's samples have a slope",
      from: "- first < this.#lengthMs / 5) return null;",
      to: "- first < 0) return null;",
    },
    {
      mistake: "a slope is told when half of the window is covered",
      from: "this.#lengthMs / 5",
      to: "this.#lengthMs / 2",
    },
    {
      mistake: "a slope is per millisecond",
      from: "const time = (this.#timeOf(i) - first) / 1_000 - meanTime;",
      to: "const time = (this.#timeOf(i) - first) - meanTime * 1_000;",
    },
    {
      mistake: "samples without a trend have an endless one",
      from: "variance === 0 ? null : covariance / variance",
      to: "covariance / variance",
    },
    {
      mistake: "the past is kept",
      from: "    this.#added = 0;\n    this.#expired = 0;",
      to: "",
    },
  ]),
];
