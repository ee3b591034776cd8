/** Shrink: of a failing plan's faults as few as still make it fail, and no time after it. */
import type { Violation } from "./tally.ts";
import type { Plan } from "./plan.ts";

/** Runs that the search may cost. */
const RUNS_MAX = 200;

/** The plan with these of its faults, by index, and no others. */
export function withFaults(plan: Plan, indices: ReadonlySet<number>): Plan {
  return { ...plan, faults: plan.faults.filter(({ index }) => indices.has(index)) };
}

/**
 * Leaves out faults, in halves first and then one by one, as long as `run` breaks the same promise. The
 * seed's own indices are kept, so that a person can name them.
 */
export function shortestPlan(
  plan: Plan,
  { promise, atMs }: Pick<Violation, "promise" | "atMs">,
  run: (plan: Plan) => Pick<Violation, "promise"> | null,
): Plan {
  let runs = 0;
  // What comes after the failure has no part in it.
  let best: Plan = { ...plan, faults: plan.faults.filter((fault) => fault.atMs <= atMs) };
  const tryWithout = (from: number, count: number): boolean => {
    if (runs >= RUNS_MAX) return false;
    runs += 1;
    const faults = best.faults.filter((_, i) => i < from || i >= from + count);
    const candidate = { ...best, faults };
    if (run(candidate)?.promise !== promise) return false;
    best = candidate;
    return true;
  };
  // Which faults matter together changes as others go: rounds, until one finds nothing.
  for (let left = Infinity; best.faults.length < left;) {
    left = best.faults.length;
    for (let count = Math.ceil(left / 2); count >= 1; count = Math.floor(count / 2)) {
      for (let from = 0; from < best.faults.length;) {
        if (!tryWithout(from, count)) from += count;
      }
    }
  }
  return best;
}
