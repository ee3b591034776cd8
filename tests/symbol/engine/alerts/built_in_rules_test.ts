/** The built-in rules on series that are easy to tell: what fires, what does not, and that everything ends. */
import { assert, assertEquals } from "@std/assert";
import { DEFAULT_ALERT_RULES } from "../../../../shared/catalogue/built_in_rules.ts";
import type { MetricValues } from "../../../../shared/catalogue/metrics.ts";
import type { AlertRule } from "../../../../shared/catalogue/rules.ts";
import type { AlertEvent } from "../../../../shared/output.ts";
import { seeded } from "../market.ts";
import { Scene, TICK_MS } from "./scene.ts";

const MINUTE_MS = 60_000;

function rule(name: string): AlertRule {
  const found = DEFAULT_ALERT_RULES.find((each) => each.name === name);
  assert(found !== undefined, name);
  return found;
}

/** A quiet market, after ten minutes of which every rule has learnt what is usual. */
const CALM = {
  ...{ mid: 60_000, imbalance: 0.1, spreadTicks: 1, roundTripBps100k: 0.4, velocity: 0.02 },
  ...{ bidNotional10Bps: 5e6, askNotional10Bps: 5e6, bidCoveredBps: 50, askCoveredBps: 50 },
} as const satisfies Partial<MetricValues>;

function calm(rules: readonly AlertRule[] = DEFAULT_ALERT_RULES): Scene {
  const scene = new Scene({ rules });
  assertEquals(scene.show(CALM, 10 * MINUTE_MS), []);
  return scene;
}

const told = (events: readonly AlertEvent[]) => events.map(({ rule, phase }) => `${rule} ${phase}`);

// -- One that is planted fires, says so truly, and resolves --

const PLANTED: readonly {
  readonly rule: string;
  readonly values: Partial<MetricValues>;
  readonly ms: number;
  readonly threshold: number;
  readonly summary: string;
}[] = [
  {
    rule: "extreme_imbalance_ask",
    values: { imbalance: -0.95 },
    ms: 20_000,
    threshold: 0.8,
    summary: " % of the ten best levels rests on the ask side",
  },
  {
    rule: "spread_widening",
    values: { spreadTicks: 9 },
    ms: 5_000,
    threshold: 4,
    summary: "ticks apart; 1.0 is usual",
  },
  {
    rule: "cost_widening",
    values: { roundTripBps100k: 3 },
    ms: 5_000,
    threshold: 1.4,
    summary: "bps; 0.40 is usual",
  },
  {
    rule: "velocity_spike",
    values: { velocity: -0.8 },
    ms: 5_000,
    threshold: 0.32,
    summary: "a second; 0.02 is usual",
  },
  {
    rule: "depth_collapse_bid",
    values: { bidNotional10Bps: 1e6 },
    ms: 20_000,
    threshold: 2e6,
    summary: "on the bid side is",
  },
  {
    rule: "price_burst",
    values: { mid: 60_070 },
    ms: 3_000,
    threshold: 8,
    summary: "mid has moved 11.7 bps in 10 s; 0.0 is usual",
  },
];

for (const { rule: name, values, ms, threshold, summary } of PLANTED) {
  Deno.test(`${name} fires on what is planted, tells it truly, and resolves`, () => {
    const scene = calm();
    scene.show({ ...CALM, ...values }, ms);
    const [fired, ...others] = scene.events;
    assertEquals(told(others), [], "nothing else");
    assertEquals([fired?.rule, fired?.phase], [name, "firing"]);
    assert(
      Math.abs((fired?.threshold ?? NaN) - threshold) < 1e-6 * threshold,
      `${fired?.threshold}`,
    );
    assert(fired?.summary.includes(summary), fired?.summary);
    scene.show(CALM, MINUTE_MS);
    assertEquals(told(scene.events), [`${name} firing`, `${name} resolved`]);
  });
}

Deno.test("imbalance_flip fires on a turn from one side to the other within half a minute, and is soon over", () => {
  const scene = calm([rule("imbalance_flip")]);
  scene.show({ ...CALM, imbalance: -0.95 }, 10_000);
  scene.show({ ...CALM, imbalance: 0 }, 20_000);
  scene.show({ ...CALM, imbalance: 0.95 }, 2 * MINUTE_MS);
  assertEquals(told(scene.events), ["imbalance_flip_bid firing", "imbalance_flip_bid resolved"]);
  const slow = calm([rule("imbalance_flip")]);
  slow.show({ ...CALM, imbalance: -0.95 }, 10_000);
  slow.show(CALM, 40_000);
  assertEquals(slow.show({ ...CALM, imbalance: 0.95 }, MINUTE_MS), []);
});

