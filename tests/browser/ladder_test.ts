/** The ladder in a real browser: how a person has it, what lights up, and why it is empty. */
import { assertEquals, assertNotEquals } from "@std/assert";
import type { Level } from "../../shared/market.ts";
import { eventually } from "../support/eventually.ts";
import { textOf } from "../support/browser.ts";
import { bookFrame, feedStatus, metricsFrame } from "../support/outputs.ts";
import { scene } from "./scene.ts";

const FAR_MS = 31_536_000_000;
/** Run in the page. */
const WATCH_LIGHT = `
  window.lights = [];
  window.level = document.querySelector('[data-testid="ladder"] .level.bid');
  new MutationObserver(() => window.lights.push(window.level.getAttribute("data-lit")))
    .observe(window.level, { attributeFilter: ["data-lit"] });
`;
const LIT_BACKGROUND = `
  window.level.setAttribute("data-lit", "3");
  getComputedStyle(window.level, "::after").backgroundColor;
`;

scene(
  "The ladder is grouped, stacked and marked as a person wants it, and says why it is empty",
  async (on) => {
    const { page, stage, faults } = on;
    on.stopMarket();
    // A year ahead, so that it does not fall silent while the test runs.
    const timeMs = Date.now() + FAR_MS;
    const side = (sign: number): Level[] =>
      Array.from({ length: 50 }, (_, i) => {
        const price = Number((65_000 + sign * (i + 1) / 100).toFixed(2));
        return [price, i === 6 ? 40 : 1];
      });
    stage.hub.publish(feedStatus({ timeMs: timeMs - 1 }));
    const tell = (at: number, bids: readonly Level[]) => {
      const told = { timeMs: timeMs + at, bookUpdateId: 900 + at };
      stage.hub.publish(metricsFrame({ ...told, spread: 0.02, spreadTicks: 2 }));
      stage.hub.publish(bookFrame({ ...told, bids, asks: side(1) }));
    };
    tell(0, side(-1));
    // Of the market before nothing may have changed.
    await page.reload();
    await textOf(page, "ladder-spread", (text) => text === "spread 0.02 · 0.0031 bps");
    const ladder = page.getByTestId("ladder");
    const prices = (kind: "bid" | "ask") =>
      ladder.locator(`.level.${kind} .price`).allTextContents();
    assertEquals((await prices("bid")).length, 20);
    assertEquals(await ladder.locator("[data-wall]").count(), 2);

    // What has changed lights up, and nothing else.
    tell(1, side(-1).map(([price, qty], i) => [price, i === 2 ? 3 : qty]));
    const third = ladder.locator(".level.bid .qty").nth(2);
    await eventually(async () => await third.textContent() === "3.000");
    const changed = ladder.locator("[data-change]");
    assertEquals(await changed.count(), 1);
    assertEquals(await changed.getAttribute("data-change"), "more");

    await page.getByTestId("ladder-rows").selectOption("50 levels");
    await eventually(async () => (await prices("bid")).filter((text) => text !== "").length === 50);
    await page.getByTestId("ladder-step").selectOption("0.10");
    await eventually(async () => (await prices("bid"))[1] === "64,999.80");
    const sums = ladder.locator(".level.bid .sum");
    assertEquals(await sums.nth(0).textContent(), "51.00");
    await page.getByTestId("ladder-layout").click();
    await eventually(
      async () => (await prices("ask")).at(-1) === "65,000.10",
      "the worst ask is above",
    );
    assertEquals(await sums.nth(0).isVisible(), true);
    const top = await ladder.locator(".level.ask").last().boundingBox();
    const middle = await page.getByTestId("ladder-spread").boundingBox();
    const below = await ladder.locator(".level.bid").first().boundingBox();
    assertEquals(
      [top, middle, below].map((box) => box?.y ?? NaN).every((y, i, all) =>
        i === 0 || y > (all[i - 1] ?? NaN)
      ),
      true,
    );

    const none = page.getByTestId("ladder-none");
    assertEquals(await none.isVisible(), false);
    const lost = { timeMs: timeMs + 2, state: "stale" } as const;
    stage.hub.publish(feedStatus({ ...lost, reason: "An update is missing" }));
    stage.hub.publish(metricsFrame({ ...lost, mid: null }));
    await eventually(() => none.isVisible(), "it is empty");
    await textOf(
      page,
      "ladder-none",
      (text) => text === "No order book: stale. An update is missing",
    );
    assertEquals(faults, []);

    // It is as it was left.
    await page.reload();
    await eventually(() => page.locator('[data-testid="ladder"][data-layout="above"]').isVisible());
    for (const [id, value] of [["ladder-rows", "50"], ["ladder-step", "10"]] as const) {
      await eventually(async () => await page.getByTestId(id).inputValue() === value, id);
    }
  },
);

scene(
  "What has changed lights up and goes out again by itself, and not for who wants less motion",
  async (on) => {
    const { page, stage } = on;
    on.stopMarket();
    const timeMs = Date.now() + FAR_MS;
    const ladder = page.getByTestId("ladder");
    let told = 0;
    const tell = async (qty: number) => {
      const at = { timeMs: timeMs + told, bookUpdateId: 900 + told++ };
      stage.hub.publish(metricsFrame(at));
      stage.hub.publish(bookFrame({ ...at, bids: [[65_000, qty]] }));
      const text = ladder.locator(".level.bid .qty").first();
      await eventually(async () => Number(await text.textContent()) === qty, `${qty} rests there`);
    };
    await tell(7);
    // Each step of its light as it comes, however late this looks.
    await page.evaluate(WATCH_LIGHT);
    await tell(70);
    const lights = () => page.evaluate<(string | null)[]>("window.lights");
    await eventually(async () => (await lights()).at(-1) === null, "it has gone out");
    assertEquals((await lights())[0], "3");
    const background = () => page.evaluate<string>(LIT_BACKGROUND);
    assertNotEquals(await background(), "rgba(0, 0, 0, 0)");
    await page.emulateMedia({ reducedMotion: "reduce" });
    assertEquals(await background(), "rgba(0, 0, 0, 0)");
  },
);
