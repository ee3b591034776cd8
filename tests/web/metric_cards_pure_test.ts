/** What cards of metrics say, without a browser: what was known when, how it changed, how usual it is, and its line. */
import { assert, assertEquals } from "@std/assert";
import { UNKNOWN_VALUES } from "../../shared/catalogue/metrics.ts";
import { metricsView } from "../../shared/metrics_view.ts";
import {
  CARDS_MAX,
  choiceSettings,
  DEFAULT_CHOICE,
  movedCard,
  readChoice,
  withCard,
  withoutCard,
} from "../../web/page/card_choice.ts";
import { changeTold, SPAN_NAMES, SPANS } from "../../web/page/metric_change.ts";
import { MetricTrail, type StoredTrail, type Then } from "../../web/page/metric_trail.ts";
import { PLACES, placeText, placeTold, standingAmong } from "../../web/page/percentile_place.ts";
import { sparkPath } from "../../web/page/spark.ts";
import { METRIC_NAMES } from "../../shared/catalogue/metrics.ts";
import { metricsFrame } from "../support/outputs.ts";

const NOON = Date.UTC(2026, 7, 1, 12);
const LOADED = { kind: "loaded", rows: 1 } as const;

const told = (second: number, over: object) =>
  metricsView(metricsFrame({ timeMs: NOON + second * 1_000, ...UNKNOWN_VALUES, ...over }));

function stored(from: number, values: readonly (number | null)[], over = {}): StoredTrail {
  return {
    intervalMs: 1_000,
    timeMs: values.map((_, i) => NOON + (from + i) * 1_000),
    isOfNow: values.map(() => true),
    values: { spreadBps: values },
    lowerBounds: {},
    ...over,
  };
}

const at = (trail: MetricTrail, second: number) => trail.then("spreadBps", NOON + second * 1_000);
const known = (value: number): Then => ({ kind: "known", value });

Deno.test("MetricTrail.then() tells of each second what was stored or watched, whichever came first", () => {
  const trail = new MetricTrail(["spreadBps"]);
  assertEquals(at(trail, 0), { kind: "before", firstMs: null });
  for (const second of [10, 11, 12]) assert(trail.take(told(second, { spreadBps: second })));
  assertEquals(trail.take(told(12, { spreadBps: 12.5 })), false, "of no new second");
  trail.takeStored(stored(5, [5, null, 7, 8, 9, 100]));
  assertEquals(at(trail, 4), { kind: "before", firstMs: NOON + 5_000 });
  assertEquals(
    [5, 7, 9, 11, 12].map((second) => at(trail, second)),
    [5, 7, 9, 11, 12.5].map(known),
  );
  assertEquals(at(trail, 6), { kind: "unknown" });
  assertEquals(at(trail, 10), known(100), "what is stored counts");
  assertEquals(trail.then("spreadBps", NOON + 11_999), known(11));
  assertEquals(trail.lastMs, NOON + 12_000);
});

Deno.test("MetricTrail tells a hole from a quiet second, and asks no more of it than its stored pace", () => {
  const trail = new MetricTrail(["spreadBps"]);
  for (const second of [1, 2, 4, 9]) trail.take(told(second, { spreadBps: second }));
  assertEquals(at(trail, 3), known(2));
  assertEquals(at(trail, 6), { kind: "hole" });
  assertEquals(trail.holes(NOON).length, 1);
  assertEquals(trail.holes(NOON + 5_000), [], "it begins before");
  trail.takeStored(stored(5, [5, 6, 7, 8]));
  assertEquals(trail.holes(NOON), []);
  const slow = new MetricTrail(["spreadBps"]);
  slow.takeStored({ ...stored(0, [1]), intervalMs: 10_000 });
  slow.takeStored({ ...stored(10, [2]), intervalMs: 10_000 });
  assertEquals(at(slow, 8), known(1));
  assertEquals(slow.holes(NOON), []);
});

Deno.test("MetricTrail compares nothing with other settings, and nothing with a lower bound", () => {
  const trail = new MetricTrail(["spreadBps"]);
  trail.takeStored(stored(0, [1, 2, 3], { isOfNow: [false, false, true] }));
  assertEquals(at(trail, 1), { kind: "other_settings", untilMs: NOON + 1_000 });
  assertEquals(at(trail, 2), known(3));
  trail.takeStored(stored(3, [4], { lowerBounds: { spreadBps: [true] } }));
  assertEquals(at(trail, 3), { kind: "lower_bound" });
});

