import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import type { ChildStatus, SystemStatus } from "../../shared/protocol.ts";
import {
  applyChange,
  changeOf,
  mergeChanges,
  type SystemChange,
  type SystemView,
  viewOfSystem,
} from "../../shared/system_change.ts";
import { budgetStatus, START_MS, systemStatus } from "../support/outputs.ts";

const IDS = ["writer", "web", "symbol:BTCUSDT", "symbol:ETHUSDT", "symbol:SOLUSDT"] as const;

const child: fc.Arbitrary<Omit<ChildStatus, "actorId">> = fc.record({
  state: fc.constantFrom("running", "restarting", "failed"),
  reason: fc.constantFrom(null, "it crashed"),
  incarnation: fc.integer({ min: 1, max: 3 }),
  restarts: fc.nat(2),
  gauges: fc.record({ frames: fc.nat() }),
});

const status: fc.Arbitrary<SystemStatus> = fc.record({
  symbols: fc.subarray(["BTCUSDT", "ETHUSDT", "SOLUSDT"]),
  exchange: fc.constantFrom<SystemStatus["exchange"]>(
    { state: "reached", reason: null },
    { state: "reached", reason: null, endpoint: "https://b.example" },
    { state: "unreachable", reason: "no answer" },
  ),
  clock: fc.constantFrom(null, { offsetMs: 3, roundTripMs: 9 }),
  budget: fc.integer({ min: 0, max: 3 }).map((usedWeight) => budgetStatus({ usedWeight })),
  timeMs: fc.nat(9).map((seconds) => START_MS + seconds * 1_000),
  children: fc.tuple(fc.subarray([...IDS]), fc.array(child, { minLength: 5, maxLength: 5 })).map(
    ([ids, children]) =>
      children.slice(0, ids.length).map((one, i) => ({ ...one, actorId: ids[i] ?? "web" })),
  ),
}).map((over) => systemStatus(over));

/** The order of the children says nothing. */
function sorted(view: SystemView): SystemView {
  const children = [...view.children].sort((a, b) => a.actorId < b.actorId ? -1 : 1);
  return { ...view, children };
}

/** Nothing but the time has changed. */
const none = (after: SystemView): SystemChange => ({
  timeMs: after.timeMs,
  parts: {},
  children: [],
  gone: [],
});

Deno.test("applyChange() makes of a view and the changes since, one by one or merged, the view of now", () => {
  fc.assert(fc.property(fc.array(status, { minLength: 2, maxLength: 6 }), (statuses) => {
    const views = statuses.map(viewOfSystem);
    const changes = views.slice(1).map((after, i) => {
      const before = views[i] ?? after;
      return changeOf(before, after) ?? none(after);
    });
    const [first, last] = [views[0], views.at(-1)];
    if (first === undefined || last === undefined) return;
    assertEquals(sorted(changes.reduce(applyChange, first)), sorted(last));
    assertEquals(sorted(applyChange(first, changes.reduce(mergeChanges))), sorted(last));
  }));
});

Deno.test("changeOf() names what has changed and nothing else, and no gauge", () => {
  const before = systemStatus();
  const gauges = { frames: 9 };
  const busy = before.children.map((one) => ({ ...one, gauges }));
  const later = systemStatus({ children: busy, timeMs: START_MS + 1_000 });
  assertEquals(changeOf(viewOfSystem(before), viewOfSystem(later)), null);
  const children = busy.slice(0, 3).map((one) =>
    one.actorId === "web" ? { ...one, restarts: 1 } : one
  );
  const clock = { offsetMs: 1, roundTripMs: 2 };
  const changed = systemStatus({ children, clock, timeMs: START_MS + 2_000 });
  const web = {
    actorId: "web",
    state: "running",
    reason: null,
    incarnation: 1,
    restarts: 1,
  } as const;
  assertEquals(changeOf(viewOfSystem(later), viewOfSystem(changed)), {
    timeMs: START_MS + 2_000,
    parts: { clock },
    children: [web],
    gone: ["symbol:ETHUSDT"],
  });
});
