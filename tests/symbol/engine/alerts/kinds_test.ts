/** The kinds of conditions, one tick after the other, without a life cycle around them. */
import { UNKNOWN_VALUES } from "../../../../shared/catalogue/metrics.ts";
import { assert, assertEquals } from "@std/assert";
import type {
  Evaluator,
  Evidence,
  Reading,
} from "../../../../actors/symbol/engine/alerts/evaluator.ts";
import type { WallEvent } from "../../../../actors/symbol/engine/metrics/wall_event.ts";
import { createEvaluator } from "../../../../actors/symbol/engine/alerts/kinds.ts";
import { Source } from "../../../../actors/symbol/engine/alerts/source.ts";
import type { MetricValues } from "../../../../shared/catalogue/metrics.ts";
import type { AlertRuleOf, RuleKind, RuleKinds } from "../../../../shared/catalogue/rules.ts";
import { seeded } from "../market.ts";
import { evidenceOf, PLAIN_RULE, SOURCE, TICK_MS } from "./scene.ts";

const { kind: _, enter: __, leave: ___, ...COMMON } = PLAIN_RULE;

/** A kind's own part as a whole rule. */
function ruleOf<Kind extends RuleKind>(kind: Kind, part: RuleKinds[Kind]): AlertRuleOf<Kind> {
  return { ...COMMON, kind, forMs: 0, ...part };
}

/** An evaluator that is shown a value each tick. */
class Watching {
  readonly evaluator: Evaluator;
  nowMs = 1_000_000;
  /** Whether the life cycle around it would be firing. */
  isFiring = false;

  constructor(evaluator: Evaluator) {
    this.evaluator = evaluator;
  }

  look(value: number, part: Partial<Evidence> = {}): Reading | null {
    const evidence = evidenceOf(this.nowMs, { mid: 100 }, part);
    this.nowMs += TICK_MS;
    return this.evaluator.read({ value }, evidence, this.isFiring);
  }

  /** How the condition stood on each of these ticks. */
  conditions(values: readonly number[]): (Reading["condition"] | null)[] {
    return values.map((value) => this.look(value)?.condition ?? null);
  }

  /** The last condition of a value that is held for so long. */
  hold(value: number, ms: number): Reading["condition"] | null {
    let condition: Reading["condition"] | null = null;
    for (let i = 0; i < ms / TICK_MS; i++) condition = this.look(value)?.condition ?? null;
    return condition;
  }
}

function watch<Kind extends RuleKind>(kind: Kind, part: RuleKinds[Kind], source = SOURCE) {
  return new Watching(createEvaluator(ruleOf(kind, part), source));
}

Deno.test("A threshold is met from the one line on, gone below the other, and not told of nothing", () => {
  const watching = watch("threshold", { enter: 10, leave: 8 });
  assertEquals(watching.conditions([10, 9.99, 8, 7.99, NaN]), [
    "met",
    "between",
    "between",
    "gone",
    null,
  ]);
  const reading = watching.look(12);
  assertEquals([reading?.value, reading?.enter, reading?.leave], [12, 10, 8]);
});

// -- Crossing --

Deno.test("A crossing is a value that was below the line and is not, and is over when it has been told", () => {
  const watching = watch("crossing", { line: 10, margin: 1, repeat: "each time" });
  assertEquals(watching.conditions([11, 12]), ["gone", "gone"], "it began above");
  assertEquals(watching.conditions([9.5, 10]), ["gone", "gone"], "not far enough below");
  assertEquals(watching.conditions([8.9, 9.9, 10, 11]), ["gone", "gone", "met", "met"]);
  watching.isFiring = true;
  assertEquals(watching.conditions([11, 12]), ["gone", "gone"], "however long it stays");
  watching.isFiring = false;
  assertEquals(watching.conditions([9.5, 10, 8, 10]), ["gone", "gone", "gone", "met"]);
});

Deno.test("A crossing is seen when data is known again, and before it has lasted it may go back", () => {
  const watching = watch("crossing", { line: 10, margin: 0, repeat: "each time" });
  assertEquals(watching.conditions([9, NaN, NaN, 11, 9, 10]), [
    "gone",
    null,
    null,
    "met",
    "gone",
    "met",
  ]);
});

Deno.test("A crossing of once is never another, in this life or the next", () => {
  const part = { line: 10, margin: 0, repeat: "once" } as const;
  const watching = watch("crossing", part);
  assertEquals(watching.conditions([9, 10]), ["gone", "met"]);
  watching.isFiring = true;
  watching.look(10);
  watching.isFiring = false;
  assertEquals(watching.conditions([9, 10]), ["gone", "gone"]);
  const next = watch("crossing", part);
  const memory = structuredClone(watching.evaluator.remember?.(0));
  assertEquals(next.evaluator.recall?.(memory, 0, 0), true);
  assertEquals(next.conditions([9, 10]), ["gone", "gone"]);
  assertEquals(next.evaluator.recall?.({ isBelow: 1 }, 0, 0), false);
});

