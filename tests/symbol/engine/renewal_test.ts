import { assertEquals } from "@std/assert";
import { Renewal } from "../../../actors/symbol/engine/renewal.ts";
import { TrustBand } from "../../../actors/symbol/engine/trust_band.ts";

const FIRST_LEVELS = 1_000;
const DEPTH_LEVELS = 5_000;
const MID = 100;
/** A band of so many bps on either side of 100. */
const band = (bps: number) =>
  new TrustBand({ bidEdge: MID * (1 - bps / 1e4), askEdge: MID * (1 + bps / 1e4) });

function begun(limit: number, bps: number, auditIntervalMs: number | null = null): Renewal {
  const renewal = new Renewal(FIRST_LEVELS, DEPTH_LEVELS, auditIntervalMs);
  renewal.began(limit, band(bps), MID, 0, 0);
  return renewal;
}

Deno.test("Renewal.firstLimit is small for speed, and never more than what is wanted in the end", () => {
  assertEquals(new Renewal(FIRST_LEVELS, DEPTH_LEVELS, null).firstLimit, FIRST_LEVELS);
  assertEquals(new Renewal(FIRST_LEVELS, 100, null).firstLimit, 100);
});

Deno.test("Renewal.wish() is a deeper snapshot when a small one does not cover the widest band", () => {
  const renewal = begun(FIRST_LEVELS, 33);
  assertEquals(renewal.wish(band(33), MID, 0), { purpose: "widen", limit: DEPTH_LEVELS });
  assertEquals(renewal.wish(band(33), MID, 59_999), null, "not again at once");
  assertEquals(renewal.wish(band(33), MID, 60_000)?.purpose, "widen");
});

Deno.test("Renewal.wish() is none when a small snapshot covers the widest band", () => {
  assertEquals(begun(FIRST_LEVELS, 101).wish(band(101), MID, 0), null);
});

Deno.test("Renewal.wish() is none when the deepest snapshot does not cover it: there is no deeper one", () => {
  assertEquals(begun(DEPTH_LEVELS, 60).wish(band(60), MID, 1_000_000), null);
});

Deno.test("Renewal.wish() renews when half of what was covered is left, before the price is at the edge", () => {
  const renewal = begun(DEPTH_LEVELS, 60);
  assertEquals(renewal.wish(band(31), MID, 0), null);
  assertEquals(renewal.wish(band(29), MID, 0)?.purpose, "renew");
  assertEquals(begun(DEPTH_LEVELS, 500).wish(band(51), MID, 0), null, "of the widest band at most");
});

Deno.test("Renewal.wish() audits between half an interval and a whole one, and each interval then", () => {
  const renewal = begun(DEPTH_LEVELS, 500, 300_000);
  assertEquals(renewal.wish(band(500), MID, 149_999), null);
  assertEquals(renewal.wish(band(500), MID, 150_000)?.purpose, "audit");
  assertEquals(renewal.wish(band(500), MID, 449_999), null);
  assertEquals(renewal.wish(band(500), MID, 450_000)?.purpose, "audit");
});

Deno.test("Renewal.wish() waits no longer than an interval after the clock was set back", () => {
  const renewal = new Renewal(FIRST_LEVELS, DEPTH_LEVELS, 300_000);
  renewal.began(DEPTH_LEVELS, band(500), MID, 10_000_000, 0.99);
  assertEquals(renewal.wish(band(500), MID, 0), null);
  assertEquals(renewal.wish(band(500), MID, 300_000)?.purpose, "audit");
});

Deno.test("Renewal.wish() is not made again at once after each answer, however soon the price is at the edge", () => {
  const renewal = begun(DEPTH_LEVELS, 10);
  let wishes = 0;
  for (let nowMs = 0; nowMs < 60_000; nowMs += 100) {
    if (renewal.wish(band(1), MID, nowMs) === null) continue;
    wishes += 1;
    renewal.began(DEPTH_LEVELS, band(10), MID, nowMs, 0);
  }
  assertEquals(wishes, 12);
});
