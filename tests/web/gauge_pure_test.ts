/** What the imbalance gauge reads, without a browser. */
import { assertEquals } from "@std/assert";
import { alertRulesFor } from "../../shared/catalogue/built_in_rules.ts";
import { definitionOf } from "../../shared/catalogue/metrics.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import {
  DEPTH_NAMES,
  DEPTHS,
  percentText,
  pointsTold,
  thresholdsOf,
  thresholdTexts,
  zonesOf,
  zoneText,
} from "../../web/page/gauge_reading.ts";
import { arcPath, pointAt, turnOf } from "../../web/page/gauge_shape.ts";

const RULES = alertRulesFor(DEFAULT_SETTINGS).map((rule) => ({ ...rule, isOn: true }));

Deno.test("Every depth of the gauge leans from −1 to 1", () => {
  for (const name of DEPTH_NAMES) {
    assertEquals(definitionOf(DEPTHS[name].metric).range, [-1, 1], name);
  }
});

Deno.test("thresholdsOf() are the lines of the rules in force that watch the metric, on both sides", () => {
  const lines = thresholdsOf(RULES, "imbalance");
  assertEquals(lines.map(({ rule, enter }) => `${rule} ${enter}`), [
    "extreme_imbalance -0.8",
    "imbalance_flip -0.8",
    "extreme_imbalance 0.8",
    "imbalance_flip 0.8",
  ]);
  assertEquals(thresholdsOf(RULES, "queueImbalance"), []);
  assertEquals(thresholdsOf(RULES.map((rule) => ({ ...rule, isOn: false })), "imbalance"), []);
  assertEquals(thresholdTexts(lines), [
    "extreme_imbalance ±80.0 %, until ±60.0 %",
    "imbalance_flip ±80.0 %, until ±60.0 %",
  ]);
});

Deno.test("thresholdsOf() has the line that a person drew, on its own side alone", () => {
  const [like] = RULES.filter(({ kind }) => kind === "threshold");
  if (like === undefined) throw new TypeError("Cannot test: no rule watches a threshold");
  const [source] = like.sources;
  if (source === undefined) throw new TypeError("Cannot test: a rule has no source");
  const drawn = {
    ...like,
    kind: "crossing",
    name: "drawn",
    sources: [{ ...source, sign: -1 }],
    line: 0.4,
    margin: 0,
    repeat: "once",
  } as const;
  assertEquals(thresholdsOf([drawn], source.metric), [{ rule: "drawn", enter: -0.4, leave: null }]);
  assertEquals(thresholdTexts(thresholdsOf([drawn], source.metric)), ["drawn −40.0 %"]);
});

Deno.test("zonesOf() go by the rules' lines, in thirds where there are none, and leave nothing out", () => {
  const edges = (zones: ReturnType<typeof zonesOf>) => zones.map(({ from }) => from);
  assertEquals(edges(zonesOf(thresholdsOf(RULES, "imbalance"))), [-1, -0.8, -0.6, 0.6, 0.8]);
  const thirds = zonesOf([]);
  assertEquals(thirds.map(({ zone }) => zone), [
    "extreme",
    "heavy",
    "balanced",
    "heavy",
    "extreme",
  ]);
  for (const zones of [thirds, zonesOf([{ rule: "a", enter: 1, leave: null }])]) {
    zones.forEach(({ to }, i) => assertEquals(to, zones[i + 1]?.from ?? 1));
  }
  const texts = [-1, -0.7, 0, 0.4, 1].map((value) => zoneText(zonesOf([]), value));
  assertEquals(texts, [
    "asks far heavier",
    "asks far heavier",
    "balanced",
    "bids heavier",
    "bids far heavier",
  ]);
});

Deno.test("percentText() and pointsTold() have a sign, and a dash for what is not known", () => {
  assertEquals([0.254, -1, 0.0001, null].map(percentText), ["+25.4 %", "−100.0 %", "0.0 %", "–"]);
  const then = { kind: "known", value: 0.5 } as const;
  const since = { span: "1m", then, loading: { kind: "loaded", rows: 1 } } as const;
  assertEquals(pointsTold(0.25, since), { text: "−25.0 points", why: "", direction: "down" });
  assertEquals(pointsTold(0.5, since).direction, "same");
  assertEquals(
    pointsTold(0.25, { ...since, then: { kind: "unknown" } }).why,
    "It was not known 1 minute ago.",
  );
});

Deno.test("The gauge's half circle goes from the left over the top to the right", () => {
  assertEquals([-1, 0, 1].map((value) => pointAt(value, 80)), [[20, 100], [100, 20], [180, 100]]);
  assertEquals(arcPath(-1, 0, 80), "M20 100A80 80 0 0 1 100 20");
  assertEquals([-1, 0, 0.5, 2].map(turnOf), [-90, 0, 45, 90]);
});
