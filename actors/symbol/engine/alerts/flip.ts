/**
 * Kind `flip`: a value that leaned to the other side leans to this one soon after. To pass 0 alone is noise, so there is a
 * line on each side (a Schmitt trigger). What has turned stays turned: the condition holds no longer than the two may lie
 * apart.
 */
import type { AlertRuleOf } from "../../../../shared/catalogue/rules.ts";
import { type Evaluator, ownReading } from "./evaluator.ts";

/** It remembers when the value last leaned to the other side. */
export function createFlip(
  { enter, leave, withinMs, forMs }: AlertRuleOf<"flip">,
): Evaluator {
  const reading = ownReading(enter, leave);
  /** Since when it leans to the other side; when it last did, and had for long enough; when it turned to this one. */
  const times = new Float64Array([NaN, NaN, NaN]);
  const [SINCE, LAST, TURNED] = [0, 1, 2];
  return {
    isFalling: false,
    baseline: null,
    read({ value }, { nowMs }) {
      if (value !== value) return null;
      if (value <= -enter) {
        const sinceMs = times[SINCE] ?? NaN;
        if (sinceMs !== sinceMs) times[SINCE] = nowMs;
        if (nowMs - (times[SINCE] ?? NaN) >= forMs) times[LAST] = nowMs;
      } else times[SINCE] = NaN;
      if (value < leave) times[TURNED] = NaN;
      else if (value >= enter) {
        const turnedMs = times[TURNED] ?? NaN;
        const isSoon = nowMs - (times[LAST] ?? NaN) <= withinMs;
        if (turnedMs !== turnedMs && isSoon) times[TURNED] = nowMs;
      }
      const hasTurned = nowMs - (times[TURNED] ?? NaN) <= withinMs;
      reading.value = value;
      reading.condition = !hasTurned ? "gone" : value >= enter ? "met" : "between";
      return reading;
    },
    remember(nowMs) {
      const ago = (time: number) => Number.isNaN(time) ? null : nowMs - time;
      const [since, last, turned] = [...times].map(ago);
      return since === null && last === null && turned === null ? null : { since, last, turned };
    },
    recall(memory, nowMs, ageMs) {
      const { since, last, turned } = (memory ?? {}) as Record<string, unknown>;
      const agos = [since, last, turned];
      const isAgo = (ago: unknown) => ago === null || Number.isFinite(ago);
      if (!agos.every(isAgo)) return false;
      for (const [at, ago] of agos.entries()) {
        times[at] = ago === null ? NaN : nowMs - ageMs - Number(ago);
      }
      return true;
    },
  };
}
