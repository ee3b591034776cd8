import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { alertRulesFor, DEFAULT_ALERT_RULES } from "../../../shared/catalogue/rules.ts";
import { DEFAULT_SETTINGS } from "../../../shared/catalogue/settings.ts";

Deno.test("DEFAULT_ALERT_RULES have a name each, and are plain data that JSON can hold", () => {
  const names = DEFAULT_ALERT_RULES.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
  assertEquals(JSON.parse(JSON.stringify(DEFAULT_ALERT_RULES)), DEFAULT_ALERT_RULES);
});

Deno.test("DEFAULT_ALERT_RULES leave at 70 to 80 % of where they enter", () => {
  for (const rule of DEFAULT_ALERT_RULES) {
    const { name, enter, leave } = rule;
    assert(leave >= 0.7 * enter && leave <= 0.8 * enter, name);
  }
});

Deno.test("DEFAULT_ALERT_RULES have a figure for each name in their summaries", () => {
  for (const { name, summary: { text, figures } } of DEFAULT_ALERT_RULES) {
    const named = [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
    assertEquals(named.sort(), Object.keys(figures).sort(), name);
  }
});

Deno.test("alertRulesFor() says of how many levels it speaks, and changes nothing else of a rule", () => {
  const rules = alertRulesFor({ ...DEFAULT_SETTINGS, imbalanceLevels: 20 });
  const textOf = (at: number) => rules[at]?.summary.text;
  assertEquals(textOf(0), "{share} % of the 20 best levels rests on the bid side");
  assertEquals(textOf(1), "{share} % of the 20 best levels rests on the ask side");
  const withoutText = DEFAULT_ALERT_RULES.map((rule) => ({ ...rule, summary: null }));
  assertEquals(rules.map((rule) => ({ ...rule, summary: null })), withoutText);
});

Deno.test("docs/METRICS.md lists DEFAULT_ALERT_RULES as they are", async () => {
  const document = await Deno.readTextFile(new URL("../../../docs/METRICS.md", import.meta.url));
  for (const rule of DEFAULT_ALERT_RULES) {
    const { name, metric, sign, enter, leave, forMs, keepFiringMs, cooldownMs, severity } = rule;
    const seconds = [forMs, keepFiringMs, cooldownMs].map((ms) => `${ms / 1_000} s`);
    const watched = `\`${sign === 1 ? "" : "−"}${metric}\``;
    const cells = [`\`${name}\``, watched, enter, leave, ...seconds, severity];
    assertStringIncludes(document, `\n| ${cells.join(" | ")} |\n`);
  }
});
