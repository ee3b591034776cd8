import { assert, assertEquals, assertThrows } from "@std/assert";
import { RESTORE_WAIT_MS } from "../../../../actors/symbol/engine/alerts/alerts.ts";
import type { AlertEvent } from "../../../../shared/output.ts";
import { alertEvent } from "../../../support/outputs.ts";
import { MARKET, seeded } from "../market.ts";
import { LEVELS, PLAIN_RULE, Scene, TICK_MS } from "./scene.ts";

const BID = "extreme_imbalance_bid";
/** The numbers of the plain rule. */
const ENTER = 0.85;
const LEAVE = 0.65;
const FOR_MS = 2_000;
const KEEP_FIRING_MS = 15_000;
const COOLDOWN_MS = 60_000;

function fired(part: Partial<AlertEvent> = {}): AlertEvent {
  return alertEvent({
    alertId: `binance_spot/BTCUSDT/${BID}/500`,
    rule: BID,
    summary: "from an earlier life",
    startedMs: 500,
    firedMs: 2_500,
    timeMs: 2_500,
    threshold: ENTER,
    evidence: null,
    ...part,
  });
}

Deno.test("Alerts fire when the condition has held for two seconds of ticks, with the evidence", () => {
  const scene = new Scene();
  assertEquals(scene.hold(0.9, FOR_MS), [], "not yet");
  const [event] = scene.hold(0.95, TICK_MS);
  assertEquals(event, {
    type: "alert",
    alertId: `binance_spot/BTCUSDT/${BID}/1000000`,
    revision: 1,
    ...MARKET,
    rule: BID,
    phase: "firing",
    severity: "warning",
    summary: "98 % of the ten best levels rests on the bid side",
    startedMs: 1_000_000,
    firedMs: 1_002_000,
    resolvedMs: null,
    timeMs: 1_002_000,
    value: 0.95,
    peak: 0.95,
    threshold: ENTER,
    isHeld: false,
    reason: null,
    isNotified: true,
    suppressed: 0,
    mutedUntilMs: null,
    acknowledged: null,
    inhibits: false,
    bookUpdateId: 7,
    mid: 100,
    evidence: {
      ruleVersion: 1,
      metric: "imbalance",
      // Three seconds began while it was looked at.
      series: [0.9, 0.9, 0.95, 0.95],
      baseline: null,
      ...LEVELS,
    },
  });
  assertEquals(scene.firing, [event]);
});

Deno.test("Alerts fire at the threshold and not below it", () => {
  assertEquals(new Scene().hold(ENTER - 1e-9, 60_000), []);
  assertEquals(new Scene().hold(ENTER, 60_000).length, 1);
});

Deno.test("Alerts watch both sides by a rule each: asks by the negative imbalance", () => {
  const scene = new Scene();
  scene.hold(-0.9, 5_000);
  assertEquals(scene.phases(), ["extreme_imbalance_ask firing"]);
  assertEquals(scene.events[0]?.value, 0.9);
  assertEquals(scene.events[0]?.summary, "95 % of the ten best levels rests on the ask side");
});

Deno.test("Alerts forget a pending episode when the condition goes away before its time", () => {
  const scene = new Scene();
  for (let i = 0; i < 20; i++) {
    scene.hold(0.9, FOR_MS - TICK_MS);
    scene.hold(ENTER - 0.01, TICK_MS);
  }
  assertEquals(scene.events, []);
  assertEquals(scene.firing, []);
});

Deno.test("Alerts resolve below the lower threshold only, when it has been so for 15 s", () => {
  const scene = new Scene();
  scene.hold(0.9, FOR_MS + TICK_MS);
  assertEquals(scene.hold(LEAVE, 60_000), [], "between the thresholds it goes on");
  assertEquals(scene.hold(LEAVE - 0.01, KEEP_FIRING_MS), [], "not yet");
  const [resolved] = scene.hold(LEAVE - 0.02, TICK_MS);
  assertEquals(resolved?.phase, "resolved");
  assertEquals(resolved?.alertId, scene.events[0]?.alertId);
  assertEquals(
    scene.revisions.map(({ revision }) => revision),
    scene.revisions.map((_, i) => i + 1),
  );
  assertEquals([resolved?.startedMs, resolved?.firedMs], [1_000_000, 1_002_000]);
  assertEquals(resolved?.resolvedMs, scene.nowMs - TICK_MS);
  assertEquals(resolved?.value, LEAVE - 0.02);
  assertEquals(scene.firing, []);
});

Deno.test("Alerts keep firing when the condition comes back before the 15 s are over", () => {
  const scene = new Scene();
  scene.hold(0.9, FOR_MS + TICK_MS);
  for (let i = 0; i < 5; i++) {
    scene.hold(0, KEEP_FIRING_MS - TICK_MS);
    scene.hold(LEAVE, TICK_MS);
  }
  assertEquals(scene.events.length, 1);
});

