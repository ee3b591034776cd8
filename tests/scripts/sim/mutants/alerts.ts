/** Mutants of the life of an alert in `engine/alerts/`: a mistake for each of its promises. */
import { mutantsOf } from "./mutant.ts";

const CYCLE = "alerts/life_cycle.ts";
const TESTS = "alerts/alerts_test.ts";
const EPISODE_TESTS = "alerts/episodes_test.ts";
const RESTART_TESTS = "alerts/restart_test.ts";

export const ALERTS = [
  ...mutantsOf(CYCLE, TESTS, [
    {
      mistake: "time that is not live counts towards a resolve",
      from: "goneFromMs: state.goneFromMs + uncountedMs",
      to: "goneFromMs: state.goneFromMs",
    },
    {
      mistake: "time that is not live counts towards a fire",
      from: 'if (state.phase === "pending" && this.#isBack) this.#state = idle(state.last);',
      to: "",
    },
    {
      mistake: "an alert fires at once",
      from: "return nowMs - state.countedFromMs >= this.#rule.forMs;",
      to: "return true;",
    },
    {
      mistake: "a condition that comes and goes adds up",
      from: 'if (state.phase === "pending") this.#state = idle(state.last);\n      return false;',
      to: "return false;",
    },
    {
      mistake: "an alert resolves at once",
      from: "if (nowMs - goneFromMs >= this.#rule.keepFiringMs) {",
      to: "if (nowMs > goneFromMs) {",
    },
    {
      mistake: "an alert resolves as soon as its condition is not met",
      from: 'if (condition === "gone") {',
      to: 'if (condition !== "met") {',
    },
    {
      mistake: "a condition that has come back was gone all the time",
      from: "if (state.goneFromMs !== null) this.#state = { ...state, goneFromMs: null };",
      to: "",
    },
    {
      mistake: "a condition is gone from now on, each tick",
      from: "const goneFromMs = state.goneFromMs ?? nowMs;",
      to: "const goneFromMs = nowMs;",
    },
    {
      mistake: "a rule does not rest after an episode",
      from: 'if (state.phase === "idle" && nowMs < state.restUntilMs) return false;',
      to: "",
    },
    {
      mistake: "a rule never comes back from its rest",
      from: "restUntilMs: nowMs + this.#restMs(this.#level)",
      to: "restUntilMs: Infinity",
    },
    {
      mistake: "an episode that came to nothing is followed by a rest",
      from: 'return { phase: "idle", last, restUntilMs: -Infinity };',
      to: 'return { phase: "idle", last, restUntilMs: Infinity };',
    },
    {
      mistake: "an alert begins when it fires",
      from: 'const startedMs = state.phase === "pending" ? state.startedMs : nowMs;',
      to: "const startedMs = nowMs;",
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
  ...mutantsOf("alerts/episodes.ts", TESTS, [
    {
      mistake: "a resolve is a revision that the store has",
      from: "      ...event,\n      revision: event.revision + 1,\n      timeMs: this",
      to: "      ...event,\n      timeMs: this",
    },
    {
      mistake: "a resolve tells the value of the fire",
      from: "      value: reading.value,\n",
      to: "",
    },
    {
      mistake: "an alert carries the engine's time",
      from: "const startedMs = utc.utcMs(sinceMs);",
      to: "const startedMs = sinceMs;",
    },
    {
      mistake: "an episode of a rule that is gone tells no reason",
      from: "    timeMs,\n    isHeld: false,\n    reason,\n    bookUpdateId: null,",
      to: "    timeMs,\n    isHeld: false,\n    bookUpdateId: null,",
    },
  ]),
  ...mutantsOf("alerts/episodes.ts", EPISODE_TESTS, [
    {
      mistake: "a resolve has crossed the line to enter by",
      from: "reading === null || reason !== null ? event.threshold : reading.leave",
      to: "event.threshold",
    },
    {
      mistake: "a held episode tells its old value",
      from: "      value: null,\n      isHeld: true,",
      to: "      isHeld: true,",
    },
    {
      mistake: "an episode stays held for ever",
      from: "      value: reading.value,\n      isHeld: false,",
      to: "      value: reading.value,",
    },
    {
      mistake: "what became worse tells the evidence of before",
      from: "      isNotified: true,\n      evidence: this.#evidence(evidence),",
      to: "      isNotified: true,",
    },
    {
      mistake: "nobody is told that an episode became critical",
      from: "      isNotified: true,\n      evidence",
      to: "      evidence",
    },
    {
      mistake: "what fires critical has crossed the lower line",
      from: "threshold: reading.critical,",
      to: "",
    },
  ]),
  ...mutantsOf(CYCLE, EPISODE_TESTS, [
    {
      mistake: "an episode is held at once",
      from: "if (nowMs - this.#blindFromMs < HELD_AFTER_MS) return;",
      to: "",
    },
    {
      mistake: "an episode says on each tick that it is held",
      from: 'if (state.phase !== "firing" || state.event.isHeld) return;',
      to: 'if (state.phase !== "firing") return;',
    },
    {
      mistake: "an episode tells its value on each tick",
      from: "nowMs - toldMs >= UPDATE_MS && value !== event.value",
      to: "value !== event.value",
    },
    {
      mistake: "an episode never tells its value anew",
      from: "nowMs - toldMs >= UPDATE_MS && value !== event.value",
      to: "false",
    },
    {
      mistake: "a peak is the last value",
      from: "if (!this.#isFarther(this.#peak, value)) this.#peak = value;",
      to: "this.#peak = value;",
    },
    {
      mistake: "an episode never becomes worse",
      from: 'value >= critical && event.severity !== "critical"',
      to: "false",
    },
    {
      mistake: "a rest is as long each time",
      from: "cooldownMs * 2 ** level",
      to: "cooldownMs",
    },
    {
      mistake: "a rest becomes longer without end",
      from: "Math.max(cooldownMs, COOLDOWN_MAX_MS)",
      to: "Infinity",
    },
    {
      mistake: "a look of a machine that is late counts no more than a tick",
      from: "isLate ? HELD_UP_COUNTED_MS : awayMs",
      to: "isLate ? TICK_MS : awayMs",
    },
    {
      mistake: "a rest is as long as the last one after any quiet",
      from: "if (nowMs - this.#resolvedMs >= QUIET_MS) this.#level = 0;",
      to: "",
    },
  ]),
  ...mutantsOf("alerts/event.ts", RESTART_TESTS, [
    {
      mistake: "a wall that this life has not seen was worth nothing",
      from: "reading.value = NaN;",
      to: "reading.value = 0;",
    },
  ]),
  ...mutantsOf(CYCLE, RESTART_TESTS, [
    {
      mistake: "what this life does not know is told as news",
      from: "isKnown && nowMs",
      to: "nowMs",
    },
    {
      mistake: "the time away counts towards a fire",
      from: "countedFromMs: state.countedFromMs + uncountedMs",
      to: "countedFromMs: state.countedFromMs",
    },
    {
      mistake: "the tick between two lives does not count",
      from: "!this.#isBack ? TICK_MS : seenMs",
      to: "!this.#isBack ? 0 : seenMs",
    },
    {
      mistake: "what was pending goes on after any time",
      from: "awayMs > AWAY_MAX_MS\n          ? idle(state.last)\n          : {",
      to: "awayMs < 0\n          ? idle(state.last)\n          : {",
    },
    {
      mistake: "a book that is not live yet ends what was pending",
      from: 'state.phase === "pending" && this.#isBack',
      to: 'state.phase === "pending"',
    },
    {
      mistake: "a new life is away for ever",
      from: "    this.#isBack = true;\n",
      to: "",
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
      from: "Math.min(memory.restMs, this.#restMs(Math.max(0, this.#level - 1)))",
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
      from: "countedFromMs: lookedMs - memory.countedMs",
      to: "countedFromMs: lookedMs",
    },
    {
      mistake: "a restart forgets since when a condition is gone",
      from: "goneFromMs: goneMs === null ? null : lookedMs - goneMs",
      to: "goneFromMs: null",
    },
    {
      mistake: "a restart forgets how far an episode went",
      from: 'this.#peak = state.phase === "firing" ? state.peak ?? NaN : NaN;',
      to: "",
    },
    {
      mistake: "a second restart forgets that the first was still away",
      from: "return { state, awayMs: nowMs - lookedMs, level",
      to: "return { state, awayMs: 0, level",
    },
    {
      mistake: "the age of a memory is no time",
      from: "const rememberedMs = nowMs - ageMs;",
      to: "const rememberedMs = nowMs;",
    },
  ]),
  ...mutantsOf("alerts/alerts.ts", TESTS, [
    {
      mistake: "two rules of one name are one",
      from: "if (lanes.has(lane.name)) {",
      to: "if (lane.name === undefined) {",
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
      mistake: "an episode of a rule that is gone fires for ever",
      from: "this.#abandoned.set(event.alertId, event);",
      to: "continue;",
    },
    {
      mistake: "an episode of a rule that is gone resolves on each tick",
      from: "    this.#abandoned.clear();\n",
      to: "",
    },
  ]),
  ...mutantsOf("alerts/alerts.ts", EPISODE_TESTS, [
    {
      mistake: "what fires inhibits nothing",
      from: "isInhibited ||= watch.inhibits && watch.isFiring;",
      to: "",
    },
    {
      mistake: "a restart forgets of how much people were told",
      from: "this.#notifications.recall(notifications, nowMs, ageMs);",
      to: "",
    },
  ]),
  ...mutantsOf("alerts/alerts.ts", RESTART_TESTS, [
    {
      mistake: "what is left aside is not counted",
      from: "if (!isKnown) this.#leftAside += 1;",
      to: "",
    },
  ]),
  ...mutantsOf("alerts/watch.ts", RESTART_TESTS, [
    {
      mistake: "what another version of a rule has learnt is taken over",
      from: "if (version !== this.#rule.version) return true;",
      to: "",
    },
    {
      mistake: "nothing of what a rule has learnt is remembered",
      from:
        "lifeCycle.remember(nowMs);\n    const learnt = this.#evaluator.remember?.(nowMs) ?? null;",
      to: "lifeCycle.remember(nowMs);\n    const learnt = null;",
    },
    {
      mistake: "a restart forgets what a value was smoothed from",
      from: "const smoothed = this.#source.remember(nowMs);",
      to: "const smoothed = null;",
    },
  ]),
  ...mutantsOf("alerts/watch.ts", EPISODE_TESTS, [
    {
      mistake: "both sides of a rule fire",
      from: "if (other !== null) {",
      to: "if (other === lane) {",
    },
    {
      mistake: "a side makes way while its condition holds",
      from: 'if (other.reading?.condition !== "gone") continue;',
      to: "",
    },
  ]),
  ...mutantsOf("alerts/notifications.ts", EPISODE_TESTS, [
    {
      mistake: "people are told of everything",
      from: "this.#toldMs.length >= this.#perHour",
      to: "this.#toldMs.length > 99",
    },
    {
      mistake: "a budget that is spent is spent for ever",
      from: "nowMs - ms < HOUR_MS",
      to: "nowMs > ms - HOUR_MS",
    },
    {
      mistake: "nobody is told of what is critical",
      from: ' && severity !== "critical"',
      to: "",
    },
    {
      mistake: "what was not told is told each time",
      from: "    this.#suppressed = 0;\n    return",
      to: "    return",
    },
  ]),
];
