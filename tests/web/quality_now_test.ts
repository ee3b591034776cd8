/** How right a symbol is just now: whoever has heard of it last, and why something is not known. */
import { assertEquals } from "@std/assert";
import { latencyGauges } from "../../shared/latency.ts";
import { qualityNow } from "../../web/quality_now.ts";
import { auditRecord, feedStatus, metricsFrame, proofStatus } from "../support/outputs.ts";
import { START_MS, systemStatus } from "../support/outputs.ts";
import { createHub } from "./hub_stage.ts";

const NOW_MS = START_MS + 60_000;
const audit = (second: number, mismatched: number) =>
  auditRecord({ timeMs: START_MS + 1_000 * second, mismatched, differences: [`at ${second}`] });
const stored = (...audits: ReturnType<typeof audit>[]) => ({
  proof: { ...proofStatus({ exactChecked: 7, lastExactMs: null }), incarnation: 1 },
  audits,
});
const NOTHING = { proof: null, audits: [] };

function hub(gauges: Record<string, number> = {}) {
  const made = createHub();
  const { children } = systemStatus();
  made.setSystem(systemStatus({
    children: children.map((child) =>
      child.actorId === "symbol:BTCUSDT" ? { ...child, gauges } : child
    ),
  }));
  return made;
}

Deno.test("qualityNow() tells of the last audit, and the last that failed, from wherever they are known", () => {
  const heard = hub();
  const agesOf = (audits: Parameters<typeof stored>) => {
    const { levels } = qualityNow(heard, "BTCUSDT", stored(...audits), NOW_MS);
    return [levels?.last.ageMs, levels?.lastFailed?.ageMs ?? null];
  };
  assertEquals(agesOf([]), [undefined, null]);
  assertEquals(agesOf([audit(20, 0), audit(10, 2), audit(5, 1)]), [40_000, 50_000]);
  heard.publish(audit(30, 0));
  assertEquals(agesOf([audit(20, 0), audit(10, 2)]), [30_000, 50_000]);
  heard.publish(audit(40, 3));
  heard.publish(audit(50, 0));
  assertEquals(agesOf([audit(20, 0), audit(10, 2)]), [10_000, 20_000]);
  assertEquals(agesOf([audit(55, 0)]), [5_000, 20_000], "stored by an earlier life a moment ago");
});

Deno.test("qualityNow() goes by the hub's counters, and by those stored last without them", () => {
  const heard = hub();
  const told = () => qualityNow(heard, "BTCUSDT", stored(), NOW_MS).bestBidAsk;
  assertEquals([told()?.source, told()?.exactChecked, told()?.ageMs], ["store", 7, null]);
  heard.publish(proofStatus({ exactChecked: 564, lastExactMs: NOW_MS + 5 }));
  // The clocks of two machines.
  assertEquals([told()?.source, told()?.exactChecked, told()?.ageMs], ["hub", 564, 0]);
});

Deno.test("qualityNow() says since when a state lasts only where that is known", () => {
  const heard = hub();
  const told = () => qualityNow(heard, "BTCUSDT", NOTHING, NOW_MS).now;
  heard.publish(feedStatus({ timeMs: START_MS + 5 }));
  heard.publish(metricsFrame({ timeMs: NOW_MS - 100 }));
  assertEquals(told(), {
    state: "live",
    reason: null,
    sinceMs: START_MS + 5,
    metricsMs: NOW_MS - 100,
  });
  heard.publish(metricsFrame({ timeMs: NOW_MS - 100, state: "stale" }));
  assertEquals([told()?.state, told()?.sinceMs], ["stale", null]);
});

Deno.test("qualityNow() adds up the legs when all are known, and says which is not", () => {
  const leg = { p50Ms: 1, p99Ms: 10 };
  const unwritten = "sentToWritten: no page that shows it in detail was sent its numbers of late";
  const legs = {
    clocks: "known" as const,
    exchangeToReceive: leg,
    receiveToComputed: leg,
    computedToSent: null,
    sentToWritten: null,
  };
  const some = qualityNow(hub(latencyGauges(legs)), "BTCUSDT", stored(audit(1, 0)), NOW_MS);
  assertEquals([some.latency, some.reasons], [{ legs, sum: null }, {
    latency: `computedToSent: nothing was measured of late; ${unwritten}`,
  }]);
  const doubtful = { ...legs, clocks: "doubtful" as const, exchangeToReceive: null };
  const { reasons } = qualityNow(hub(latencyGauges(doubtful)), "BTCUSDT", NOTHING, NOW_MS);
  assertEquals(
    reasons.latency,
    "exchangeToReceive: by the exchange's clock, as far as it is known, it came before it was sent; " +
      `computedToSent: nothing was measured of late; ${unwritten}`,
  );
  const whole = latencyGauges({ ...legs, computedToSent: { p50Ms: 50, p99Ms: 100 } });
  const heard = hub(whole);
  heard.written.written("BTCUSDT", 1_000, 1_003);
  const all = qualityNow(heard, "BTCUSDT", stored(audit(1, 0)), NOW_MS);
  assertEquals([all.latency.sum, all.reasons], [{ p50Ms: 55, p99Ms: 123 }, {}]);
});

Deno.test("qualityNow() says of a symbol that nobody follows that it is not", () => {
  const { now, bestBidAsk, levels, reasons } = qualityNow(hub(), "NOPE", NOTHING, NOW_MS);
  assertEquals([now, bestBidAsk, levels], [null, null, null]);
  assertEquals(Object.keys(reasons), ["now", "bestBidAsk", "levels", "latency"]);
});
