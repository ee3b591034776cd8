/** The page's rooms with many symbols, in a real browser at several sizes. */
import { assert } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { scene } from "./scene.ts";

const MANY = Array.from({ length: 40 }, (_, i) => `S${String(i).padStart(3, "0")}USDT`);

for (
  const { width, height, pageMax } of [
    { width: 1440, height: 900, pageMax: 900 },
    // The ladder and the alerts stand below.
    { width: 1024, height: 768, pageMax: 1_500 },
    // Everything stands below one another.
    { width: 390, height: 844, pageMax: 2_600 },
  ]
) {
  scene(
    `Forty symbols scroll in their list and stretch nothing at ${width}x${height}`,
    async (on) => {
      const { page, setSystem } = on;
      await page.setViewportSize({ width, height });
      setSystem({ symbols: ["BTCUSDT", "ETHUSDT", ...MANY] });
      await eventually(async () => await page.locator(".symbol-row").count() === 42, "42 rows");
      await page.getByTestId("chart-mid").waitFor();
      const measure = (expression: string) =>
        page.evaluate<number>(`document.querySelector(${expression}`);
      const pageHeight = await measure(`"html").scrollHeight`);
      assert(pageHeight <= pageMax, `the page is ${pageHeight} px high`);
      const chartHeight = await measure(`".charts").clientHeight`);
      assert(chartHeight <= height, `the chart is ${chartHeight} px high`);
      await page.getByTestId("symbol-row-S039USDT").click();
      assert(
        await measure(`"[data-testid=symbols]").scrollTop`) > 0,
        "the list has scrolled by itself",
      );
    },
  );
}
