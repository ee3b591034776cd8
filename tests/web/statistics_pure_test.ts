/** What is asked of the statistics, and what their pictures and words say. */
import { assert, assertEquals } from "@std/assert";
import type { Settings } from "../../web/page/panel_settings.ts";
import { hoursPicture, seldomOf, spreadPicture } from "../../web/page/spread_picture.ts";
import type { Spread } from "../../web/page/statistics_answer.ts";
import {
  DEFAULT_METRICS,
  inOrder,
  METRICS_MAX,
  nextStatisticsSort,
  readStatisticsQuery,
  statisticsSettings,
  STORED_METRICS,
  withMetric,
} from "../../web/page/statistics_query.ts";
import {
  belowText,
  evidenceCells,
  rowAgeText,
  spreadSentence,
  wasOld,
} from "../../web/page/statistics_text.ts";

const NAMES = ["p0", "p1", "p5", "p25", "p50", "p75", "p95", "p99", "p100"];

function spreadOf(ends: readonly number[], over: Partial<Spread> = {}): Spread {
  const percentiles = Object.fromEntries(NAMES.map((name, i) => [name, ends[i] ?? 0]));
  return { source: "metrics", count: 100, percentiles, below: 0.5, ...over };
}

Deno.test("readStatisticsQuery() reads what statisticsSettings() names, and passes over what it does not know", () => {
  const usual = readStatisticsQuery({});
  assertEquals(statisticsSettings(usual), {});
  assertEquals([usual.span, usual.metrics, usual.part], ["24h", DEFAULT_METRICS, "spread"]);
  const settings = {
    span: "7d",
    metrics: "imbalance,mid",
    hours: "mid",
    sort: "-of:BTCUSDT",
    of: "all",
    part: "evidence",
  };
  assertEquals<Settings>(statisticsSettings(readStatisticsQuery(settings)), settings);
  const wrong = { span: "9y", metrics: "nothing", hours: "nothing", sort: "-nothing", part: "x" };
  assertEquals(readStatisticsQuery(wrong), usual);
});

Deno.test("nextStatisticsSort() goes from the expected way to the other, and then to none", () => {
  const by = { symbol: "A" };
  const first = nextStatisticsSort(null, by);
  assertEquals(first, { by, isDescending: true });
  assertEquals(nextStatisticsSort(first, { symbol: "A" }), { by, isDescending: false });
  assertEquals(nextStatisticsSort({ by, isDescending: false }, by), null);
  assertEquals(nextStatisticsSort(first, { symbol: "B" })?.by, { symbol: "B" });
  assertEquals(nextStatisticsSort(first, "metric"), { by: "metric", isDescending: false });
});

Deno.test("inOrder() sorts by name or by place, what is not known last whichever way", () => {
  const metrics = ["mid", "imbalance", "topQty", "spreadBps"] as const;
  const places: Readonly<Record<string, number | null>> = {
    mid: 0.2,
    imbalance: null,
    topQty: 0.9,
    spreadBps: 0.5,
  };
  const order = (isDescending: boolean) =>
    inOrder(metrics, { by: { symbol: "A" }, isDescending }, (_, name) => places[name] ?? null);
  assertEquals(order(true), ["topQty", "spreadBps", "mid", "imbalance"]);
  assertEquals(order(false), ["mid", "spreadBps", "topQty", "imbalance"]);
  assertEquals(inOrder(metrics, null, () => null), metrics);
  const named = inOrder(metrics, { by: "metric", isDescending: false }, () => null);
  assertEquals(
    named.toReversed(),
    inOrder(metrics, { by: "metric", isDescending: true }, () => null),
  );
});

Deno.test("withMetric() keeps one at least and no more than the server answers for", () => {
  const query = readStatisticsQuery({ metrics: "mid", hours: "mid" });
  assertEquals(withMetric(query, "mid", false), query);
  const two = withMetric(query, "imbalance", true);
  assertEquals([withMetric(two, "mid", false).metrics, withMetric(two, "mid", false).hours], [[
    "imbalance",
  ], null]);
  const full = { ...query, metrics: STORED_METRICS.slice(0, METRICS_MAX) };
  const another = STORED_METRICS[METRICS_MAX];
  assert(another !== undefined);
  assertEquals(withMetric(full, another, true), full);
});