// -- Flip --

const FLIP = { enter: 0.8, leave: 0.6, withinMs: 1_000 } as const;

Deno.test("A flip is to lean to this side within a time of leaning to the other; alone it is none", () => {
  const watching = watch("flip", FLIP);
  assertEquals(watching.conditions([0.9, 0.9, -0.79, 0.9]), ["gone", "gone", "gone", "gone"]);
  assertEquals(watching.conditions([-0.8, 0, 0.79, 0.8, 0.7]), [
    "gone",
    "gone",
    "gone",
    "met",
    "between",
  ]);
  assertEquals(watching.conditions([0.59, 0.8]), ["gone", "met"], "still within the time");
  assertEquals(watching.hold(0, 1_000), "gone");
  assertEquals(watching.conditions([0.9]), ["gone"], "too late");
});

Deno.test("A flip is over after the time in which it could have come, however long it leans so", () => {
  const watching = watch("flip", FLIP);
  watching.conditions([-0.9]);
  assertEquals(watching.hold(0.9, 1_000), "met");
  assertEquals(watching.hold(0.9, 200), "gone");
});

Deno.test("A flip counts a lean to the other side that has lasted for as long as one to this", () => {
  for (const [ms, condition] of [[300, "gone"], [400, "met"]] as const) {
    const rule = { ...ruleOf("flip", FLIP), forMs: 300 };
    const watching = new Watching(createEvaluator(rule, SOURCE));
    watching.hold(-0.9, ms);
    assertEquals(watching.look(0.9)?.condition, condition, `${ms}`);
  }
});

Deno.test("A flip goes on in the next life", () => {
  const watching = watch("flip", FLIP);
  watching.conditions([-0.9, 0]);
  const memory = structuredClone(watching.evaluator.remember?.(watching.nowMs));
  for (const [agoMs, condition] of [[300, "met"], [900, "gone"]] as const) {
    const next = watch("flip", FLIP);
    next.nowMs = 5_000;
    assertEquals(next.evaluator.recall?.(memory, next.nowMs, agoMs), true);
    assertEquals(next.look(0.9)?.condition, condition, `${agoMs} ms later`);
  }
  assertEquals(watch("flip", FLIP).evaluator.recall?.({ since: "x" }, 0, 0), false);
});

// -- Deviation and share: against what was learnt --

const DEVIATION: RuleKinds["deviation"] = {
  ...{ window: 60, armedAfter: 30, scales: 6, moveMin: 3, leaveShare: 0.75, floor: 0.5 },
  criticalScales: 12,
};

Deno.test("A deviation says nothing while it learns, and then how far from usual its lines are", () => {
  const watching = watch("deviation", DEVIATION);
  assertEquals(watching.hold(1, 29_100), null);
  assertEquals(watching.conditions([1, 3.24, 3.25, 3.99, 4]), [
    "gone",
    "gone",
    "between",
    "between",
    "met",
  ]);
  const { enter, leave, critical } = watching.look(1) ?? {};
  assertEquals([enter, leave, critical], [4, 3.25, 7]);
});

Deno.test("A deviation is so many scales where those are more than the least move", () => {
  const watching = watch("deviation", DEVIATION);
  for (let i = 0; i < 600; i++) watching.look(i % 20 < 10 ? 9 : 11);
  // The median deviation is 1: 6 · 1.4826.
  const { enter = NaN } = watching.look(10) ?? {};
  assert(Math.abs(enter - (10 + 6 * 1.4826)) < 1.5, `${enter}`);
});

Deno.test("A share is met at or below its part of the median, and never of nothing", () => {
  const part = { window: 60, armedAfter: 30, enter: 0.4, leave: 0.55 };
  const watching = watch("share", part);
  assertEquals(watching.hold(200, 29_100), null);
  assertEquals(watching.conditions([111, 110, 81, 80, 0]), [
    "gone",
    "between",
    "between",
    "met",
    "met",
  ]);
  const nothing = watch("share", part);
  assertEquals(nothing.hold(0, 60_000), null);
});

Deno.test("What was learnt goes on in the next life, unless all of it is older than its window", () => {
  const watching = watch("deviation", DEVIATION);
  watching.hold(1, 40_000);
  const memory = structuredClone(watching.evaluator.remember?.(watching.nowMs));
  for (const [ageMs, condition] of [[59_000, "met"], [61_000, null]] as const) {
    const next = watch("deviation", DEVIATION);
    assertEquals(next.evaluator.recall?.(memory, next.nowMs, ageMs), true);
    assertEquals(next.look(4)?.condition ?? null, condition, `${ageMs}`);
  }
  assertEquals(watch("deviation", DEVIATION).evaluator.recall?.({}, 0, 0), false);
});

// -- Event and state --