Deno.test("MetricTrail takes nothing of a list that tells only some metrics", () => {
  const trail = new MetricTrail(["vpin"]);
  assertEquals(trail.take({ ...told(1, {}), values: { mid: 1 } }), false);
  assertEquals(trail.lastMs, null);
});

Deno.test("MetricTrail forgets what is older than it keeps", () => {
  const trail = new MetricTrail(["spreadBps"]);
  trail.take(told(0, { spreadBps: 1 }));
  trail.take(told(4_000, { spreadBps: 2 }));
  assertEquals(at(trail, 0), { kind: "before", firstMs: NOON + 301_000 });
  trail.takeStored(stored(0, [1, 1, 1]));
  assertEquals(at(trail, 4_000), known(2), "what is too old takes no place");
});

Deno.test("MetricTrail.line() has the least and the greatest of each stretch, and holes", () => {
  const trail = new MetricTrail(["spreadBps"]);
  trail.takeStored(stored(1, [1, 5, 2, 3, null, null, null, null, 9, 9]));
  const line = trail.line("spreadBps", NOON, NOON + 10_000, 5);
  assertEquals(line, [[1, 5], [2, 3], null, null, [9, 9]]);
  assertEquals(trail.line("spreadBps", NOON, NOON + 2_000, 4).length, 4);
});

Deno.test("sparkPath() goes through both ends of each stretch, and over no hole", () => {
  assertEquals(sparkPath([]), "");
  assertEquals(sparkPath([null, null]), "");
  assertEquals(sparkPath([[1, 1], [1, 1]]), "M25 12h.01L75 12", "what stays is in the middle");
  assertEquals(sparkPath([[0, 0], null, [1, 1]]).match(/M/g)?.length, 2);
  assertEquals(sparkPath([[0, 0], [0, 1], [1, 1]]), "M16.7 22.5h.01L50 22.5V1.5L83.3 1.5");
});

const now = (value: number | null, isLowerBound = false) => ({ value, isLowerBound, decimals: 2 });
const since = (
  then: Then,
  loading: typeof LOADED | { kind: "loading" } | { kind: "failed"; reason: string } = LOADED,
) => ({ span: "5m", then, loading }) as const;

Deno.test("changeTold() says by how much, in the metric's own words, and of what has a size by how much of it", () => {
  const table = [
    ["imbalance", 0.25, 0.13, "+0.12", "up"],
    ["imbalance", -0.25, 0.13, "−0.38", "down"],
    ["imbalance", 0.1301, 0.13, "0.00", "same"],
    ["spreadBps", 0.001618, 0.001616, "0.000", "same"],
    ["spreadBps", 0.5, 0.4, "+0.100 (+25 %)", "up"],
    ["topShare", 0.31, 0.3, "+1.0 %", "up"],
    ["mid", 101, 100, "+1.000 (+1.0 %)", "up"],
    ["mid", 99.99, 100, "−0.010 (−0.010 %)", "down"],
    ["tradeCount10s", 12, 7, "+5", "up"],
  ] as const;
  for (const [name, value, then, text, direction] of table) {
    assertEquals(
      changeTold(name, now(value), since(known(then))),
      { text, why: "", direction },
      name,
    );
  }
});

Deno.test("changeTold() has a dash and the reason for whatever is not known", () => {
  const why = (then: Then, loading?: Parameters<typeof since>[1]) =>
    changeTold("spreadBps", now(1), since(then, loading)).why;
  const before = { kind: "before", firstMs: NOON } as const;
  assertEquals(why(before), "No value of 5 minutes ago: watched since 12:00:00 UTC.");
  assertEquals(why(before, { kind: "loading" }), "Loading history…");
  assertEquals(
    why(before, { kind: "failed", reason: "no connection to the monitor" }),
    "No value of 5 minutes ago: history cannot be read (no connection to the monitor), watched since 12:00:00 UTC.",
  );
  assertEquals(why({ kind: "before", firstMs: null }), "No value of 5 minutes ago.");
  assertEquals(why({ kind: "hole" }), "No value of 5 minutes ago: nothing was told then.");
  assertEquals(why({ kind: "unknown" }), "It was not known 5 minutes ago.");
  assertEquals(why({ kind: "lower_bound" }), "Only a lower bound was known 5 minutes ago.");
  assertEquals(
    why({ kind: "other_settings", untilMs: NOON }),
    "No value of 5 minutes ago: it was computed under other settings until 12:00:00 UTC.",
  );
  assertEquals(
    changeTold("spreadBps", now(1, true), since(known(1))).why,
    "Only a lower bound is known.",
  );
  for (
    const told of [
      changeTold("spreadBps", now(null), since(known(1))),
      changeTold("cumulativeVolumeDeltaFromMs", now(NOON), since(known(1))),
    ]
  ) {
    assertEquals([told.text, told.direction], ["–", null]);
  }
});

