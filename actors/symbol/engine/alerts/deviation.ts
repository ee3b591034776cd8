/**
 * Kind `deviation`: a value that is far from what is usual: so many scales above the median of a learnt baseline, and so
 * much at least in its own unit. Iglewicz and Hoaglin (1993), with the floors of `statistics/baseline.ts`.
 */
import type { AlertRuleOf } from "../../../../shared/catalogue/rules.ts";
import { Baseline } from "../statistics/baseline.ts";
import { type Evaluator, ownReading } from "./evaluator.ts";
import { learntEvaluator } from "./learnt.ts";

/** Its lines move with the baseline, which it learns and remembers. */
export function createDeviation(rule: AlertRuleOf<"deviation">): Evaluator {
  const { window, armedAfter, floor, scales, moveMin, leaveShare, criticalScales } = rule;
  const baseline = new Baseline({ window, armedAfter, floor });
  const reading = ownReading();
  return learntEvaluator(baseline, false, ({ value }) => {
    const { median, scale } = baseline;
    const enterMove = Math.max(scales * scale, moveMin);
    reading.value = value;
    reading.enter = median + enterMove;
    reading.leave = median + leaveShare * enterMove;
    reading.critical = criticalScales === null
      ? NaN
      : median + Math.max(criticalScales * scale, moveMin);
    reading.condition = value >= reading.enter
      ? "met"
      : value >= reading.leave
      ? "between"
      : "gone";
    return reading;
  });
}
