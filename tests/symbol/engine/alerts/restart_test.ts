/** What a restart of the actor does to its alerts: nothing, or what is said here. */
import { assert, assertEquals } from "@std/assert";
import type { Evaluator } from "../../../../actors/symbol/engine/alerts/evaluator.ts";
import { AWAY_MAX_MS } from "../../../../actors/symbol/engine/alerts/life_cycle.ts";
import type { WallEvent } from "../../../../actors/symbol/engine/metrics/wall_event.ts";
import { DEFAULT_ALERT_RULES } from "../../../../shared/catalogue/built_in_rules.ts";
import type { AlertEvent } from "../../../../shared/output.ts";
import { seeded } from "../market.ts";
import { PLAIN_RULE, Scene, SOURCE, TICK_MS } from "./scene.ts";

/** The numbers of the plain rule. */
const FOR_MS = 2_000;
const KEEP_FIRING_MS = 15_000;
const COOLDOWN_MS = 60_000;
const HOUR_MS = 3_600_000;

/** A scene in which one episode has just resolved. */
function cooling(): Scene {
  const scene = new Scene();
  scene.hold(0.9, FOR_MS + TICK_MS);
  scene.hold(0, KEEP_FIRING_MS + TICK_MS);
  assertEquals(scene.phases(), ["extreme_imbalance_bid firing", "extreme_imbalance_bid resolved"]);
  return scene;
}

Deno.test("A restart while pending goes on where it was, and the time away does not count", () => {
  const scene = new Scene();
  scene.hold(0.9, FOR_MS - 500);
  scene.restart({ awayMs: 5_000 });
  assertEquals(scene.hold(0.9, 500), [], "not yet");
  const [fired] = scene.hold(0.9, TICK_MS);
  assertEquals([fired?.startedMs, fired?.firedMs], [1_000_000, 1_000_000 + FOR_MS + 4_900]);
});

Deno.test("A book that is not live yet after a restart ends nothing that was pending", () => {
  const scene = new Scene();
  scene.hold(0.9, FOR_MS);
  scene.restart({ awayMs: 1_000 });
  scene.hold(null, 5_000);
  scene.restart({ awayMs: 1_000 });
  scene.hold(null, 5_000);
  assertEquals(scene.hold(0.9, TICK_MS).map(({ startedMs }) => startedMs), [1_000_000]);
});

Deno.test("A book that is lost later in the new life does", () => {
  const scene = new Scene();
  scene.hold(0.9, FOR_MS - 500);
  scene.restart();
  scene.hold(0.9, TICK_MS);
  scene.hold(null, TICK_MS);
  assertEquals(scene.hold(0.9, FOR_MS), []);
  assertEquals(scene.hold(0.9, TICK_MS).length, 1);
});

Deno.test("A restart that takes too long makes what was pending start anew", () => {
  for (const [awayMs, nullMs] of [[AWAY_MAX_MS + TICK_MS, 0], [TICK_MS, AWAY_MAX_MS]] as const) {
    const scene = new Scene();
    scene.hold(0.9, FOR_MS);
    scene.restart({ awayMs });
    scene.hold(null, nullMs);
    const { nowMs } = scene;
    assertEquals(scene.hold(0.9, FOR_MS), []);
    assertEquals(scene.hold(0.9, TICK_MS)[0]?.startedMs, nowMs);
  }
});

Deno.test("Two restarts without a book between them are one time away", () => {
  const scene = new Scene();
  scene.hold(0.9, FOR_MS);
  for (let life = 0; life < 2; life++) {
    scene.restart();
    scene.hold(null, AWAY_MAX_MS / 2);
  }
  assertEquals(scene.hold(0.9, FOR_MS), []);
});

Deno.test("A condition that is gone after a restart was never an episode", () => {
  const scene = new Scene();
  scene.hold(0.9, FOR_MS);
  scene.restart();
  scene.hold(0, TICK_MS);
  assertEquals(scene.hold(0.9, FOR_MS), []);
});

Deno.test("A restart while firing neither fires again nor begins the wait for the end anew", () => {
  const scene = new Scene();
  const [fired] = scene.hold(0.9, FOR_MS + TICK_MS);
  scene.restart({ awayMs: 4_000 });
  assertEquals(scene.hold(0.9, 30_000), []);
  scene.hold(0, KEEP_FIRING_MS - 5_000);
  scene.restart({ awayMs: 4_000 });
  assertEquals(scene.hold(null, 3_000), []);
  assertEquals(scene.hold(0, 5_000), []);
  const [resolved] = scene.hold(0, TICK_MS);
  assertEquals([resolved?.alertId, resolved?.phase], [fired?.alertId, "resolved"]);
  assertEquals(
    scene.revisions.map(({ revision }) => revision),
    scene.revisions.map((_, i) => i + 1),
  );
});

