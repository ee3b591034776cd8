import { assertEquals } from "@std/assert";
import type { SnapshotPurpose } from "../../../../actors/symbol/engine/event.ts";
import { SnapshotPolicy } from "../../../../actors/symbol/engine/snapshots/snapshot_policy.ts";

const FIRST_LEVELS = 1_000;
const DEPTH_LEVELS = 5_000;

function begun(limit: number, bps: number, auditIntervalMs: number | null = null): SnapshotPolicy {
  const policy = new SnapshotPolicy(FIRST_LEVELS, DEPTH_LEVELS, auditIntervalMs);
  policy.began(limit, bps, 0, 0);
  return policy;
}

Deno.test("SnapshotPolicy.firstLimit is small for speed, and never more than what is wanted in the end", () => {
  assertEquals(new SnapshotPolicy(FIRST_LEVELS, DEPTH_LEVELS, null).firstLimit, FIRST_LEVELS);
  assertEquals(new SnapshotPolicy(FIRST_LEVELS, 100, null).firstLimit, 100);
});

Deno.test("SnapshotPolicy.need() is a deeper snapshot when a small one does not cover the widest band", () => {
  const policy = begun(FIRST_LEVELS, 33);
  assertEquals(policy.request(33, false, null, 0), { purpose: "widen", limit: DEPTH_LEVELS });
  assertEquals(policy.request(33, false, null, 59_999), null, "not again at once");
  assertEquals(policy.request(33, false, null, 60_000)?.purpose, "widen");
});

Deno.test("SnapshotPolicy.need() is none when a small snapshot covers the widest band", () => {
  assertEquals(begun(FIRST_LEVELS, 101).request(101, false, null, 0), null);
});

Deno.test("SnapshotPolicy.need() is none when the deepest snapshot does not cover it: there is no deeper one", () => {
  assertEquals(begun(DEPTH_LEVELS, 60).request(60, false, null, 1_000_000), null);
});

Deno.test("SnapshotPolicy.need() renews when half of what was covered is left, before the price is at the edge", () => {
  const policy = begun(DEPTH_LEVELS, 60);
  assertEquals(policy.request(31, false, null, 0), null);
  assertEquals(policy.request(29, false, null, 0)?.purpose, "renew");
  assertEquals(
    begun(DEPTH_LEVELS, 500).request(51, false, null, 0),
    null,
    "of the widest band at most",
  );
});

Deno.test("SnapshotPolicy.need() held back is none that can wait, and renews a book that was not widened all the same", () => {
  const policy = begun(FIRST_LEVELS, 60, 300_000);
  assertEquals(
    policy.request(60, false, null, 400_000, true),
    null,
    "neither to widen nor to audit",
  );
  assertEquals(policy.request(29, false, null, 400_000, true)?.purpose, "renew");
  assertEquals(policy.request(29, false, null, 470_000)?.purpose, "widen");
});

Deno.test("SnapshotPolicy.need() audits between half an interval and a whole one, and each interval then", () => {
  const policy = begun(DEPTH_LEVELS, 500, 300_000);
  assertEquals(policy.request(500, false, null, 149_999), null);
  assertEquals(policy.request(500, false, null, 150_000)?.purpose, "audit");
  assertEquals(policy.request(500, false, null, 449_999), null);
  assertEquals(policy.request(500, false, null, 450_000)?.purpose, "audit");
});

Deno.test("SnapshotPolicy.need() is not made again at once after each answer, however soon the price is at the edge", () => {
  const policy = begun(DEPTH_LEVELS, 10);
  let needs = 0;
  for (let nowMs = 0; nowMs < 60_000; nowMs += 100) {
    if (policy.request(1, false, null, nowMs) === null) continue;
    needs += 1;
    policy.began(DEPTH_LEVELS, 10, nowMs, 0);
  }
  assertEquals(needs, 12);
});

Deno.test("SnapshotPolicy.need() hurries when the best prices are not known: every few seconds, and for as little as a lost book", () => {
  const policy = begun(DEPTH_LEVELS, 500);
  const asked: number[] = [];
  for (let nowMs = 0; nowMs <= 12_000; nowMs += 100) {
    const request = policy.request(300, true, null, nowMs);
    if (request !== null) asked.push(nowMs);
    if (request !== null) assertEquals(request, { purpose: "resync", limit: FIRST_LEVELS });
  }
  assertEquals(asked, [0, 5_000, 10_000]);
});

Deno.test("SnapshotPolicy.need() of a book whose price has left is small and urgent, and rarer with each failure", () => {
  const policy = begun(DEPTH_LEVELS, 60);
  assertEquals(policy.request(0, true, null, 0), { purpose: "resync", limit: FIRST_LEVELS });
  const times: number[] = [];
  for (let nowMs = 0; nowMs < 300_000; nowMs += 100) {
    if (times.length > 0 && times.at(-1) === nowMs - 100) policy.failed();
    if (policy.request(0, true, null, nowMs)?.purpose === "resync") times.push(nowMs);
  }
  assertEquals(times, [5_000, 15_000, 35_000, 75_000, 135_000, 195_000, 255_000]);
  policy.began(FIRST_LEVELS, 5, 300_000, 0);
  assertEquals(policy.request(0, true, null, 300_000)?.purpose, "resync", "answered: soon again");
});

Deno.test("SnapshotPolicy.need() is what is more urgent than what is asked for, and nothing else", () => {
  const purpose = (isOut: boolean, asked: SnapshotPurpose) =>
    begun(FIRST_LEVELS, 33, 300_000).request(33, isOut, asked, 1_000_000)?.purpose ?? null;
  assertEquals((["audit", "renew", "widen"] as const).map((asked) => purpose(false, asked)), [
    "widen",
    "widen",
    null,
  ]);
  assertEquals((["widen", "resync"] as const).map((asked) => purpose(true, asked)), [
    "resync",
    null,
  ]);
});

Deno.test("SnapshotPolicy.need() to widen or to renew does not wait for an audit's next try", () => {
  const policy = begun(DEPTH_LEVELS, 500, 300_000);
  assertEquals(policy.request(500, false, null, 150_000)?.purpose, "audit");
  assertEquals(policy.request(40, false, null, 150_100)?.purpose, "renew");
});
