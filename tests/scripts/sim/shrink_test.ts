import { assertEquals } from "@std/assert";
import { type Plan, planOf } from "../../../scripts/sim/plan.ts";
import { shortestPlan } from "../../../scripts/sim/shrink.ts";

/** A plan with many faults, in the order of time, which is not that of their numbers. */
function longPlan(): Plan {
  for (let seed = 1;; seed++) {
    const plan = planOf(seed, 600_000);
    if (plan.faults.length < 30) continue;
    return { ...plan, faults: plan.faults.toSorted((a, b) => a.atMs - b.atMs) };
  }
}

const indices = ({ faults }: Plan) => faults.map(({ index }) => index);

Deno.test("shortestPlan() leaves the faults that it takes, under their own numbers", () => {
  const run = (plan: Plan) => {
    const left = indices(plan);
    return left.includes(3) && left.includes(17) ? { promise: "kept" } : null;
  };
  const shortest = shortestPlan(longPlan(), { promise: "kept", atMs: 600_000 }, run);
  assertEquals(indices(shortest), [3, 17]);
});

Deno.test("shortestPlan() does not take another broken promise for the same", () => {
  const run = (plan: Plan) => ({ promise: plan.faults.length > 4 ? "kept" : "another" });
  assertEquals(shortestPlan(longPlan(), { promise: "kept", atMs: 600_000 }, run).faults.length, 5);
});

Deno.test("shortestPlan() drops what comes after the failure", () => {
  const plan = longPlan();
  const atMs = plan.faults[9]?.atMs ?? NaN;
  const run = (shorter: Plan) => shorter.faults.length >= 10 ? { promise: "kept" } : null;
  const shortest = shortestPlan(plan, { promise: "kept", atMs }, run);
  assertEquals(indices(shortest), indices(plan).slice(0, 10));
});
