/** What becomes of an episode beside its begin and end: worse, held, told anew, in another's way, not told of. */
import { assert, assertEquals } from "@std/assert";
import { HELD_AFTER_MS, UPDATE_MS } from "../../../../actors/symbol/engine/alerts/life_cycle.ts";
import {
  type AlertRule,
  type AlertRuleOf,
  COOLDOWN_MAX_MS,
  QUIET_MS,
} from "../../../../shared/catalogue/rules.ts";
import { seeded } from "../market.ts";
import { PLAIN_RULE, Scene, SOURCE, TICK_MS } from "./scene.ts";

const { forMs: FOR_MS, keepFiringMs: KEEP_FIRING_MS, cooldownMs: COOLDOWN_MS } = PLAIN_RULE;

// -- Revisions --

Deno.test("An episode tells its value now and then, its peak, and the line that each revision crossed", () => {
  const scene = new Scene();
  scene.hold(0.9, FOR_MS + TICK_MS);
  scene.hold(0.96, 1_000);
  scene.hold(0.7, UPDATE_MS);
  scene.hold(0.5, KEEP_FIRING_MS + TICK_MS);
  const told = scene.revisions.map(({ phase, value, peak, threshold, summary }) => {
    return [phase, value, peak, threshold, summary];
  });
  const share = (percent: number) => `${percent} % of the ten best levels rests on the bid side`;
  assertEquals(told, [
    ["firing", 0.9, 0.9, 0.85, share(95)],
    ["firing", 0.7, 0.96, 0.85, share(85)],
    ["firing", 0.5, 0.96, 0.85, share(75)],
    ["resolved", 0.5, 0.96, 0.65, share(75)],
  ]);
  assertEquals(scene.revisions.map(({ revision }) => revision), [1, 2, 3, 4]);
});

Deno.test("An episode whose value stays as it is has nothing to tell anew", () => {
  const scene = new Scene();
  scene.hold(0.9, 120_000);
  assertEquals(scene.revisions.length, 1);
});

Deno.test("An episode that cannot be told is held, says so once, and says when it goes on", () => {
  const scene = new Scene();
  scene.hold(0.9, FOR_MS + TICK_MS);
  scene.hold(null, HELD_AFTER_MS);
  assertEquals(scene.revisions.length, 1, "a moment is nothing");
  scene.hold(null, 60_000);
  scene.hold(0.9, TICK_MS);
  const [, held, back] = scene.revisions;
  assertEquals(scene.revisions.length, 3);
  assertEquals([held?.isHeld, held?.value, held?.peak, held?.phase], [true, null, 0.9, "firing"]);
  assertEquals(
    held?.summary,
    "held, because the feed is stale; it fired as: 95 % of the ten best levels rests on the bid side",
  );
  assertEquals([back?.isHeld, back?.value, back?.summary], [
    false,
    0.9,
    "95 % of the ten best levels rests on the bid side",
  ]);
});

Deno.test("On a machine that is late again and again a rule fires after as many looks as its wait has halves of seconds", () => {
  const scene = new Scene();
  let looks = 0;
  for (; scene.events.length === 0 && looks < 100; looks++) {
    scene.hold(0.9, TICK_MS);
    scene.nowMs += 6_000 - TICK_MS;
  }
  assertEquals(looks, 1 + FOR_MS / 500);
});

Deno.test("An episode is held by its own metric alone, too, however live the book is", () => {
  const scene = new Scene();
  scene.hold(0.9, FOR_MS + TICK_MS);
  assertEquals(scene.show({ mid: 100 }, 600_000), []);
  const held = scene.revisions.at(-1);
  assertEquals([held?.isHeld, held?.mid], [true, 100]);
  assert(held?.summary.startsWith("held, because its metric is not known"), held?.summary);
});

const WORSE: AlertRuleOf<"deviation"> = {
  ...PLAIN_RULE,
  kind: "deviation",
  name: "burst",
  sources: [SOURCE],
  ...{ window: 60, armedAfter: 30, scales: 6, moveMin: 3, leaveShare: 0.75, floor: 0.5 },
  criticalScales: 12,
  forMs: 0,
};

Deno.test("An episode becomes critical, with the line that this crossed and new evidence, and never less", () => {
  const scene = new Scene({ rules: [WORSE], notificationsPerHour: 0 });
  scene.hold(0, 40_000);
  scene.hold(4, 1_000);
  scene.hold(7, 1_000);
  scene.hold(4, 2 * UPDATE_MS);
  const told = scene.revisions.map(({ severity, threshold, isNotified }) => {
    return [severity, threshold, isNotified];
  });
  assertEquals(told.slice(0, 2), [["warning", 3, false], ["critical", 6, true]]);
  assert(scene.revisions.slice(1).every(({ severity }) => severity === "critical"));
  const [first, worse] = scene.revisions;
  assertEquals([first?.evidence?.series.at(-1), worse?.evidence?.series.at(-1)], [4, 7]);
  assertEquals(first?.evidence?.baseline, { median: 0, scale: 0.5, samples: 40 });
});

