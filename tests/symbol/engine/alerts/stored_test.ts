/** What a process that ends leaves in the store of its rules, and what the next one makes of it. */
import { assert, assertEquals } from "@std/assert";
import type { StoredAlerts } from "../../../../actors/symbol/engine/alerts/alert_memory.ts";
import { STATE_EVERY_MS } from "../../../../actors/symbol/engine/alerts/rule_states.ts";
import type { AlertRule, AlertRuleOf } from "../../../../shared/catalogue/rules.ts";
import { type AlertEvent, ALL_RULES, type RuleState } from "../../../../shared/output.ts";
import { seeded } from "../market.ts";
import { PLAIN_RULE, Scene, type SceneOptions, SOURCE, TICK_MS } from "./scene.ts";

const { forMs: FOR_MS, keepFiringMs: KEEP_FIRING_MS, cooldownMs: COOLDOWN_MS } = PLAIN_RULE;

const LEARNS: AlertRuleOf<"deviation"> = {
  ...PLAIN_RULE,
  ...{ kind: "deviation", name: "learns", sources: [SOURCE], forMs: 0 },
  ...{ window: 600, armedAfter: 300, scales: 6, moveMin: 3, leaveShare: 0.75, floor: 0.5 },
  criticalScales: null,
};

/** What the database would answer: the newest row of each rule, and the episodes that fire. */
function storeOf({ states, revisions }: Scene): StoredAlerts {
  const newest = new Map<string, RuleState>();
  for (const state of states) newest.set(state.rule, state);
  const episodes = new Map<string, AlertEvent>();
  for (const event of revisions) episodes.set(event.alertId, event);
  const all = newest.get(ALL_RULES);
  newest.delete(ALL_RULES);
  return {
    firing: [...episodes.values()].filter(({ phase }) => phase === "firing"),
    rules: [...newest.values()].map(({ memory, phase, timeMs }) => {
      return { memory: JSON.parse(memory), wasFiring: phase === "firing", timeMs };
    }),
    notifications: all === undefined
      ? null
      : { memory: JSON.parse(all.memory), timeMs: all.timeMs },
    mutes: [],
  };
}

/** The process is killed, and the next one is asked for so long later. */
function next(scene: Scene, awayMs: number, options: SceneOptions, stored = storeOf(scene)): Scene {
  const later = new Scene({ ...options, heldUntilMs: Infinity });
  later.nowMs = scene.nowMs + awayMs;
  later.restore(stored.firing, stored);
  later.alerts.release();
  return later;
}

Deno.test("A rule tells how it stands when its phase changes, and every half minute of what moves", () => {
  const scene = new Scene({ rules: [PLAIN_RULE, LEARNS] });
  const phases = () =>
    scene.states.splice(0).map(({ rule, phase, isChange }) => [rule, phase, isChange]);
  scene.hold(0, TICK_MS);
  assertEquals(phases(), [["learns", "learning", true]]);
  scene.hold(0, STATE_EVERY_MS);
  assertEquals(phases(), [["learns", "learning", false]], "one that is idle has nothing to say");
  scene.hold(0.9, FOR_MS + TICK_MS);
  assertEquals(phases(), [["extreme_imbalance_bid", "firing", true], [ALL_RULES, "idle", true]]);
  scene.hold(0, KEEP_FIRING_MS + TICK_MS);
  assertEquals(phases(), [["extreme_imbalance_bid", "resting", true]]);
  scene.hold(0, COOLDOWN_MS + TICK_MS);
  const rested = phases();
  assertEquals(rested.filter(([, , isChange]) => isChange), [[
    "extreme_imbalance_bid",
    "idle",
    true,
  ]]);
  assertEquals(rested.filter(([rule]) => rule === "learns").length, 2);
});

Deno.test("A rule that learns tells how far it is, and its states are numbered", () => {
  const scene = new Scene({ rules: [LEARNS] });
  scene.hold(0, 100_000);
  const told = scene.states.map((
    { number, samples, samplesNeeded },
  ) => [number, samples, samplesNeeded]);
  assertEquals(told, [[1, 1, 300], [2, 31, 300], [3, 61, 300], [4, 91, 300]]);
  assertEquals(scene.alerts.learning, 1);
  scene.hold(0, 210_000);
  assertEquals(scene.alerts.learning, 0, "it has learnt enough");
});

Deno.test("A restart of the process forgets no cooldown, nor how long the next one is", () => {
  const scene = new Scene();
  for (let episode = 0; episode < 3; episode++) {
    while (scene.firing.length === 0) scene.hold(0.9, TICK_MS);
    scene.hold(0, KEEP_FIRING_MS + TICK_MS);
  }
  const resolvedMs = scene.events.at(-1)?.timeMs ?? NaN;
  scene.hold(0, 20_000);
  const later = next(scene, 30_000, {});
  while (later.events.length === 0) later.hold(0.9, TICK_MS);
  // What was told last was a second of ticks old at most, and the rest is the third: four times the first.
  const restMs = (later.events[0]?.startedMs ?? NaN) - resolvedMs;
  assertEquals(restMs, 4 * COOLDOWN_MS);
  later.hold(0, KEEP_FIRING_MS + TICK_MS);
  const [, resolved] = later.events;
  while (later.events.length === 2) later.hold(0.9, TICK_MS);
  assertEquals((later.events[2]?.startedMs ?? NaN) - (resolved?.timeMs ?? NaN), 8 * COOLDOWN_MS);
});

