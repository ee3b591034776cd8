/** What the price axis says, in a real browser, of a symbol that only history tells of. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { MetricsColumns } from "../../web/rows.ts";
import { eventually } from "../support/eventually.ts";
import { textOf } from "../support/browser.ts";
import { type Scene, scene } from "./scene.ts";

const SYMBOL = "OLDUSDT";

/** For the page: it keeps every word that it writes on a canvas. */
const KEEP_WORDS = `
  globalThis.words = [];
  const { fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
    words.push(text);
    fillText.call(this, text, ...place);
  };`;

/** A row a second; the best bid is half a tick below each mid, and without one the book is stale. */
function rowsOf(mids: readonly (number | null)[], tick: number): MetricsColumns {
  const endMs = Math.floor(Date.now() / 1_000) * 1_000;
  return {
    timeMs: mids.map((_, i) => endMs - (mids.length - 1 - i) * 1_000),
    state: mids.map((mid) => mid === null ? "stale" : "live"),
    settings: mids.map(() => 1),
    nulls: mids.map(() => ""),
    values: {
      mid: mids,
      bestBidPrice: mids.map((mid) =>
        mid === null ? null : Number((Math.floor(mid / tick) * tick).toFixed(8))
      ),
    },
  };
}

/** Opens the page on a symbol with these rows and nothing live; the labels that were drawn last. */
async function axisOf({ page, stage, setSystem }: Scene, rows: MetricsColumns): Promise<string[]> {
  setSystem({ symbols: ["BTCUSDT", "ETHUSDT", SYMBOL] });
  stage.history.metrics = () => Promise.resolve(rows);
  await page.addInitScript(KEEP_WORDS);
  await page.goto(`${stage.url}/#${SYMBOL}`);
  await page.reload();
  await textOf(page, "symbol", (text) => text === SYMBOL);
  const labels = async () => {
    const words = await page.evaluate<string[]>("words");
    const prices = words.filter((word) => /^\d[\d,.]+$/.test(word));
    // Each drawing of the pane begins at the bottom again.
    const begin = prices.findLastIndex((word, i) => Number(word) <= Number(prices[i - 1] ?? 0));
    return prices.slice(Math.max(0, begin));
  };
  await eventually(async () => (await labels()).length >= 3, "labels of prices");
  return labels();
}

scene("The price axis tells prices apart though nothing is live", async (on) => {
  const mids = Array.from({ length: 120 }, (_, i) => 0.5123 + (i % 7) * 0.00005);
  const labels = await axisOf(on, rowsOf(mids, 0.0001));
  assertEquals(new Set(labels).size, labels.length, labels.join());
  // A tick's decimals and one more, once the size of a tick is known.
  await textOf(on.page, "read-mid", (text) => text === "0.51230");
});

scene("Equal distances on the price axis are equal differences of its labels", async (on) => {
  const mids = Array.from({ length: 120 }, (_, i) => 152 + (i % 10) * 0.01);
  const labels = await axisOf(on, rowsOf(mids, 0.01));
  const steps = labels.slice(1).map((label, i) => Number(label) - Number(labels[i]));
  assert(steps.length >= 2);
  for (const step of steps) assertAlmostEquals(step, steps[0] ?? 0, 1e-9, labels.join());
});

scene("The price axis has no label where no price in view is known", async (on) => {
  const { page } = on;
  const mids = Array.from({ length: 600 }, (_, i) => i < 200 ? 152 + (i % 10) * 0.01 : null);
  await axisOf(on, rowsOf(mids, 0.01));
  const wordsAfter = async (button: string) => {
    const chosen = page.getByRole("button", { name: button, exact: true });
    await chosen.click();
    await eventually(async () => await chosen.getAttribute("aria-pressed") === "true", button);
    await page.evaluate("words.length = 0");
    await eventually(async () => await page.evaluate<number>("words.length") > 0, "it is drawn");
    const words = await page.evaluate<string[]>("words");
    return words.filter((word) => /^\d[\d,.]+$/.test(word));
  };
  assertEquals(await wordsAfter("5m"), [], "the book was lost before");
  assert((await wordsAfter("15m")).length >= 3);
});
