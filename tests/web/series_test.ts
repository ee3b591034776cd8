import { assertEquals } from "@std/assert";
import type { DataState } from "../../shared/output.ts";
import { Series } from "../../web/page/series.ts";
import { START_MS } from "../support/outputs.ts";

const row = (second: number, value: number | null = second, state: DataState = "live") => ({
  timeMs: START_MS + second * 1_000,
  intervalMs: 1_000,
  state,
  settings: 1,
  values: [value],
});
const second = (x: number) => x - START_MS / 1_000;

Deno.test("Series draws missing rows as one gap, and null rows as themselves", () => {
  const series = new Series(1, 60_000, 600);
  series.merge([row(1), row(2), row(5), row(6, null), row(7)]);
  const [xs, ys] = series.columns();
  assertEquals(xs.map(second), [1, 2, 3, 5, 6, 7]);
  assertEquals(ys, [1, 2, null, 5, null, 7]);
});

Deno.test("Series merges history that comes after live rows, each time once", () => {
  const series = new Series(1, 60_000, 600);
  series.merge([row(3)]);
  series.merge([row(4)]);
  series.merge([row(1), row(2), row(3, 33)]);
  const [xs, ys] = series.columns();
  assertEquals(xs.map(second), [1, 2, 3, 4]);
  assertEquals(ys, [1, 2, 33, 4]);
});

Deno.test("Series forgets what is older than its span", () => {
  const series = new Series(1, 10_000, 600);
  for (let n = 1; n <= 100; n++) series.merge([row(n)]);
  assertEquals([series.length, second((series.firstMs ?? 0) / 1_000)], [10, 91]);
});

Deno.test("Series holds no more rows than its maximum, and draws no gaps where it left some out", () => {
  const series = new Series(1, 60_000, 60);
  for (let n = 0; n < 3_000; n++) {
    series.merge([{ ...row(n / 10), intervalMs: 100 }]);
  }
  assertEquals(series.length <= 60, true);
  assertEquals(series.columns()[1]?.includes(null), false);
});

Deno.test("Series ends its line where settings change, and tells of no missing rows there", () => {
  const series = new Series(1, 60_000, 600);
  const settings = [0, 0, 1, null, 1, null, 2];
  series.merge(settings.map((settings, i) => ({ ...row(i), settings })));
  const [xs, ys] = series.columns();
  assertEquals(xs.map(second), [0, 1, 1.5, 2, 3, 4, 5, 5.5, 6]);
  assertEquals(ys, [0, 1, null, 2, 3, 4, 5, null, 6]);
  assertEquals(stretches(series), []);
});

// -- Stretches --

const stretches = (series: Series) =>
  series.stretches().map(({ kind, fromMs, toMs }) => [
    kind,
    second(fromMs / 1_000),
    second(toMs / 1_000),
  ]);

Deno.test("Series.stretches() covers each interval that was not live, neighbours of a kind as one", () => {
  const series = new Series(1, 60_000, 600);
  const syncing = [row(2, null, "syncing"), row(3, null, "syncing")];
  series.merge([row(1), ...syncing, row(4, null, "stale"), row(5), row(6, 6, "degraded")]);
  assertEquals(stretches(series), [["syncing", 1, 3], ["stale", 3, 4], ["degraded", 5, 6]]);
});

Deno.test("Series.stretches() marks missing rows as missing, never as a state of the book", () => {
  const series = new Series(1, 60_000, 600);
  series.merge([row(1, null, "halted"), row(2), row(9), row(20, null, "syncing")]);
  const expected = [["halted", 0, 1], ["missing", 2, 8], ["missing", 9, 19], ["syncing", 19, 20]];
  assertEquals(stretches(series), expected);
});

Deno.test("Series.stretches() of nothing but live rows is empty, however late a row's time is", () => {
  const series = new Series(1, 60_000, 600);
  series.merge([row(1), row(2.3), row(3)]);
  assertEquals(stretches(series), []);
});

Deno.test("Series keeps a moment that was not live, however dense the rows are", () => {
  const series = new Series(1, 60_000, 60);
  for (let n = 1; n <= 600; n++) {
    const state = n === 307 ? "syncing" : "live";
    series.merge([{ ...row(n / 10, n, state), intervalMs: 100 }]);
  }
  assertEquals(stretches(series).map(([kind]) => kind), ["syncing"]);
});