Deno.test("Alerts rest for a minute after an episode, then a lasting condition is a new one", () => {
  const scene = new Scene();
  scene.hold(0.9, FOR_MS + TICK_MS);
  scene.hold(0, KEEP_FIRING_MS + TICK_MS);
  assertEquals(scene.phases(), [`${BID} firing`, `${BID} resolved`]);
  const resolvedMs = scene.events[1]?.timeMs ?? 0;
  scene.hold(0.9, COOLDOWN_MS + FOR_MS + 5_000);
  assertEquals(scene.events.length, 3);
  assertEquals(scene.events[2]?.startedMs, resolvedMs + COOLDOWN_MS);
  assertEquals(scene.events[2]?.revision, 1);
});

Deno.test("Alerts rest after a pending episode that came to nothing no less than before it", () => {
  const scene = new Scene();
  scene.hold(0.9, FOR_MS + TICK_MS);
  scene.hold(0, KEEP_FIRING_MS + COOLDOWN_MS);
  scene.hold(0.9, TICK_MS);
  scene.hold(0, TICK_MS);
  assertEquals(scene.hold(0.9, FOR_MS + TICK_MS).length, 1);
});

Deno.test("Alerts make one fire and one resolve of ten minutes within 1 % of the threshold", () => {
  for (let seed = 1; seed <= 10; seed++) {
    const random = seeded(seed);
    const scene = new Scene();
    scene.hold(() => ENTER * (0.99 + 0.02 * random()), 5 * 60_000);
    // Noise seldom stays above for two seconds on end, a swing does.
    scene.hold(() => ENTER * (1 + 0.01 * Math.sin(scene.nowMs / 3_000)), 5 * 60_000);
    scene.hold(0, 60_000);
    assertEquals(scene.phases(), [`${BID} firing`, `${BID} resolved`], `seed ${seed}`);
  }
});

Deno.test("Alerts make one fire and one resolve of ten minutes within 1 % of the lower threshold", () => {
  const random = seeded(3);
  const scene = new Scene();
  scene.hold(0.9, FOR_MS + TICK_MS);
  scene.hold(() => LEAVE * (0.99 + 0.02 * random()), 10 * 60_000);
  scene.hold(0, 60_000);
  assertEquals(scene.phases(), [`${BID} firing`, `${BID} resolved`]);
});

Deno.test("Alerts are held while the book is not live: they neither fire nor resolve", () => {
  const scene = new Scene();
  scene.hold(0.9, FOR_MS);
  scene.hold(null, TICK_MS);
  assertEquals(scene.hold(0.9, FOR_MS), [], "two seconds of live time, from the start");
  assertEquals(scene.hold(0.9, TICK_MS).length, 1);
  scene.hold(0, KEEP_FIRING_MS - TICK_MS);
  assertEquals(scene.hold(null, 600_000), []);
  assertEquals(scene.hold(0, TICK_MS), [], "gone for 15 s of live time, added up");
  assertEquals(scene.hold(0, TICK_MS).length, 1);
  assertEquals(scene.hold(null, 60_000), []);
});

Deno.test("Alerts treat a book without an imbalance as not live", () => {
  const scene = new Scene();
  assertEquals(scene.show({ mid: 100 }, 10_000), []);
});

Deno.test("Alerts wait for the store's memory, for 30 s at most", () => {
  const untilMs = 1_000_000 + RESTORE_WAIT_MS;
  const waiting = new Scene({ heldUntilMs: untilMs });
  assertEquals(waiting.hold(0.9, RESTORE_WAIT_MS), []);
  assertEquals(waiting.hold(0.9, FOR_MS + TICK_MS).length, 1);
  const released = new Scene({ heldUntilMs: untilMs });
  released.hold(0.9, 5_000);
  released.alerts.release();
  assertEquals(released.hold(0.9, FOR_MS + TICK_MS).length, 1);
});

Deno.test("Alerts wait for a memory that is held for as long as it takes", () => {
  const scene = new Scene({ heldUntilMs: 1_000_000 + RESTORE_WAIT_MS });
  scene.alerts.hold();
  assertEquals(scene.hold(0.9, 10 * RESTORE_WAIT_MS), []);
  scene.alerts.release();
  assertEquals(scene.hold(0.9, FOR_MS + TICK_MS).length, 1);
  // Rules that run already have had their answer.
  scene.alerts.hold();
  assertEquals(scene.hold(0, 60_000).length, 1);
});

Deno.test("Alerts go on with a restored episode: no second fire, a resolve on live data only", () => {
  const scene = new Scene();
  scene.restore([fired()]);
  assertEquals(scene.firing, [fired()]);
  assertEquals(scene.hold(0.9, 60_000), []);
  assertEquals(scene.hold(null, 60_000), []);
  const [resolved] = scene.hold(0, KEEP_FIRING_MS + TICK_MS);
  assertEquals([resolved?.alertId, resolved?.phase, resolved?.startedMs], [
    fired().alertId,
    "resolved",
    500,
  ]);
});

