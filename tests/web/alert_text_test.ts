import { assertEquals } from "@std/assert";
import { MONITOR } from "../../shared/market.ts";
import {
  alertFigures,
  alertPhase,
  learningText,
  marketWideText,
  muteText,
  peopleText,
  sentenceMoment,
  type WatchedNow,
} from "../../web/page/alert_text.ts";
import { MarketWide } from "../../web/page/market_wide.ts";
import { muteRecord } from "../support/mutes.ts";
import { isSeen } from "../../shared/said.ts";
import { alertEvent, ruleState, START_MS } from "../support/outputs.ts";

const evidence = alertEvent().evidence;

const LATER_MS = START_MS + 180_000;

Deno.test("alertFigures() tells what was told, when, peak and threshold, and what was usual", () => {
  assertEquals(
    alertFigures(alertEvent(), true, null, LATER_MS),
    "0.85 as of 12:00:00 UTC · peak 0.87 · threshold 0.8",
  );
  const baseline = { median: 1, scale: 0.5, samples: 300 };
  const learnt = alertEvent({
    ...{ value: 9.123456, peak: 12, threshold: 4 },
    evidence: evidence === null ? null : { ...evidence, baseline },
  });
  assertEquals(
    alertFigures(learnt, false, null, LATER_MS),
    "9.123 at the end · peak 12 · threshold 4 · usual 1 ± 0.5",
  );
});

for (
  const [threshold, value, told] of [
    [0.00000842, 0.0000084212, "0.000008421 at the end · peak 0.00000842 · threshold 0.00000842"],
    [104_523.5, 104_525.127, "104,525.1 at the end · peak 104,523.5 · threshold 104,523.5"],
    [100_000, 100_003.77, "100,004 at the end · peak 100,000 · threshold 100,000"],
    [-0.8, -0.86461234, "−0.8646 at the end · peak −0.8 · threshold −0.8"],
  ] as const
) {
  Deno.test(`alertFigures() tells as much of a value as its threshold of ${threshold} wants`, () => {
    const alert = alertEvent({ threshold, value, peak: threshold, evidence: null });
    assertEquals(alertFigures(alert, false, null, LATER_MS), told);
  });
}

Deno.test("alertFigures() tells the metric of now beside what was told, with its sign and unit, or why it is not known", () => {
  const now = { metric: "imbalance", value: -0.12, why: "", decimals: 2 } as const;
  const told = "0.85 then · peak 0.87 · threshold 0.8";
  const figures = (over: Partial<WatchedNow>) =>
    alertFigures(alertEvent(), true, { ...now, ...over }, LATER_MS);
  assertEquals(figures({}), `order book imbalance now −0.12 · ${told}`);
  assertEquals(figures({ metric: "spreadBps", value: 2.5 }), `spread now 2.50 bps · ${told}`);
  assertEquals(
    figures({ value: null, why: "the book is stale" }),
    `order book imbalance now –: the book is stale · ${told}`,
  );
});

Deno.test("alertFigures() leaves out what is not known, and tells why an episode ended and who was told", () => {
  const over = alertEvent({
    ...{ value: null, peak: null, evidence: null, isNotified: false, suppressed: 3 },
    reason: "its rule is not in force any more",
  });
  assertEquals(
    alertFigures(over, false, null, LATER_MS),
    "threshold 0.8 · its rule is not in force any more · not notified: the hour's budget is spent",
  );
  assertEquals(
    alertFigures(alertEvent({ suppressed: 3 }), true, null, LATER_MS),
    "0.85 as of 12:00:00 UTC · peak 0.87 · threshold 0.8 · 3 before it not notified",
  );
});

Deno.test("alertPhase() says for how long an alert fires, whether it is held, and how it ended", () => {
  assertEquals(alertPhase(alertEvent(), true, true, LATER_MS), "firing for 3 min");
  assertEquals(
    alertPhase(alertEvent({ isHeld: true }), true, true, LATER_MS),
    "firing for 3 min, held",
  );
  assertEquals(
    alertPhase(alertEvent(), false, true, LATER_MS),
    "end not known: not followed any more",
  );
  const unheard = alertPhase(alertEvent(), true, false, LATER_MS);
  assertEquals(unheard, "fired; whether it goes on is not known");
  const ended = alertEvent({ resolvedMs: START_MS + 20_000 });
  assertEquals(alertPhase(ended, false, false, LATER_MS), "resolved after 20 s");
});

