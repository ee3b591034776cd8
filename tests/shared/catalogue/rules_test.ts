import { assert, assertEquals } from "@std/assert";
import { alertRulesFor, DEFAULT_ALERT_RULES } from "../../../shared/catalogue/built_in_rules.ts";
import { definitionOf, METRIC_NAMES } from "../../../shared/catalogue/metrics.ts";
import { episodeName } from "../../../shared/catalogue/rules.ts";
import { DEFAULT_SETTINGS } from "../../../shared/catalogue/settings.ts";

Deno.test("DEFAULT_ALERT_RULES have a name for each episode, and are plain data that JSON can hold", () => {
  const names = DEFAULT_ALERT_RULES.flatMap((rule) =>
    rule.sources.map((source) => episodeName(rule, source))
  );
  assertEquals(new Set(names).size, names.length);
  assertEquals(JSON.parse(JSON.stringify(DEFAULT_ALERT_RULES)), DEFAULT_ALERT_RULES);
});

Deno.test("DEFAULT_ALERT_RULES leave farther from alarm than where they enter", () => {
  for (const rule of DEFAULT_ALERT_RULES) {
    if (rule.kind === "threshold" || rule.kind === "flip") {
      assert(rule.leave >= 0.7 * rule.enter && rule.leave <= 0.8 * rule.enter, rule.name);
    }
    if (rule.kind === "share") assert(rule.leave > rule.enter, rule.name);
    if (rule.kind === "deviation") assertEquals(rule.leaveShare, 0.75, rule.name);
  }
});

Deno.test("DEFAULT_ALERT_RULES have a figure for each name in their summaries, but for words", () => {
  for (const { name, summary: { text, figures } } of DEFAULT_ALERT_RULES) {
    const named = [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "")
      .filter((word) => word !== "side" && word !== "state");
    assertEquals(named.sort(), Object.keys(figures).sort(), name);
  }
});

Deno.test("A metric that may be a lower bound names the one that tells how far it is known", () => {
  const names: readonly string[] = METRIC_NAMES;
  for (const name of METRIC_NAMES) {
    const { lowerBoundBeyond } = definitionOf(name);
    if (lowerBoundBeyond !== undefined) assert(names.includes(lowerBoundBeyond.covered), name);
  }
});

Deno.test("alertRulesFor() says of how many levels it speaks, and changes nothing else of a rule", () => {
  const rules = alertRulesFor({ ...DEFAULT_SETTINGS, imbalanceLevels: 20 });
  const texts = rules.map(({ summary }) => summary.text);
  assert(texts.includes("{share} % of the 20 best levels rests on the {side} side"));
  const withoutText = DEFAULT_ALERT_RULES.map((rule) => ({ ...rule, summary: null }));
  assertEquals(rules.map((rule) => ({ ...rule, summary: null })), withoutText);
});
