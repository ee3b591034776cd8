/** What people say to alerts: mutes hold calls back and nothing else, and what somebody has seen is not called for again. */
import { assertEquals } from "@std/assert";
import type { AlertRuleOf } from "../../../../shared/catalogue/rules.ts";
import { MONITOR } from "../../../../shared/market.ts";
import type { AlertEvent } from "../../../../shared/output.ts";
import { muteRecord } from "../../../support/mutes.ts";
import { PLAIN_RULE, Scene, type SceneOptions, SOURCE, TICK_MS } from "./scene.ts";

const HOUR_MS = 3_600_000;
const BID = "extreme_imbalance_bid";
/** Fires at once, and is critical from 0.95. */
const QUICK = { ...PLAIN_RULE, sources: [{ ...SOURCE, side: "bid" as const }], forMs: 0 };
const LEARNT: AlertRuleOf<"deviation"> = {
  ...{ version: 1, severity: "warning", smoothMs: 0, forMs: 0, keepFiringMs: 1_000 },
  ...{ cooldownMs: 1_000, inhibits: false, summary: { text: "far", figures: {} } },
  ...{ kind: "deviation", name: "far", sources: [SOURCE], window: 600, armedAfter: 3 },
  ...{ scales: 3, moveMin: 0.1, leaveShare: 0.5, floor: 0.1, criticalScales: 8 },
};

const scene = (options: SceneOptions = {}) => new Scene({ rules: [QUICK], ...options });
/** Of the newest revision. */
const told = ({ revisions }: Scene) => {
  const { revision, phase, isNotified, mutedUntilMs } = revisions.at(-1) as AlertEvent;
  return { revision, phase, isNotified, mutedUntilMs };
};

Deno.test("A muted episode is raised, says until when it is muted, and nobody is called; that is counted", () => {
  const muted = scene();
  const untilMs = muted.nowMs + HOUR_MS;
  assertEquals(muted.mute(HOUR_MS).map(({ type }) => type), ["mute"], "told, to be stored");
  assertEquals(muted.mute(HOUR_MS), [], "and once");
  muted.hold(0.9, TICK_MS);
  assertEquals(told(muted), {
    revision: 1,
    phase: "firing",
    isNotified: false,
    mutedUntilMs: untilMs,
  });
  assertEquals(muted.alerts.heldBack, 1);
  muted.hold(0, 20_000);
  assertEquals(muted.phases(), [`${BID} firing`, `${BID} resolved`]);
  assertEquals(told(muted).isNotified, false);
});

Deno.test("Alerts.mute() heeds a rule, a side, a symbol and every symbol, and neither another nor what is over", () => {
  const other = { venue: "binance_spot", symbol: "ETHUSDT" } as const;
  const cases = [
    [{ rule: QUICK.name }, true],
    [{ rule: BID }, true],
    [{ rule: null }, true],
    [{ rule: QUICK.name, ...MONITOR }, true],
    [{ rule: "another" }, false],
    [{ rule: "extreme_imbalance_ask" }, false],
    [{ rule: null, ...other }, false],
    [{ untilMs: 1_000_000 }, false],
    [{ revision: 2, removedMs: 999_000 }, false],
  ] as const;
  for (const [part, isMuted] of cases) {
    const one = scene();
    one.mute(HOUR_MS, part);
    one.hold(0.9, TICK_MS);
    assertEquals(told(one).mutedUntilMs !== null, isMuted, JSON.stringify(part));
  }
});

Deno.test("A mute that ends, or is removed, while the episode fires has people called after all, by the budget and once", () => {
  for (const how of ["its time", "a person"]) {
    const late = scene({ notificationsPerHour: 1 });
    late.mute(5_000);
    late.hold(0.9, 4_900);
    if (how === "a person") late.mute(5_000, { revision: 2, removedMs: late.nowMs, createdMs: 1 });
    assertEquals(late.revisions.length, 1, how);
    late.hold(0.9, 300);
    assertEquals(told(late), {
      revision: 2,
      phase: "firing",
      isNotified: true,
      mutedUntilMs: null,
    });
    late.hold(0.9, 5_000);
    assertEquals(late.revisions.length, 2, "and once");
    // The budget is spent on it.
    late.hold(0, 20_000);
    late.hold(0, 120_000);
    late.hold(0.9, TICK_MS);
    assertEquals([told(late).isNotified, late.revisions.at(-1)?.suppressed], [false, 1]);
  }
  const seen = scene();
  seen.mute(5_000);
  const [fired] = seen.hold(0.9, 1_000);
  seen.acknowledge(fired?.alertId ?? "");
  seen.hold(0.9, 6_000);
  const { isNotified, mutedUntilMs } = told(seen);
  assertEquals([isNotified, mutedUntilMs], [false, null], "somebody has seen it meanwhile");
});

Deno.test("An episode that fires already says so when it is muted, and is what people were told of", () => {
  const later = scene();
  later.hold(0.9, 1_000);
  const untilMs = later.nowMs + HOUR_MS;
  later.mute(HOUR_MS);
  later.hold(0.9, TICK_MS);
  assertEquals(told(later), {
    revision: 2,
    phase: "firing",
    isNotified: true,
    mutedUntilMs: untilMs,
  });
  assertEquals(later.alerts.heldBack, 0);
  // Of several the one that ends last counts.
  later.mute(2 * HOUR_MS, { muteId: "m2", rule: null });
  later.mute(HOUR_MS / 2, { muteId: "m3" });
  later.hold(null, TICK_MS);
  const { revision, mutedUntilMs } = told(later);
  assertEquals([revision, mutedUntilMs], [3, untilMs + HOUR_MS + TICK_MS]);
  const { value, summary } = later.revisions.at(-1) ?? {};
  assertEquals(
    [value, summary?.startsWith("it fired as: ")],
    [null, true],
    "its value is not known",
  );
});

