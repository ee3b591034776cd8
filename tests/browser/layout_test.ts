/** The page's rooms with many symbols, in a real browser at several sizes. */
import { assert, assertEquals } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { fitsOf } from "../../web/page/room_widths.ts";
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

/** For the page: of each room that is told, what it is told, and how wide it is within its edges. */
const TOLD = `[...document.querySelectorAll(".place, .card:not(.depth), .book")].map((room) => {
  const { paddingLeft, paddingRight } = getComputedStyle(room);
  return {
    room: parseFloat(room.style.getPropertyValue("--room")),
    fits: room.dataset.fits,
    width: Math.floor(room.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight)),
  };
})`;

scene("The style sheet is told how wide each room is, and again in another window", async (on) => {
  const { page, faults } = on;
  const rooms = () =>
    page.evaluate<{ room: number; fits: string | undefined; width: number }[]>(TOLD);
  await page.getByTestId("ladder").waitFor();
  const seen = new Set<number>();
  for (const width of [1440, 1000, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await eventually(
      async () =>
        (await rooms()).every(({ room, fits, width }) =>
          Math.abs(room - width) <= 1 && fits === fitsOf(room)
        ),
      `each room of a window of ${width} px`,
    );
    for (const { room } of await rooms()) seen.add(room);
  }
  assert(seen.size >= 9, `${[...seen]}`);
  // What is told at the wrong moment would be told again within the same picture.
  assertEquals(faults, []);
});
