/** Kind `crossing`: a value passes a line from below. That is over in a moment, however long it stays above. */
import type { AlertRuleOf } from "../../../../shared/catalogue/rules.ts";
import { type Evaluator, ownReading } from "./evaluator.ts";

/**
 * Only a value that has been below the line can pass it; what is above when the rule begins has not. A pass that is seen
 * when data is known again, on the other side of the line, is one.
 */
export function createCrossing({ line, margin, repeat }: AlertRuleOf<"crossing">): Evaluator {
  const reading = ownReading(line, line);
  let isBelow = false;
  let isOver = false;
  let isFirst = true;
  return {
    isFalling: false,
    baseline: null,
    read({ value }, _evidence, isFiring) {
      if (value !== value) return null;
      // Of the first value of all it is asked on which side it is, and of later ones whether they came back.
      if (value < (isFirst ? line : line - margin) || margin === 0 && value < line) isBelow = true;
      isFirst = false;
      if (isFiring && value >= line) {
        isBelow = false;
        isOver ||= repeat === "once";
      }
      reading.value = value;
      reading.condition = isBelow && !isOver && value >= line ? "met" : "gone";
      return reading;
    },
    remember: () => ({ isBelow, isOver }),
    recall(memory) {
      const { isBelow: wasBelow, isOver: wasOver } = (memory ?? {}) as Record<string, unknown>;
      if (typeof wasBelow !== "boolean" || typeof wasOver !== "boolean") return false;
      isBelow = wasBelow;
      isOver = wasOver;
      isFirst = false;
      return true;
    },
  };
}
