/** Mutants of `engine/alerts/`: a mistake for each of its promises. */
import { mutantsOf } from "./mutant.ts";

const CYCLE = "alerts/life_cycle.ts";
const TESTS = "alerts/alerts_test.ts";
const RESTART_TESTS = "alerts/restart_test.ts";

export const ALERTS = [
  ...mutantsOf(CYCLE, TESTS, [
    {
      mistake: "a rule fires while the book is not live",
      from: "if (this.#awaySinceMs === null) this.#hold();",
      to: "",
    },
    {
      mistake: "time that is not live counts towards a resolve",
      from: "      this.#state = { ...state, goneFromMs: null };\n    }",
      to: "    }",
    },
    {
      mistake: "time that is not live counts towards a fire",
      from: 'if (state.phase === "pending") this.#state = idle(state.last);\n    else if',
      to: "if",
    },
    {
      mistake: "an alert fires at once",
      from: "if (nowMs - state.countedFromMs < forMs) return;",
      to: "",
    },
    {
      mistake: "a condition that comes and goes adds up",
      from: 'if (state.phase === "pending") this.#state = idle(state.last);\n      return;',
      to: "return;",
    },
    {
      mistake: "an alert resolves at once",
      from: "if (nowMs - goneFromMs < keepFiringMs) {",
      to: "if (nowMs < goneFromMs) {",
    },
    {
      mistake: "an alert resolves as soon as its condition is not met",
      from: 'if (reading.condition !== "gone") {',
      to: 'if (reading.condition === "met") {',
    },
    {
      mistake: "a condition that has come back was gone all the time",
      from: "if (state.goneFromMs !== null) this.#state = { ...state, goneFromMs: null };",
      to: "",
    },
    {
      mistake: "a condition is gone from now on, each tick",
      from: "if (state.goneFromMs === null) this.#state = { ...state, goneFromMs };",
      to: "",
    },
    {
      mistake: "a rule does not rest after an episode",
      from: "if (nowMs < state.restUntilMs) return;",
      to: "",
    },
    {
      mistake: "a rule never comes back from its rest",
      from: "restUntilMs: nowMs + cooldownMs",
      to: "restUntilMs: Infinity",
    },
    {
      mistake: "an episode that came to nothing is followed by a rest",
      from: 'return { phase: "idle", last, restUntilMs: -Infinity };',
      to: 'return { phase: "idle", last, restUntilMs: Infinity };',
    },
    {
      mistake: "a firing alert fires again on each tick",
      from: 'this.#state = { phase: "firing", event, goneFromMs: null };\n    out.push(event);',
      to: "out.push(event);",
    },
    {
      mistake: "an alert begins when it fires",
      from: "this.#fired(state.startedMs, reading, evidence)",
      to: "this.#fired(evidence.nowMs, reading, evidence)",
    },
    {
      mistake: "a resolve is a revision that the store has",
      from: "revision: fired.revision + 1,",
      to: "revision: fired.revision,",
    },
    {
      mistake: "a resolve tells the value of the fire",
      from: "    timeMs,\n    value,\n    bookUpdateId,",
      to: "    timeMs,\n    bookUpdateId,",
    },
    {
      mistake: "an alert carries the engine's time",
      from: "const startedMs = this.#utc.utcMs(sinceMs);",
      to: "const startedMs = sinceMs;",
    },
    {
      mistake: "a restored episode fires a second time",
      from:
        '    this.#state = { phase: "firing", event, goneFromMs: null };\n  }\n\n  /** For the next life',
      to: "  }\n\n  /** For the next life",
    },
    {
      mistake: "the store's lower revision wins",
      from: "known.revision >= event.revision",
      to: "known.revision > event.revision + 1",
    },
    {
      mistake: "an episode that this life has resolved is revived",
      from: 'before.phase === "firing" ? before.event : before.last;',
      to: 'before.phase === "firing" ? before.event : null;',
    },
    {
      mistake: "an older episode takes the newer one's place",
      from: "if (known !== null && known.startedMs > event.startedMs) {",
      to: "if (known !== null && known.startedMs < 0) {",
    },
    {
      mistake: "an older episode fires for ever",
      from: "      this.#superseded.set(event.alertId, event);\n      return;",
      to: "      return;",
    },
    {
      mistake: "the older of two episodes in the store fires for ever",
      from: "      this.#superseded.set(before.event.alertId, before.event);",
      to: "",
    },
    {
      mistake: "an older episode is resolved on each tick",
      from: "    this.#superseded.clear();\n",
      to: "",
    },
  ]),
  ...mutantsOf(CYCLE, RESTART_TESTS, [
    {
      mistake: "the time away counts towards a fire",
      from: "countedFromMs: state.countedFromMs + uncountedMs",
      to: "countedFromMs: state.countedFromMs",
    },
    {
      mistake: "the time away counts towards a resolve",
      from: "goneFromMs: state.goneFromMs + uncountedMs",
      to: "goneFromMs: state.goneFromMs",
    },
    {
      mistake: "the tick between two lives does not count",
      from: "Math.max(0, awayMs - TICK_MS)",
      to: "awayMs",
    },
    {
      mistake: "what was pending goes on after any time",
      from: "if (awayMs > AWAY_MAX_MS) return this.#hold();",
      to: "",
    },
    {
      mistake: "a book that is not live yet ends what was pending",
      from: "if (this.#awaySinceMs === null) this.#hold();",
      to: "this.#hold();",
    },
    {
      mistake: "a new life is away for ever",
      from: "    this.#awaySinceMs = null;\n    if (awayMs",
      to: "    if (awayMs",
    },
    {
      mistake: "a restart begins the rest anew",
      from: "restMs: Math.max(0, restUntilMs - nowMs)",
      to: "restMs: restUntilMs === -Infinity ? 0 : 60_000",
    },
    {
      mistake: "a restart ends the rest",
      from: "restUntilMs: rememberedMs + restMs",
      to: "restUntilMs: rememberedMs",
    },
    {
      mistake: "a rule rests longer than it is to now",
      from: "Math.min(memory.restMs, this.#rule.cooldownMs)",
      to: "memory.restMs",
    },
    {
      mistake: "a restart forgets which episode has resolved",
      from: 'return { phase: "idle", last: memory.last, restUntilMs',
      to: 'return { phase: "idle", last: null, restUntilMs',
    },
    {
      mistake: "a restart forgets when an episode began",
      from: "startedMs: rememberedMs - memory.startedAgoMs",
      to: "startedMs: rememberedMs",
    },
    {
      mistake: "a restart forgets what was pending",
      from: "countedFromMs: lookedAtMs - memory.countedMs",
      to: "countedFromMs: lookedAtMs",
    },
    {
      mistake: "a restart forgets since when a condition is gone",
      from: "goneFromMs: goneMs === null ? null : lookedAtMs - goneMs",
      to: "goneFromMs: null",
    },
    {
      mistake: "a second restart forgets that the first was still away",
      from: "const lookedAtMs = this.#awaySinceMs ?? nowMs;",
      to: "const lookedAtMs = nowMs;",
    },
    {
      mistake: "the age of a memory is no time",
      from: "const lookedAtMs = nowMs - ageMs - awayMs;",
      to: "const lookedAtMs = nowMs - awayMs;",
    },
  ]),
  ...mutantsOf("alerts/alerts.ts", TESTS, [
    {
      mistake: "two rules of one name are one",
      from: "if (this.#watches.has(rule.name)) {",
      to: "if (rule.name === undefined) {",
    },
    {
      mistake: "rules do not wait for the store's memory",
      from: "if (evidence.nowMs < this.#heldUntilMs) return;",
      to: "",
    },
    {
      mistake: "rules wait for the store for ever",
      from: "if (evidence.nowMs < this.#heldUntilMs) return;\n      this.release();",
      to: "return;",
    },
    {
      mistake: "the store's answer releases nothing",
      from: "release(): void {\n    this.#heldUntilMs = null;",
      to: "release(): void {",
    },
    {
      mistake: "an episode of a rule that is gone is another rule's",
      from: "this.#watches.get(event.rule)?.lifeCycle.restore(event)",
      to: "[...this.#watches.values()][0]?.lifeCycle.restore(event)",
    },
  ]),
  ...mutantsOf("alerts/alerts.ts", RESTART_TESTS, [
    {
      mistake: "what another version of a rule has learnt is taken over",
      from: "if (learnt === null || version !== watch.rule.version) continue;",
      to: "if (learnt === null) continue;",
    },
    {
      mistake: "what is left aside is not counted",
      from: "if (!isKnown) this.#leftAside += 1;",
      to: "",
    },
    {
      mistake: "nothing of what a rule has learnt is remembered",
      from: "evaluator.remember?.(nowMs) ?? null",
      to: "null",
    },
    {
      mistake: "the memory of a rule that is gone is an error",
      from: "if (watch === undefined) continue;",
      to: "if (watch === undefined) throw new RangeError(rule);",
    },
  ]),
  ...mutantsOf("alerts/threshold.ts", "alerts/threshold_test.ts", [
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
    {
      mistake: "there is no hysteresis",
      from: 'value >= leave ? "between" : "gone"',
      to: '"gone"',
    },
    {
      mistake: "a rule on asks watches bids",
      from: "const value = sign * now;",
      to: "const value = Math.abs(now);",
    },
    {
      mistake: "a metric that is not known counts as 0",
      from: "values?.[metric] ?? null",
      to: "values === null ? null : values[metric] ?? 0",
    },
    {
      mistake: "a threshold tells the line to leave by",
      from: "threshold: enter",
      to: "threshold: leave",
    },
  ]),
  ...mutantsOf("alerts/life_cycle.ts", "alerts/summary_test.ts", [
    {
      mistake: "a figure is scaled before it is shifted",
      from: "(value + figure.plus) * figure.times",
      to: "value * figure.times + figure.plus",
    },
    {
      mistake: "a figure has the decimals of all",
      from: ".toFixed(figure.decimals)",
      to: ".toFixed(2)",
    },
    {
      mistake: "a name without a figure vanishes",
      from: "return placeholder;",
      to: 'return "";',
    },
    {
      mistake: "a figure is written once",
      from: "/\\{(\\w+)\\}/g",
      to: "/\\{(\\w+)\\}/",
    },
  ]),
];
