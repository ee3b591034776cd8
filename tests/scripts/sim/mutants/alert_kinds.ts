/** Mutants of the conditions of rules, of what they learn, and of what a new process goes on from. */
import { mutantsOf } from "./mutant.ts";

const KIND_TESTS = "alerts/kinds_test.ts";
const EPISODE_TESTS = "alerts/episodes_test.ts";
const STORED_TESTS = "alerts/stored_test.ts";

export const ALERT_KINDS = [
  ...mutantsOf("alerts/alerts.ts", STORED_TESTS, [
    {
      mistake: "an end that a rule's row does not tell is followed by no rest",
      from: "if (wasFiring && !isFiring) lane.lifeCycle.presumeEnded(nowMs);",
      to: "",
    },
    {
      mistake: "the store's word overrules a checkpoint",
      from: " || this.#recalled.has(memory.rule)",
      to: "",
    },
    {
      mistake: "the store's word counts while rules run",
      from: "const isFirst = this.#heldUntilMs !== null;",
      to: "const isFirst = true;",
    },
    {
      mistake: "a new process forgets of how much people were told",
      from: "this.#notifications.recall(notifications.memory, nowMs, ageOf(notifications.timeMs));",
      to: "",
    },
    {
      mistake: "what the store remembers is of now",
      from: "Math.max(0, this.#utc.utcMs(nowMs) - timeMs)",
      to: "0 * timeMs",
    },
  ]),
  ...mutantsOf("alerts/rule_states.ts", STORED_TESTS, [
    {
      mistake: "what changes waits for the next half minute",
      from: "if (!isChange && !(isDue && lane.isMoving(nowMs))) continue;",
      to: "if (!isDue) continue;",
    },
    {
      mistake: "a change is told on each tick",
      from: "lane.toldPhase = phase;",
      to: "",
    },
    {
      mistake: "what stands still is told again and again",
      from: " && lane.isMoving(nowMs)",
      to: "",
    },
  ]),
  ...mutantsOf("alerts/threshold.ts", KIND_TESTS, [
    {
      mistake: "a threshold is met beyond the line only",
      from: "value >= enter",
      to: "value > enter",
    },
    {
      mistake: "a condition is gone at the lower line",
      from: "value >= leave",
      to: "value > leave",
    },
  ]),
  ...mutantsOf("alerts/source.ts", KIND_TESTS, [
    {
      mistake: "a rule on asks watches bids",
      from: "let value = sign * metric;",
      to: "let value = metric;",
    },
    {
      mistake: "a depth beyond what is known is one that is",
      from: "coveredBps < this.#reachBps",
      to: "coveredBps < 0",
    },
    {
      mistake: "a move is over any pause",
      from: " || ageMs > this.#windowMs + MOVE_SLACK_MS",
      to: "",
    },
  ]),
  ...mutantsOf("alerts/crossing.ts", KIND_TESTS, [
    {
      mistake: "a line is passed by what was above it",
      from: "let isBelow = false;",
      to: "let isBelow = true;",
    },
    {
      mistake: "once is each time",
      from: 'isOver ||= repeat === "once";',
      to: "",
    },
    {
      mistake: "a value at the line passes it again and again",
      from: "line - margin) ||",
      to: "line) ||",
    },
  ]),
  ...mutantsOf("alerts/flip.ts", KIND_TESTS, [
    {
      mistake: "a flip may take any time",
      from: "nowMs - (times[LAST] ?? NaN) <= withinMs",
      to: "nowMs - (times[LAST] ?? NaN) >= 0",
    },
    {
      mistake: "a flip holds for as long as it leans so",
      from: "nowMs - (times[TURNED] ?? NaN) <= withinMs",
      to: "nowMs - (times[TURNED] ?? NaN) >= 0",
    },
    {
      mistake: "a moment on the other side is a lean",
      from: ">= forMs) times[LAST]",
      to: ">= 0) times[LAST]",
    },
  ]),
  ...mutantsOf("alerts/deviation.ts", KIND_TESTS, [
    {
      mistake: "a deviation needs no least move",
      from: "const enterMove = Math.max(scales * scale, moveMin);",
      to: "const enterMove = scales * scale / 2;",
    },
  ]),
  ...mutantsOf("alerts/learnt.ts", KIND_TESTS, [
    {
      mistake: "a rule that learns says what it does not know",
      from: "baseline.isArmed ? readArmed(watched) : null",
      to: "baseline.samples > 0 ? readArmed(watched) : null",
    },
    {
      mistake: "what was learnt holds for ever",
      from: "ageMs > baseline.window * SAMPLE_MS || ",
      to: "",
    },
  ]),
  ...mutantsOf("alerts/learnt.ts", EPISODE_TESTS, [
    {
      mistake: "a rule learns from the event",
      from: 'isFiring || reading?.condition === "met"',
      to: "false",
    },
  ]),
  ...mutantsOf("statistics/baseline.ts", "statistics/baseline_test.ts", [
    {
      mistake: "a baseline is frozen for ever",
      from: "if (isFrozen && this.#frozen <= this.#options.window) return;",
      to: "if (isFrozen) return;",
    },
    {
      mistake: "a baseline learns all of what is far off",
      from: "return Math.min(Math.max(value, median - farthest), median + farthest);",
      to: "return value;",
    },
  ]),
  ...mutantsOf("statistics/rolling_order.ts", "statistics/rolling_test.ts", [
    {
      mistake: "equal samples are not told apart",
      from: "return a < b || a === b && place < other;",
      to: "return a <= b;",
    },
  ]),
  ...mutantsOf("alerts/summary.ts", "alerts/summary_test.ts", [
    {
      mistake: "a figure is scaled before it is shifted",
      from: "(numberOf(figure, told) + figure.plus) * figure.times",
      to: "numberOf(figure, told) * figure.times + figure.plus",
    },
    {
      mistake: "a figure has the decimals of all",
      from: "return numberText(value, decimals);",
      to: "return numberText(value, 2);",
    },
    {
      mistake: "what is told in thousands is cut off",
      from: "Math.round(value / unit)",
      to: "Math.floor(value / unit)",
    },
    {
      mistake: "a name without a figure vanishes",
      from: "if (figure === undefined) return placeholder;",
      to: 'if (figure === undefined) return "";',
    },
    {
      mistake: "a figure is written once",
      from: "/\\{(\\w+)\\}/g",
      to: "/\\{(\\w+)\\}/",
    },
  ]),
];
