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
      from: "out.mid = (bid + ask) / 2;",
      to: "out.mid = (bid * bidQty + ask * askQty) / (bidQty + askQty);",
    },
    {
      mistake: "the volume at top is that of one side",
      from: "out.topQty = bidQty + askQty;",
      to: "out.topQty = bidQty;",
    },
  ]),
  ...mutantsOf("metrics/spread.ts", TESTS, [
    {
      mistake: "the spread is that from mid",
      from: "const spread = ask - bid;",
      to: "const spread = (ask - bid) / 2;",
    },
    {
      mistake: "the spread is relative to the best bid",
      from: "spread / ((bid + ask) / 2)",
      to: "spread / bid",
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
      from: "book.weightedQty(book.bids, weightLambdaBps, reachBps)",
      to: "book.weightedQty(book.bids, 1e9, reachBps)",
    },
    {
      mistake: "levels that weigh something are left out",
      from: "const REACH_LAMBDAS = 10;",
      to: "const REACH_LAMBDAS = 2;",
    },
    {
      mistake: "weights reach beyond the edge of what is known",
      from: "isCovered(book, edges, reachBps)",
      to: "isCovered(book, edges, 0)",
    },
    {
      mistake: "the edge of bids is none",
      from: "bidEdge === null || (mid - bidEdge) / mid * BPS >= bps",
      to: "true",
    },
    {
      mistake: "the edge of asks is none",
      from: "askEdge === null || (askEdge - mid) / mid * BPS >= bps",
      to: "true",
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
      from: "out.bidDepth10Bps = book.bandQty(book.bids, 0);",
      to: "out.bidDepth10Bps = book.bandQty(book.bids, 1);",
    },
    {
      mistake: "the depth of asks is that of bids",
      from: "out.askDepth10Bps = book.bandQty(book.asks, 0);",
      to: "out.askDepth10Bps = book.bandQty(book.bids, 0);",
    },
    {
      mistake: "the middle depth is the wide one",
      from: "out.askDepth50Bps = book.bandQty(book.asks, 1);",
      to: "out.askDepth50Bps = book.bandQty(book.asks, 2);",
    },
    {
      mistake: "the wide depth is not told",
      from: "out.bidDepth100Bps = book.bandQty(book.bids, 2);",
      to: "",
    },
    {
      mistake: "a price beyond the edge is covered by less than nothing",
      from: "Math.max(0, distance)",
      to: "distance",
    },
    {
      mistake: "a whole side is covered to 0",
      from: "askEdge === null ? null :",
      to: "askEdge === null ? 0 :",
    },
    {
      mistake: "what is covered is counted from the best price",
      from: "coveredBps(askEdge - mid, mid)",
      to: "coveredBps(askEdge - book.asks.bestPrice, mid)",
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
      from: "if (imbalance !== null) window.add(nowMs, imbalance);",
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
      from: "if (imbalance !== null) window.add(nowMs, imbalance);",
      to: "window.add(nowMs, imbalance ?? 0);",
    },
    {
      mistake: "a slope is told where the imbalance of now is not known",
      from: "out.velocity = isKnown ? window.slope(nowMs) : null;",
      to: "out.velocity = window.slope(nowMs);",
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
