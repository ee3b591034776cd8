/** The depth chart in a real browser: what it tells by pointer, by keyboard and in words, and why it is empty. */
import { assertEquals } from "@std/assert";
import { DEFAULT_ARRANGEMENT } from "../../web/page/arrangement.ts";
import { eventually } from "../support/eventually.ts";
import { textOf } from "../support/browser.ts";
import { bookFrame, depthProfile, feedStatus, metricsFrame } from "../support/outputs.ts";
import { scene } from "./scene.ts";

const FAR_MS = 31_536_000_000;
const WITH_DEPTH = [
  ...DEFAULT_ARRANGEMENT.filter(({ panel }) => panel !== "depth"),
  {
    panel: "depth",
    slot: 0,
    wide: { x: 0, y: 200, width: 24, height: 24 },
    medium: { x: 0, y: 200, width: 24, height: 24 },
  },
];
const buckets = (qty: number) => Array.from({ length: 100 }, () => qty);

scene(
  "The depth chart is of one book, and tells what is not known of it",
  async (on) => {
    const { page, stage, faults } = on;
    on.stopMarket();
    const kept = JSON.stringify(JSON.stringify(WITH_DEPTH));
    await page.addInitScript(`localStorage.setItem("order-book-monitor.desk", ${kept})`);
    await page.reload();
    await page.getByTestId("depth-cursor").waitFor();
    // A year ahead, so that it does not fall silent while the test runs.
    const timeMs = Date.now() + FAR_MS;
    const told = { timeMs, bookUpdateId: 900 };
    stage.hub.publish(feedStatus({ timeMs: timeMs - 1 }));
    stage.hub.publish(metricsFrame({ ...told, mid: 65_000 }));
    stage.hub.publish(bookFrame({ ...told, bids: [[64_999, 2]], asks: [[65_001, 3]] }));
    await textOf(page, "depth-summary", (text) => text.includes("Bids: 2.000 within 0.00 %"));
    stage.hub.publish(
      depthProfile({ ...told, mid: 65_000, bids: buckets(2), asks: buckets(3), bidCoveredBps: 60 }),
    );
    const known = "Bids: 10.00 within 0.1 %, 50.00 within 0.5 %, at least 100.0 within 1 %; " +
      "every level is known to 0.60 %. Asks: 15.00 within 0.1 %, 75.00 within 0.5 %, 150.0 within 1 %; every level is known.";
    await textOf(page, "depth-summary", (text) => text.endsWith(known));

    const cursor = page.getByTestId("depth-cursor");
    await cursor.scrollIntoViewIfNeeded();
    const box = await cursor.boundingBox();
    await cursor.hover({ position: { x: 2, y: (box?.height ?? 0) / 2 } });
    assertEquals(await textOf(page, "depth-sum", (text) => text !== "–"), "≥ 100.0");
    await textOf(page, "depth-slippage", (text) => text === "≤ 51.0 bps");
    // A quarter of the width from mid, at asks that are known: each 2 bps have 3.
    const quarter = { x: 0.75 * (box?.width ?? 0), y: (box?.height ?? 0) / 2 };
    const there = [
      ["depth-price", "ask to 65,325.00"],
      ["depth-distance", "0.50 %"],
      ["depth-size", "3.000"],
      ["depth-sum", "75.00"],
      ["depth-slippage", "24.0 to 25.9 bps"],
    ] as const;
    await cursor.hover({ position: quarter });
    for (const [testId, text] of there) await textOf(page, testId, (told) => told === text);
    await page.mouse.move(0, 0);
    await textOf(page, "depth-sum", (text) => text === "–");
    // What a finger has pointed at stays when it is lifted, until something else is touched.
    await cursor.tap({ position: quarter });
    for (const [testId, text] of there) await textOf(page, testId, (told) => told === text);
    await page.getByTestId("depth-price").tap();
    await textOf(page, "depth-sum", (text) => text === "–");

    await cursor.focus();
    await page.keyboard.press("ArrowRight");
    await textOf(page, "depth-price", (text) => text === "ask 65,001.00");
    const spoken =
      "ask 65,001.00, 0.154 bps from mid: size 3.000, cumulative 3.000, slippage 0.154 bps";
    await eventually(async () => await cursor.getAttribute("aria-valuetext") === spoken, spoken);
    await page.keyboard.press("ArrowLeft");
    await textOf(page, "depth-price", (text) => text === "bid 64,999.00");
    await page.keyboard.press("Escape");
    await textOf(page, "depth-price", (text) => text === "–");

    const none = page.getByTestId("depth-none");
    assertEquals(await none.isVisible(), false);
    const lost = { timeMs: timeMs + 1, state: "stale" } as const;
    stage.hub.publish(feedStatus({ ...lost, reason: "An update is missing" }));
    stage.hub.publish(metricsFrame({ ...lost, mid: null }));
    await eventually(() => none.isVisible(), "there is no picture");
    await textOf(
      page,
      "depth-none",
      (text) => text === "No order book: stale. An update is missing",
    );
    await textOf(page, "depth-summary", (text) => text === "");
    assertEquals(faults, []);
  },
  "/",
  {},
  { context: { hasTouch: true } },
);
