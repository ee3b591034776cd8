/** Rules that change while they run: what is as it was goes on, and of the rest nothing is left firing. */
import { assertEquals, assertThrows } from "@std/assert";
import type { AlertRule } from "../../../../shared/catalogue/rules.ts";
import type { AlertEvent, Output } from "../../../../shared/output.ts";
import { evidenceOf, PLAIN_RULE, Scene, SOURCE, TICK_MS } from "./scene.ts";

const BID = "extreme_imbalance_bid";
const OTHER: AlertRule = { ...PLAIN_RULE, name: "other", sources: [SOURCE], forMs: 0 };
/** A person sees that it is another, and so does what remembers. */
const CHANGED: AlertRule = { ...PLAIN_RULE, enter: 0.95, version: 2 };

/** The actor gets its rules by message: never the objects that it has. */
function useRules(scene: Scene, rules: readonly AlertRule[]): AlertEvent[] {
  const out: Output[] = [];
  scene.alerts.useRules(structuredClone(rules), evidenceOf(scene.nowMs, null), out);
  return out.filter((output) => output.type === "alert");
}

Deno.test("Alerts.useRules() leaves a rule as it stands that is what it was: pending, firing, resting", () => {
  const scene = new Scene();
  scene.hold(0.9, PLAIN_RULE.forMs);
  assertEquals(useRules(scene, [OTHER, PLAIN_RULE]), []);
  const [fired] = scene.hold(0.9, TICK_MS).filter(({ rule }) => rule === BID);
  assertEquals(fired?.startedMs, 1_000_000, "what it had counted counts");
  assertEquals(useRules(scene, [PLAIN_RULE]).map(({ rule, reason }) => [rule, reason]), [
    ["other", "its rule is not in force any more"],
  ]);
  const [resolved, ...more] = scene.hold(0, PLAIN_RULE.keepFiringMs + TICK_MS);
  assertEquals([resolved?.alertId, resolved?.reason, more], [fired?.alertId, null, []]);
  useRules(scene, [PLAIN_RULE]);
  assertEquals(scene.hold(0.9, PLAIN_RULE.cooldownMs - TICK_MS), []);
});

Deno.test("Alerts.useRules() resolves what fires under a rule that is gone, as the next revision, with that reason", () => {
  const scene = new Scene();
  const [fired] = scene.hold(0.9, PLAIN_RULE.forMs + TICK_MS);
  const [resolved, ...more] = useRules(scene, []);
  assertEquals(more, []);
  const { alertId, phase, revision, reason, value, peak, resolvedMs, summary } = resolved ?? {};
  assertEquals([alertId, phase, revision, value, peak], [fired?.alertId, "resolved", 2, null, 0.9]);
  assertEquals([reason, resolvedMs], ["its rule is not in force any more", scene.nowMs]);
  assertEquals(summary, `it fired as: ${fired?.summary}`);
  assertEquals(scene.hold(0.9, 60_000), []);
});

Deno.test("Alerts.useRules() resolves what fires under a rule that has changed, which rests and begins anew", () => {
  const scene = new Scene();
  scene.hold(0.9, PLAIN_RULE.forMs + TICK_MS);
  const changed = useRules(scene, [CHANGED]);
  assertEquals(changed.map(({ phase, reason }) => [phase, reason]), [
    ["resolved", "its rule was changed"],
  ]);
  const restMs = PLAIN_RULE.cooldownMs;
  assertEquals(scene.hold(0.96, restMs), [], "it rests as after any episode");
  const [again] = scene.hold(0.96, PLAIN_RULE.forMs + TICK_MS);
  assertEquals([again?.rule, again?.threshold, again?.revision], [BID, 0.95, 1]);
});

Deno.test("Alerts.useRules() counts nothing of what was pending under a rule that has changed", () => {
  const scene = new Scene();
  scene.hold(0.96, PLAIN_RULE.forMs);
  useRules(scene, [CHANGED]);
  assertEquals(scene.hold(0.96, PLAIN_RULE.forMs), []);
  assertEquals(scene.hold(0.96, TICK_MS).length, 1);
});

Deno.test("Alerts.useRules() loses no resolve of an older episode that a newer one had followed", () => {
  const scene = new Scene();
  const [first] = scene.hold(0.9, PLAIN_RULE.forMs + TICK_MS);
  scene.restore(
    first === undefined ? [] : [{ ...first, alertId: "older", startedMs: 500, revision: 7 }],
  );
  assertEquals(
    useRules(scene, []).map(({ alertId, phase, revision }) => [alertId, phase, revision]),
    [[first?.alertId, "resolved", 2], ["older", "resolved", 8]],
  );
});

Deno.test("Alerts.useRules() begins what is new, and goes back to what was, learning anew", () => {
  const learning: AlertRule = {
    ...PLAIN_RULE,
    ...{ kind: "share", name: "thin", sources: [SOURCE], window: 20, armedAfter: 10, forMs: 0 },
    ...{ enter: 0.4, leave: 0.5 },
  };
  const scene = new Scene({ rules: [learning] });
  scene.hold(0.8, 15_000);
  useRules(scene, [learning]);
  assertEquals(scene.hold(0.1, TICK_MS).length, 1, "what it has learnt is kept");
  useRules(scene, [{ ...learning, enter: 0.3, version: 2 }]);
  scene.hold(0.8, 5_000);
  assertEquals(scene.hold(0.1, TICK_MS), [], "five samples are too few");
});

Deno.test("Alerts.useRules() leaves nothing told as firing or learning that is not any more", () => {
  const standing = (out: readonly Output[]) =>
    out.flatMap((one) => one.type === "rule_state" ? [`${one.rule} ${one.phase}`] : []);
  const run = (rules: readonly AlertRule[]) => {
    const scene = new Scene({ rules: [{ ...PLAIN_RULE, cooldownMs: 0 }] });
    scene.hold(0.9, PLAIN_RULE.forMs + TICK_MS);
    const out: Output[] = [];
    scene.alerts.useRules(rules, evidenceOf(scene.nowMs, null), out);
    scene.alerts.evaluate(evidenceOf(scene.nowMs, { imbalance: 0 }), out);
    return standing(out);
  };
  assertEquals(run([]), [`${BID} idle`]);
  assertEquals(run([{ ...CHANGED, cooldownMs: 0 }]), [`${BID} idle`]);
});

Deno.test("Alerts.useRules() refuses two rules of one name, and nothing has changed", () => {
  const scene = new Scene();
  assertThrows(() => useRules(scene, [OTHER, OTHER]), RangeError, "two have one name");
  assertEquals(scene.hold(0.9, PLAIN_RULE.forMs + TICK_MS).map(({ rule }) => rule), [BID]);
});
