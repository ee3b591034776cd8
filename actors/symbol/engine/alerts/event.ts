/** Kind `event`: something has happened that was large, near and old enough. It is over with its tick. */
import type { AlertRuleOf, RuleSource } from "../../../../shared/catalogue/rules.ts";
import { type Evaluator, ownReading } from "./evaluator.ts";

/** Of several on one tick the largest counts; what it was worth is the value until there is another. */
export function createEvent(
  { valueMin, distanceBpsMax, ageMsMin }: AlertRuleOf<"event">,
  { side }: RuleSource,
): Evaluator {
  const reading = ownReading(valueMin, valueMin);
  // Of what happened before this life only the episode knows.
  reading.value = NaN;
  return {
    isFalling: false,
    baseline: null,
    read(_watched, { values, wallEvents = [] }) {
      if (values === null) return null;
      const isUnknown = (side === "ask" || values.bidWalls === null) &&
        (side === "bid" || values.askWalls === null);
      // Nobody has looked for walls, as in overload: that none has gone is not known.
      if (wallEvents.length === 0 && isUnknown) return null;
      reading.condition = "gone";
      for (const { fate, dollars, ...wall } of wallEvents) {
        const isMeant = fate === "pulled" && (side === null || wall.side === side) &&
          dollars >= valueMin && wall.distanceBps <= distanceBpsMax && wall.ageMs >= ageMsMin;
        if (!isMeant) continue;
        const isFirst = reading.condition === "gone";
        if (isFirst || dollars > reading.value) reading.value = dollars;
        reading.condition = "met";
      }
      return reading;
    },
  };
}