Deno.test("spreadPicture() reaches from 1 % to 99 %, and cuts what lies beyond with a mark", () => {
  const spread = spreadOf([-50, 0, 10, 40, 50, 60, 90, 100, 9_000]);
  const of = { metric: "mid", spread } as const;
  assertEquals(spreadPicture(of, 25), {
    usual: { from: 0.1, to: 0.9 },
    half: { from: 0.4, to: 0.6 },
    middle: 0.5,
    now: { at: 0.25, cut: null },
  });
  assertEquals(spreadPicture(of, 8_000)?.now, { at: 1, cut: "high" });
  assertEquals(spreadPicture(of, -1)?.now, { at: 0, cut: "low" });
  assertEquals(spreadPicture(of, null)?.now, null);
  assertEquals(spreadPicture({ ...of, spread: { ...spread, percentiles: null } }, 1), null);
  assertEquals([5, 10, 90, 91, null].map((value) => seldomOf(of, value)), [
    "low",
    null,
    null,
    "high",
    null,
  ]);
});

Deno.test("A value is not seldom that is as far as a sketch knows all of them: known to a share of itself", () => {
  // As of a market whose spread is always one tick: the sketch knows the middle of its key.
  const spread = spreadOf(NAMES.map(() => 0.001626), { source: "sketches" });
  const of = { metric: "spreadBps", spread } as const;
  assertEquals(seldomOf(of, 0.001619), null);
  assertEquals(spreadPicture(of, 0.001619)?.now, { at: 0.5, cut: null });
  assertEquals(seldomOf(of, 0.0025), "high");
  const rows = { ...of, spread: { ...spread, source: "metrics" } };
  assertEquals(seldomOf(rows, 0.001619), "low", "rows are known as they are");
});

Deno.test("hoursPicture() has one scale for all hours, and nothing where nothing was known", () => {
  const empty = { count: 0, percentiles: null, below: null };
  const hours = [
    spreadOf([0, 0, 10, 20, 30, 40, 50, 60, 70]),
    empty,
    spreadOf([0, 0, 50, 60, 70, 80, 110, 120, 130]),
  ];
  const spread = { ...spreadOf([]), hours };
  const picture = hoursPicture({ metric: "mid", spread }, 60);
  assertEquals(picture?.scale, { from: 10, to: 110 });
  assertEquals(picture?.now, { at: 0.5, cut: null });
  assertEquals(picture?.hours[1], null);
  assertEquals(picture?.hours[0], {
    usual: { from: 0, to: 0.4 },
    half: { from: 0.1, to: 0.3 },
    middle: 0.2,
  });
  assertEquals(hoursPicture({ metric: "mid", spread: { ...spread, hours: [empty] } }, 60), null);
});

Deno.test("The statistics claim nothing that is not known", () => {
  assertEquals([null, 0, 0.001, 0.5, 0.999, 1].map(belowText), [
    "–",
    "0 %",
    "< 1 %",
    "50 %",
    "> 99 %",
    "100 %",
  ]);
  assertEquals(rowAgeText(null, 1_000, true), "nothing is stored");
  assertEquals(rowAgeText(0, 10_000, true), "now");
  assertEquals(rowAgeText(0, 10_000, false), "10 s ago");
  assertEquals(rowAgeText(0, 300_000, true), "5 min ago");
  assertEquals([wasOld(null, 0), wasOld(0, 10_000), wasOld(0, 300_000)], [true, false, true]);
  const text = (value: number | null) => String(value);
  const spread = spreadOf([0, 1, 5, 25, 50, 75, 95, 99, 100]);
  assertEquals(
    spreadSentence(spread, text, null),
    "Half of the values lie from 25 to 75, 90 % from 5 to 95; the newest is not known.",
  );
  assertEquals(spreadSentence({ ...spread, percentiles: null }, text, 1), "No value was known.");
});

Deno.test("evidenceCells() are of each recording and horizon, and what is sure is so less than once in a hundred", () => {
  for (const name of ["imbalance", "bestBidQty"] as const) {
    const cells = evidenceCells(name);
    assertEquals(cells.map((one) => one.length), [3, 3]);
  }
  const [btc] = evidenceCells("bestBidQty");
  assertEquals(btc?.map(({ text, isSure }) => [text, isSure]), [[".052", true], [".007", false], [
    ".052",
    true,
  ]]);
});
