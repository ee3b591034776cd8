/** The heatmap in a real browser: what lies on its canvas, what it tells by pointer, keyboard and in words, and what it asks. */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { DEFAULT_ARRANGEMENT } from "../../web/page/arrangement.ts";
import type { ProfileRow } from "../../web/profile_columns.ts";
import { eventually } from "../support/eventually.ts";
import { textOf } from "../support/browser.ts";
import { depthProfile, feedStatus, metricsFrame } from "../support/outputs.ts";
import { type Scene, scene } from "./scene.ts";

const WITH_HEATMAP = [
  ...DEFAULT_ARRANGEMENT.filter(({ panel }) => panel === "standing"),
  {
    panel: "heatmap",
    slot: 0,
    wide: { x: 0, y: 2, width: 24, height: 40 },
    medium: { x: 0, y: 2, width: 24, height: 40 },
  },
];
const MID = 65_000;
/** Ten times as much as elsewhere, of which the last fifth is not known. */
const WALL = 15;
const buckets = (wall: number) =>
  Array.from({ length: 100 }, (_, i) => i === wall ? 40 : i >= 80 ? 0 : 1 + i % 5 / 10);
const PROFILE = {
  mid: MID,
  bids: buckets(WALL),
  asks: buckets(-1),
  bidCoveredBps: 160,
  askCoveredBps: 160,
};

/** Shares of the canvas's width, of which the axis has some. */
const STORED = 0.05;
const HOLE = 0.5;
const LIVE = 0.925;

/** A column of history, or a hole for which a state of the feed is the reason. */
function row(endMs: number, isHole: boolean): ProfileRow {
  const { type: _, forStore: __, ...stored } = depthProfile({ ...PROFILE, timeMs: endMs - 300 });
  const nothing = Object.fromEntries(Object.keys(stored).map((name) => [name, null]));
  return {
    ...(isHole ? nothing : stored),
    incarnation: isHole ? null : 1,
    endMs,
    feedMs: isHole ? endMs - 500 : null,
    feedState: isHole ? "stale" : null,
    feedReason: isHole ? "An update is missing" : null,
    intervalMs: null,
    intervalEndMs: null,
    intervalState: null,
  } as ProfileRow;
}

const TWO_FRAMES =
  "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))";

/** Red, green, blue and opacity of the canvas at a share of its picture's width, and a distance from mid. */
async function pixelsAt(page: Page, x: number, bps: number, window: readonly number[]) {
  const [low = 0, high = 1] = window;
  const y = (high - MID * (1 + bps / 1e4)) / (high - low);
  return await page.evaluate<number[][]>(`(() => {
    const canvas = document.querySelector('[data-testid="heat-cursor"] canvas');
    const ratio = devicePixelRatio;
    const height = canvas.height - 18 * ratio;
    const [left, top] = [Math.round(${x} * canvas.width), Math.round(${y} * height)];
    // A stretch that a line of hatching must cross.
    const { data } = canvas.getContext("2d").getImageData(left, top - 1, 9, 2);
    return Array.from({ length: 18 }, (_, i) => [...data.subarray(4 * i, 4 * i + 4)]);
  })()`);
}
/** The lowest and the highest price in view. */
const pricesIn = async (page: Page): Promise<readonly number[]> =>
  (await page.getByTestId("heat-cursor").getAttribute("data-prices") ?? "").split(" ").map(Number);
const lightness = (pixels: readonly (readonly number[])[]) =>
  pixels.reduce((sum, [r = 0, g = 0, b = 0]) => sum + r + g + b, 0) / pixels.length;
/** Hatching has lines with nothing between them. */
const isHatched = (pixels: readonly (readonly number[])[]) =>
  pixels.some(([, , , a]) => a === 0) && pixels.some(([, , , a = 0]) => a > 0);
const isOpaque = (pixels: readonly (readonly number[])[]) => pixels.every(([, , , a]) => a === 255);

