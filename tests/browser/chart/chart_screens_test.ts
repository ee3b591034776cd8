/** A chart under fingers, and by clocks of other places, in a real browser. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { BrowserContextOptions, Page } from "playwright-core";
import { openPage, textOf } from "../../support/browser.ts";
import { eventually } from "../../support/eventually.ts";
import { type Scene, scene } from "../scene.ts";
import {
  isLive,
  lengthOf,
  MINUTE_MS,
  NEAR_MS,
  placeOf,
  ready,
  shown,
  untilShown,
} from "./chart_hand.ts";

/** Fingers at these places of a pane, shares of its width, moved step by step; the last ones are lifted. */
async function fingers(page: Page, steps: readonly (readonly number[])[]): Promise<void> {
  const { x, y, width, height } = await placeOf(page);
  const client = await page.context().newCDPSession(page);
  const points = (shares: readonly number[]) =>
    shares.map((share, id) => ({ id, x: x + share * width, y: y + height / 2 }));
  const [first = [], ...others] = steps;
  await client.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: points(first) });
  for (const shares of others) {
    await client.send("Input.dispatchTouchEvent", {
      type: "touchMove",
      touchPoints: points(shares),
    });
  }
  await client.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await client.detach();
}

/** Another page beside that of the scene, with a screen or clocks of its own. */
async function another(
  { page, stage }: Scene,
  options: BrowserContextOptions,
  run: (page: Page) => Promise<void>,
): Promise<void> {
  const browser = page.context().browser();
  assert(browser !== null);
  const { page: other, faults } = await openPage(browser, stage.url, options);
  try {
    await run(other);
    assertEquals(faults, []);
  } finally {
    await other.context().close();
  }
}

scene(
  "A chart is pinched and moved by fingers on a phone, and stays within its screen",
  async (on) => {
    const screen = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
    await another(on, screen, async (page) => {
      await ready({ ...on, page });
      const before = await shown(page);
      await fingers(page, [[0.4, 0.6], [0.3, 0.7], [0.2, 0.8]]);
      const near = await untilShown(page, (now) => lengthOf(now) < 6 * MINUTE_MS, "pinched");
      assertAlmostEquals(lengthOf(near), 5 * MINUTE_MS, 4 * NEAR_MS);
      assertAlmostEquals(
        near.fromMs + lengthOf(near) / 2,
        before.fromMs + 7.5 * MINUTE_MS,
        10 * NEAR_MS,
      );
      await fingers(page, [[0.3], [0.5], [0.7]]);
      const moved = await untilShown(page, ({ fromMs }) => fromMs < near.fromMs, "moved");
      assertAlmostEquals(near.fromMs - moved.fromMs, 2 * MINUTE_MS, 4 * NEAR_MS);
      assert(await page.evaluate<boolean>("document.documentElement.scrollWidth <= innerWidth"));
      await page.getByTestId("jump").click();
      await eventually(() => isLive(page), "it follows");
    });
  },
);

for (const timezoneId of ["Europe/Paris", "America/New_York"]) {
  scene(
    `Times of a chart are those of a clock in ${timezoneId}, where a person wants that`,
    async (on) => {
      await another(on, { timezoneId }, async (page) => {
        await ready({ ...on, page });
        await textOf(page, "chart-zone", (text) => text === "time in UTC");
        await page.evaluate("localStorage.setItem('order-book-monitor.zone', 'local')");
        const [from, to] = timezoneId === "Europe/Paris"
          ? ["2026-10-24T22:00:00Z", "2026-10-25T04:00:00Z"]
          : ["2026-11-01T03:00:00Z", "2026-11-01T09:00:00Z"];
        const [summer, winter] = timezoneId === "Europe/Paris"
          ? ["UTC+2", "UTC+1"]
          : ["UTC−4", "UTC−5"];
        await page.goto("about:blank");
        await page.goto(
          `${on.stage.url}/#?chart.from=${Date.parse(from)}&chart.to=${Date.parse(to)}`,
        );
        await textOf(page, "chart-zone", (text) => text === `time in ${summer}, then ${winter}`);
        await page.getByTestId("chart-span").click();
        const field = page.getByTestId("from");
        await field.waitFor();
        const begin = timezoneId === "Europe/Paris" ? "2026-10-25T00:00:00" : "2026-10-31T23:00:00";
        await eventually(
          async () => (await field.inputValue()).startsWith(begin.slice(0, 16)),
          begin,
        );
        await field.fill(timezoneId === "Europe/Paris" ? "2026-10-25T02:30" : "2026-11-01T01:30");
        await page.getByTestId("show-span").click();
        await textOf(page, "from-to", (text) => text.includes(`taken as the first, ${summer}`));
        const first = Date.parse(from) + 150 * MINUTE_MS;
        await untilShown(page, ({ fromMs }) => fromMs === first, "the first of the two");
      });
    },
  );
}