Deno.test("A restart forgets no cooldown, however long it takes and whatever the wall clock does meanwhile", () => {
  for (const clockStepMs of [0, HOUR_MS, -HOUR_MS]) {
    const scene = cooling();
    scene.restart({ awayMs: 20_000, clockStepMs });
    // The first tick at which an episode may begin is that of the undisturbed run.
    assertEquals(scene.hold(0.9, COOLDOWN_MS - 20_000 + FOR_MS), [], `${clockStepMs}`);
    assertEquals(scene.hold(0.9, TICK_MS).length, 1, `${clockStepMs}`);
  }
  const scene = cooling();
  scene.restart({ awayMs: COOLDOWN_MS });
  scene.hold(0.9, FOR_MS);
  assertEquals(scene.hold(0.9, TICK_MS).length, 1, "it was over meanwhile");
});

Deno.test("A restart in the cooldown does not revive the episode that the store has not seen resolve", () => {
  const scene = cooling();
  const [fired] = scene.events;
  assert(fired !== undefined);
  scene.restart();
  scene.restore([fired]);
  assertEquals(scene.firing, []);
  assertEquals(scene.hold(0, 60_000), []);
});

Deno.test("A restart under other rules takes what still applies", () => {
  const shorter = cooling();
  shorter.restart({ rules: [{ ...PLAIN_RULE, cooldownMs: 5_000 }] });
  assertEquals(shorter.hold(0.9, 5_000 + FOR_MS - TICK_MS), []);
  assertEquals(shorter.hold(0.9, TICK_MS).length, 1);
  const gone = cooling();
  gone.restart({ rules: [{ ...PLAIN_RULE, sources: PLAIN_RULE.sources.slice(1) }] });
  assertEquals(gone.hold(0.9, 2 * COOLDOWN_MS), []);
});

// -- What evaluators remember --

/** Counts its ticks and says so. */
function counting(ticks = { count: 0 }): Evaluator {
  return {
    isFalling: false,
    baseline: null,
    read: () => ({
      value: ticks.count += 1,
      enter: 5,
      leave: 5,
      critical: NaN,
      condition: ticks.count < 5 ? "gone" : "met",
    }),
    remember: () => ({ count: ticks.count }),
    recall: (memory) => {
      const { count } = memory as { readonly count: unknown };
      if (typeof count !== "number") return false;
      ticks.count = count;
      return true;
    },
  };
}

/** One source, and no wait. */
const AT_ONCE = { ...PLAIN_RULE, sources: [SOURCE], forMs: 0 };

Deno.test("What an evaluator has learnt goes on in the next life, unless the rule is another", () => {
  for (const [version, firesAt] of [[1, 5], [2, 5 + 3]] as const) {
    const scene = new Scene({ rules: [AT_ONCE], create: () => counting() });
    scene.hold(0, 3 * TICK_MS);
    scene.restart({ rules: [{ ...AT_ONCE, version }] });
    const start = scene.nowMs - 3 * TICK_MS;
    const [fired] = scene.hold(0, 10 * TICK_MS);
    assertEquals((fired?.firedMs ?? NaN) - start, (firesAt - 1) * TICK_MS, `version ${version}`);
    assertEquals(scene.alerts.leftAside, 0);
  }
});

Deno.test("What an evaluator does not know is left aside, and counted", () => {
  const scene = new Scene({ rules: [AT_ONCE], create: () => counting() });
  const { name, version } = AT_ONCE;
  const memory = {
    rules: [
      { rule: name, version, lifeCycle: null, learnt: { count: "many" }, smoothed: null },
      { rule: "another", version, lifeCycle: null, learnt: { count: "many" }, smoothed: null },
    ],
    notifications: { agosMs: [], suppressed: 0 },
    mutes: [],
  };
  scene.recall({ memory, ageMs: 0 });
  assertEquals(scene.alerts.leftAside, 1);
  assertEquals(scene.hold(0, TICK_MS), []);
});

// -- Any series, any moment --

/** A walk among what matters to a rule: met on either side, between, gone, and not live. */
function series(random: () => number): () => number | null {
  const levels = [0.9, 0.9, 0.7, 0, 0, -0.9, null];
  let value: number | null = 0;
  let left = 0;
  return () => {
    if (left-- <= 0) {
      value = levels[Math.floor(random() * levels.length)] ?? null;
      left = random() * random() * (value === null ? 50 : 300);
    }
    return value;
  };
}

