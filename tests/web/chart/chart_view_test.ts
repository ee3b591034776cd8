/** What a chart makes of its settings, its frame and what is in view. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { definitionOf, METRIC_NAMES } from "../../../shared/catalogue/metrics.ts";
import {
  AXES_MAX,
  CHARTED_METRICS,
  mayAdd,
  METRICS_MAX,
  metricsWith,
  panesOf,
} from "../../../web/page/chart/axis_choice.ts";
import { scaleOf, timeAt, valueAt, xOf, yOf } from "../../../web/page/chart/chart_frame.ts";
import {
  durationText,
  keptSettings,
  passingSettings,
  RANGES_MS,
  readChartSettings,
  USUAL,
} from "../../../web/page/chart/chart_settings.ts";
import {
  chartSummary,
  lineSummaries,
  markSummaries,
} from "../../../web/page/chart/chart_summary.ts";
import { columnsOf } from "../../../web/page/chart/points.ts";
import { axisScale, indexNear, steppedTo } from "../../../web/page/chart/scale_of_axis.ts";

// -- Axes --

const axesOf = (panes: ReturnType<typeof panesOf>) =>
  panes.map(({ axes }) => axes.map(({ metrics, side }) => `${side} ${metrics.join()}`));

Deno.test("panesOf() gives each unit a pane, and prices one that is not that of sums of money", () => {
  const metrics = ["mid", "imbalance", "microPrice", "weightedImbalance1Bps", "spread"] as const;
  assertEquals(axesOf(panesOf(metrics, false)), [
    ["left mid,microPrice"],
    ["left imbalance,weightedImbalance1Bps"],
    ["left spread"],
  ]);
});

Deno.test("panesOf() lays the next unit over price, with an axis at the right", () => {
  assertEquals(axesOf(panesOf(["imbalance", "spreadBps", "mid"], true)), [
    ["left mid", "right imbalance"],
    ["left spreadBps"],
  ]);
  assertEquals(axesOf(panesOf(["imbalance", "spreadBps"], true)), [
    ["left imbalance", "right spreadBps"],
  ]);
  assertEquals(axesOf(panesOf(["mid"], true)), [["left mid"]]);
});

Deno.test("panesOf() shows a balance from −1 to +1, and anything else as its values are", () => {
  const fixed = (name: "imbalance" | "mid" | "topShare") =>
    panesOf([name], false)[0]?.axes[0].fixed ?? null;
  assertEquals([fixed("imbalance"), fixed("mid"), fixed("topShare")], [[-1, 1], null, null]);
});

Deno.test("metricsWith() keeps one metric at least, and no more than there is room for", () => {
  assertEquals(metricsWith(["mid"], "mid", false), ["mid"]);
  assertEquals(metricsWith(["mid", "imbalance"], "mid", false), ["imbalance"]);
  const all = CHARTED_METRICS.reduce(
    (some, name) => metricsWith(some, name, true),
    ["mid" as const]
      .slice(0, 1) as readonly (typeof CHARTED_METRICS)[number][],
  );
  assert(all.length <= METRICS_MAX && panesOf(all, false).length <= AXES_MAX);
  assert(!mayAdd(all, "velocity") || all.includes("velocity"));
  for (const name of CHARTED_METRICS) assert(definitionOf(name).unit !== "ms");
});

// -- Settings --

Deno.test("Chart settings are named as they are read, and what is usual is not named", () => {
  assertEquals(keptSettings(USUAL), {});
  assertEquals(readChartSettings({}), USUAL);
  const chosen = {
    metrics: ["spreadBps", "mid"],
    rangeMs: 7 * 86_400_000,
    averageMs: 300_000,
    isOverlaid: true,
    fixed: { fromMs: 1_700_000_000_000, toMs: 1_700_000_360_000 },
  } as const;
  const named = { ...keptSettings(chosen), ...passingSettings(chosen) };
  assertEquals(named, {
    metrics: "spreadBps,mid",
    range: "7d",
    average: "5m",
    axes: "two",
    from: "1700000000000",
    to: "1700000360000",
  });
  assertEquals(readChartSettings(named), chosen);
  assertEquals(RANGES_MS.map(durationText), ["1m", "5m", "15m", "1h", "6h", "24h", "7d", "90d"]);
  for (const rangeMs of RANGES_MS) {
    assertEquals(readChartSettings(keptSettings({ ...USUAL, rangeMs })).rangeMs, rangeMs);
  }
});

Deno.test("readChartSettings() passes over what it does not know", () => {
  const odd = [
    { metrics: "nothing,", range: "1y", average: "7m", from: "1", to: "x" },
    { range: "0m", from: "9000", to: "1000" },
    { metrics: "cumulativeVolumeDeltaFromMs", from: "-1", to: "5000" },
    { range: "999999d" },
  ];
  for (const settings of odd) assertEquals(readChartSettings(settings), USUAL);
  const many = METRIC_NAMES.join();
  assert(readChartSettings({ metrics: many }).metrics.length <= METRICS_MAX);
  assertEquals(readChartSettings({ metrics: "mid,mid" }).metrics, ["mid"]);
});

// -- Frame --

Deno.test("A chart's frame tells where a value and a moment stand, and what stands there", () => {
  const scale = { metrics: ["mid"], min: 100, max: 200 } as const;
  const pane = { leftPx: 60, topPx: 10, widthPx: 600, heightPx: 200, scales: [scale] };
  const span = { fromMs: 1_000, toMs: 61_000 };
  assertEquals([yOf(pane, scale, 200), yOf(pane, scale, 100), yOf(pane, scale, 50)], [
    10,
    210,
    310,
  ]);
  assertAlmostEquals(valueAt(pane, scale, yOf(pane, scale, 123.4)), 123.4, 1e-9);
  assertEquals([xOf(pane, span, 1_000), xOf(pane, span, 31_000)], [60, 360]);
  assertAlmostEquals(timeAt(pane, span, xOf(pane, span, 12_345)), 12_345, 1e-6);
  assertEquals(scaleOf({ span, panes: [pane] }, "mid"), { pane, scale });
  assertEquals(scaleOf({ span, panes: [pane] }, "imbalance"), null);
});

// -- Scale --

Deno.test("axisScale() goes by what is in view, and has no scale of what is not known", () => {
  const xs = [0, 1, 2, 3, 4];
  const of = (from: number, to: number, ...lines: (number | null)[][]) =>
    axisScale({ xs, lines, from, to }, 0.01, null);
  const near = of(1, 3, [900, 1, 2, 3, 900]);
  assert(near.min < 1 && near.min > 0.5 && near.max > 3 && near.max < 3.5);
  assertEquals(of(0, 1, [null, null, 2, 3, 4]).isKnown, false);
  const flat = of(0, 4, [5, 5, 5, 5, 5]);
  assertAlmostEquals(flat.max - 5, 0.01, 1e-9);
  const two = of(0, 4, [1, 1, 1, 1, 1], [9, 9, 9, 9, 9]);
  assert(two.min < 1 && two.max > 9, "both lines are seen");
});

Deno.test("axisScale() cuts a spike of one line, and tells which", () => {
  const xs = Array.from({ length: 100 }, (_, i) => i);
  const lines = [xs.map((x) => x === 40 ? 1_000 : 1 + x % 3), xs.map((x) => 5 + x % 2)];
  const { max, cuts } = axisScale({ xs, lines, from: 0, to: 99 }, 0.01, null);
  assert(max < 10);
  assertEquals(cuts.map((of) => of.map(({ x }) => x)), [[40], []]);
});

Deno.test("indexNear() is the nearest point", () => {
  const xs = [1, 2, 4];
  assertEquals([0, 1.4, 1.6, 3.1, 9].map((at) => indexNear(xs, at)), [0, 0, 1, 2, 2]);
  assertEquals(indexNear([], 1), null);
});

Deno.test("steppedTo() goes from point to point, and not out of view", () => {
  const xs = [1, 2, 4, 7, 9];
  const step = (at: number | null, by: number) => steppedTo(xs, 1.5, 8, at, by);
  assertEquals([step(null, -1), step(4, 1), step(4, 9), step(4, -9)], [7, 7, 7, 2]);
  assertEquals(steppedTo(xs, 10, 20, 4, 1), null);
});

// -- Words --

Deno.test("A chart in words tells what its lines did and what was not live", () => {
  const points = [1, 2, 3, 4].map((second) => ({
    timeMs: second * 1_000,
    intervalMs: 1_000,
    state: "live" as const,
    settings: "1",
    values: second === 3 ? [null, null] : [100 + second, null],
  }));
  const span = { fromMs: 0, toMs: 4_000 };
  const lines = lineSummaries(["mid", "imbalance"], columnsOf(points, 2), span);
  assertEquals(lines[0], {
    metric: "mid",
    first: 101,
    last: 104,
    least: 101,
    greatest: 104,
    mean: (101 + 102 + 104) / 3,
    known: 0.75,
  });
  const marks = markSummaries([
    { kind: "stale", fromMs: -5_000, toMs: 1_000, text: null },
    { kind: "stale", fromMs: 3_000, toMs: 9_000, text: null },
    { kind: "syncing", fromMs: 5_000, toMs: 9_000, text: null },
  ], span);
  assertEquals(marks, [{ kind: "stale", count: 2, lengthMs: 2_000 }]);
  assertEquals(
    chartSummary(lines, marks, 1),
    "Mid 104.00 quote, from 101.00, between 101.00 and 104.00; Order book imbalance is not known; stale 2.0 s",
  );
});