Deno.test("price_burst is critical from twelve scales on", () => {
  const random = seeded(4);
  const scene = new Scene({ rules: [rule("price_burst")] });
  // Moves of some bps are usual here: a scale is more than its floor.
  let mid = 60_000;
  const walk = () => ({ ...CALM, mid: mid *= 1 + (random() - 0.5) * 1e-4 });
  scene.show(walk, 20 * MINUTE_MS);
  assertEquals(scene.events, []);
  mid *= 1.01;
  const [burst] = scene.show(walk, 5_000);
  const { median = NaN, scale = NaN } = burst?.evidence?.baseline ?? {};
  assertEquals([burst?.severity, burst?.threshold], ["critical", median + 12 * scale]);
  assert(scale > 1, `${scale}`);
});

// -- Flapping, one tick, another regime --

Deno.test("A metric that oscillates by 1 % around a threshold for ten minutes is one episode", () => {
  const around: readonly [string, (factor: number) => Partial<MetricValues>][] = [
    ["extreme_imbalance", (factor) => ({ imbalance: 0.8 * factor })],
    ["spread_widening", (factor) => ({ spreadTicks: 4 * factor })],
    ["cost_widening", (factor) => ({ roundTripBps100k: 1.4 * factor })],
    ["velocity_spike", (factor) => ({ velocity: 0.32 * factor })],
    ["depth_collapse", (factor) => ({ bidNotional10Bps: 2e6 * factor })],
  ];
  for (const [name, values] of around) {
    for (const periodMs of [200, 1_000, 10_000, 60_000]) {
      const scene = calm([rule(name)]);
      scene.show(() => {
        const swing = Math.sin(2 * Math.PI * scene.nowMs / periodMs);
        return { ...CALM, ...values(1 + 0.01 * swing) };
      }, 10 * MINUTE_MS);
      scene.show(CALM, MINUTE_MS);
      const phases = scene.events.map(({ phase }) => phase);
      // Fast swings are smoothed away, and may never pass it.
      const expected = phases.length === 0 && periodMs <= 1_000 ? [] : ["firing", "resolved"];
      assertEquals(phases, expected, `${name}, ${periodMs} ms`);
    }
  }
});

Deno.test("Of a symbol that sits at one tick two ticks for a second are no alarm, and five for two seconds are", () => {
  const two = calm();
  two.show({ ...CALM, spreadTicks: 2 }, 1_000);
  assertEquals(two.show(CALM, MINUTE_MS), []);
  const five = calm();
  five.show({ ...CALM, spreadTicks: 5 }, 2_000);
  assertEquals(told(five.events), ["spread_widening firing"]);
  // For long, and now and then: two ticks are never one.
  const random = seeded(9);
  const often = calm();
  assertEquals(
    often.show(() => ({ ...CALM, spreadTicks: random() < 0.3 ? 2 : 1 }), 10 * MINUTE_MS),
    [],
  );
});

Deno.test("A lasting change of regime does not fire for ever: each rule learns it, or its episode was short", () => {
  const regimes: readonly [string, Partial<MetricValues>][] = [
    ["spread_widening", { spreadTicks: 40 }],
    ["cost_widening", { roundTripBps100k: 20 }],
    ["velocity_spike", { velocity: 3 }],
    ["depth_collapse", { bidNotional10Bps: 1e5 }],
    ["price_burst", { mid: 70_000 }],
  ];
  for (const [name, regime] of regimes) {
    const scene = calm([rule(name)]);
    scene.show({ ...CALM, ...regime }, 150 * MINUTE_MS);
    const what = JSON.stringify(regime);
    assertEquals(scene.firing, [], what);
    const fires = scene.events.filter(({ phase }) => phase === "firing").length;
    assert(fires >= 1 && fires <= 3, `${what}: ${fires} episodes`);
    const lasted = (scene.events.at(-1)?.timeMs ?? NaN) - (scene.events[0]?.firedMs ?? NaN);
    // Frozen for one window, and half of the next until what is usual is another.
    assert(lasted <= 70 * MINUTE_MS, `${what}: ${lasted / MINUTE_MS} minutes`);
    assertEquals(scene.show({ ...CALM, ...regime }, 60 * MINUTE_MS), [], `${what}, later`);
  }
});

Deno.test("A rule that learns says nothing in its first five minutes, however wild they are", () => {
  const random = seeded(1);
  const scene = new Scene({ rules: [rule("spread_widening"), rule("depth_collapse")] });
  const wild = () => ({
    ...CALM,
    spreadTicks: Math.ceil(random() ** 8 * 500),
    bidNotional10Bps: random() ** 4 * 1e7,
  });
  assertEquals(scene.show(wild, 300_000 - TICK_MS), []);
});
