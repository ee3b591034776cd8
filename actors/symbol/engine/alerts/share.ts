/** Kind `share`: a value that has fallen to a share of its own median. */
import type { AlertRuleOf } from "../../../../shared/catalogue/rules.ts";
import { Baseline } from "../statistics/baseline.ts";
import { type Evaluator, ownReading } from "./evaluator.ts";
import { learntEvaluator } from "./learnt.ts";

/** It falls towards alarm; its lines move with the baseline, which it learns and remembers. */
export function createShare(rule: AlertRuleOf<"share">): Evaluator {
  const { window, armedAfter, enter, leave } = rule;
  const baseline = new Baseline({ window, armedAfter, floor: 0 });
  const reading = ownReading();
  return learntEvaluator(baseline, true, ({ value }) => {
    // Of nothing there is no share.
    if (!(baseline.median > 0)) return null;
    reading.value = value;
    reading.enter = enter * baseline.median;
    reading.leave = leave * baseline.median;
    reading.condition = value <= reading.enter
      ? "met"
      : value <= reading.leave
      ? "between"
      : "gone";
    return reading;
  });
}
