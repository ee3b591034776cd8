import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  panned,
  pinched,
  selectedSpan,
  spanAfterKey,
  timeAtShare,
  wheelFactor,
  zoomedAbout,
} from "../../../web/page/chart/gestures.ts";
import { SPAN_MAX_MS, SPAN_MIN_MS } from "../../../web/page/chart/time_view.ts";

const SPAN = { fromMs: 100_000, toMs: 200_000 };
const LATER = 1_000_000;

Deno.test("selectedSpan() is what was dragged over, in either direction, within the pane", () => {
  assertEquals(selectedSpan(SPAN, 0.2, 0.6), { fromMs: 120_000, toMs: 160_000 });
  assertEquals(selectedSpan(SPAN, 0.6, 0.2), { fromMs: 120_000, toMs: 160_000 });
  assertEquals(selectedSpan(SPAN, -0.5, 1.5), SPAN);
  assertEquals(selectedSpan(SPAN, 0.5, 0.51), null, "a slip of the hand");
});

Deno.test("zoomedAbout() leaves the moment under the pointer where it is", () => {
  for (const share of [0, 0.3, 1]) {
    for (const factor of [0.5, 2]) {
      const next = zoomedAbout(SPAN, share, factor, LATER);
      assertAlmostEquals(timeAtShare(next, share), timeAtShare(SPAN, share), 1e-6);
      assertAlmostEquals(next.toMs - next.fromMs, 100_000 * factor, 1e-6);
    }
  }
});

Deno.test("zoomedAbout() shows no time that has not come, and neither too little nor too much", () => {
  assertEquals(zoomedAbout(SPAN, 0.5, 2, 210_000), { fromMs: 50_000, toMs: 210_000 });
  const least = zoomedAbout(SPAN, 0.5, 1e-9, LATER);
  assertAlmostEquals(least.toMs - least.fromMs, SPAN_MIN_MS, 1e-6);
  const most = zoomedAbout(SPAN, 1, 1e12, LATER);
  assert(most.toMs - most.fromMs <= SPAN_MAX_MS);
  assert(!(zoomedAbout(SPAN, 0, 1e-9, 100_000).toMs > 100_000));
});

Deno.test("panned() keeps the length, and stops at the newest", () => {
  assertEquals(panned(SPAN, -0.5, LATER), { fromMs: 50_000, toMs: 150_000 });
  assertEquals(panned(SPAN, 3, 230_000), { fromMs: 130_000, toMs: 230_000 });
});

Deno.test("pinched() keeps the moments under two fingers under them", () => {
  const [before, after] = [[0.4, 0.6], [0.9, 0.2]] as const;
  const next = pinched(SPAN, before, after, LATER);
  assertAlmostEquals(timeAtShare(next, 0.2), timeAtShare(SPAN, 0.4), 1e-6);
  assertAlmostEquals(timeAtShare(next, 0.9), timeAtShare(SPAN, 0.6), 1e-6);
  const closed = pinched(SPAN, [0.1, 0.9], [0.5, 0.5], LATER);
  assert(Number.isFinite(closed.fromMs) && closed.toMs - closed.fromMs <= SPAN_MAX_MS);
});

Deno.test("wheelFactor() goes as far in lines and pages as in pixels, and back as far", () => {
  assertAlmostEquals(wheelFactor(120, 0) * wheelFactor(-120, 0), 1, 1e-9);
  assertAlmostEquals(wheelFactor(3, 1), wheelFactor(48, 0), 1e-9);
  assertEquals([wheelFactor(1, 2), wheelFactor(1e6, 0), wheelFactor(-1e6, 0)], [2, 2, 0.5]);
  assertEquals(wheelFactor(0, 0), 1);
});

Deno.test("spanAfterKey() zooms about the cursor and moves, and leaves other keys alone", () => {
  assertEquals(spanAfterKey("+", SPAN, 0, LATER), { fromMs: 100_000, toMs: 150_000 });
  assertEquals(spanAfterKey("-", SPAN, 1, LATER), { fromMs: 0, toMs: 200_000 });
  assertEquals(spanAfterKey("PageUp", SPAN, 0.5, LATER), { fromMs: 75_000, toMs: 175_000 });
  assertEquals(spanAfterKey("PageDown", SPAN, 0.5, LATER), { fromMs: 125_000, toMs: 225_000 });
  for (const key of ["a", "Tab", "ArrowUp", "Enter"]) {
    assertEquals(spanAfterKey(key, SPAN, 0.5, LATER), null);
  }
});
