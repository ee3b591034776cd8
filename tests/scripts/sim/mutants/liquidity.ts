/** Mutants of how a book bears what happens to it, shocks, walls, the micro-price; and of what its quote asset is worth. */
import { mutantsOf } from "./mutant.ts";

const TESTS = "metrics/liquidity_test.ts";
const RATE_TESTS = "quote_rate_test.ts";

export const LIQUIDITY = [
  ...mutantsOf("quote_rate.ts", RATE_TESTS, [
    {
      mistake: "a rate holds for ever",
      from: "nowMs - this.#toldMs > AGE_MAX_MS ? NaN : this.#told",
      to: "this.#told",
    },
    {
      mistake: "a dollar is worth what it is told to be",
      from: "if (!Number.isNaN(this.#promised)) return this.#promised;",
      to: "",
    },
  ]),
  ...mutantsOf("live_book.ts", RATE_TESTS, [
    {
      mistake: "numbers stay what they were at the last rate",
      from: "    this.metrics.replaced();\n    return true;",
      to: "    return true;",
    },
    {
      mistake: "nobody is told of another rate",
      from: "    this.metrics.replaced();\n    return true;",
      to: "    this.metrics.replaced();\n    return false;",
    },
  ]),
  ...mutantsOf("metrics/side_shocks.ts", TESTS, [
    {
      mistake: "the most of all time is that of the last second",
      from: "ring.firstAfter(eventMs - SECOND_MS)",
      to: "ring.first",
    },
    {
      mistake: "what is lost after the shock is no loss",
      from: "this.#low = Math.min(this.#low, worth);",
      to: "",
    },
    {
      mistake: "a shock goes on for ever",
      from: "const isOver = pastMs > RECOVERY_MAX_MS;",
      to: "const isOver = false;",
    },
    {
      mistake: "the next book heals a shock of the last one",
      from: "    this.#isRecovering = false;\n  }\n}",
      to: "  }\n}",
    },
  ]),
  ...mutantsOf("metrics/resilience.ts", TESTS, [
    {
      mistake: "the median of two is the greater",
      from: "sorted[Math.ceil(half) - 1]",
      to: "sorted[Math.floor(half)]",
    },
    {
      mistake: "what an earlier life has left comes after what this one has seen",
      from: "[...memory, ...own]",
      to: "[...own, ...memory]",
    },
    {
      mistake: "any list is a memory",
      from: "memory.length > SHOCKS || !memory.every(isHalfLife)",
      to: "memory.length > SHOCKS",
    },
  ]),
  ...mutantsOf("metrics/walls.ts", TESTS, [
    {
      mistake: "walls outlive a time in which nobody knew what is dust",
      from: "if (Number.isNaN(view.dollarsPerQuote) && !Number.isNaN(dollarsPerQuote)) reset();",
      to: "",
    },
    {
      mistake: "walls are told by a rate that is known no more",
      from: "const isKnown = !Number.isNaN(view.dollarsPerQuote);",
      to: "const isKnown = !Number.isNaN(dollarsPerQuote);",
    },
  ]),
  ...mutantsOf("metrics/side_walls.ts", TESTS, [
    {
      mistake: "a wall ends as soon as half of it is gone",
      from: "if (qty < wall.peak / 2) {",
      to: "if (qty <= wall.peak / 2) {",
    },
    {
      mistake: "a wall does not grow",
      from: "wall.peak = Math.max(wall.peak, qty);",
      to: "",
    },
    {
      mistake: "a wall is worth as much as the median",
      from: "const MEDIANS = 20;",
      to: "const MEDIANS = 10;",
    },
    {
      mistake: "a wall is born at each update",
      from: "if (this.#stands(price)) continue;",
      to: "",
    },
  ]),
  ...mutantsOf("metrics/wall_fates.ts", TESTS, [
    {
      mistake: "an end is judged before its trades can have come",
      from: "if (waitedMs < TRADES_WAIT_MS || !isEaten && waitedMs < MOVED_MS) {",
      to: "if (!isEaten && waitedMs < MOVED_MS) {",
    },
    {
      mistake: "a wall is pulled before it can have moved",
      from: "!isEaten && waitedMs < MOVED_MS",
      to: "false",
    },
    {
      mistake: "trades after its end have eaten a wall",
      from: " || tradeMs > wall.endedMs",
      to: "",
    },
    {
      mistake: "trades before its birth have eaten a wall",
      from: "tradeMs <= wall.bornMs || ",
      to: "",
    },
    {
      mistake: "whatever is born near has moved there",
      from: "other.bornQty >= MOVED_SIZE_MIN * lost && ",
      to: "",
    },
    {
      mistake: "what is born long before has moved there",
      from: "Math.abs(other.bornMs - wall.endedMs) <= MOVED_MS",
      to: "true",
    },
    {
      mistake: "a young wall is told",
      from: "eventMs - wall.bornMs < STOOD_MS",
      to: "false",
    },
    {
      mistake: "a rate of five minutes is told at once",
      from: "if (!this.isFilled(eventMs)) return null;",
      to: "",
    },
    {
      mistake: "walls count for ever",
      from: "ends.firstAfter(eventMs - RATE_MS)",
      to: "ends.first",
    },
  ]),
  ...mutantsOf("metrics/queue_chain.ts", TESTS, [
    {
      mistake: "counts of another tick size go on",
      from: "this.#tickSize !== null && this.#tickSize !== tickSize",
      to: "false",
    },
    {
      mistake: "counts of another tick size are added",
      from: "this.#tickSize !== null && memory.tickSize !== this.#tickSize",
      to: "false",
    },
    {
      mistake: "what another life has counted replaces what this one has",
      from: "this.kept[place] = (this.kept[place] ?? 0) + kept;",
      to: "this.kept[place] = kept;",
    },
    {
      mistake: "two lives together count for ever",
      from: "while (this.#moves >= MOVES_MAX) this.#halve();",
      to: "",
    },
    {
      mistake: "a place that is none is remembered",
      from: "Number.isInteger(step) && step < STEPS",
      to: "Number.isInteger(step)",
    },
  ]),
  ...mutantsOf("metrics/micro_price_hours.ts", "metrics/metric_states_test.ts", [
    {
      mistake: "an hour that a clock has cut off is told",
      from: "isOver ? this.#metrics.microPrice : null",
      to: "this.#metrics.microPrice",
    },
    {
      mistake: "an hour is told when it begins",
      from: "const timeMs = this.#endMs - HOUR_MS;",
      to: "const timeMs = this.#endMs;",
    },
  ]),
  ...mutantsOf("metrics/micro_price_table.ts", TESTS, [
    {
      mistake: "five moves are six",
      from: "move < MOVES; move++",
      to: "move < MOVES - 1; move++",
    },
    {
      mistake: "a chain without a move has a table",
      from: "> PIVOT_MIN)) return false;",
      to: "> -1)) return false;",
    },
    {
      mistake: "the mirror image of a move is the same move",
      from: "(chain.moveBps[state] ?? 0) - (chain.moveBps[mirror] ?? 0)",
      to: "(chain.moveBps[state] ?? 0) + (chain.moveBps[mirror] ?? 0)",
    },
  ]),
  ...mutantsOf("metrics/micro_price.ts", TESTS, [
    {
      mistake: "a state that has hardly been has a price",
      from: "isSolved && state >= 0 && (visits[state] ?? 0) >= limits.visits",
      to: "isSolved && state >= 0",
    },
    {
      mistake: "a price is told before there are moves enough",
      from: "if (chain.countedMs < limits.countedMs || chain.moves < limits.moves) {",
      to: "if (chain.moves < limits.moves) {",
    },
  ]),
];
