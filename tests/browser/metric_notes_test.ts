/** What explains a metric: by pointer, keyboard and touch, in words that are loaded only then. */
import { assert, assertEquals } from "@std/assert";
import type { Locator } from "playwright-core";
import { proseOf } from "../../shared/catalogue/metric_prose.ts";
import { eventually } from "../support/eventually.ts";
import { openPage, textOf } from "../support/browser.ts";
import { scene } from "./scene.ts";

const press = (name: Locator) => name.click();
const rest = (name: Locator) => name.hover();
const focus = async (name: Locator) => {
  // Whoever has used the keyboard sees where its focus is.
  await name.page().keyboard.press("Tab");
  await name.focus();
};

scene(
  "A metric is explained by pointer, keyboard and press, and its words come only then",
  async (on) => {
    const { page } = on;
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.reload();
    await textOf(page, "spread-bps", (text) => /\d/.test(text));
    await page.mouse.move(1, 1);
    assertEquals(asked.filter((path) => path.includes("catalogue")), []);
    const note = page.getByTestId("metric-note");
    for (const [name, act] of [["imbalance", rest], ["velocity", focus], ["mid", press]] as const) {
      const heading = page.getByTestId(`card-${name}`).locator("h3 .noted");
      await act(heading);
      await textOf(page, "metric-note", (text) => text.includes(proseOf(name).meaning));
      await note.getByText(proseOf(name).formula, { exact: true }).waitFor();
      const id = await note.getAttribute("id");
      await eventually(async () => await heading.getAttribute("aria-describedby") === id);
      await page.keyboard.press("Escape");
      await note.waitFor({ state: "hidden" });
      await eventually(async () => await heading.getAttribute("aria-describedby") === null);
    }
    assertEquals(asked.filter((path) => path.includes("catalogue")).length, 1, "once");

    // It stays at its name while that moves, and goes with it.
    await page.setViewportSize({ width: 1280, height: 500 });
    const name = page.getByTestId("card-imbalance").locator("h3 .noted");
    await focus(name);
    await textOf(page, "metric-note", (text) => text.includes(proseOf("imbalance").meaning));
    const scrollTo = (top: number) =>
      page.evaluate<number>(`scrollTo({ top: ${top}, behavior: "instant" }), scrollY`);
    const isBeside = async () => {
      const [at, of] = [await note.boundingBox(), await name.boundingBox()];
      if (at === null || of === null) return false;
      return Math.min(Math.abs(at.y - of.y - of.height), Math.abs(of.y - at.y - at.height)) < 10;
    };
    for (const top of [0, 60, 20]) {
      assertEquals(await scrollTo(top), top);
      await eventually(isBeside, `the note is beside its name ${top} px on`);
    }
    const { y = NaN, height = NaN } = await name.boundingBox() ?? {};
    const out = Math.ceil(y + height + 21);
    assertEquals(await scrollTo(out), out);
    await note.waitFor({ state: "hidden" });
    assertEquals(on.faults, []);
  },
);

scene("A note says why it has no words, and asks again", async ({ page }) => {
  await textOf(page, "spread-bps", (text) => /\d/.test(text));
  await page.route("**/api/catalogue", (route) => route.fulfill({ status: 503, json: {} }));
  const heading = page.getByTestId("card-mid").locator("h3 .noted");
  await heading.click();
  await textOf(page, "metric-note", (text) => text.includes("the server answered 503"));
  await page.unroute("**/api/catalogue");
  await heading.click();
  await page.getByTestId("metric-note").waitFor({ state: "hidden" });
  await heading.click();
  await textOf(page, "metric-note", (text) => text.includes(proseOf("mid").meaning));
});

scene(
  "On a phone a touch opens a note within the screen, and one elsewhere closes it",
  async ({ page }) => {
    const browser = page.context().browser();
    assert(browser !== null);
    const touched = { viewport: { width: 390, height: 844 }, hasTouch: true };
    const { page: phone } = await openPage(browser, page.url(), touched);
    await textOf(phone, "spread-bps", (text) => /\d/.test(text));
    await phone.getByTestId("card-velocity").locator("h3 .noted").tap();
    await textOf(phone, "metric-note", (text) => text.includes(proseOf("velocity").meaning));
    await eventually(async () => {
      const box = await phone.getByTestId("metric-note").boundingBox();
      return box !== null && box.x >= 0 && box.x + box.width <= 390;
    }, "it is within the screen");
    await phone.getByTestId("spread-bps").tap();
    await phone.getByTestId("metric-note").waitFor({ state: "hidden" });
    await phone.context().close();
  },
);
