/** Kind `threshold`: a value against the line to enter by and the lower one to leave by. */
import type { AlertRuleOf } from "../../../../shared/catalogue/rules.ts";
import { type Evaluator, ownReading } from "./evaluator.ts";

/** It needs no memory: a value above `enter` is met at once, whatever was before. */
export function createThreshold({ enter, leave }: AlertRuleOf<"threshold">): Evaluator {
  const reading = ownReading(enter, leave);
  return {
    isFalling: false,
    baseline: null,
    read({ value }) {
      if (value !== value) return null;
      reading.value = value;
      reading.condition = value >= enter ? "met" : value >= leave ? "between" : "gone";
      return reading;
    },
  };
}
