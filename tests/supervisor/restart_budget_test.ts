import { assertEquals } from "@std/assert";
import { RestartBudget } from "../../actors/supervisor/restart_budget.ts";

const limits = { intensity: 3, periodMs: 10_000 };

Deno.test("RestartBudget.crashed() restarts at once, then with growing delays, then gives up", () => {
  const budget = new RestartBudget(limits, () => 1);
  assertEquals(budget.crashed(0), { kind: "restart", delayMs: 0 });
  assertEquals(budget.crashed(1), { kind: "restart", delayMs: 200 });
  assertEquals(budget.crashed(2), { kind: "restart", delayMs: 400 });
  assertEquals(budget.crashed(3), { kind: "give_up" });
});

Deno.test("RestartBudget.crashed() forgets crashes older than the period", () => {
  const budget = new RestartBudget(limits, () => 1);
  for (const at of [0, 1, 2]) budget.crashed(at);
  assertEquals(budget.crashed(10_001), { kind: "restart", delayMs: 200 });
});

Deno.test("RestartBudget.crashed() draws delays from the upper half", () => {
  const budget = new RestartBudget(limits, () => 0);
  budget.crashed(0);
  assertEquals(budget.crashed(1), { kind: "restart", delayMs: 100 });
});

Deno.test("RestartBudget.reset() gives the whole budget back", () => {
  const budget = new RestartBudget(limits, () => 1);
  for (const at of [0, 1, 2, 3]) budget.crashed(at);
  budget.reset();
  assertEquals(budget.crashed(4), { kind: "restart", delayMs: 0 });
});
