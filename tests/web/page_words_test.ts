/** What help, preferences and a chart's axes say. */
import { assert, assertEquals } from "@std/assert";
import { audioState } from "../../web/page/call_ways.ts";
import { newestOf } from "../../web/page/chart/chart_lines.ts";
import { axisLabel, priceOffset, stepOf } from "../../web/page/chart/chart_numbers.ts";
import { TIME_CURSOR } from "../../web/page/chart/time_cursor.ts";
import { ARRANGE_KEYS, PANEL_KEYS, VIEW_KEYS } from "../../web/page/help_keys.ts";
import { PREFERENCE_GROUPS } from "../../web/page/preference_words.ts";

Deno.test("each preference stands once among those that a person is offered, and has a title", () => {
  const all = PREFERENCE_GROUPS.flatMap(([, preferences]) => preferences);
  assertEquals(new Set(all.map(({ preference }) => preference)).size, all.length);
  assertEquals(new Set(all.map(({ title }) => title)).size, all.length);
});

Deno.test("help says of each key what it does", () => {
  const all = [...Object.values(PANEL_KEYS), ...Object.values(VIEW_KEYS), ARRANGE_KEYS].flat();
  for (const { keys, does } of all) assert(keys.length > 0 && does !== "");
});

Deno.test("axisLabel() has as many decimals as tell one line from the next", () => {
  assertEquals(axisLabel("mid", 65_000.5, 0.5), "65,000.5");
  assertEquals(axisLabel("imbalance", 0.5, 0.5), "+0.5");
  assertEquals(axisLabel("imbalance", 0, 0.5), "0");
  assertEquals(stepOf("mid", 2), 0.01);
  assertEquals(stepOf("imbalance", 2), 0.01);
  assert(priceOffset("mid") >= 0);
  assertEquals(priceOffset("imbalance"), 0);
});

Deno.test("nothing is newest, pointed at or played before anything was", () => {
  assertEquals(newestOf(null, []), null);
  assertEquals([TIME_CURSOR.value, audioState.value], [null, null]);
});
