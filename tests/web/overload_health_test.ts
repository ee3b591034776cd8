import { assertEquals } from "@std/assert";
import type { ChildStatus } from "../../shared/protocol.ts";
import { overloadComplaint } from "../../web/overload_health.ts";

function child(symbol: string, overload: number | null, state: ChildStatus["state"] = "running") {
  const gauges = overload === null ? {} : { overload };
  return {
    actorId: `symbol:${symbol}`,
    state,
    reason: null,
    incarnation: 1,
    restarts: 0,
    gauges,
  } as const satisfies ChildStatus;
}

Deno.test("overloadComplaint() names for whom this machine is too slow, and what is left undone for the worst", () => {
  const writer: ChildStatus = { ...child("A", 1), actorId: "writer" };
  const cases: [children: ChildStatus[], complaint: string | null][] = [
    [[], null],
    [[child("A", 0), child("B", null), writer], null],
    [[child("A", 3, "quarantined")], null],
    [
      [child("A", 1), child("B", 0)],
      "This machine is too slow for 1 of 2 symbols (A): numbers leave for the page four times a second at most",
    ],
    [
      [child("A", 1), child("B", 2), child("C", 1), child("D", 1), child("E", 1)],
      "This machine is too slow for 5 of 5 symbols (B, A, C and 2 more): numbers leave for the page once a second, " +
      "and metrics beyond tier 1 are not computed",
    ],
  ];
  for (const [children, complaint] of cases) assertEquals(overloadComplaint(children), complaint);
});
