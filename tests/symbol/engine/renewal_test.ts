import { assertEquals } from "@std/assert";
import { Renewal } from "../../../actors/symbol/engine/renewal.ts";

const FIRST_LEVELS = 1_000;
const DEPTH_LEVELS = 5_000;

function begun(limit: number, bps: number, auditIntervalMs: number | null = null): Renewal {
  const renewal = new Renewal(FIRST_LEVELS, DEPTH_LEVELS, auditIntervalMs);
  renewal.began(limit, bps, 0, 0);
  return renewal;
}

Deno.test("Renewal.firstLimit is small for speed, and never more than what is wanted in the end", () => {
  assertEquals(new Renewal(FIRST_LEVELS, DEPTH_LEVELS, null).firstLimit, FIRST_LEVELS);
  assertEquals(new Renewal(FIRST_LEVELS, 100, null).firstLimit, 100);
});

Deno.test("Renewal.wish() is a deeper snapshot when a small one does not cover the widest band", () => {
  const renewal = begun(FIRST_LEVELS, 33);
  assertEquals(renewal.wish(33, false, null, 0), { purpose: "widen", limit: DEPTH_LEVELS });
  assertEquals(renewal.wish(33, false, null, 59_999), null, "not again at once");
  assertEquals(renewal.wish(33, false, null, 60_000)?.purpose, "widen");
});

Deno.test("Renewal.wish() is none when a small snapshot covers the widest band", () => {
  assertEquals(begun(FIRST_LEVELS, 101).wish(101, false, null, 0), null);
});

Deno.test("Renewal.wish() is none when the deepest snapshot does not cover it: there is no deeper one", () => {
  assertEquals(begun(DEPTH_LEVELS, 60).wish(60, false, null, 1_000_000), null);
});

Deno.test("Renewal.wish() renews when half of what was covered is left, before the price is at the edge", () => {
  const renewal = begun(DEPTH_LEVELS, 60);
  assertEquals(renewal.wish(31, false, null, 0), null);
  assertEquals(renewal.wish(29, false, null, 0)?.purpose, "renew");
  assertEquals(
    begun(DEPTH_LEVELS, 500).wish(51, false, null, 0),
    null,
    "of the widest band at most",
  );
});

Deno.test("Renewal.wish() audits between half an interval and a whole one, and each interval then", () => {
  const renewal = begun(DEPTH_LEVELS, 500, 300_000);
  assertEquals(renewal.wish(500, false, null, 149_999), null);
  assertEquals(renewal.wish(500, false, null, 150_000)?.purpose, "audit");
  assertEquals(renewal.wish(500, false, null, 449_999), null);
  assertEquals(renewal.wish(500, false, null, 450_000)?.purpose, "audit");
});

Deno.test("Renewal.wish() is not made again at once after each answer, however soon the price is at the edge", () => {
  const renewal = begun(DEPTH_LEVELS, 10);
  let wishes = 0;
  for (let nowMs = 0; nowMs < 60_000; nowMs += 100) {
    if (renewal.wish(1, false, null, nowMs) === null) continue;
    wishes += 1;
    renewal.began(DEPTH_LEVELS, 10, nowMs, 0);
  }
  assertEquals(wishes, 12);
});

Deno.test("Renewal.wish() hurries when the best prices are not known: every few seconds, and for as little as a lost book", () => {
  const renewal = begun(DEPTH_LEVELS, 500);
  const asked: number[] = [];
  for (let nowMs = 0; nowMs <= 12_000; nowMs += 100) {
    const wish = renewal.wish(300, true, null, nowMs);
    if (wish !== null) asked.push(nowMs);
    if (wish !== null) assertEquals(wish, { purpose: "resync", limit: FIRST_LEVELS });
  }
  assertEquals(asked, [0, 5_000, 10_000]);
});

Deno.test("Renewal.wish() of a book whose price has left is small and urgent, and rarer with each failure", () => {
  const renewal = begun(DEPTH_LEVELS, 60);
  assertEquals(renewal.wish(0, true, null, 0), { purpose: "resync", limit: FIRST_LEVELS });
  const times: number[] = [];
  for (let nowMs = 0; nowMs < 300_000; nowMs += 100) {
    if (times.length > 0 && times.at(-1) === nowMs - 100) renewal.failed();
    if (renewal.wish(0, true, null, nowMs)?.purpose === "resync") times.push(nowMs);
  }
  assertEquals(times, [5_000, 15_000, 35_000, 75_000, 135_000, 195_000, 255_000]);
  renewal.began(FIRST_LEVELS, 5, 300_000, 0);
  assertEquals(renewal.wish(0, true, null, 300_000)?.purpose, "resync", "answered: soon again");
});
