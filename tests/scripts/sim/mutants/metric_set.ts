/** Mutants of the set of metrics and the view of the book that it has them written from. */
import { mutantsOf } from "./mutant.ts";

const TESTS = "metrics/metrics_test.ts";
const SET_TESTS = "metrics/metric_set_test.ts";
const STATE_TESTS = "metrics/metric_states_test.ts";

export const METRIC_SET = [
  ...mutantsOf("metrics/metric_states.ts", STATE_TESTS, [
    {
      mistake: "a short life replaces a long memory",
      from: "    if (!this.#isRestored) return;\n    const timeMs",
      to: "    const timeMs",
    },
    {
      mistake: "the store's word is taken in each time",
      from: "    if (this.#isRestored) return;\n    this.#isRestored = true;",
      to: "    this.#isRestored = true;",
    },
    {
      mistake: "a next life takes in once more what the last one had",
      from: "memory?.isRestored ?? !awaitRestore",
      to: "!awaitRestore",
    },
    {
      mistake: "what is large is told as often as what is small",
      from: "memory.length >= below || ",
      to: "",
    },
    {
      mistake: "what has not changed is told again",
      from: " || memory === this.#told.get(metric)",
      to: "",
    },
  ]),
  ...mutantsOf("metrics/metric_set.ts", SET_TESTS, [
    {
      mistake: "an update does not reach the numbers of the book",
      from: "    this.#isStale = true;\n    if (this.#isResuming) {",
      to: "    if (this.#isResuming) {",
    },
    {
      mistake: "windows go on when the exchange's clock was set back",
      from: "if (view.eventMs < this.#eventMs) {",
      to: "if (view.eventMs < 0) {",
    },
    {
      mistake: "an update does not reach the families that hear it",
      from: "this.#hearUpdates[i]?.updated(view, nowMs);",
      to: ";",
    },
    {
      mistake: "a book that was replaced has the numbers of the old",
      from: "  replaced(): void {\n    this.#isStale = true;",
      to: "  replaced(): void {",
    },
    {
      mistake: "a book's numbers are computed each time",
      from: "      this.#isStale = false;\n",
      to: "",
    },
    {
      mistake: "numbers that change with time stand still",
      from: "this.#ofTime[i]?.write(this.#values, view, nowMs);",
      to: "",
    },
    {
      mistake: "values that were kept are written over",
      from: "if (this.#areKept && (this.#isStale || this.#ofTime.length > 0)) {",
      to: "if (nowMs < 0) {",
    },
    {
      mistake: "values that were kept once are new ones at each look",
      from: "      this.#areKept = false;\n",
      to: "",
    },
    {
      mistake: "values after those that were kept lack what has not changed",
      from: "this.#isStale ? { ...UNKNOWN_VALUES } : { ...this.#values }",
      to: "{ ...UNKNOWN_VALUES }",
    },
    {
      mistake: "no family hears a ticker",
      from: "this.#hearTickers[i]?.ticker(ticker);",
      to: ";",
    },
    {
      mistake: "no family hears a trade",
      from: "this.#hearTrades[i]?.trade(trade);",
      to: ";",
    },
    {
      mistake: "no family hears a tick",
      from: "this.#hearTicks[i]?.tick(nowMs);",
      to: ";",
    },
    {
      mistake: "families keep what they learnt from a book that is lost",
      from: "for (const family of this.#families) family.reset?.();",
      to: "",
    },
    {
      mistake: "what families remember is lost",
      from: "return Object.fromEntries(memories.filter(([, memory]) => memory !== null));",
      to: "return Object.fromEntries(memories.slice(0, 0));",
    },
    {
      mistake: "families recall each other's memories",
      from: "this.#byName.get(name)?.recall?.(one)",
      to: "this.#families[0]?.recall?.(one)",
    },
  ]),
  ...mutantsOf("metrics/metric_set.ts", "metrics/null_reasons_test.ts", [
    {
      mistake: "what is of the book as it is waits for an update when overload is over",
      from: "this.#write(isShedding ? this.#kept : this.#families);",
      to: "if (isShedding) this.#write(this.#kept);",
    },
    {
      mistake: "in overload everything is computed",
      from: "this.#write(isShedding ? this.#kept : this.#families);",
      to: "",
    },
    {
      mistake: "overload is a reason of what is computed again",
      from: "this.#isShedding && definitionOf(name)",
      to: "definitionOf(name)",
    },
  ]),
  ...mutantsOf("metrics/book_view.ts", SET_TESTS, [
    {
      mistake: "the best levels are summed once for all",
      from: "    this.#isSummed = false;\n",
      to: "",
    },
    {
      mistake: "the best levels are always ten",
      from: "this.#topLevels = topLevels;",
      to: "this.#topLevels = topLevels > 0 ? 10 : 0;",
    },
  ]),
  ...mutantsOf("metrics/metric_set.ts", TESTS, [
    {
      mistake: "a book of one side has numbers",
      from: "if (!view.hasBothSides) return UNKNOWN_VALUES;",
      to: "",
    },
  ]),
  ...mutantsOf("metrics/book_view.ts", TESTS, [
    {
      mistake: "the best levels of asks are those of bids",
      from: "this.#book.topQty(asks, this.#topLevels",
      to: "this.#book.topQty(bids, this.#topLevels",
    },
    {
      mistake: "the best levels are summed beyond what is known",
      from: "this.#topLevels, this.#edges.bidEdge",
      to: "this.#topLevels, null",
    },
  ]),
];
