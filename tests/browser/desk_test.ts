/** The desk as a whole, in a real browser: panels that stand there twice, and how still it stands while it loads. */
import { assert, assertEquals } from "@std/assert";
import { DEFAULT_ARRANGEMENT } from "../../web/page/arrangement.ts";
import { eventually } from "../support/eventually.ts";
import { textOf } from "../support/browser.ts";
import { scene } from "./scene.ts";

/** Each panel of the desk as it is, and below all of them another of the second symbol. */
const TWICE = DEFAULT_ARRANGEMENT.flatMap((placed) => {
  const { wide, medium } = placed;
  const below = {
    ...placed,
    slot: 1,
    wide: { ...wide, y: wide.y + 48 },
    medium: { ...medium, y: medium.y + 76 },
  };
  return [placed, below];
});

const NOWHERE = { x: NaN, y: NaN, width: NaN, height: NaN };

/** What a person may see move while a page loads. */
const SHIFT_MAX = 0.05;

/** For the page: it keeps what has moved that nobody has moved, and how far. */
const KEEP_SHIFTS = `
  globalThis.shifts = [];
  const placeOf = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(" ");
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries()) {
      if (hadRecentInput) continue;
      const moved = sources.map(({ node, previousRect, currentRect }) =>
        (node?.className ?? node?.data) + " " + placeOf(previousRect) + " to " + placeOf(currentRect)
      );
      shifts.push({ value, moved });
    }
  }).observe({ type: "layout-shift", buffered: true });`;

interface Shift {
  readonly value: number;
  readonly moved: readonly string[];
}

scene("Every panel stands on one desk twice, of two symbols, and nothing is shared", async (on) => {
  const { page, faults } = on;
  const kept = JSON.stringify(JSON.stringify(TWICE));
  await page.addInitScript(`localStorage.setItem("order-book-monitor.desk", ${kept})`);
  await page.reload();
  const texts = (testId: string) => page.getByTestId(testId).allTextContents();
  await eventually(
    async () => (await texts("mid")).filter((text) => /\d/.test(text)).length === 2,
    "two mids",
  );
  assertEquals(await texts("symbol"), ["BTCUSDT", "ETHUSDT"]);
  const [btc = "", eth = ""] = await texts("mid");
  assert(btc.startsWith("6") && eth.startsWith("2,4"), `${btc} ${eth}`);
  await eventually(async () => await page.locator("canvas").count() === 4, "two charts");
  assertEquals(await page.locator(".level").count(), 80);
  await page.getByTestId("all-metrics").locator("summary").last().click();
  await eventually(async () => await page.getByTestId("all-mid").count() === 1, "one list");
  const ids = await page.evaluate<string[]>(
    "[...document.querySelectorAll('[id]')].map((e) => e.id)",
  );
  assertEquals(ids.length, new Set(ids).size, ids.join());
  const second = page.getByTestId("chart-mid").last();
  await eventually(
    async () => Number(await second.getAttribute("data-points")) > 700,
    "what was stored of the second",
  );
  const chosen = second.locator(".u-over");
  const box = await chosen.boundingBox();
  assert(box !== null);
  await chosen.scrollIntoViewIfNeeded();
  await chosen.dragTo(chosen, {
    sourcePosition: { x: box.width * 0.3, y: 20 },
    targetPosition: { x: box.width * 0.6, y: 20 },
  });
  const isLive = (which: "first" | "last") =>
    page.getByTestId("jump")[which]().getAttribute("aria-pressed");
  await eventually(async () => await isLive("last") === "false", "the second is zoomed");
  assertEquals(await isLive("first"), "true");
  assertEquals(faults, []);
}, "/#BTCUSDT,ETHUSDT");

scene(
  "A part of the page that does not come is told in its place, and the rest goes on",
  async (on) => {
    const { page } = on;
    await page.route("**/parts/chart-*", (route) => route.abort());
    await page.reload();
    await textOf(page, "panel-chart", (text) => text.includes("could not be loaded"));
    await textOf(page, "mid", (text) => /\d/.test(text));
    await page.unroute("**/parts/chart-*");
    await page.getByRole("button", { name: "Load the page anew" }).click();
    await page.getByTestId("chart-mid").waitFor();
  },
);

for (const [width, height] of [[1440, 900], [1024, 768], [390, 844]] as const) {
  scene(`Nothing moves while the page loads at ${width}x${height}`, async (on) => {
    const { page } = on;
    await page.setViewportSize({ width, height });
    on.setSystem({ source: { kind: "simulation", label: "SIMULATED" } });
    await page.addInitScript(KEEP_SHIFTS);
    await page.reload();
    await textOf(page, "state", (text) => text === "live");
    await textOf(page, "storage", (text) => text === "stored");
    await textOf(page, "proof", (text) => text.includes("levels exact"));
    await eventually(async () =>
      Number(await page.getByTestId("chart-mid").getAttribute("data-points")) > 700
    );
    const shifts = await page.evaluate<Shift[]>("shifts");
    const sum = shifts.reduce((total, { value }) => total + value, 0);
    assert(sum < SHIFT_MAX, JSON.stringify(shifts, null, 1));
  });
}