Deno.test("Alerts.restore() takes the higher revision of one episode", () => {
  const scene = new Scene();
  scene.restore([fired({ revision: 3 })]);
  scene.restore([fired({ revision: 2 })]);
  assertEquals(scene.firing.map(({ revision }) => revision), [3]);
  scene.restore([fired({ revision: 4 })]);
  assertEquals(scene.firing.map(({ revision }) => revision), [4]);
});

Deno.test("Alerts resolve a restored episode whose rule is gone, with that reason, and need no book for it", () => {
  const scene = new Scene();
  scene.restore([fired({ rule: "flash_crash", alertId: "a", revision: 4 })]);
  const [resolved, ...others] = scene.hold(null, 60_000);
  assertEquals(others, []);
  const { phase, revision, reason, value, resolvedMs, summary } = resolved ?? fired();
  assertEquals(
    { phase, revision, reason, value, resolvedMs, summary },
    {
      phase: "resolved",
      revision: 5,
      reason: "its rule is not in force any more",
      value: null,
      resolvedMs: 1_000_000,
      summary: "it fired as: from an earlier life",
    },
  );
});

Deno.test("Alerts.restore() does not revive an episode that this life has resolved", () => {
  // The writer's restart: it has not yet committed the resolve that waits in the outbox.
  const scene = new Scene();
  const [event] = scene.hold(0.9, FOR_MS + TICK_MS);
  assert(event !== undefined);
  scene.hold(0, KEEP_FIRING_MS + TICK_MS);
  scene.restore([event]);
  assertEquals(scene.firing, []);
  assertEquals(scene.hold(0, 60_000), []);
});

Deno.test("Alerts.restore() resolves an older episode that a newer one has followed", () => {
  // The store was away for longer than rules are held: the condition has fired again meanwhile.
  const scene = new Scene();
  const [event] = scene.hold(0.9, FOR_MS + TICK_MS);
  scene.restore([fired()]);
  assertEquals(scene.firing, [event], "the newer goes on");
  assertEquals(scene.hold(null, 5_000), [], "on live data only");
  assertEquals(
    scene.hold(0.9, 5_000).map(({ alertId, phase, revision }) => [alertId, phase, revision]),
    [[fired().alertId, "resolved", 2]],
  );
  assertEquals(scene.firing.map(({ alertId }) => alertId), [event?.alertId]);
});

Deno.test("Alerts.restore() lets the newest of several episodes of one rule go on", () => {
  for (const order of [[500, 900], [900, 500]]) {
    const scene = new Scene();
    scene.restore(order.map((startedMs) => fired({ alertId: `${startedMs}`, startedMs })));
    assertEquals(scene.firing.map(({ alertId }) => alertId), ["900"]);
    assertEquals(scene.hold(0.9, 1_000).map(({ alertId }) => alertId), ["500"]);
  }
});

Deno.test("Alerts wait as long as they should when the wall clock is set, and tell the new time", () => {
  for (const offsetMs of [3_600_000, -3_600_000]) {
    const scene = new Scene();
    scene.hold(0.9, 1_000);
    scene.utc.set(offsetMs);
    assertEquals(scene.hold(0.9, FOR_MS - 1_000), [], "pending");
    assertEquals(scene.hold(0.9, TICK_MS)[0]?.startedMs, 1_000_000 + offsetMs);
    scene.hold(0, 1_000);
    scene.utc.set(-offsetMs);
    assertEquals(scene.hold(0, KEEP_FIRING_MS - 1_000), [], "keep firing");
    assertEquals(scene.hold(0, TICK_MS).map(({ phase }) => phase), ["resolved"]);
    scene.utc.set(offsetMs);
    assertEquals(scene.hold(0.9, COOLDOWN_MS - TICK_MS), [], "cooldown");
    assertEquals(scene.hold(0.9, FOR_MS + 2 * TICK_MS).length, 1);
  }
});

Deno.test("Alerts watch the rules that they are given, and no others", () => {
  const sooner = {
    ...PLAIN_RULE,
    name: "sooner",
    sources: PLAIN_RULE.sources.slice(0, 1),
    forMs: 500,
    severity: "critical" as const,
  };
  const scene = new Scene({ rules: [sooner] });
  scene.hold(-0.9, 10_000);
  scene.hold(0.9, 600);
  assertEquals(scene.events.map(({ rule, severity }) => [rule, severity]), [[
    "sooner_bid",
    "critical",
  ]]);
  assertEquals(new Scene({ rules: [] }).hold(0.9, 10_000), []);
});

Deno.test("Alerts without a `for` fire on the tick on which the condition is met", () => {
  const rules = [{ ...PLAIN_RULE, forMs: 0 }];
  assertEquals(new Scene({ rules }).hold(0.9, TICK_MS).length, 1);
});

Deno.test("Alerts refuse two rules of one name", () => {
  assertThrows(
    () => new Scene({ rules: [PLAIN_RULE, PLAIN_RULE] }),
    RangeError,
    "two have one name",
  );
});