// -- Two sides --

Deno.test("The two sides of a rule never fire together: the one that is over makes way at once", () => {
  const scene = new Scene();
  scene.hold(0.9, 5_000);
  scene.hold(-0.9, 5_000);
  assertEquals(scene.events.map(({ rule, phase, reason }) => [rule, phase, reason]), [
    ["extreme_imbalance_bid", "firing", null],
    ["extreme_imbalance_bid", "resolved", "the other side of its rule fires"],
    ["extreme_imbalance_ask", "firing", null],
  ]);
  assertEquals(scene.events[1]?.timeMs, scene.events[2]?.timeMs);
});

Deno.test("A side whose condition still holds is not in the way for longer: the other one waits for it", () => {
  const rule: AlertRule = {
    ...PLAIN_RULE,
    name: "thin",
    sources: [
      { ...SOURCE, side: "bid", metric: "bidSlope" },
      { ...SOURCE, side: "ask", metric: "askSlope" },
    ],
  };
  const scene = new Scene({ rules: [rule] });
  const both = (bidSlope: number, askSlope: number, ms: number) =>
    scene.show({ bidSlope, askSlope }, ms);
  both(1, 0, 5_000);
  both(1, 1, 60_000);
  assertEquals(scene.phases(), ["thin_bid firing"]);
  both(0, 1, TICK_MS);
  assertEquals(scene.phases(), ["thin_bid firing", "thin_bid resolved", "thin_ask firing"]);
});

// -- Rest --

Deno.test("The rest after an episode is twice as long each time, up to a quarter of an hour, until it was quiet", () => {
  const scene = new Scene();
  const rests: number[] = [];
  const episode = () => {
    const { length } = scene.events;
    const resolvedMs = scene.events.at(-1)?.timeMs ?? NaN;
    while (scene.events.length === length) scene.hold(0.9, TICK_MS);
    rests.push((scene.events.at(-1)?.startedMs ?? NaN) - resolvedMs);
    scene.hold(0, KEEP_FIRING_MS + TICK_MS);
    // The longest rest is one of them.
    if (scene.events.length % 4 === 0) scene.restart();
  };
  for (let i = 0; i < 8; i++) episode();
  assertEquals(rests.slice(1), [
    COOLDOWN_MS,
    2 * COOLDOWN_MS,
    4 * COOLDOWN_MS,
    8 * COOLDOWN_MS,
    COOLDOWN_MAX_MS,
    COOLDOWN_MAX_MS,
    COOLDOWN_MAX_MS,
  ]);
  scene.hold(0, QUIET_MS);
  episode();
  episode();
  assertEquals(rests.at(-1), COOLDOWN_MS);
});

// -- Told of or not --

Deno.test("Of a symbol people are told so often an hour, and of what they were not how much that was", () => {
  const rule: AlertRule = { ...PLAIN_RULE, sources: [SOURCE], forMs: 0, keepFiringMs: 0 };
  const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
  const rules = names.map((name) => ({ ...rule, name }));
  const scene = new Scene({ rules, notificationsPerHour: 6 });
  const fired = scene.hold(0.9, TICK_MS);
  assertEquals(fired.map(({ isNotified }) => isNotified), [
    ...[true, true, true, true, true, true],
    ...[false, false],
  ]);
  assertEquals(fired.map(({ suppressed }) => suppressed), [0, 0, 0, 0, 0, 0, 1, 2]);
  scene.hold(0, TICK_MS);
  scene.restart();
  // Half an hour later nobody is told either, and after the hour of how many.
  scene.hold(0, 1_800_000);
  const later = scene.hold(0.9, TICK_MS);
  assertEquals(later.map(({ isNotified }) => isNotified), names.map(() => false));
  assertEquals(later.at(-1)?.suppressed, 10);
  scene.hold(0, 1_800_000);
  const [first, second] = scene.hold(0.9, TICK_MS);
  assertEquals([first?.isNotified, first?.suppressed], [true, 10]);
  assertEquals([second?.isNotified, second?.suppressed], [true, 0]);
});

Deno.test("What is for information is shown, and neither told nor counted", () => {
  const rules = (["info", "warning"] as const).map((severity): AlertRule => ({
    ...PLAIN_RULE,
    severity,
    name: severity,
    sources: [SOURCE],
  }));
  const scene = new Scene({ rules, notificationsPerHour: 1 });
  const fired = scene.hold(0.9, 3_000);
  assertEquals(fired.map(({ rule, isNotified, suppressed }) => [rule, isNotified, suppressed]), [
    ["info", false, 0],
    ["warning", true, 0],
  ]);
});