Deno.test("For any series, alerts over restarts at any moment equal those of an undisturbed run", () => {
  const restarts: Record<string, number> = {};
  for (let seed = 1; seed <= 40; seed++) {
    const random = seeded(seed);
    const next = series(random);
    // Smoothed as well, which must go on where it was.
    const rules = [{ ...PLAIN_RULE, smoothMs: seed % 2 * 700 }];
    const [undisturbed, restarted] = [new Scene({ rules }), new Scene({ rules })];
    let clockMs = 0;
    for (let tick = 0; tick < 6_000; tick++) {
      const value = next();
      // Without a value the new life is still away, which the undisturbed run is not: see above.
      if (tick > 0 && value !== null && random() < 0.02) {
        const clockStepMs = random() < 0.2 ? Math.floor((random() - 0.5) * HOUR_MS) : 0;
        for (const { lifeCycle } of restarted.alerts.remember(restarted.nowMs - TICK_MS).rules) {
          const state = lifeCycle?.state;
          const isGoing = state?.phase === "firing" && state.goneMs !== null;
          const phase = isGoing ? "gone" : state?.phase ?? "";
          restarts[phase] = (restarts[phase] ?? 0) + 1;
        }
        restarted.restart({ clockStepMs });
        clockMs += clockStepMs;
        undisturbed.utc.set(clockMs);
      }
      undisturbed.hold(value, TICK_MS);
      restarted.hold(value, TICK_MS);
    }
    const plain = (scene: Scene) =>
      scene.revisions.map((event) => ({
        ...event,
        // What was before a restart is not known to the evidence of the next life.
        evidence: null,
        // What an exponential of two steps gives for one of both differs in the last digits.
        value: event.value?.toFixed(9),
        peak: event.peak?.toFixed(9),
      }));
    assertEquals(plain(restarted), plain(undisturbed), `seed ${seed}`);
  }
  for (const phase of ["idle", "pending", "firing", "gone"]) {
    assert((restarts[phase] ?? 0) > 50, `${restarts[phase]} restarts in phase ${phase}`);
  }
});

Deno.test("For any series, restarts of any length fire nothing twice and nothing within the cooldown", () => {
  let episodes = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const random = seeded(seed);
    const next = series(random);
    const scene = new Scene();
    for (let tick = 0; tick < 6_000; tick++) {
      if (tick > 0 && random() < 0.01) {
        scene.restart({ awayMs: TICK_MS * Math.ceil(random() * random() * 600) });
      }
      scene.hold(next(), TICK_MS);
    }
    const last = new Map<string, AlertEvent>();
    for (const event of scene.revisions) {
      const before = last.get(event.rule);
      last.set(event.rule, event);
      const told = `seed ${seed}: ${JSON.stringify(before)}, ${JSON.stringify(event)}`;
      if (event.revision > 1) {
        assertEquals(
          [before?.alertId, before?.revision],
          [event.alertId, event.revision - 1],
          told,
        );
        continue;
      }
      episodes += 1;
      assert(event.firedMs - event.startedMs >= FOR_MS, told);
      if (before === undefined) continue;
      assertEquals(before.phase, "resolved", told);
      assert(event.startedMs >= (before.resolvedMs ?? Infinity) + COOLDOWN_MS, told);
    }
  }
  assert(episodes > 100, `${episodes} episodes`);
});

Deno.test("What a pulled wall was worth stands as it was told, in a life that has not seen it and over a hold", () => {
  const wall: WallEvent = {
    ...{ fate: "pulled", side: "bid", price: 99, peakQty: 5, dollars: 600_000, bornMs: 1 },
    ...{ endedMs: 2, ageMs: 5_000, distanceBps: 5, eatenShare: 0.1 },
  };
  const rules = DEFAULT_ALERT_RULES.filter(({ kind }) => kind === "event");
  const worth = "a wall worth 600,000 US dollars was pulled from the bid side";
  for (const [how, isHeld] of [["actor", false], ["process", false], ["actor", true]] as const) {
    const scene = new Scene({ rules });
    const [fired] = scene.show({ mid: 100 }, TICK_MS, { wallEvents: [wall] });
    assertEquals(fired?.summary, worth);
    scene.show({ mid: 100 }, 1_000);
    if (how === "actor") scene.restart({ awayMs: 1_000 });
    const next = how === "actor" ? scene : new Scene({ rules });
    if (how === "process" && fired !== undefined) next.restore([fired]);
    if (isHeld) next.show(null, 5_000);
    const since = next.revisions.length;
    next.show({ mid: 100 }, KEEP_FIRING_MS + 1_000);
    const told = next.revisions.slice(since).map((one) => [one.phase, one.value, one.summary]);
    assertEquals(
      told,
      isHeld
        ? ["firing", "resolved"].map((phase) => [phase, null, `it fired as: ${worth}`])
        : [["resolved", 600_000, worth]],
      how,
    );
    assertEquals(next.revisions.at(-1)?.peak, 600_000);
  }
});
