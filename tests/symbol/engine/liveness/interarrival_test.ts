import { assert, assertEquals } from "@std/assert";
import {
  Interarrival,
  SILENCE_MIN_MS,
} from "../../../../actors/symbol/engine/liveness/interarrival.ts";
import { seeded } from "../market.ts";

/** A stream that has spoken after each of these intervals. */
function spoken(intervals: readonly number[]): Interarrival {
  const interarrival = new Interarrival();
  let nowMs = 1_000;
  interarrival.heard(nowMs, 1);
  for (const interval of intervals) interarrival.heard(nowMs += interval, 1);
  return interarrival;
}

Deno.test("Interarrival.silenceMaxMs is the least of all while nothing is known, or the stream is lively", () => {
  assertEquals(new Interarrival().silenceMaxMs, SILENCE_MIN_MS);
  assertEquals(spoken([]).silenceMaxMs, SILENCE_MIN_MS);
  assertEquals(spoken(Array(500).fill(100)).silenceMaxMs, SILENCE_MIN_MS);
});

Deno.test("Interarrival.usualMs is the 99th percentile of the intervals, to 10.6 % above, for any of them", () => {
  for (let seed = 1; seed <= 100; seed++) {
    const random = seeded(seed);
    const count = 1 + Math.floor(random() * 2_000);
    const scaleMs = 10 ** (random() * 6);
    const intervals = Array.from({ length: count }, () => 1 + Math.floor(random() ** 3 * scaleMs));
    const sorted = intervals.toSorted((a, b) => b - a);
    const exact = sorted[Math.floor(count / 100)] ?? NaN;
    const { usualMs } = spoken(intervals);
    assert(
      usualMs >= exact * 0.999 && usualMs <= exact * 1.106,
      `seed ${seed}: ${usualMs} ${exact}`,
    );
  }
});

Deno.test("Interarrival.silenceMaxMs follows a stream that has become slower, and one that has become lively", () => {
  // Of all intervals the slow ones are a five-hundredth: what is long ago counts less.
  const slower = spoken([...Array(30_000).fill(100), ...Array(60).fill(10_000)]);
  assert(slower.silenceMaxMs >= 50_000);
  const lively = spoken([...Array(100).fill(60_000), ...Array(30_000).fill(100)]);
  assertEquals(lively.silenceMaxMs, SILENCE_MIN_MS);
});

Deno.test("Interarrival.restart() keeps what was learned, and learns nothing of the time without a connection", () => {
  const interarrival = spoken(Array(100).fill(1_000));
  const { usualMs } = interarrival;
  interarrival.restart();
  assertEquals([interarrival.hasSpoken, interarrival.lastMs], [false, NaN]);
  interarrival.heard(10_000_000, 1);
  assertEquals([interarrival.usualMs, interarrival.lastMs, interarrival.hasSpoken], [
    usualMs,
    10_000_000,
    true,
  ]);
});

Deno.test("Interarrival.heard() learns nothing of an unusual silence, unless it was excused", () => {
  for (const isExcused of [false, true]) {
    const interarrival = spoken([1_000, 1_000]);
    const silentMs = interarrival.lastMs + 20_000;
    interarrival.heard(silentMs, 1, isExcused);
    assertEquals(interarrival.usualMs > 10_000, isExcused);
  }
});

Deno.test("Interarrival.rest() lets the silence of a halt teach nothing", () => {
  const interarrival = spoken([1_000, 1_000]);
  interarrival.rest();
  interarrival.heard(90_000, 1);
  assertEquals([interarrival.hasSpoken, interarrival.lastMs], [true, 90_000]);
  assert(interarrival.usualMs < 1_106);
});

Deno.test("Interarrival.heard() learns nothing from hours of silence", () => {
  const interarrival = spoken([1_000, 3_600_001]);
  assert(interarrival.usualMs < 1_106);
});

Deno.test("Interarrival.heard() learns the usual intervals of a stream of which nothing else is known", () => {
  const interarrival = new Interarrival();
  for (const nowMs of [1_000, 4_000, 7_000]) interarrival.heard(nowMs, 1, false);
  assert(interarrival.usualMs >= 3_000);
});

Deno.test("Interarrival.heard() learns nothing of the time between two connections", () => {
  const interarrival = new Interarrival();
  interarrival.heard(1_000, 1);
  interarrival.heard(4_000, 2);
  assertEquals(interarrival.usualMs, 0);
  interarrival.heard(4_100, 2);
  assert(interarrival.usualMs >= 100);
});

Deno.test("Interarrival.isKnown when a hundredth of the intervals is one", () => {
  assertEquals([99, 100].map((count) => spoken(Array(count).fill(100)).isKnown), [false, true]);
});
