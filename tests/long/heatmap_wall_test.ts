/** A wall that is planted in the look-alike exchange's market, as the page's heatmap draws it and tells of it. */
import { assert } from "@std/assert";
import { parsePlanted } from "../../scripts/exchange/planted_event.ts";
import { DEFAULT_ARRANGEMENT } from "../../web/page/arrangement.ts";
import { textOf } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { testOnShownMonitor } from "../support/shown_monitor.ts";

const USD = 40_000_000;
const WITH_HEATMAP = DEFAULT_ARRANGEMENT.map((one) =>
  one.panel === "chart" ? { ...one, panel: "heatmap" } : one
);

testOnShownMonitor(
  "A wall in the market is the largest of its side in the heatmap, and brighter than what is around it",
  async ({ page }) => {
    const kept = JSON.stringify(JSON.stringify(WITH_HEATMAP));
    await page.addInitScript(`localStorage.setItem("order-book-monitor.desk", ${kept})`);
    await page.emulateMedia({ colorScheme: "dark" });
    await page.reload();
    const wall = await textOf(page, "heat-largest", (text) => {
      const { qty, price } = largestAsk(text);
      return qty * price > 0.9 * USD;
    });
    const { price } = largestAsk(wall);
    // Its stretch of prices moves with mid, by less than one of them.
    const seen = async (share: number | null) =>
      Math.max(...await lightnessAbout(page, price, share));
    const around = async () => Math.min(...await lightnessAbout(page, price * 1.001, null));
    await eventually(async () => await seen(null) > 1.5 * await around(), "it is seen");
    assert(await seen(0.1) < 0.7 * await seen(null), "where nobody was watching it is not drawn");
  },
  { events: parsePlanted(`wall at=25s side=ask usd=${USD} bps=12 for=10m symbol=BTCUSDT`) },
);

function largestAsk(text: string): { readonly qty: number; readonly price: number } {
  const [, qty = "", price = ""] = /asks (?:≥ )?([\d.,]+k?) about ([\d.,]+)/.exec(text) ?? [];
  const number = (one: string) =>
    Number(one.replaceAll(",", "").replace("k", "")) * (one.endsWith("k") ? 1_000 : 1);
  return { qty: number(qty), price: number(price) };
}

/** At prices that lie about this one, of the newest columns, or of those at a share of the width. */
async function lightnessAbout(
  page: Parameters<typeof textOf>[0],
  price: number,
  share: number | null,
): Promise<readonly number[]> {
  const prices = [-3, -2, -1, 0, 1, 2, 3].map((bps) => price * (1 + bps / 1e4));
  return await page.evaluate<readonly number[]>(`(() => {
    const handle = document.querySelector('[data-testid="heat-cursor"]');
    const [low, high] = handle.dataset.prices.split(" ").map(Number);
    const canvas = handle.querySelector("canvas");
    const context = canvas.getContext("2d");
    const axis = context.measureText("61,000.00").width + 14;
    const x = ${share} === null ? canvas.width - (axis + 3) * devicePixelRatio : ${share} * canvas.width;
    return ${JSON.stringify(prices)}.map((price) => {
      const y = (high - price) / (high - low) * (canvas.height - 18 * devicePixelRatio);
      const { data } = context.getImageData(Math.round(x), Math.round(y), 1, 1);
      return (data[0] + data[1] + data[2]) * data[3] / 255;
    });
  })()`);
}