Deno.test("What somebody has seen says so in each revision, and of which severity it was: what becomes critical was not seen", () => {
  const worse = scene({ rules: [LEARNT] });
  for (let i = 0; i < 5; i++) worse.hold(0, 1_000);
  const [fired] = worse.hold(0.4, TICK_MS);
  const acked = worse.acknowledge(fired?.alertId ?? "", { by: null, comment: "seen" });
  const acknowledged = {
    timeMs: worse.nowMs,
    by: null,
    comment: "seen",
    severity: "warning" as const,
  };
  assertEquals([acked?.revision, acked?.acknowledged], [2, acknowledged]);
  worse.mute(HOUR_MS, { rule: null });
  worse.hold(0.95, TICK_MS * 2);
  const last = worse.revisions.at(-1);
  assertEquals(
    [last?.severity, last?.isNotified, last?.acknowledged],
    ["critical", true, acknowledged],
  );
  assertEquals(worse.alerts.heldBack, 1, "it was muted when it became critical");
  worse.hold(0, 3_000);
  assertEquals(worse.revisions.at(-1)?.acknowledged, acknowledged);
  assertEquals(worse.acknowledge(fired?.alertId ?? ""), undefined, "it does not fire any more");
});

Deno.test("A restart of the actor forgets no mute and nothing that was seen, and an older word brings no mute back", () => {
  const life = scene();
  life.mute(HOUR_MS);
  life.mute(HOUR_MS, { muteId: "m2" });
  life.mute(HOUR_MS, { muteId: "m2", revision: 2, removedMs: life.nowMs });
  const [fired] = life.hold(0.9, 1_000);
  life.acknowledge(fired?.alertId ?? "");
  const [m1 = muteRecord()] = life.alerts.remember(life.nowMs).mutes;
  life.restart({ awayMs: 5_000 });
  for (const isRetold of [false, true]) {
    assertEquals(life.mute(HOUR_MS, { muteId: "m2" }, isRetold), [], "it was removed");
    // The store may not have heard of it before the crash.
    assertEquals(life.mute(HOUR_MS, m1, isRetold), isRetold ? [m1] : []);
  }
  const before = life.revisions.length;
  life.hold(0.9, 1_000);
  assertEquals(life.revisions.length, before, "nothing is new");
  assertEquals(
    life.firing.map(({ mutedUntilMs, acknowledged }) => [mutedUntilMs, acknowledged?.by]),
    [
      [1_000_000 + HOUR_MS, "anna"],
    ],
  );
  assertEquals(life.alerts.firing(fired?.alertId ?? "") !== null, true);
});

Deno.test("A new process heeds the store's mutes before it raises anything, and calls for what was muted and is not any more", () => {
  const first = scene();
  first.mute(10_000);
  const [fired] = first.hold(0.9, 1_000);
  const next = scene({ heldUntilMs: Infinity });
  const id = fired?.alertId ?? "";
  assertEquals(next.alerts.firing(id), "unknown");
  assertEquals(next.hold(0.9, 1_000), []);
  const mutes = first.alerts.remember(first.nowMs).mutes;
  const firing = fired === undefined ? [] : [fired];
  assertEquals(next.restore(firing, { mutes }), [...mutes], "whoever lists them hears of it");
  assertEquals(next.restore(firing, { mutes }), [], "and once");
  next.alerts.release();
  next.hold(0.9, 2_000);
  assertEquals(next.revisions, [], "it goes on as it was");
  assertEquals(next.alerts.firing(id) === "unknown", false);
  next.hold(0.9, 10_000);
  assertEquals(
    next.revisions.map(({ isNotified, mutedUntilMs }) => [isNotified, mutedUntilMs])[0],
    [
      true,
      null,
    ],
  );
});

Deno.test("Alerts.acknowledge() heeds the newest word, and one without words takes away nobody's", () => {
  const seen = scene({ rules: [LEARNT] });
  for (let i = 0; i < 5; i++) seen.hold(0, 1_000);
  const [fired] = seen.hold(0.4, TICK_MS);
  const id = fired?.alertId ?? "";
  const NO_WORDS = { by: null, comment: null };
  const first = seen.acknowledge(id, NO_WORDS);
  assertEquals([first?.revision, first?.acknowledged?.by], [2, null]);
  assertEquals(seen.acknowledge(id, NO_WORDS), undefined, "it has been seen already");
  const named = seen.acknowledge(id, { by: "anna", comment: "news" });
  assertEquals([named?.revision, named?.acknowledged?.comment], [3, "news"]);
  assertEquals(seen.acknowledge(id, NO_WORDS), undefined);
  assertEquals(seen.revisions.at(-1), named);
  seen.hold(0.95, TICK_MS * 2);
  assertEquals(seen.revisions.at(-1)?.severity, "critical");
  const worse = seen.acknowledge(id, NO_WORDS);
  assertEquals(worse?.acknowledged?.severity, "critical", "that had been seen by nobody");
});
