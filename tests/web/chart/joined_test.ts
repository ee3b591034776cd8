import { assertEquals } from "@std/assert";
import type { DataState } from "../../../shared/output.ts";
import { inBins, joinedPoints } from "../../../web/page/chart/joined.ts";
import { columnsOf, type Point, stretchesOf } from "../../../web/page/chart/points.ts";
import { START_MS } from "../../support/outputs.ts";

const MINUTE_MS = 60_000;
const BEGIN_MS = Math.ceil(START_MS / MINUTE_MS) * MINUTE_MS;

const row = (second: number, state: DataState = "live", value: number | null = second): Point => ({
  timeMs: BEGIN_MS + second * 1_000,
  intervalMs: 1_000,
  state,
  settings: "1",
  values: [value],
});
const rows = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => row(from + i));
const times = (points: readonly Point[]) => points.map(({ timeMs }) => (timeMs - BEGIN_MS) / 1_000);
const values = (points: readonly Point[]) => points.map((point) => point.values[0]);

Deno.test("joinedPoints() of rows has each once, however much of them was told again", () => {
  const stored = {
    binMs: 0,
    settledMs: BEGIN_MS + 90_000,
    points: rows(1, 98),
    rows: rows(91, 98),
  };
  const points = joinedPoints(stored, rows(95, 120), ["mean"]);
  assertEquals(times(points), rows(1, 120).map((_, i) => i + 1));
  assertEquals(stretchesOf(points), []);
});

Deno.test("joinedPoints() puts what was told into bins as long as those that are stored, wherever they meet", () => {
  const binMs = 20_000;
  const all = rows(1, 240);
  const stored = inBins(all, binMs, ["mean"]);
  // Asked at any second: what is told since began at any other.
  for (let asked = 70; asked < 130; asked++) {
    for (const told of [asked - 12, asked - 1, asked, asked + 1]) {
      const settledMs = BEGIN_MS + Math.floor((asked - 10) / 20) * 20_000;
      const part = {
        binMs,
        settledMs,
        points: stored.filter(({ timeMs }) => timeMs <= BEGIN_MS + asked * 1_000),
        rows: all.filter(({ timeMs }) => timeMs > settledMs && timeMs <= BEGIN_MS + asked * 1_000),
      };
      const points = joinedPoints(part, all.slice(told), ["mean"]);
      const isWhole = told <= asked;
      assertEquals(times(points), times(stored), `asked at ${asked}, told from ${told}`);
      if (isWhole) assertEquals(values(points), values(stored));
      assertEquals(columnsOf(points, 1).lines[0]?.includes(null), false);
    }
  }
});

Deno.test("joinedPoints() ends at the last row while a bin is not over", () => {
  const points = joinedPoints(
    { binMs: 20_000, settledMs: BEGIN_MS, points: [], rows: rows(1, 23) },
    [],
    ["mean"],
  );
  assertEquals([times(points), values(points)], [[20, 23], [10.5, 22]]);
});

Deno.test("joinedPoints() has what was told of times of which nothing is stored", () => {
  const binMs = 20_000;
  const [first, , third] = inBins(rows(1, 60), binMs, ["mean"]);
  const points = [first, third].flatMap((point) => point ?? []);
  const stored = { binMs, settledMs: BEGIN_MS + 60_000, points, rows: [] };
  assertEquals(times(joinedPoints(stored, rows(21, 40), ["mean"])), [20, 40, 60]);
  assertEquals(times(joinedPoints(stored, rows(41, 60), ["mean"])), [20, 60], "it is stored");
});

Deno.test("inBins() makes of values what the catalogue says, each weighted by its time", () => {
  const short = { ...row(1, "live", 10), intervalMs: 500 };
  const all = [short, row(2, "live", 4), row(3, "live", null), row(4, "live", 7)];
  const points = all.map((point) => ({ ...point, values: Array(5).fill(point.values[0]) }));
  const [bin] = inBins(points, 20_000, ["mean", "min", "max", "sum", "last"]);
  assertEquals(bin?.values, [(5 + 4 + 7) / 2.5, 4, 10, 21, 7]);
  const unknown = { ...row(1, "live", null), values: Array(5).fill(null) };
  const [nothing] = inBins([unknown], 20_000, ["mean", "min", "max", "sum", "last"]);
  assertEquals(nothing?.values, [null, null, null, null, null]);
});

Deno.test("inBins() is as its worst row, and makes two of different settings", () => {
  const states = [row(1), row(2, "stale"), row(3, "degraded")];
  assertEquals(inBins(states, 20_000, ["mean"]).map(({ state }) => state), ["stale"]);
  const two = [row(1), { ...row(2), settings: "2" }, { ...row(20), settings: "2" }];
  const bins = inBins(two, 20_000, ["mean"]);
  assertEquals(bins.map(({ settings }) => settings), ["1", "2"]);
  assertEquals(times(bins), [1, 20]);
});
