import { assertEquals } from "@std/assert";
import { alertFigures, alertPhase, learningText } from "../../web/page/alert_text.ts";
import { alertEvent, ruleState } from "../support/outputs.ts";

const evidence = alertEvent().evidence;

Deno.test("alertFigures() tells now, peak and threshold, and what was usual", () => {
  assertEquals(alertFigures(alertEvent(), true), "now 0.85 · peak 0.87 · threshold 0.8");
  const baseline = { median: 1, scale: 0.5, samples: 300 };
  const learnt = alertEvent({
    ...{ value: 9.123456, peak: 12, threshold: 4 },
    evidence: evidence === null ? null : { ...evidence, baseline },
  });
  assertEquals(
    alertFigures(learnt, false),
    "at the end 9.123 · peak 12 · threshold 4 · usual 1 ± 0.5",
  );
});

Deno.test("alertFigures() leaves out what is not known, and tells why an episode ended and who was told", () => {
  const over = alertEvent({
    ...{ value: null, peak: null, evidence: null, isNotified: false, suppressed: 3 },
    reason: "its rule is not in force any more",
  });
  assertEquals(
    alertFigures(over, false),
    "threshold 0.8 · its rule is not in force any more · not notified: the hour's budget is spent",
  );
  assertEquals(
    alertFigures(alertEvent({ suppressed: 3 }), true),
    "now 0.85 · peak 0.87 · threshold 0.8 · 3 before it not notified",
  );
});

Deno.test("alertPhase() says when an alert that fires is held", () => {
  assertEquals(alertPhase(alertEvent(), true, ""), "firing");
  assertEquals(alertPhase(alertEvent({ isHeld: true }), true, ""), "firing, held");
  assertEquals(alertPhase(alertEvent(), false, ""), "end not known: not followed any more");
  assertEquals(alertPhase(alertEvent({ resolvedMs: 5 }), false, "20 s"), "resolved after 20 s");
});

Deno.test("learningText() names what learns, and how far it is", () => {
  const rules = [ruleState(), ruleState({ rule: "price_burst", phase: "idle", samples: 500 })];
  assertEquals(
    learningText(rules),
    "Learning what is usual, and silent until then: spread widening (120 of 300 s)",
  );
  assertEquals(learningText(rules.slice(1)), null);
});
