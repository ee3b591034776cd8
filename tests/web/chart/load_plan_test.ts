import { assert, assertEquals } from "@std/assert";
import type { AlertEvent } from "../../../shared/output.ts";
import {
  pictureEveryMs,
  POINTS,
  questionOf,
  RELOAD_MS,
  settledOf,
  suffices,
  type Wish,
} from "../../../web/page/chart/load_plan.ts";
import { MARKER_PX, markersIn } from "../../../web/page/chart/marker_places.ts";
import { alertEvent } from "../../support/outputs.ts";

const NOW = 1_700_000_000_000;
const HOUR_MS = 3_600_000;
const live = (lengthMs: number, over: Partial<Wish> = {}): Wish => ({
  span: { fromMs: NOW - lengthMs, toMs: NOW },
  isLive: true,
  leadMs: 0,
  nowMs: NOW,
  ...over,
});
const fixed = (fromMs: number, toMs: number): Wish => ({
  span: { fromMs, toMs },
  isLive: false,
  leadMs: 0,
  nowMs: NOW,
});
/** As a server with rows of each second answers. */
const answered = (wish: Wish) => {
  const question = questionOf(wish);
  const spacing = (question.toMs - question.fromMs) / question.limit;
  return { question, binMs: spacing <= 1_000 ? 0 : spacing, askedMs: wish.nowMs };
};

Deno.test("questionOf() asks for what is shown, what averages need before it, and something beside it", () => {
  const { fromMs, toMs, limit } = questionOf(live(HOUR_MS, { leadMs: HOUR_MS }));
  assertEquals([fromMs, toMs], [NOW - 2.1 * HOUR_MS, NOW]);
  assertEquals(limit, Math.ceil(2.1 * POINTS));
  const still = questionOf(fixed(NOW - 9 * HOUR_MS, NOW - 7 * HOUR_MS));
  assertEquals([still.fromMs, still.toMs], [NOW - 10 * HOUR_MS, NOW - 6 * HOUR_MS]);
  assertEquals(questionOf(fixed(NOW - HOUR_MS, NOW)).toMs, NOW, "nothing is known of later times");
  assert(questionOf(fixed(0, HOUR_MS)).fromMs === 0);
});

Deno.test("An answer suffices for what was asked, also while time goes on", () => {
  for (const length of [60_000, HOUR_MS, 24 * HOUR_MS, 2_160 * HOUR_MS]) {
    const wish = live(length);
    const answer = answered(wish);
    assert(suffices(answer, wish), `${length}`);
    const later = { fromMs: NOW - length + 5_000, toMs: NOW + 5_000 };
    assert(suffices(answer, { ...wish, span: later, nowMs: NOW + 5_000 }));
  }
  const still = fixed(NOW - 9 * HOUR_MS, NOW - 7 * HOUR_MS);
  assert(suffices(answered(still), still));
  const nearby = fixed(NOW - 9.5 * HOUR_MS, NOW - 7.5 * HOUR_MS);
  assert(suffices(answered(still), nearby), "who pans a little finds it there");
});

Deno.test("An answer does not suffice beyond its ends, and not for what could be much finer", () => {
  const day = live(24 * HOUR_MS);
  assert(!suffices(answered(day), fixed(NOW - HOUR_MS, NOW)), "seconds are stored");
  assert(!suffices(answered(day), live(48 * HOUR_MS)));
  assert(!suffices(answered(live(HOUR_MS)), live(HOUR_MS, { leadMs: HOUR_MS })));
  const still = fixed(NOW - 9 * HOUR_MS, NOW - 7 * HOUR_MS);
  assert(!suffices(answered(still), fixed(NOW - 8 * HOUR_MS, NOW - 5 * HOUR_MS)));
  const coarse = { ...answered(fixed(NOW - HOUR_MS, NOW)), binMs: HOUR_MS };
  assert(suffices(coarse, fixed(NOW - HOUR_MS, NOW)), "there is nothing finer");
});

Deno.test("The newest is asked for again before what was told of it is forgotten, the past is not", () => {
  const wish = live(HOUR_MS);
  const later = NOW + RELOAD_MS + 1;
  const span = { fromMs: later - HOUR_MS, toMs: later };
  assert(!suffices(answered(wish), { ...wish, span, nowMs: later }));
  const still = fixed(NOW - 9 * HOUR_MS, NOW - 7 * HOUR_MS);
  assert(suffices(answered(still), { ...still, nowMs: later }));
});

Deno.test("settledOf() ends with a bin, before what may not be stored yet", () => {
  const question = { fromMs: 0, toMs: NOW, limit: 1 };
  assertEquals(settledOf(question, 0, NOW), NOW - 10_000);
  assertEquals(settledOf(question, 60_000, NOW) % 60_000, 0);
  assert(settledOf(question, 60_000, NOW) <= NOW - 10_000);
  assertEquals(settledOf({ ...question, toMs: NOW - 500_000 }, 0, NOW), NOW - 500_000);
});

Deno.test("pictureEveryMs() draws ten times a second what moves by pixels, and once what does not", () => {
  assertEquals([60_000, 900_000, HOUR_MS, 86_400_000].map(pictureEveryMs), [100, 100, 400, 1_000]);
});

// -- Markers --

Deno.test("markersIn() puts together what is close, at the first of it, wherever the view begins", () => {
  const at = (firedMs: number, severity: AlertEvent["severity"] = "info") =>
    alertEvent({ alertId: `a${firedMs}`, firedMs, severity });
  const alerts = [at(30_000), at(10_000, "warning"), at(12_000, "critical"), at(90_000)];
  const widthPx = 10 * MARKER_PX;
  const markers = markersIn(alerts, { fromMs: 0, toMs: 100_000 }, widthPx);
  assertEquals(markers.map(({ key, alerts, severity }) => [key, alerts.length, severity]), [
    ["a10000", 2, "critical"],
    ["a30000", 1, "info"],
    ["a90000", 1, "info"],
  ]);
  const moved = markersIn(alerts, { fromMs: 9_000, toMs: 109_000 }, widthPx);
  assertEquals(moved.map(({ key }) => key), ["a10000", "a30000", "a90000"]);
  assertEquals(
    markersIn(alerts, { fromMs: 0, toMs: 20_000 }, widthPx).length,
    2,
    "apart, from near",
  );
  assertEquals(markersIn(alerts, { fromMs: 0, toMs: 100_000 }, 0), []);
});
