import { assert, assertEquals } from "@std/assert";
import { NO_CHECKPOINT, readCheckpoint } from "../../actors/symbol/checkpoint.ts";
import { type Market, MONITOR } from "../../shared/market.ts";
import { muteRecord } from "../support/mutes.ts";
import { alertEvent } from "../support/outputs.ts";

const MARKET: Market = { venue: "binance_spot", symbol: "BTCUSDT" };
const FIRED = alertEvent({
  alertId: "binance_spot/BTCUSDT/wide/500",
  rule: "wide",
  startedMs: 500,
  firedMs: 2_500,
  timeMs: 2_500,
  acknowledged: { timeMs: 2_400, by: "anna", comment: "seen", severity: "warning" },
  evidence: null,
});
const LAST = { alertId: "binance_spot/BTCUSDT/wide/500", revision: 2, startedMs: 500 };
const PHASES = [
  { phase: "idle", last: LAST, restMs: 5_000 },
  { phase: "pending", last: null, startedAgoMs: 100, countedMs: 0 },
  { phase: "firing", event: FIRED, toldAgoMs: 100, peak: 0.97, goneMs: null },
];
const WHOLE = {
  alerts: {
    rules: [
      ...PHASES.map((state, i) => ({
        rule: `rule ${i}`,
        version: 1,
        lifeCycle: { state, awayMs: 0, level: 2, quietMs: i === 0 ? 5_000 : null },
        learnt: null,
        smoothed: null,
      })),
      { rule: "learns", version: 2, lifeCycle: null, learnt: { any: ["thing"] }, smoothed: 7 },
    ],
    notifications: { agosMs: [5, 3_000], suppressed: 2 },
    mutes: [muteRecord(), muteRecord({ ...MONITOR, reason: "news", removedMs: 7 })],
  },
  metrics: { families: { velocity: { learnt: [1, null, "word"] } }, isRestored: true },
  unacked: [{ ...FIRED, phase: "resolved", revision: 2, resolvedMs: 3_000 }],
};

function assertRefused(value: unknown, what: string, market = MARKET): void {
  const { checkpoint, problem } = readCheckpoint(value, market);
  assertEquals(checkpoint, NO_CHECKPOINT, what);
  assert(problem !== null, what);
}

/** Every way to a value inside, as keys. */
function pathsOf(value: unknown): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    [key],
    ...pathsOf(inner).map((path) => [key, ...path]),
  ]);
}

/** A copy in which one value is another, or is missing. */
function changed(value: unknown, [key, ...rest]: readonly string[], to: unknown): unknown {
  if (key === undefined) return to;
  const copy: Record<string, unknown> | unknown[] = structuredClone(value) as typeof copy;
  const target = copy as Record<string, unknown>;
  if (rest.length === 0 && to === undefined) delete target[key];
  else target[key] = changed(target[key], rest, to);
  return copy;
}

Deno.test("readCheckpoint() reads what an actor leaves", () => {
  for (const whole of [WHOLE, NO_CHECKPOINT]) {
    const read: unknown = readCheckpoint(whole, MARKET);
    assertEquals(read, { checkpoint: whole, problem: null });
  }
  assertEquals(readCheckpoint(null, MARKET), { checkpoint: NO_CHECKPOINT, problem: null });
  const unknown = {
    alerts: NO_CHECKPOINT.alerts,
    metrics: NO_CHECKPOINT.metrics,
    unacked: [{ ...FIRED, value: null, mid: null, bookUpdateId: null }],
  };
  assertEquals(readCheckpoint(unknown, MARKET).problem, null);
});

Deno.test("readCheckpoint() trusts nothing of what has any other form, wherever that is", () => {
  let count = 0;
  for (const path of pathsOf(WHOLE)) {
    // What an evaluator has learnt is its own matter, once it is there.
    const isLearnt = path[3] === "learnt" || path[3] === "smoothed";
    if (isLearnt && path.length > 4 || path[1] === "families") continue;
    for (const to of isLearnt ? [undefined] : [undefined, NaN, "", {}, [null]]) {
      // Some text may be any text.
      const isText = to === "" &&
        /^(rule|summary|alertId|muteId|reason|by|comment)$/.test(path.at(-1) ?? "");
      if (isText) continue;
      count += 1;
      assertRefused(changed(WHOLE, path, to), `${path} = ${to}`);
    }
  }
  assertEquals(count > 200, true, `${count} other forms`);
  for (const other of [undefined, 7, "text", [], { lives: 1 }, { firing: [], unacked: [] }]) {
    assertRefused(other, JSON.stringify(other));
  }
});

Deno.test("readCheckpoint() takes no episode of another market, and no time that runs backwards", () => {
  assertRefused(WHOLE, "another symbol", { ...MARKET, symbol: "ETHUSDT" });
  assertRefused(WHOLE, "another venue", { ...MARKET, venue: "monitor" });
  const mute = muteRecord({ symbol: "ETHUSDT" });
  assertRefused(changed(WHOLE, ["alerts", "mutes", "0"], mute), "a mute of another symbol");
  for (const path of ["restMs", "startedAgoMs", "countedMs", "goneMs"]) {
    const at = PHASES.findIndex((state) => path in state);
    const way = ["alerts", "rules", String(at), "lifeCycle", "state", path];
    assertRefused(changed(WHOLE, way, -1), path);
  }
});

Deno.test("readCheckpoint() takes of families' memories plain data only, and not too much of it", () => {
  const nested = (depth: number): unknown => depth === 0 ? 1 : [nested(depth - 1)];
  const of = (families: unknown) => ({ ...WHOLE, metrics: { families, isRestored: false } });
  for (const families of [{ mid: nested(10) }, { mid: "x".repeat(50_000) }, { mid: true }]) {
    assertEquals(readCheckpoint(of(families), MARKET).checkpoint.metrics.families, families);
  }
  for (const other of [undefined, null, 7, "", [], [null], new Map()]) {
    assertRefused({ ...WHOLE, metrics: other }, String(other));
    assertRefused(of(other), String(other));
  }
  const many = Array.from({ length: 200_000 }, () => 0);
  for (const mid of [new Date(), 1n, undefined, many, nested(20), "x".repeat(200_000)]) {
    assertRefused(of({ mid }), typeof mid);
  }
});