async function drawsWhatIsKnown(on: Scene): Promise<void> {
  const { page, stage, faults } = on;
  on.stopMarket();
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: "dark" });
  const kept = JSON.stringify(JSON.stringify(WITH_HEATMAP));
  await page.addInitScript(`localStorage.setItem("order-book-monitor.desk", ${kept})`);
  const nowMs = Math.floor(Date.now() / 1_000) * 1_000;
  // Until half a minute ago, with a hole in its middle: wide, as time moves it.
  stage.history.pictured = Array.from(
    { length: 300 },
    (_, i) => row(nowMs - (299 - i) * 1_000, 120 <= i && i < 250),
  )
    .filter(({ endMs }) => endMs <= nowMs - 30_000);
  const live = setInterval(() => {
    const timeMs = Date.now();
    stage.hub.publish(metricsFrame({
      ...{ timeMs, bestBidPrice: MID - 1, bestAskPrice: MID + 1, mid: MID },
      spread: 2,
    }));
    stage.hub.publish(depthProfile({ ...PROFILE, timeMs }));
  }, 250);
  try {
    stage.hub.publish(feedStatus({ timeMs: Date.now() - 1_000 }));
    await page.reload();
    await textOf(page, "heat-largest", (text) => text.includes("bids 40.00 about 64,798.50"));
    const cursor = page.getByTestId("heat-cursor");
    await eventually(async () => Number(await cursor.getAttribute("data-filled")) >= 300);

    // Half of what a profile reaches, first.
    const span = await pricesIn(page);
    const at = (x: number, bps: number, window = span) => pixelsAt(page, x, bps, window);
    await eventually(async () => isOpaque(await at(STORED, -25)), "what is stored is there");
    await eventually(async () => isOpaque(await at(LIVE, -25)), "what is told is there");
    for (const bps of [-25, 25]) {
      await eventually(async () => isHatched(await at(HOLE, bps)), `the feed was stale, ${bps}`);
    }

    // All of it: the wall, and the edge of what is known.
    await cursor.focus();
    for (let n = 0; n < 8; n++) await page.keyboard.press("-");
    const far = async () => (await pricesIn(page))[0] ?? NaN;
    await eventually(async () => await far() < MID * 0.98, "all that is told is in view");
    // Each press has been drawn.
    let share = await pricesIn(page);
    await eventually(async () => {
      const before = share;
      await page.evaluate(TWO_FRAMES);
      share = await pricesIn(page);
      return before.join() === share.join();
    }, "it stands still");
    const wall = -(WALL + 0.5) * 2;
    let bright = NaN;
    await eventually(async () => {
      bright = lightness(await at(STORED, wall, share));
      return bright > 2 * lightness(await at(STORED, wall - 10, share));
    }, "the wall stands out");
    await eventually(async () => isOpaque(await at(STORED, -150, share)), "it is known there");
    for (const x of [STORED, LIVE]) {
      for (const bps of [-175, 175]) {
        await eventually(async () => isHatched(await at(x, bps, share)), `${x} ${bps}`);
      }
    }
    const filled = Number(await cursor.getAttribute("data-filled"));
    await page.getByTestId("heat-intensity").fill("100");
    await eventually(async () => lightness(await at(STORED, wall - 10, share)) > 0.7 * bright);
    const afterAll = Number(await cursor.getAttribute("data-filled"));
    assert(afterAll >= filled + 300, "another look is drawn anew");
    // From now on only columns that are new or have changed: a second has one, told at most ten times.
    const atMs = performance.now();
    await eventually(async () => Number(await cursor.getAttribute("data-filled")) > afterAll + 2);
    const more = Number(await cursor.getAttribute("data-filled")) - afterAll;
    assert(more <= 12 * Math.ceil((performance.now() - atMs) / 1_000 + 1), `${more}`);

    await cursor.press("ArrowLeft");
    await cursor.press("ArrowLeft");
    await textOf(page, "heat-price", (text) => text === "ask 65,000.00 to 65,013.00");
    await textOf(page, "heat-size", (text) => text === "1.000");
    await cursor.press("ArrowDown");
    await textOf(page, "heat-price", (text) => text === "bid 64,987.00 to 65,000.00");
    const isSpoken = async () =>
      (await cursor.getAttribute("aria-valuetext"))?.includes("bid 64,987.00 to 65,000.00: 1.000");
    await eventually(async () => await isSpoken() ?? false, "it is spoken");
    await cursor.press("Escape");
    await textOf(page, "heat-price", (text) => text === "–");
    const box = await cursor.boundingBox();
    await cursor.hover({ position: { x: HOLE * (box?.width ?? 0), y: 100 } });
    await textOf(
      page,
      "heat-size",
      (text) => text === "not known: the feed was stale: An update is missing",
    );

    // A finger reads too, what it has touched stays when it is lifted, and it moves no prices.
    assert(box !== null);
    await page.mouse.move(1, 1);
    await textOf(page, "heat-size", (text) => text === "–");
    const prices = await cursor.getAttribute("data-prices");
    await page.touchscreen.tap(box.x + STORED * box.width, box.y + 0.45 * box.height);
    await textOf(page, "heat-price", (text) => text.startsWith("ask "));
    await page.evaluate(TWO_FRAMES);
    await textOf(page, "heat-size", (text) => /\d/.test(text));
    assertEquals(await cursor.getAttribute("data-prices"), prices);
    await page.getByTestId("state").tap();
    await textOf(page, "heat-size", (text) => text === "–");

    await cursor.press("PageUp");
    await page.getByTestId("heat-follow").click();
    await eventually(() => page.getByTestId("heat-follow").isHidden());
    await page.getByRole("button", { name: "24h" }).click();
    await eventually(() =>
      stage.history.profilesQueries.at(-1)?.columnMs === 180_000 && page.url().includes("range=24h")
    );
    assertEquals(faults, []);
  } finally {
    clearInterval(live);
  }
}

scene("A heatmap draws what is known, and hatches what is not", drawsWhatIsKnown, "/", {}, {
  context: { hasTouch: true },
});

scene("A heatmap without a book says why, and why history does not come", async (on) => {
  const { page, stage } = on;
  on.stopMarket();
  stage.history.outage = "the disk is full";
  const kept = JSON.stringify(JSON.stringify(WITH_HEATMAP));
  await page.addInitScript(`localStorage.setItem("order-book-monitor.desk", ${kept})`);
  const lost = { timeMs: Date.now() + 3_600_000, state: "stale" } as const;
  stage.hub.publish(feedStatus({ ...lost, reason: "An update is missing" }));
  stage.hub.publish(metricsFrame({ ...lost, mid: null }));
  await page.reload();
  await textOf(page, "heat-none", (text) => text.startsWith("No order book: stale. An update is"));
  await textOf(
    page,
    "heat-history",
    (text) => text.startsWith("History cannot be read, trying again"),
  );
  await textOf(page, "heat-largest", (text) => text === "–");
});
