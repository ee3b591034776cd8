/** What the kinds that learn what is usual do alike: learn, say nothing before there is enough, remember. */
import { type Baseline, SAMPLE_MS } from "../statistics/baseline.ts";
import type { Evaluator, Reading, Watched } from "./evaluator.ts";

/** An evaluator over a baseline; `readArmed` is asked of known values once the baseline says something. */
export function learntEvaluator(
  baseline: Baseline,
  isFalling: boolean,
  readArmed: (watched: Watched) => Reading | null,
): Evaluator {
  return {
    isFalling,
    baseline,
    read(watched, evidence, isFiring) {
      const { value } = watched;
      if (value !== value) return null;
      const reading = baseline.isArmed ? readArmed(watched) : null;
      // Afterwards, because a value is not held against itself; and not from the event.
      baseline.learn(evidence, watched, isFiring || reading?.condition === "met");
      return reading;
    },
    remember: () => baseline.remember(),
    recall(memory, _nowMs, ageMs) {
      // What is older than the window says nothing of now: the rule learns anew.
      return ageMs > baseline.window * SAMPLE_MS || baseline.recall(memory);
    },
  };
}