Deno.test("A restart of the process goes on with an episode that fires, and fires nothing twice", () => {
  const scene = new Scene();
  const [fired] = scene.hold(0.9, FOR_MS + 5_000);
  const later = next(scene, 5_000, {});
  assertEquals(later.hold(0.9, 60_000), []);
  const [resolved] = later.hold(0, KEEP_FIRING_MS + TICK_MS);
  assertEquals([resolved?.alertId, resolved?.phase], [fired?.alertId, "resolved"]);
  const { length } = later.events;
  while (later.events.length === length) later.hold(0.9, TICK_MS);
  assertEquals((later.events.at(-1)?.startedMs ?? NaN) - (resolved?.timeMs ?? NaN), COOLDOWN_MS);
});

Deno.test("An episode that the store has seen resolve, and whose rule was not told after it, is followed by a rest", () => {
  const scene = new Scene();
  scene.hold(0.9, FOR_MS + 5_000);
  const stored = { ...storeOf(scene), firing: [] };
  const later = next(scene, 1_000, {}, stored);
  assertEquals(later.hold(0.9, COOLDOWN_MS), []);
  assertEquals(later.hold(0.9, FOR_MS + 2 * TICK_MS).length, 1);
});

Deno.test("What was learnt outlives the process, unless it is older than the window or of another rule", () => {
  const random = seeded(7);
  const scene = new Scene({ rules: [LEARNS] });
  scene.hold(() => random(), 400_000);
  const rules: readonly AlertRule[] = [LEARNS];
  assertEquals(next(scene, 60_000, { rules }).hold(9, TICK_MS).length, 1);
  assertEquals(next(scene, 700_000, { rules }).hold(9, TICK_MS), []);
  const other: readonly AlertRule[] = [{ ...LEARNS, version: 2 }];
  assertEquals(next(scene, 60_000, { rules: other }).hold(9, TICK_MS), []);
});

Deno.test("What is told of notifications outlives the process", () => {
  const options = { rules: [{ ...PLAIN_RULE, cooldownMs: 0 }], notificationsPerHour: 1 };
  const scene = new Scene(options);
  assertEquals(scene.hold(0.9, 3_000).map(({ isNotified }) => isNotified), [true]);
  scene.hold(0, 20_000);
  const later = next(scene, 60_000, options);
  assertEquals(later.hold(0.9, 3_000).map(({ isNotified }) => isNotified), [false]);
});

Deno.test("The store's word on rules counts before they run, and for those of which no checkpoint tells", () => {
  const scene = new Scene();
  scene.hold(0.9, FOR_MS + TICK_MS);
  scene.hold(0, KEEP_FIRING_MS + TICK_MS);
  const stored = storeOf(scene);
  const running = new Scene();
  running.nowMs = scene.nowMs;
  running.restore([], stored);
  assertEquals(running.hold(0.9, FOR_MS + TICK_MS).length, 1, "it runs already");
  // A checkpoint of a life in which that rest was over long ago.
  const known = new Scene({ heldUntilMs: Infinity });
  known.nowMs = scene.nowMs;
  const idle = { phase: "idle" as const, last: null, restMs: 1 };
  const lifeCycle = { state: idle, awayMs: 0, level: 0, quietMs: null };
  const rule = "extreme_imbalance_bid";
  const rules = [{ rule, version: 1, lifeCycle, learnt: null, smoothed: null }];
  const memory = { rules, notifications: { agosMs: [], suppressed: 0 }, mutes: [] };
  known.recall({ memory, ageMs: 0 });
  known.restore([], stored);
  known.alerts.release();
  assertEquals(known.hold(0.9, FOR_MS + 2 * TICK_MS).length, 1);
});

Deno.test("For any moment at which the process is killed, episodes are one each and rests are kept", () => {
  let restarts = 0;
  for (let seed = 1; seed <= 30; seed++) {
    const random = seeded(seed);
    let scene = new Scene();
    const told: AlertEvent[] = [];
    for (let life = 0; life < 8; life++) {
      for (let i = 0; i < 1 + random() * 12; i++) {
        const level = [0.9, 0.9, 0, -0.9, null][Math.floor(random() * 5)] ?? null;
        scene.hold(level, TICK_MS * Math.ceil(random() * 300));
      }
      told.push(...scene.revisions);
      const before = scene;
      const carried = storeOf(before);
      scene = next(before, TICK_MS * Math.ceil(random() * 100), {}, carried);
      // Rows that the next life does not tell anew stay as they are.
      scene.states.push(...before.states);
      scene.revisions.push(...carried.firing);
      told.splice(0, told.length, ...new Set(told));
      restarts += 1;
    }
    const ends = new Map<string, number>();
    const revisions = new Map<string, number>();
    for (const event of told) {
      const { alertId, rule, phase, startedMs, revision } = event;
      const known = revisions.get(alertId) ?? 0;
      if (revision <= known) continue;
      assertEquals(revision, known + 1, `seed ${seed}: ${alertId}`);
      revisions.set(alertId, revision);
      if (revision === 1) {
        assert(startedMs >= (ends.get(rule) ?? -Infinity) + COOLDOWN_MS, `seed ${seed}: ${rule}`);
      }
      if (phase === "resolved") ends.set(rule, event.timeMs);
    }
  }
  assertEquals(restarts, 240);
});
