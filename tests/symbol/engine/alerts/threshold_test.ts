import { assertEquals } from "@std/assert";
import { createThreshold } from "../../../../actors/symbol/engine/alerts/threshold.ts";
import { UNKNOWN_VALUES } from "../../../../shared/catalogue/metrics.ts";
import type { AlertRuleOf } from "../../../../shared/catalogue/rules.ts";

const RULE: AlertRuleOf<"threshold"> = {
  kind: "threshold",
  name: "any",
  version: 1,
  severity: "info",
  metric: "topQty",
  sign: 1,
  enter: 10,
  leave: 8,
  forMs: 0,
  keepFiringMs: 0,
  cooldownMs: 0,
  summary: { text: "", figures: {} },
};

function conditions(rule: AlertRuleOf<"threshold">, topQtys: readonly (number | null)[]) {
  const evaluator = createThreshold(rule);
  return topQtys.map((topQty) => {
    const values = { ...UNKNOWN_VALUES, topQty };
    return evaluator.read({ nowMs: 0, values, bookUpdateId: 1 })?.condition ?? null;
  });
}

Deno.test("A threshold is met from the one line on and gone below the other", () => {
  assertEquals(conditions(RULE, [10, 9.99, 8, 7.99]), ["met", "between", "between", "gone"]);
});

Deno.test("A threshold with the sign −1 watches the other side", () => {
  const rule: AlertRuleOf<"threshold"> = { ...RULE, sign: -1 };
  assertEquals(conditions(rule, [-10, -8, -7, 10]), ["met", "between", "gone", "gone"]);
});

Deno.test("A threshold cannot be told without a value of its metric, nor without a book", () => {
  assertEquals(conditions(RULE, [null, 10]), [null, "met"]);
  assertEquals(createThreshold(RULE).read({ nowMs: 0, values: null, bookUpdateId: null }), null);
});

Deno.test("A threshold tells the value that it watches and the line to enter by", () => {
  const values = { ...UNKNOWN_VALUES, topQty: -12 };
  const reading = createThreshold({ ...RULE, sign: -1 }).read({
    nowMs: 0,
    values,
    bookUpdateId: 1,
  });
  assertEquals([reading?.value, reading?.threshold], [12, 10]);
});
