/**
 * Kind `state`: the feed is in a state in which its data cannot be trusted. One that has not been live yet is on its way
 * and not degraded.
 */
import type { AlertRuleOf } from "../../../../shared/catalogue/rules.ts";
import { type Evaluator, ownReading } from "./evaluator.ts";

const SECOND_MS = 1_000;

/** Its value is for how many seconds the condition has been as it is. A state of neither kind holds the rule. */
export function createState(
  { states, forMs, keepFiringMs }: AlertRuleOf<"state">,
): Evaluator {
  const reading = ownReading(forMs / SECOND_MS, keepFiringMs / SECOND_MS);
  let hasBeenLive = false;
  let sinceMs = NaN;
  return {
    isFalling: false,
    baseline: null,
    read(_watched, { nowMs, state }, isFiring) {
      const isLive = state === "live";
      hasBeenLive ||= isLive || isFiring;
      if (!hasBeenLive || !isLive && !states.includes(state)) return null;
      const condition = isLive ? "gone" : "met";
      if (reading.condition !== condition || sinceMs !== sinceMs) sinceMs = nowMs;
      reading.condition = condition;
      reading.value = (nowMs - sinceMs) / SECOND_MS;
      return reading;
    },
    remember: () => hasBeenLive ? true : null,
    recall(memory) {
      hasBeenLive = memory === true;
      return hasBeenLive;
    },
  };
}