Deno.test("What is critical is told however many notifications there were", () => {
  const rule: AlertRule = { ...PLAIN_RULE, severity: "critical" };
  const scene = new Scene({ rules: [rule], notificationsPerHour: 0 });
  assertEquals(scene.hold(0.9, 3_000).map(({ isNotified }) => isNotified), [true]);
});

// -- Inhibition --

Deno.test("While a feed is degraded no other rule of the symbol begins an episode, and those that fire are held", () => {
  const degraded: AlertRule = {
    ...PLAIN_RULE,
    kind: "state",
    name: "feed_degraded",
    sources: [SOURCE],
    states: ["stale"],
    forMs: 5_000,
    keepFiringMs: 30_000,
    inhibits: true,
  };
  const other = { ...PLAIN_RULE, name: "other", sources: [SOURCE], forMs: 0 };
  const scene = new Scene({ rules: [PLAIN_RULE, other, degraded] });
  const low = { imbalance: 0, mid: 100 };
  scene.show(low, 1_000);
  scene.show({ ...low, imbalance: 0.9 }, 500);
  scene.show(null, 5_100);
  assertEquals(scene.phases(), ["other firing", "feed_degraded firing"]);
  assertEquals(scene.revisions.filter(({ isHeld }) => isHeld).map(({ rule }) => rule), ["other"]);
  // Live again, and the condition of both holds: only after the inhibitor's end.
  assertEquals(scene.hold(0.9, 30_000), []);
  assertEquals(
    scene.hold(0.9, TICK_MS).map(({ rule, phase }) => [rule, phase]),
    [["feed_degraded", "resolved"], ["extreme_imbalance_bid", "firing"]],
  );
});

// -- Any series --

Deno.test("For any series whose smoothed value stays below the line to leave by, the episode ends in time", () => {
  const rule: AlertRule = { ...PLAIN_RULE, smoothMs: 2_000, enter: 0.8, leave: 0.6 };
  let beyond = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const random = seeded(seed);
    const scene = new Scene({ rules: [rule] });
    scene.hold(0.95, 20_000);
    assertEquals(scene.phases(), ["extreme_imbalance_bid firing"]);
    // The smoothed value, in plain words: after 100 ms it has e^(−1/20) of what it was, and the rest of what is.
    const kept = Math.exp(-TICK_MS / 2_000);
    let smooth = 0.95;
    let belowMs = 0;
    while (scene.events.length < 2) {
      // Far beyond the line for a moment, again and again, as a real imbalance is, if that keeps the mean below.
      const wild = random() < 0.5 ? 1 : random() - 0.8;
      const value = kept * smooth + (1 - kept) * wild < 0.6 ? wild : -0.5;
      smooth = kept * smooth + (1 - kept) * value;
      scene.hold(value, TICK_MS);
      if (value === 1) beyond += 1;
      if (smooth >= 0.6) assertEquals(belowMs, 0, "it stays below");
      else belowMs += TICK_MS;
      assert(belowMs <= KEEP_FIRING_MS + TICK_MS, `seed ${seed}: ${belowMs} ms`);
    }
    assertEquals(scene.phases().at(-1), "extreme_imbalance_bid resolved", `seed ${seed}`);
  }
  assert(beyond > 1_000, `${beyond} values were beyond the line`);
});

Deno.test("For any series no two sides of a rule fire at once, and revisions of an episode rise by one", () => {
  const rule: AlertRule = { ...PLAIN_RULE, smoothMs: 500, cooldownMs: 1_000, keepFiringMs: 5_000 };
  let turns = 0;
  for (let seed = 1; seed <= 20; seed++) {
    const random = seeded(seed);
    const scene = new Scene({ rules: [rule] });
    const firing = new Set<string>();
    for (let i = 0; i < 300; i++) {
      const level = [0.95, -0.95, 0, 0.7, null][Math.floor(random() * 5)] ?? null;
      scene.hold(level, TICK_MS * Math.ceil(random() * 80));
    }
    const last = new Map<string, number>();
    for (const { rule, phase, revision, alertId, reason } of scene.revisions) {
      assertEquals(revision, (last.get(alertId) ?? 0) + 1, `seed ${seed}`);
      last.set(alertId, revision);
      if (phase === "resolved") firing.delete(rule);
      else firing.add(rule);
      assert(firing.size <= 1, `seed ${seed}: ${[...firing]}`);
      if (reason !== null) turns += 1;
    }
  }
  assert(turns > 20, `${turns} times one made way`);
});
