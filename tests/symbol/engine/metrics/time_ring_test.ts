import { assert, assertEquals } from "@std/assert";
import { TimeRing } from "../../../../actors/symbol/engine/metrics/time_ring.ts";
import { seeded } from "../market.ts";

const FORM = { values: 1, sums: 2, keepMs: 1_000, placesMax: 1 << 10 };

interface Sample {
  readonly ms: number;
  readonly amount: number;
}

/** Adds a sample whose value is its amount, which is added to the first sum, and its square to the second. */
function add(ring: TimeRing, { ms, amount }: Sample): boolean {
  const sample = ring.add(ms);
  if (sample < 0) return false;
  ring.set(sample, 0, amount);
  ring.addTo(0, sample, amount);
  ring.addTo(1, sample, amount * amount);
  return true;
}

function contents(ring: TimeRing): Sample[] {
  return Array.from({ length: ring.end - ring.first }, (_, i) => {
    const sample = ring.first + i;
    return { ms: ring.time(sample), amount: ring.value(sample, 0) };
  });
}

Deno.test("TimeRing keeps samples in order of time, late ones too, and sums any window of them", () => {
  for (let seed = 1; seed <= 8; seed++) {
    const random = seeded(seed);
    const ring = new TimeRing(FORM);
    const all: Sample[] = [];
    let ms = 1_723_161_253_937;
    for (let i = 0; i < 600; i++) {
      ms += Math.floor(random() * 20);
      const late = random() < 0.1 ? Math.floor(random() * 300) : 0;
      // Of very different sizes: what a large one would round away must not be lost.
      const sample = { ms: ms - late, amount: Math.ceil(random() * 10 ** (random() * 12)) / 1e5 };
      assert(add(ring, sample), `seed ${seed}, sample ${i} is not taken`);
      all.push(sample);
      const kept = contents(ring);
      const newest = Math.max(...all.map((one) => one.ms));
      const expected = all.toSorted((a, b) => a.ms - b.ms);
      assertEquals(kept, expected.slice(-kept.length), `seed ${seed}, sample ${i}`);
      // All but the newest of those that are too old have left.
      const old = kept.filter((one) => one.ms <= newest - 1_000).length;
      assert(old === 1 || old === 0 && kept.length === all.length, `seed ${seed}, sample ${i}`);
      assertEquals(
        ring.wholeAfterMs,
        kept.length === all.length ? -Infinity : expected.at(-kept.length - 1)?.ms,
      );
      const fromMs = newest - Math.floor(random() * 1_000);
      const toMs = fromMs + Math.floor(random() * 400);
      const inWindow = kept.filter((one) => one.ms > fromMs && one.ms <= toMs);
      const [from, end] = [ring.firstAfter(fromMs), ring.firstAfter(toMs)];
      assertEquals(end - from, inWindow.length);
      const naive = inWindow.reduce((sum, { amount }) => sum + amount, 0);
      const difference = Math.abs(ring.sum(0, from, end) - naive);
      assert(difference <= 1e-12 * naive, `seed ${seed}, sample ${i}: ${difference} of ${naive}`);
    }
  }
});

Deno.test("TimeRing.firstAfter() leaves out samples of the very time, firstFrom() does not", () => {
  const ring = new TimeRing(FORM);
  for (const ms of [10, 20, 20, 30]) add(ring, { ms, amount: 1 });
  const places = (find: (ms: number) => number) =>
    [5, 10, 20, 25, 30, 31].map((ms) => find(ms) - ring.first);
  assertEquals(places((ms) => ring.firstAfter(ms)), [0, 1, 3, 3, 4, 4]);
  assertEquals(places((ms) => ring.firstFrom(ms)), [0, 0, 1, 3, 3, 4]);
});

Deno.test("TimeRing.sum() is right to its last digits however long the sums have grown", () => {
  const ring = new TimeRing(FORM);
  // Sums of a year of large trades, of which a small one would not be left in a double.
  for (let i = 0; i < 1_000; i++) add(ring, { ms: i, amount: 1e13 });
  add(ring, { ms: 1_000, amount: 0.1 });
  add(ring, { ms: 1_001, amount: 0.2 });
  assertEquals(ring.sum(0, ring.end - 2, ring.end), 0.1 + 0.2);
  assertEquals(ring.sum(0, ring.end - 2, ring.end - 1), 0.1);
});

Deno.test("TimeRing drops the oldest at its bound, and tells from when on it is whole", () => {
  const ring = new TimeRing({ ...FORM, keepMs: 1_000_000, placesMax: 128 });
  for (let ms = 1; ms <= 200; ms++) add(ring, { ms, amount: 1 });
  assertEquals([ring.end - ring.first, ring.time(ring.first), ring.wholeAfterMs], [128, 73, 72]);
  // What is older than what has left is not taken: it would seem to be all there is.
  assertEquals([add(ring, { ms: 72, amount: 1 }), ring.end - ring.first], [false, 128]);
  assertEquals(ring.sum(0, ring.first, ring.end), 128);
});

Deno.test("TimeRing is empty after clear(), and goes on", () => {
  const ring = new TimeRing({ ...FORM, keepMs: 1_000_000 });
  for (const count of [1, 127, 128, 129, 300]) {
    for (let ms = 1; ms <= count; ms++) add(ring, { ms, amount: 1 });
    assertEquals([ring.end - ring.first, ring.sum(0, ring.first, ring.end)], [count, count]);
    assertEquals(ring.sum(0, ring.first + 1, ring.end), count - 1);
    ring.clear();
    assertEquals([ring.end - ring.first, ring.wholeAfterMs], [0, -Infinity]);
  }
});

Deno.test("TimeRing begins anew with a sample of a clock that was set back", () => {
  const ring = new TimeRing(FORM);
  for (const ms of [5_000, 5_100, 4_150]) add(ring, { ms, amount: 2 });
  // A little late is only late.
  assertEquals(contents(ring).map(({ ms }) => ms), [4_150, 5_000, 5_100]);
  add(ring, { ms: 1_000, amount: 3 });
  add(ring, { ms: 1_010, amount: 4 });
  assertEquals(contents(ring).map(({ ms }) => ms), [1_000, 1_010]);
  assertEquals([ring.wholeAfterMs, ring.sum(0, ring.first, ring.end)], [1_000, 7]);
});