scene(
  "Panels are arranged by pointer and keyboard, of other symbols too, and stay so",
  async (on) => {
    const { page, faults } = on;
    await page.setViewportSize({ width: 1440, height: 900 });
    await textOf(page, "symbol", (text) => text === "BTCUSDT");
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    const countOf = (path: string) => asked.filter((one) => one === path).length;
    const placeOf = async (testId: string) =>
      await page.getByTestId(testId).boundingBox() ?? NOWHERE;
    await page.getByTestId("chart-mid").waitFor();
    await page.getByTestId("arrange").click();
    const alerts = page.getByTestId("arrange-alerts");
    await alerts.waitFor();
    const isBelow = (lower: string, upper: string) =>
      eventually(
        async () => (await placeOf(lower)).y > (await placeOf(upper)).y,
        `${lower} is below ${upper}`,
      );
    await isBelow("panel-alerts", "panel-ladder");
    const [ladder, before] = [await placeOf("panel-ladder"), await placeOf("panel-alerts")];
    await page.mouse.move(before.x + 60, before.y + before.height / 2);
    await page.mouse.down();
    await page.mouse.move(before.x + 60, ladder.y + before.height / 2, { steps: 4 });
    await page.mouse.up();
    await eventually(
      async () => (await placeOf("panel-alerts")).y === ladder.y,
      "it is at the top",
    );
    await isBelow("panel-ladder", "panel-alerts");

    await page.getByTestId("arrange-metrics").focus();
    await page.keyboard.press("Delete");
    await eventually(async () => await page.getByTestId("all-metrics").count() === 0, "it is gone");
    await page.getByTestId("arrange-chart").focus();
    const chart = await placeOf("panel-chart");
    await page.keyboard.press("Shift+ArrowLeft");
    await eventually(
      async () => (await placeOf("panel-chart")).width < chart.width,
      "it is smaller",
    );
    assertEquals(new URL(page.url()).hash, "", "the list heeds no key that is meant for a panel");

    const symbolsAre = (names: string) =>
      eventually(
        async () => (await page.getByTestId("symbol").allTextContents()).join() === names,
        names,
      );
    await page.getByTestId("add-panel").selectOption("standing");
    await symbolsAre("BTCUSDT,BTCUSDT");
    await page.getByTestId("arrange-standing").last().getByRole("combobox").selectOption("ETHUSDT");
    await symbolsAre("BTCUSDT,ETHUSDT");
    await eventually(() => new URL(page.url()).hash === "#BTCUSDT,ETHUSDT", "the address");
    await page.getByTestId("arrange-standing").last().focus();
    await page.keyboard.press("Escape");
    await alerts.waitFor({ state: "detached" });

    await page.reload();
    await page.getByTestId("chart-mid").waitFor();
    await symbolsAre("BTCUSDT,ETHUSDT");
    // It was kept.
    await isBelow("panel-ladder", "panel-alerts");
    await page.getByTestId("arrange").click();
    await page.getByTestId("ready-default").click();
    await page.getByTestId("all-metrics").waitFor();
    await isBelow("panel-alerts", "panel-ladder");

    // What had no panel that needs it is asked for when it has one again, and alerts are not.
    const isPastShown = async () =>
      Number(await page.getByTestId("chart-mid").getAttribute("data-points")) > 700;
    await eventually(isPastShown, "its history is there");
    const pasts = countOf("/api/metrics");
    for (const panel of ["chart", "standing"]) {
      await page.getByTestId(`arrange-${panel}`).focus();
      await page.keyboard.press("Delete");
      await page.getByTestId(`panel-${panel}`).waitFor({ state: "detached" });
    }
    await page.getByTestId("ready-default").click();
    await eventually(isPastShown, "its history is there again");
    assertEquals(countOf("/api/metrics"), pasts + 1);
    assertEquals(countOf("/api/alerts"), 1, "when the page was opened anew");

    await page.getByTestId("ready-order-flow").click();
    await page.getByTestId("heatmap").waitFor();
    assertEquals(await page.getByTestId("ready-order-flow").getAttribute("aria-pressed"), "true");
    await page.getByTestId("arrange-before").click();
    await alerts.waitFor();
    assert(
      (await placeOf("panel-alerts")).y < (await placeOf("panel-ladder")).y,
      "what was made by hand is there again",
    );
    assertEquals(faults, []);
  },
);
