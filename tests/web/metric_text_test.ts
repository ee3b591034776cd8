import { METRIC_NAMES } from "../../shared/catalogue/metrics.ts";
import { NOTHING } from "../../web/page/format.ts";
import { formatMetric, whyText } from "../../web/page/metric_text.ts";
import { assertEquals } from "@std/assert";

Deno.test("formatMetric() shows each kind as its definition says", () => {
  assertEquals(formatMetric("bestBidPrice", 65_000.01, 2), "65,000.01");
  assertEquals(formatMetric("mid", 65_000.015, 2), "65,000.015");
  assertEquals(formatMetric("spreadBps", 0.001538, 2), "0.0015");
  assertEquals(formatMetric("spreadTicks", 12_345, 2), "12,345");
  assertEquals(formatMetric("cumulativeVolumeDeltaFromMs", 1_723_161_255_342, 2), "23:54:15 UTC");
  assertEquals(formatMetric("imbalance", 0.254, 2), "+0.25");
  assertEquals(formatMetric("velocity", -0.001, 2), "0.00");
  assertEquals(formatMetric("topQty", 56_700, 2), "56.70k");
  assertEquals(formatMetric("topShare", 0.3021, 2), "30.2 %");
});

Deno.test("formatMetric() shows a dash for whatever is not known", () => {
  const texts = METRIC_NAMES.map((name) => formatMetric(name, null, 2));
  assertEquals(new Set(texts), new Set([NOTHING]));
});

Deno.test("whyText() says why the first of a card's metrics is not known, and names it below another", () => {
  const names = ["topQty", "topShare"] as const;
  assertEquals(whyText(names, {}), "");
  assertEquals(whyText(names, { velocity: "warming_up" }), "");
  assertEquals(whyText(names, { topQty: "one_sided" }), "One side of the book is empty.");
  assertEquals(
    whyText(names, { topShare: "not_covered" }),
    "Share at top: it needs levels farther from mid than the book is known.",
  );
});
