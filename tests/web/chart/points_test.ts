import { assertEquals, assertStrictEquals } from "@std/assert";
import type { DataState } from "../../../shared/output.ts";
import { columnsOf, type Point, stretchesOf, withLive } from "../../../web/page/chart/points.ts";
import { START_MS } from "../../support/outputs.ts";

const row = (second: number, value: number | null = second, state: DataState = "live"): Point => ({
  timeMs: START_MS + second * 1_000,
  intervalMs: 1_000,
  state,
  settings: "1 10 5 5000",
  values: [value],
});
const second = (x: number) => x - START_MS / 1_000;

Deno.test("columnsOf() draws missing rows as one gap, and null rows as themselves", () => {
  const { xs, lines: [ys] } = columnsOf([row(1), row(2), row(5), row(6, null), row(7)], 1);
  assertEquals(xs.map(second), [1, 2, 3, 5, 6, 7]);
  assertEquals(ys, [1, 2, null, 5, null, 7]);
});

Deno.test("columnsOf() ends its line where settings change, and begins another run", () => {
  const settings = ["0 10 5 5000", "0 10 5 5000", "1 10 5 5000", "1 10 5 5000", "1 20 5 5000"];
  const points = settings.map((settings, i) => ({ ...row(i), settings }));
  const { xs, runs, lines: [ys] } = columnsOf(points, 1);
  assertEquals(xs.map(second), [0, 1, 1.5, 2, 3, 3.5, 4]);
  assertEquals(ys, [0, 1, null, 2, 3, null, 4]);
  assertEquals(runs, [0, 0, 0, 1, 1, 1, 2]);
  assertEquals(stretches(points), [], "no rows are missing there");
});

Deno.test("columnsOf() joins no row whose settings are not known to any other", () => {
  const points = [row(0), { ...row(1), settings: null }, { ...row(2), settings: null }];
  assertEquals(columnsOf(points, 1).lines[0], [0, null, 1, null, 2]);
});

Deno.test("withLive() adds the newest frame, and nothing that a row tells already", () => {
  const points = [row(1), row(2)];
  const [columns, last = null] = [columnsOf(points, 1), points.at(-1)];
  const live = { ...row(2.5, 9), intervalMs: 0 };
  const { xs, lines, lengths } = withLive(columns, last, live);
  assertEquals([xs.map(second), lines, lengths], [[1, 2, 2.5], [[1, 2, 9]], [1, 1, 0]]);
  assertEquals(columns.xs.length, 2, "what it was given stays as it was");
  assertStrictEquals(withLive(columns, last, { ...live, timeMs: row(2).timeMs }), columns);
  assertStrictEquals(withLive(columns, last, null), columns);
});

Deno.test("withLive() draws no line over rows that are missing, or to a frame of other settings", () => {
  const [columns, last] = [columnsOf([row(1)], 1), row(1)];
  const late = withLive(columns, last, { ...row(9), intervalMs: 0 });
  assertEquals([late.xs.map(second), late.lines, late.runs], [[1, 2, 9], [[1, null, 9]], [
    0,
    0,
    0,
  ]]);
  const other = withLive(columns, last, { ...row(2), settings: "2 10 5 5000" });
  assertEquals([other.lines, other.runs], [[[1, null, 2]], [0, 0, 1]]);
});

// -- Stretches --

const stretches = (points: readonly Point[]) =>
  stretchesOf(points).map(({ kind, fromMs, toMs }) => [
    kind,
    second(fromMs / 1_000),
    second(toMs / 1_000),
  ]);

Deno.test("stretchesOf() covers each interval that was not live, neighbours of a kind as one", () => {
  const syncing = [row(2, null, "syncing"), row(3, null, "syncing")];
  const points = [row(1), ...syncing, row(4, null, "stale"), row(5), row(6, 6, "degraded")];
  assertEquals(stretches(points), [["syncing", 1, 3], ["stale", 3, 4], ["degraded", 5, 6]]);
});

Deno.test("stretchesOf() marks missing rows as missing, never as a state of the book", () => {
  const points = [row(1, null, "halted"), row(2), row(9), row(20, null, "syncing")];
  const expected = [["halted", 0, 1], ["missing", 2, 8], ["missing", 9, 19], ["syncing", 19, 20]];
  assertEquals(stretches(points), expected);
});

Deno.test("stretchesOf() nothing but live rows is empty, however late a row's time is", () => {
  assertEquals(stretches([row(1), row(2.3), row(3)]), []);
});
