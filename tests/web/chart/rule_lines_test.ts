/** Lines on a chart: by which step a key moves one, and which crossing rules are some. */
import { assertEquals } from "@std/assert";
import { readRulesFile } from "../../../shared/alert_rules/rules_file.ts";
import { DEFAULT_SETTINGS } from "../../../shared/catalogue/settings.ts";
import { keyStep, movedBy, onGrid, ruleLines, sideOf } from "../../../web/page/chart/drawn_line.ts";
import type { RuleShown } from "../../../web/page/rules_shown.ts";

Deno.test("A key moves a line by a round step of its axis, no finer than its prices", () => {
  assertEquals(keyStep({ min: 64_000, max: 64_100 }, 0.01), 0.5);
  assertEquals(keyStep({ min: 64_000, max: 64_000.1 }, 0.01), 0.01);
  assertEquals(keyStep({ min: 8.4e-6, max: 8.5e-6 }, 1e-8), 1e-8);
  assertEquals(movedBy("ArrowUp", false, 64_000.2, 0.5), 64_000.5);
  assertEquals(movedBy("ArrowDown", true, 64_000, 0.5), 63_995);
  assertEquals(movedBy("PageUp", false, 64_000, 0.5), 64_005);
  assertEquals(movedBy("ArrowLeft", false, 1, 1), null, "the chart's own");
  assertEquals(onGrid(0.1 + 0.2, 0.01), 0.3);
  assertEquals([sideOf(10, 9), sideOf(10, 11), sideOf(10, null)], ["below", "above", "below"]);
});

Deno.test("ruleLines() are the crossings that a symbol has, in the metric's own sign", () => {
  const file = {
    rules: {
      up: { kind: "crossing", sources: [{ metric: "mid" }], line: 10 },
      off: { kind: "crossing", sources: [{ metric: "mid" }], line: 11, isOn: false },
    },
    symbols: {
      A: { down: { kind: "crossing", sources: [{ metric: "mid", sign: -1 }], line: -9 } },
    },
  };
  const { all, symbols } = readRulesFile(JSON.stringify(file), DEFAULT_SETTINGS);
  const shown = (list: typeof all) =>
    list.map(({ rule, ...of }): RuleShown => ({ ...rule, ...of }));
  const rules = { rules: shown(all), symbols: { A: shown(symbols["A"] ?? []) } };
  const told = (symbol: string) =>
    ruleLines(rules, symbol).map(({ rule, symbol, value }) => [rule.name, symbol, value]);
  assertEquals(told("A"), [["up", null, 10], ["down", "A", 9]]);
  assertEquals(told("B"), [["up", null, 10]]);
});

/** What the supervisor would have in force; of one page. */
