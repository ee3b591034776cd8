/** The colours of a heatmap: even, apart by lightness alone, and by the logarithm of what rests. */
import { assert, assertEquals } from "@std/assert";
import {
  colorsOf,
  DARK_STOPS,
  levelsOf,
  LIGHT_STOPS,
  measureOf,
  rgbOf,
  spread,
} from "../../web/page/heat_scale.ts";

const oklabDistance = (a: readonly number[], b: readonly number[]) =>
  Math.hypot(...a.map((value, i) => value - (b[i] ?? NaN)));

for (const [name, stops] of [["dark", DARK_STOPS], ["light", LIGHT_STOPS]] as const) {
  Deno.test(`Colours of the ${name} theme are even: equal steps look equal, and lightness alone tells them apart`, () => {
    const points = spread(stops, 256);
    const steps = points.slice(1).map((point, i) => oklabDistance(points[i] ?? [], point));
    assert(Math.max(...steps) / Math.min(...steps) < 1.2, `${Math.min(...steps)}`);
    const sign = name === "dark" ? 1 : -1;
    points.slice(1).forEach(([l], i) => assert(sign * (l - (points[i]?.[0] ?? NaN)) > 0));
    // On a screen too: no part of it lies outside of what that can show, where all would look alike.
    const luma = points.map(rgbOf).map(([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b);
    luma.slice(8).forEach((value, i) => assert(sign * (value - (luma[i] ?? NaN)) > 0, `${i}`));
    assertEquals(new Set(colorsOf(stops).full).size > 240, true);
  });
}

Deno.test("rgbOf() is sRGB", () => {
  assertEquals(rgbOf([1, 0, 0]), [255, 255, 255]);
  assertEquals(rgbOf([0, 0, 0]), [0, 0, 0]);
  // As the paper has it, of pure red.
  assertEquals(rgbOf([0.6279553606, 0.2248630611, 0.1258462985]), [255, 0, 0]);
});

Deno.test("levelsOf() goes by the logarithm, tells something from nothing, and follows the slider", () => {
  const measure = { little: 1, much: 100 };
  const level = levelsOf(measure, 50);
  assertEquals([level(0), level(100), level(1e9)], [0, 255, 255]);
  assert(level(1e-9) > 0, "something is not nothing");
  const [one, ten, hundred] = [level(1), level(10), level(100)];
  assert(Math.abs((ten - one) - (hundred - ten)) <= 1, "the same factor is the same step");
  assertEquals(levelsOf(measure, 100)(10), 255, "a tenth is as much");
  assert(levelsOf(measure, 0)(100) < 255);
  assertEquals(levelsOf(null, 50)(5), 0);
});

Deno.test("measureOf() stays while it is about right, and leaves a wall to stand out", () => {
  const qtys = Array.from({ length: 1_000 }, (_, i) => 1 + i % 10);
  const measure = measureOf([...qtys, 5_000], null);
  assert(measure !== null && measure.much < 20 && measure.little >= 1);
  assert(measureOf(qtys.map((qty) => qty * 1.1), measure) === measure);
  assert(measureOf(qtys.map((qty) => qty * 3), measure) !== measure);
  assert(measureOf([], measure) === measure);
  const alike = measureOf(qtys.map(() => 5), null);
  assert(alike !== null && alike.much > 3 * alike.little, "what is alike looks alike");
});
