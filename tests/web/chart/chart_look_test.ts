/** When the address says what a chart shows. */
import { signal } from "@preact/signals";
import { assertEquals } from "@std/assert";
import { ChartLook } from "../../../web/page/chart/chart_look.ts";
import type { Settings } from "../../../web/page/panel_settings.ts";
import { eventually } from "../../support/eventually.ts";

const MINUTE_MS = 60_000;

function stage() {
  const chosen = signal<Settings>({});
  const written: Settings[] = [];
  const look = new ChartLook({
    chosen,
    choose: (settings, passing) => {
      written.push(chosen.value = { ...settings, ...passing });
    },
  });
  const span = (fromMs: number, gesture: number | null) =>
    look.look({ type: "look", span: { fromMs, toMs: fromMs + MINUTE_MS }, gesture });
  return { chosen, written, look, span };
}

Deno.test("A range that is chosen stands in the address at once: the page may be loaded anew in the next moment", () => {
  const { written, look } = stage();
  look.look({ type: "range", lengthMs: 5 * MINUTE_MS });
  look.close();
  assertEquals(written, [{ range: "5m" }]);
});

Deno.test("Of a wheel's steps the first and the last are written, and no step of those between", async () => {
  const { written, look, span } = stage();
  for (let n = 1; n <= 20; n++) span(n * MINUTE_MS, 1);
  assertEquals(written.map(({ from }) => from), ["60000"]);
  await eventually(() => written.length > 1, "the last step is written");
  assertEquals(written.map(({ from }) => from), ["60000", "1200000"]);
  // What has come to rest is followed by a first step again.
  span(30 * MINUTE_MS, 2);
  assertEquals(written.at(-1)?.from, "1800000");
  look.close();
});

Deno.test("Where the address leads is shown, and what was on its way there is of before", () => {
  const { chosen, look, span } = stage();
  for (const n of [1, 2, 3]) span(n * MINUTE_MS, 1);
  chosen.value = { from: "600000", to: "660000" };
  assertEquals(look.view.value.shown, { kind: "fixed", fromMs: 600_000, toMs: 660_000 });
  span(7 * MINUTE_MS, 2);
  assertEquals(chosen.value, { from: "420000", to: "480000" }, "nothing was on its way any more");
  look.close();
});
