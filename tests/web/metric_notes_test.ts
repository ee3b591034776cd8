/** The lines that explain a metric. */
import { assert, assertEquals } from "@std/assert";
import { METRIC_NAMES } from "../../shared/catalogue/metrics.ts";
import { catalogue } from "../../web/catalogue.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { noteLines, rangeText } from "../../web/page/metric_note_text.ts";

const { metrics } = catalogue(DEFAULT_SETTINGS);

Deno.test("noteLines() leaves no line of any metric empty", () => {
  for (const name of METRIC_NAMES) {
    for (const { head, text } of noteLines(metrics[name])) assert(text !== "", `${name} ${head}`);
  }
});

Deno.test("rangeText() says what is possible, and of what", () => {
  assertEquals(rangeText(metrics.imbalance), "−1 … 1");
  assertEquals(rangeText(metrics.topShare), "0 % … 100 %");
  assertEquals(rangeText(metrics.spreadBps), "0 or more, bps");
  assertEquals(rangeText(metrics.signedNotional10s), "any number, quote");
});