Deno.test("An event is met on its own tick, if it was large, near and old enough, and of this side", () => {
  const part = { event: "wall_pulled", valueMin: 500, distanceBpsMax: 5, ageMsMin: 5_000 } as const;
  const watching = watch("event", part, { ...SOURCE, side: "bid" });
  const wall: WallEvent = {
    ...{ fate: "pulled", side: "bid", price: 99, peakQty: 5, dollars: 500, bornMs: 1, endedMs: 2 },
    ...{ ageMs: 5_000, distanceBps: 5, eatenShare: 0.1 },
  };
  const seen = (...wallEvents: WallEvent[]) => {
    const { condition, value } = watching.look(NaN, { wallEvents }) ?? {};
    return [condition, value];
  };
  assertEquals(seen(), ["gone", NaN], "of an earlier life it knows nothing");
  assertEquals(seen(wall), ["met", 500]);
  assertEquals(seen(), ["gone", 500], "what was told stays true");
  assertEquals(seen(wall, { ...wall, dollars: 700 }, { ...wall, side: "ask", dollars: 900 }), [
    "met",
    700,
  ]);
  const others: Partial<WallEvent>[] = [
    ...[{ dollars: 499 }, { distanceBps: 6 }, { ageMs: 4_999 }],
    ...[{ fate: "eaten" as const }, { fate: "moved" as const }, { fate: "stood" as const }],
  ];
  for (const other of others) {
    assertEquals(seen({ ...wall, ...other })[0], "gone", JSON.stringify(other));
  }
  assertEquals(watching.look(NaN, { values: null, wallEvents: [wall] }), null);
  const values = { ...UNKNOWN_VALUES, mid: 100, askWalls: 0 };
  assertEquals(watching.look(NaN, { values }), null, "nobody looks for walls of this side");
  assertEquals(watching.look(NaN, { values, wallEvents: [wall] })?.condition, "met");
});

Deno.test("A state is met while the feed is in it, having been live, and told in seconds", () => {
  const watching = watch("state", { states: ["stale", "syncing"] });
  const seen = (state: Evidence["state"]) => {
    const { condition, value } = watching.look(NaN, { state }) ?? {};
    return [condition, value];
  };
  const nothing = [undefined, undefined];
  assertEquals(seen("syncing"), nothing, "on its way");
  assertEquals(seen("live"), ["gone", 0]);
  assertEquals(seen("stale"), ["met", 0]);
  for (let i = 0; i < 9; i++) watching.look(NaN, { state: "stale" });
  assertEquals(seen("syncing"), ["met", 1]);
  assertEquals(seen("halted"), nothing, "the exchange's own");
  assertEquals(seen("live"), ["gone", 0]);
});

Deno.test("A state that was live in the last life, or fires, needs not be live in this", () => {
  const part = { states: ["stale"] } as const;
  const next = watch("state", part);
  assertEquals(next.evaluator.recall?.(true, 0, 0), true);
  assertEquals(next.look(NaN, { state: "stale" })?.condition, "met");
  const firing = watch("state", part);
  firing.isFiring = true;
  assertEquals(firing.look(NaN, { state: "stale" })?.condition, "met");
});

// -- Sources --

function read(source: Source, nowMs: number, values: Partial<MetricValues> | null): number {
  source.read(evidenceOf(nowMs, values));
  return source.value;
}

Deno.test("A source takes a metric as it is, with the other sign, or without one", () => {
  const of = (part: Partial<typeof SOURCE>) =>
    read(new Source({ ...SOURCE, ...part }, 0), 0, { imbalance: -0.4 });
  assertEquals([of({}), of({ sign: -1 }), of({ take: "size" })], [-0.4, 0.4, 0.4]);
  assertEquals(read(new Source(SOURCE, 0), 0, {}), NaN);
  assertEquals(read(new Source(SOURCE, 0), 0, null), NaN);
});

Deno.test("A source takes no depth that may be more than is known", () => {
  const source = new Source({ ...SOURCE, metric: "bidNotional10Bps" }, 0);
  const of = (bidCoveredBps: number | null) =>
    read(source, 0, { bidNotional10Bps: 5, bidCoveredBps });
  assertEquals([of(9.9), of(10), of(null)], [NaN, 5, 5]);
});

Deno.test("A move is that of its window: not known before, nor over a pause, and equal to a plain search", () => {
  const random = seeded(3);
  const source = new Source({ ...SOURCE, metric: "mid", take: "move", moveMs: 1_000 }, 0);
  const seen: { readonly ms: number; readonly mid: number }[] = [];
  let ms = 5_000_000;
  let known = 0;
  for (let i = 0; i < 2_000; i++) {
    ms += random() < 0.01 ? 3_000 : 90 + Math.floor(random() * 40);
    const mid = 100 + random();
    const then = seen.findLast((one) => one.ms <= ms - 1_000);
    const isKnown = then !== undefined && ms - then.ms <= 1_500;
    const expected = isKnown ? Math.abs(mid / then.mid - 1) * 10_000 : NaN;
    assertEquals(read(source, ms, { mid }), expected, `sample ${i}`);
    if (isKnown) known += 1;
    seen.push({ ms, mid });
  }
  assert(known > 1_000, `${known} were known`);
});
