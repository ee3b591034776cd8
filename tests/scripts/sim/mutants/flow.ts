/** Mutants of what trades and mid over time tell: a mistake for each of their promises. */
import { mutantsOf } from "./mutant.ts";

const TESTS = "metrics/flow_test.ts";
const RING_TESTS = "metrics/time_ring_test.ts";
const STEPS_TESTS = "metrics/mid_steps_test.ts";
const RUN_TESTS = "metrics/trade_run_test.ts";
const RECENT_TESTS = "metrics/recent_market_test.ts";
const DELTA_TESTS = "metrics/volume_delta_test.ts";
const VPIN_TESTS = "metrics/vpin_test.ts";

export const FLOW = [
  ...mutantsOf("metrics/time_ring.ts", RING_TESTS, [
    {
      mistake: "a late sample is put last",
      from: "sample > this.#first && this.time(sample - 1) > timeMs",
      to: "sample < this.#first",
    },
    {
      mistake: "what rounding takes from a sum is lost",
      from:
        "cells[at + 1] = (cells[at + 1] ?? NaN) + ((before - (after - part)) + (amount - part));",
      to: "cells[at + 1] = 0;",
    },
    {
      mistake: "a late sample is in no sum of those after it",
      from: "addExactly(this.#block(later), this.#at(later) + column, amount);",
      to: "",
    },
    {
      mistake: "the sample that tells what held before leaves too",
      from: "while (this.time(this.#first + 1) <= beforeMs) this.#leave();",
      to: "while (this.time(this.#first) <= beforeMs) this.#leave();",
    },
    {
      mistake: "what has left for want of room is not told",
      from: "this.#leftMs = this.time(sample);",
      to: "",
    },
    {
      mistake: "a sample older than what has left is taken",
      from: "} else if (timeMs <= this.#leftMs) return -1;",
      to: "}",
    },
    {
      mistake: "a clock that was set back is not seen",
      from: "timeMs < this.time(this.#end - 1) - this.#form.keepMs",
      to: "false",
    },
    {
      mistake: "a block is left before its last sample",
      from: "(this.#first & (BLOCK - 1)) === 0",
      to: "(this.#first & (BLOCK - 1)) === 64",
    },
  ]),
  ...mutantsOf("metrics/trade_run.ts", RUN_TESTS, [
    {
      mistake: "a hole is never a loss",
      from: "this.#losses += 1;",
      to: "",
    },
    {
      mistake: "a hole is a loss at once",
      from: "!(eventMs > this.#holeMs + HOLE_WAIT_MS)",
      to: "false",
    },
    {
      mistake: "a hole that was filled is one all the same",
      from: "this.#missing -= 1;",
      to: "",
    },
    {
      mistake: "a repeat is taken for an exchange that counts anew",
      from: 'return tradeMs > this.#lastMs ? "begin" : "repeat";',
      to: 'return "begin";',
    },
    {
      mistake: "an open hole is forgotten when the stream breaks",
      from: "    this.#isSure = false;\n    this.settle(Infinity);",
      to: "    this.#isSure = false;\n    this.#missing = 0;",
    },
  ]),
  ...mutantsOf("metrics/recent_trades.ts", RECENT_TESTS, [
    {
      mistake: "each fill is the first of its order",
      from: "if (isSameOrder) ring.set(",
      to: "if (false) ring.set(",
    },
    {
      mistake: "fills of both sides are one order",
      from: "ring.value(sample - 1, SIGN) === ring.value(sample, SIGN)",
      to: "true",
    },
    {
      mistake: "a window with a loss in it is whole",
      from: "timeMs >= this.ring.wholeAfterMs && timeMs >= this.run.lostUntilMs",
      to: "timeMs >= this.ring.wholeAfterMs",
    },
    {
      mistake: "a trade that was there counts again",
      from: 'if (this.#place === "repeat") return false;',
      to: "",
    },
  ]),
  ...mutantsOf("metrics/recent_market.ts", RECENT_TESTS, [
    {
      mistake: "books outlive the book",
      from: "    this.#books?.clear();\n    this.#trades?.run.doubt();",
      to: "    this.#trades?.run.doubt();",
    },
    {
      mistake: "trades die with the book",
      from: "this.#trades?.run.doubt();",
      to: "this.#trades?.ring.clear();",
    },
  ]),
  ...mutantsOf("metrics/recent_market.ts", TESTS, [
    {
      mistake: "a window is known before it is full",
      from: "books.reachesBackTo(fromMs) && ",
      to: "",
    },
    {
      mistake: "a window with a loss in it is known",
      from: " && trades.isWholeAfter(fromMs);",
      to: ";",
    },
    {
      mistake: "updates of the old time go on with the windows of before",
      from: "if (this.#trades?.isOfNewTime === true) this.#books?.clear();",
      to: "",
    },
  ]),
  ...mutantsOf("metrics/recent_trades.ts", TESTS, [
    {
      mistake: "trades of the new time go with those of the old",
      from: "if (this.#isOfNewTime) return;",
      to: "",
    },
    {
      mistake: "what lies ahead of a clock that was set back stays",
      from: "    this.ring.clear();\n    this.run.forgetTimes(lastMs);",
      to: "    this.run.forgetTimes(lastMs);",
    },
  ]),
  ...mutantsOf("metrics/trade_flow.ts", TESTS, [
    {
      mistake: "a window takes in its start",
      from: "this.#from = trades.ring.firstAfter(fromMs);",
      to: "this.#from = trades.ring.firstFrom(fromMs);",
    },
    {
      mistake: "trades ahead of the update count",
      from: "this.#end = trades.ring.firstAfter(eventMs);",
      to: "this.#end = trades.ring.end;",
    },
    {
      mistake: "the signed count is of buyers alone",
      from: "2 * this.#sum(BUYS) - (this.#end - this.#from)",
      to: "this.#sum(BUYS)",
    },
  ]),
  ...mutantsOf("metrics/mid_steps.ts", STEPS_TESTS, [
    {
      mistake: "a step is not there yet when it comes",
      from: "nextMs <= timeMs",
      to: "nextMs < timeMs",
    },
    {
      mistake: "the step that tells what held before leaves too",
      from: "this.#timeOf(this.#left + 1) <= beforeMs",
      to: "this.#timeOf(this.#left) <= beforeMs",
    },
    {
      mistake: "of two steps there and back the second is none",
      from: "this.#values[(this.#added - 1) & mask] === value",
      to: "this.#values[(this.#added - 2) & mask] === value",
    },
    {
      mistake: "nothing is forgotten",
      from: "    this.#added = 0;\n    this.#left = 0;\n",
      to: "",
    },
  ]),
  ...mutantsOf("metrics/volatility.ts", TESTS, [
    {
      mistake: "the second that is not covered is not made up for",
      from: "squares / MOVE_STEPS * STEPS / (STEPS - MOVE_STEPS + 1)",
      to: "squares / MOVE_STEPS",
    },
    {
      mistake: "moves are over a tenth of a second",
      from: "(grid[step - MOVE_STEPS] ?? NaN)",
      to: "(grid[step - 1] ?? NaN)",
    },
  ]),
  ...mutantsOf("metrics/trade_costs.ts", TESTS, [
    {
      mistake: "the mid before is that of the fill itself",
      from: "ring.value(trade, FIRST_PRICE) - sign",
      to: "price - sign",
    },
    {
      mistake: "the book of the trade's own time is the one before",
      from: "while (books.time(before + 1) < ring.time(trade))",
      to: "while (books.time(before + 1) <= ring.time(trade) + 1)",
    },
    {
      mistake: "mid a second later is that five seconds later",
      from: "ring.time(trade) + SHORT_MS",
      to: "ring.time(trade) + LONG_MS",
    },
    {
      mistake: "a late trade is not measured",
      from: "if (tradeMs <= this.#untilMs) this.forget();",
      to: "",
    },
    {
      mistake: "spreads are not weighted",
      from: "const weight = BPS * 2 * sign * worth / midBefore;",
      to: "const weight = BPS * 2 * sign / midBefore;",
    },
  ]),
  ...mutantsOf("metrics/impact.ts", TESTS, [
    {
      mistake: "the seconds before stand where they stood",
      from: "column.copyWithin(0, 1);",
      to: "column.copyWithin(0, 0);",
    },
    {
      mistake: "seconds that nobody has counted are known",
      from: "this.#endMs === endMs - BIN_MS ? BINS - 1 : 0",
      to: "BINS - 1",
    },
    {
      mistake: "the newest second counts",
      from: "(Math.floor(eventMs / BIN_MS) - 1) * BIN_MS",
      to: "Math.floor(eventMs / BIN_MS) * BIN_MS",
    },
    {
      mistake: "a late trade is in no bin",
      from: "if (tradeMs <= this.#endMs) this.forget();",
      to: "",
    },
    {
      mistake: "lambda is per million of the quote asset",
      from: "orNull(bins.lambda * perDollar)",
      to: "orNull(bins.lambda)",
    },
    {
      mistake: "the line goes through the origin",
      from: "(this.#flow[bin] ?? NaN) - flow / BINS",
      to: "(this.#flow[bin] ?? NaN)",
    },
    {
      mistake: "Amihud's measure is of signed volume",
      from: "this.#volume[bin] = bought + sold;",
      to: "this.#volume[bin] = bought - sold;",
    },
  ]),
  ...mutantsOf("metrics/activity.ts", TESTS, [
    {
      mistake: "the changes of the update before the window count",
      from: "before + 1, books.ring.end",
      to: "before, books.ring.end",
    },
    {
      mistake: "seconds are ten, whatever lies between the updates",
      from: "(eventMs - fromMs) / SECOND_MS",
      to: "10",
    },
  ]),
  ...mutantsOf("metrics/volume_delta.ts", DELTA_TESTS, [
    {
      mistake: "midnight changes nothing",
      from: "} else if (dayMs > this.#dayMs) this.#begin(dayMs, dayMs);",
      to: "}",
    },
    {
      mistake: "a late trade of yesterday is today's",
      from: "if (dayMs < this.#dayMs) return;",
      to: "",
    },
    {
      mistake: "a loss changes nothing",
      from: "this.#sums.copyWithin(0, 2);",
      to: "",
    },
    {
      mistake: "a loss is not told",
      from: "this.#fromMs = Math.max(this.#fromMs, lostUntilMs);",
      to: "",
    },
    {
      mistake: "what came before a hole is kept",
      from: 'if (place === "hole") this.#sums.fill(0, 2);',
      to: "",
    },
    {
      mistake: "the next life goes on whatever was missed",
      from: "kind === this.#kind && tradeId === this.#recalledId",
      to: "!Number.isNaN(this.#recalledId)",
    },
    {
      mistake: "an earlier process is gone on from whatever was missed",
      from: " && memory.nextId === this.#firstId",
      to: "",
    },
    {
      mistake: "what is whole since midnight is taken for less",
      from: "dayMs === this.#dayMs ? fromMs : this.#dayMs",
      to: "fromMs",
    },
    {
      mistake: "what was counted on another day is today's",
      from: "if (dayMs === this.#dayMs) addExactly(this.#sums, 0, delta);",
      to: "addExactly(this.#sums, 0, delta);",
    },
    {
      mistake: "a count after a hole is completed by what lay before it",
      from: "    this.#firstId = NaN;\n    this.#fromMs = Math.max",
      to: "    this.#fromMs = Math.max",
    },
    {
      mistake: "a count with a hole is remembered",
      from: "Number.isNaN(nextId) || run.hasHole",
      to: "Number.isNaN(nextId)",
    },
    {
      mistake: "the count is told before it is sure",
      from: "return this.#trades.run.isSure && ",
      to: "return ",
    },
    {
      mistake: "what was recalled is told before it is sure",
      from: "Number.isNaN(this.#recalledId) && ",
      to: "",
    },
  ]),
  ...mutantsOf("metrics/vpin.ts", VPIN_TESTS, [
    {
      mistake: "a trade is not split where a bucket ends",
      from: "const part = Math.min(left, this.#size - this.#bought - this.#sold);",
      to: "const part = left;",
    },
    {
      mistake: "buckets outlive trades that were missed",
      from: "if (this.#losses === this.#trades.run.losses) return;",
      to: "return;",
    },
    {
      mistake: "forty-nine buckets are enough",
      from: "this.#full < BUCKETS || ",
      to: "this.#full < BUCKETS - 1 || ",
    },
    {
      mistake: "a very large trade leaves no rest",
      from: "left = left % this.#size + BUCKETS * this.#size",
      to: "left = BUCKETS * this.#size",
    },
  ]),
  ...mutantsOf("metrics/minute_volumes.ts", VPIN_TESTS, [
    {
      mistake: "the first minute counts, though it began amid it",
      from: "if (this.#isWhole) this.#push(this.#volume);",
      to: "this.#push(this.#volume);",
    },
    {
      mistake: "minutes without trades are left out",
      from: "for (let i = 0; i < empty; i++) this.#push(0);",
      to: "",
    },
    {
      mistake: "the median is the mean of the middle and the next",
      from: "sorted[(count - 1) >> 1]",
      to: "sorted[(count + 2) >> 1]",
    },
  ]),
];