const HOUR = { p0: 0, p1: 1, p5: 5, p25: 25, p50: 50, p75: 75, p95: 95, p99: 99, p100: 100 };

Deno.test("standingAmong() places a value among percentiles, in between in proportion", () => {
  const places = [2, 10, 50, 80, 97].map((value) => standingAmong(HOUR, value));
  assertEquals(places.map(({ place }) => place), [...PLACES]);
  assertEquals(places.map(({ text }) => text), ["p2", "p10", "p50", "p80", "p97"]);
  assertEquals(standingAmong(HOUR, -1).text, "p0");
  assertEquals(standingAmong(HOUR, 101).text, "p100");
  assertEquals(new Set(PLACES.map(placeText)).size, PLACES.length, "each is told in words too");
});

Deno.test("standingAmong() finds usual what has been so for an hour, and unusual what has left it", () => {
  const same = Object.fromEntries(Object.keys(HOUR).map((name) => [name, 1]));
  assertEquals(standingAmong(same, 1).place, "usual");
  assertEquals(standingAmong(same, 2).place, "far_high");
  assertEquals(standingAmong(same, 0).place, "far_low");
  assertEquals(standingAmong({ ...same, p99: 3, p100: 3 }, 1).place, "usual");
});

Deno.test("placeTold() says of which values, or why nobody knows what is usual", () => {
  const spread = { fromMs: NOON, toMs: NOON + 3_600_000, metrics: {} };
  const there = (metrics: object) => ({ value: { ...spread, metrics }, problem: null }) as const;
  const asked = there({ spreadBps: { count: 3_412, percentiles: HOUR } });
  const { text, title, why } = placeTold("spreadBps", now(97), asked);
  assertEquals([text, why], ["p97 very high", ""]);
  assertEquals(title, "Above 97 % of 3,412 values from 12:00:00 to 13:00:00 UTC");
  assertEquals(
    placeTold("spreadBps", now(null), asked).why,
    "",
    "its card says why it is not known",
  );
  assertEquals(placeTold("vpin", now(1), asked).why, "Nothing is stored of the last hour.");
  // Of one tick all the time, which is of a price that moves.
  const ticks = { p0: 0.00161, p50: 0.00162, p95: 0.00163, p100: 5 };
  const oneTick = there({ spreadBps: { count: 9, percentiles: ticks } });
  assertEquals(placeTold("spreadBps", now(0.001605), oneTick).place, "usual");
  assertEquals(
    placeTold("vpin", now(1), { value: null, problem: "no answer in time" }).why,
    "What is usual cannot be read: no answer in time.",
  );
});

Deno.test("readChoice() and choiceSettings() say the same of whatever is chosen, and nothing of what is usual", () => {
  assertEquals(choiceSettings(DEFAULT_CHOICE), {});
  assertEquals(readChoice({}), DEFAULT_CHOICE);
  for (const span of SPAN_NAMES) {
    const choice = { metrics: ["vpin", "mid"], span } as const;
    assertEquals(readChoice(choiceSettings(choice)), choice);
    assert(SPANS[span].ms <= 3_600_000, "percentiles and lines are of an hour at most");
  }
  assertEquals(readChoice({ metrics: "mid,nothing,mid,vpin", span: "9m" }).metrics, [
    "mid",
    "vpin",
  ]);
  assertEquals(readChoice({ metrics: METRIC_NAMES.join() }).metrics.length, CARDS_MAX);
});

Deno.test("Cards are added at the end, moved by one, and removed but for the last", () => {
  const three = ["mid", "vpin", "spread"] as const;
  assertEquals(withCard(three, "amihud"), [...three, "amihud"]);
  assertEquals(withCard(three, "vpin"), three);
  assertEquals(withCard(METRIC_NAMES.slice(1, CARDS_MAX + 1), "bestBidPrice").length, CARDS_MAX);
  assertEquals(movedCard(three, "vpin", 1), ["mid", "spread", "vpin"]);
  assertEquals(movedCard(three, "vpin", -1), ["vpin", "mid", "spread"]);
  assertEquals(movedCard(three, "mid", -1), three);
  assertEquals(movedCard(three, "spread", 1), three);
  assertEquals(withoutCard(three, "vpin"), ["mid", "spread"]);
  assertEquals(withoutCard(["mid"], "mid"), ["mid"]);
});
