/** The line of the chart, in a real browser, where stored rows meet the first live one. */
import { assertEquals } from "@std/assert";
import { definitionOf } from "../../shared/catalogue/metrics.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { eventually } from "../support/eventually.ts";
import { textOf } from "../support/browser.ts";
import { bucketFrame } from "../support/outputs.ts";
import { type Scene, scene } from "./scene.ts";
import { liveRows } from "../web/fake_history.ts";

const SYMBOL = "OLDUSDT";
const ROWS = 60;

/** Stored rows under these settings and one live row after them: how many points the line has then. */
async function pointsOf({ page, stage, setSystem, stopMarket }: Scene, imbalanceLevels: number) {
  stopMarket();
  setSystem({ symbols: ["BTCUSDT", SYMBOL] });
  const endMs = Math.floor(Date.now() / 1_000) * 1_000;
  const seconds = Array.from({ length: ROWS }, (_, i) => i);
  stage.history.computedUnder = [{ ...DEFAULT_SETTINGS, imbalanceLevels, id: 1 }];
  stage.history.metrics = () =>
    Promise.resolve(liveRows(
      seconds.map((n) => endMs - (ROWS - 1 - n) * 1_000),
      { mid: seconds.map(() => 100) },
    ));
  await page.goto(`${stage.url}/#${SYMBOL}`);
  await page.reload();
  await textOf(page, "symbol", (text) => text === SYMBOL);
  const points = async () =>
    Number(await page.getByTestId("chart-mid").getAttribute("data-points"));
  await eventually(async () => await points() === ROWS, "the stored rows");
  stage.hub.publish(bucketFrame({ symbol: SYMBOL, timeMs: endMs + 1_000 }));
  let shown = 0;
  await eventually(async () => (shown = await points()) > ROWS, "the live row");
  return shown;
}

scene("The chart ends its line where rows of other settings meet a live one", async (on) => {
  const { imbalanceLevels } = DEFAULT_SETTINGS;
  assertEquals(await pointsOf(on, imbalanceLevels + 10), ROWS + 2);
});

scene("The chart goes on with a live row where the settings are the same", async (on) => {
  assertEquals(await pointsOf(on, DEFAULT_SETTINGS.imbalanceLevels), ROWS + 1);
});

scene("The cards say under which settings their numbers are computed", async ({ page }) => {
  await textOf(page, "imbalance-of", (text) => text === "10 levels");
});

scene("The cards are headed as the catalogue says", async ({ page }) => {
  for (const name of ["mid", "imbalance", "weightedImbalance1Bps", "velocity", "topQty"] as const) {
    const heading = page.getByTestId(`card-${name}`).locator("h3 .label");
    assertEquals(await heading.innerText(), definitionOf(name).label);
  }
});
