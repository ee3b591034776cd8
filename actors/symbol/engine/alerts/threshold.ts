/** Kind `threshold`: one metric against the line to enter by and the lower one to leave by. */
import type { AlertRuleOf } from "../../../../shared/catalogue/rules.ts";
import type { Evaluator, Reading } from "./evaluator.ts";

/** It needs no memory: a value above `enter` is met at once, whatever was before. */
export function createThreshold(
  { metric, sign, enter, leave }: AlertRuleOf<"threshold">,
): Evaluator {
  const reading: { -readonly [Part in keyof Reading]: Reading[Part] } = {
    value: NaN,
    threshold: enter,
    condition: "gone",
  };
  return {
    read({ values }) {
      const now = values?.[metric] ?? null;
      if (now === null) return null;
      const value = sign * now;
      reading.value = value;
      reading.condition = value >= enter ? "met" : value >= leave ? "between" : "gone";
      return reading;
    },
  };
}