Deno.test("sentenceMoment() says of which moment a sentence is that may not hold any more", () => {
  const later = alertEvent({ revision: 2, timeMs: START_MS + 61_000 });
  assertEquals(sentenceMoment(later, true, LATER_MS), "as of 12:01:01 UTC");
  assertEquals(sentenceMoment(later, false, LATER_MS), "");
  assertEquals(sentenceMoment(alertEvent(), true, LATER_MS), "", "its head says when it fired");
});

Deno.test("learningText() names what learns, and how far it is", () => {
  const rules = [ruleState(), ruleState({ rule: "price_burst", phase: "idle", samples: 500 })];
  assertEquals(
    learningText(rules),
    "Learning what is usual, and silent until then: spread widening (120 of 300 s)",
  );
  assertEquals(learningText(rules.slice(1)), null);
  const many = ["velocity_spike", "price_burst"].map((rule) => ruleState({ rule }));
  const late = ruleState({ rule: "cost_widening", samples: 21 });
  assertEquals(
    learningText([...many, late]),
    "Learning what is usual, and silent until then: velocity spike, price burst (120 of 300 s); " +
      "cost widening (21 of 300 s)",
  );
});

Deno.test("peopleText() says who has seen an alert, as what, and until when it is muted", () => {
  const acknowledged = { timeMs: START_MS, by: null, comment: null, severity: "warning" } as const;
  const said = { ...acknowledged, by: "Anna", comment: "I look into it" };
  const mutedUntilMs = START_MS + 3_600_000;
  for (
    const [part, text] of [
      [{}, ""],
      [{ acknowledged }, "acknowledged at 12:00:00 UTC"],
      [{ acknowledged: said }, "acknowledged by Anna at 12:00:00 UTC: I look into it"],
      [
        { acknowledged, severity: "critical" },
        "acknowledged at 12:00:00 UTC, while it was warning",
      ],
      [{ acknowledged, mutedUntilMs }, "acknowledged at 12:00:00 UTC · muted until 13:00:00 UTC"],
    ] as const
  ) assertEquals(peopleText(alertEvent(part), START_MS), text);
  assertEquals(isSeen(alertEvent({ acknowledged })), true);
  assertEquals(isSeen(alertEvent({ acknowledged, severity: "critical" })), false);
  const quiet = { isNotified: false, value: null, peak: null };
  const figures = (part: object) =>
    alertFigures(alertEvent({ ...quiet, ...part }), true, null, START_MS);
  assertEquals(figures({ mutedUntilMs }), "threshold 0.8", "that it is muted is told for itself");
  assertEquals(figures({ acknowledged }), "threshold 0.8 · not notified");
});

Deno.test("muteText() says of what, until when, by whom and why", () => {
  const text = (part: object) => muteText(muteRecord({ by: null, ...part }), START_MS);
  assertEquals(text({}), "extreme imbalance of BTCUSDT until 13:00:00 UTC");
  assertEquals(
    text({ ...MONITOR, by: "Anna", reason: "news" }),
    "extreme imbalance of every symbol until 13:00:00 UTC, by Anna: news",
  );
  assertEquals(text({ rule: null }), "every rule of BTCUSDT until 13:00:00 UTC");
});

Deno.test("MarketWide shows a notice of many symbols while one of them fires, and of few none", () => {
  const wide = new MarketWide();
  const burst = ["A", "B", "C", "D"].map((symbol) => {
    return alertEvent({ alertId: symbol, symbol, rule: "price_burst" });
  });
  for (const alert of burst) wide.take(alert, START_MS);
  wide.take(alertEvent({ alertId: "alone", rule: "depth_collapse_bid" }), START_MS);
  assertEquals([wide.look(START_MS + 1_900), wide.shown(() => true)], [false, []]);
  assertEquals([wide.look(START_MS + 2_000), wide.look(START_MS + 2_100)], [true, false]);
  const [view, ...others] = wide.shown((id) => id !== "A");
  assertEquals([others, view?.firing, view?.notice.alerts.length], [[], 3, 4]);
  if (view === undefined) throw new TypeError("nothing is shown");
  const all = { ...view, firing: 4 };
  const begin = "price burst fired for 4 symbols at once, 12:00:00 UTC; ";
  assertEquals(marketWideText(view, true, START_MS), `${begin}3 of them still fire`);
  assertEquals(marketWideText(all, true, START_MS), `${begin}all of them still fire`);
  const unheard = `${begin}3 of them fired when this was last heard of`;
  assertEquals(marketWideText(view, false, START_MS), unheard);
  assertEquals(wide.shown(() => false), []);
});
