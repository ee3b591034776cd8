/** The top of the page, its keys and its help, in a real browser. */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { textOf } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { type Scene, scene } from "./scene.ts";

const hashOf = ({ page }: Scene) => new URL(page.url()).hash;
const isAt = (on: Scene, hash: string) =>
  eventually(() => hashOf(on) === hash, `the address ${hash}`);
const heightOf = (page: Page, selector: string) =>
  page.evaluate<number>(`document.querySelector(${JSON.stringify(selector)}).offsetHeight`);
const widthOfAll = (page: Page) => page.evaluate<number>("document.documentElement.scrollWidth");
/** What is cut off at its right end, by its test id. */
const CUT = `[...document.querySelectorAll(".top [data-testid]")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth || one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 1)
  .map((one) => one.dataset.testid)`;
/** Once it is laid out. */
const nothingIsCut = (page: Page) =>
  eventually(async () => (await page.evaluate<string[]>(CUT)).length === 0, "nothing is cut off");

scene(
  "The top of the page is one line of 1440 pixels, and nothing of it is cut off at 390",
  async (on) => {
    const { page } = on;
    on.setSystem({ source: { kind: "simulation", label: "SIMULATED" } });
    await page.setViewportSize({ width: 1440, height: 900 });
    await textOf(page, "state", (text) => text === "live");
    await textOf(page, "storage", (text) => text === "stored");
    await textOf(page, "source-label", (text) => text === "SIMULATED");
    await eventually(async () => await heightOf(page, ".top") < 45, "one line");
    await nothingIsCut(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await eventually(() => page.getByTestId("head-state").isVisible(), "the bar of the symbol");
    await eventually(async () => await widthOfAll(page) === 390, "it is as wide as the screen");
    await nothingIsCut(page);
    const bar = page.getByTestId("symbol-head");
    await page.evaluate("scrollTo(0, 900)");
    await eventually(async () => {
      const box = await bar.boundingBox();
      return box !== null && box.y >= 0 && box.y < 20;
    }, "it stays in sight");
    const targets = await page.evaluate<number[]>(
      `[...document.querySelectorAll(".top :is(a, button), .symbol-bar select")]
        .filter((one) => one.offsetParent !== null)
        .map((one) => Math.min(one.offsetHeight, one.offsetWidth))`,
    );
    assert(Math.min(...targets) >= 24, `touch targets: ${targets}`);
    assertEquals(on.faults, []);
  },
);

scene(
  "The symbol of the desk is chosen at the top, with its price, and stands in the address",
  async (on) => {
    const { page } = on;
    await textOf(page, "head-mid", (text) => text.startsWith("6"));
    await page.getByTestId("head-symbol").selectOption("ETHUSDT");
    await textOf(page, "symbol", (text) => text === "ETHUSDT");
    await textOf(page, "head-mid", (text) => text.startsWith("2,"));
    await isAt(on, "#ETHUSDT");
    await page.getByRole("link", { name: "System" }).click();
    await eventually(() => page.getByTestId("symbol-head").isHidden());
    await page.getByRole("link", { name: "Desk" }).click();
    await textOf(page, "symbol", (text) => text === "ETHUSDT");
    const chosen = page.getByTestId("head-symbol");
    await eventually(async () => await chosen.inputValue() === "ETHUSDT", "it is chosen");
    assertEquals(on.faults, []);
  },
);

scene(
  "Help lists the keys of the view, keeps the keyboard inside, and closes by Escape and by its own key",
  async (on) => {
    const { page } = on;
    await textOf(page, "state", (text) => text === "live");
    const dialog = page.getByTestId("help-dialog");
    await page.keyboard.press("?");
    await eventually(() => dialog.isVisible());
    await textOf(page, "help-dialog", (text) => text.includes("choose another symbol"));
    assert(await page.evaluate("document.activeElement.closest('dialog') !== null"));
    for (let press = 0; press < 6; press++) {
      await page.keyboard.press("Tab");
      const inside =
        "document.activeElement === document.body || document.activeElement.closest('dialog') !== null";
      assert(await page.evaluate(inside), "the page behind is out of reach");
    }
    await page.keyboard.press("Escape");
    await eventually(async () => await dialog.count() === 0);
    const focused = () => page.evaluate<string>("document.activeElement.dataset.testid ?? ''");
    await eventually(async () => await focused() === "help", "the focus is where help is");
    await page.keyboard.press("Enter");
    await eventually(() => dialog.isVisible());
    await page.keyboard.press("?");
    await eventually(async () => await dialog.count() === 0);
    await page.goto(`${on.stage.url}/#/overview`);
    await page.getByTestId("overview-rows").locator("a").first().waitFor();
    await page.getByTestId("help").click();
    await textOf(page, "help-dialog", (text) => text.includes("go from row to row"));
    await page.getByTestId("help-close").click();
    await eventually(async () => await dialog.count() === 0);
    assertEquals(on.faults, []);
  },
);

scene(
  "Single keys lead to views and stop the numbers, but not while somebody types, holds another key, or has turned them off",
  async (on) => {
    const { page } = on;
    await textOf(page, "state", (text) => text === "live");
    const isPaused = async () => await page.getByTestId("pause").textContent() === "Resume";
    await page.keyboard.press("p");
    await eventually(isPaused);
    await page.getByTestId("refresh").waitFor();
    await page.keyboard.press("P");
    await eventually(async () => !await isPaused());
    await page.keyboard.press("2");
    await isAt(on, "#/overview");
    const filter = page.getByTestId("overview-filter");
    await filter.waitFor();
    await filter.pressSequentially("p1?");
    await eventually(async () => await filter.inputValue() === "p1?");
    assert(!await isPaused());
    assertEquals(await page.getByTestId("help-dialog").count(), 0);
    await filter.fill("");
    await filter.blur();
    await page.keyboard.press("Control+1");
    await page.keyboard.press("Alt+p");
    const tabs = await page.getByRole("navigation", { name: "Views" }).locator("a").count();
    // Settings are the last view, and no tab.
    await page.keyboard.press(String(tabs + 1));
    await isAt(on, "#/settings");
    assert(!await isPaused());
    await page.getByTestId("keys-off").check({ force: true });
    await page.keyboard.press("1");
    await page.keyboard.press("?");
    await page.getByTestId("help").click();
    await textOf(page, "help-dialog", (text) => text.includes("Single keys are off"));
    assertEquals(hashOf(on), "#/settings");
    await page.getByTestId("help-close").click();
    await page.getByTestId("keys-on").check({ force: true });
    await page.keyboard.press("1");
    await isAt(on, "#BTCUSDT");
    assertEquals(on.faults, []);
  },
);

scene(
  "Panels of a symbol that is not followed say so, and not that they wait; of one that is followed later they show it",
  async (on) => {
    const { page } = on;
    await textOf(page, "state", (text) => text === "not followed");
    await textOf(page, "symbol", (text) => text === "FOOUSDT");
    await textOf(page, "reason", (text) => text === "FOOUSDT is not followed by this monitor");
    await textOf(page, "panel-ladder", (text) => text.includes("FOOUSDT is not followed"));
    await textOf(page, "history-note", (text) => text.includes("FOOUSDT is not followed"));
    const desk = await page.locator("main").innerText();
    assert(!/waiting|not compared yet/i.test(desk), desk);
    on.setSystem({ symbols: ["BTCUSDT", "ETHUSDT", "FOOUSDT"] });
    await textOf(page, "state", (text) => text === "waiting");
    await textOf(page, "symbol", (text) => text === "FOOUSDT");
    await eventually(() => page.getByTestId("not-followed").isHidden());
    assertEquals(on.faults, []);
  },
  "/#FOOUSDT",
);
