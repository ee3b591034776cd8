/** Where stored rows meet those of the stream, in a real browser: no point is missing there, and none there twice. */
import { assertEquals } from "@std/assert";
import type { MetricsQuery } from "../../../web/statements.ts";
import { POINTS } from "../../../web/page/chart/load_plan.ts";
import { textOf } from "../../support/browser.ts";
import { eventually } from "../../support/eventually.ts";
import { bucketFrame, feedStatus } from "../../support/outputs.ts";
import { type Scene, scene } from "../scene.ts";
import { liveRows } from "../../web/fake_history.ts";

const SYMBOL = "OLDUSDT";
/** What was told in the last seconds is not stored yet. */
const UNSTORED_MS = 4_000;

/** A price that tells of which second it is. */
const midOf = (timeMs: number) => 1_000 + timeMs / 1_000 % 500;

/** A market that tells a row each second, and a store that has all but the last of them. */
function keepRows({ stage, setSystem, stopMarket }: Scene): () => void {
  stopMarket();
  setSystem({ symbols: ["BTCUSDT", SYMBOL] });
  stage.history.metrics = ({ fromMs, toMs, binMs }: MetricsQuery) => {
    const stepMs = binMs || 1_000;
    const endMs = Math.min(toMs, Date.now() - UNSTORED_MS);
    const times: number[] = [];
    for (
      let timeMs = (Math.floor(fromMs / stepMs) + 1) * stepMs;
      timeMs <= endMs;
      timeMs += stepMs
    ) {
      times.push(timeMs);
    }
    return Promise.resolve(
      liveRows(times, { mid: times.map(midOf), bestBidPrice: times.map(midOf) }),
    );
  };
  stage.hub.publish(feedStatus({ symbol: SYMBOL, timeMs: Date.now() }));
  // What is not stored when the page opens was told before.
  let toldMs = Math.floor((Date.now() - 2 * UNSTORED_MS) / 1_000) * 1_000;
  const timer = setInterval(() => {
    while (toldMs + 1_000 <= Date.now()) {
      toldMs += 1_000;
      stage.hub.publish(bucketFrame({ symbol: SYMBOL, timeMs: toldMs, mid: midOf(toldMs) }));
    }
  }, 100);
  return () => clearInterval(timer);
}

scene("Each second stands in the chart once, stored or told", async (on) => {
  const { page, stage, faults } = on;
  const stop = keepRows(on);
  try {
    await page.goto(`${stage.url}/#${SYMBOL}`);
    await page.reload();
    await textOf(page, "symbol", (text) => text === SYMBOL);
    const openedMs = Math.floor(Date.now() / 1_000) * 1_000;
    const [fromMs, toMs] = [openedMs - 12_500, openedMs + 7_500];
    await eventually(() => Date.now() > toMs + 2_000, "rows of both sides");
    // What stands still can be gone through point by point.
    await page.goto(`${stage.url}/#${SYMBOL}?chart.from=${fromMs}&chart.to=${toMs}`);
    const pane = page.getByTestId("chart-mid");
    await eventually(async () => await pane.getAttribute("data-from") === String(fromMs), "it");
    await textOf(page, "marks", (text) => text === "");
    await page.getByTestId("chart-room").focus();
    const read: string[] = [];
    // From the middle to the end, and from there back to the begin.
    for (let n = 0; n < 12; n++) await page.keyboard.press("ArrowRight");
    for (let n = 0; n < 19; n++) {
      read.push(await page.getByTestId("read-time").textContent() ?? "");
      await page.keyboard.press("ArrowLeft");
      await textOf(page, "read-time", (text) => text !== read.at(-1));
    }
    const seconds = read.map((text) => Date.parse(`2026-01-01T${text.slice(-12, -4)}Z`) / 1_000);
    const steps = seconds.slice(1).map((second, i) =>
      ((seconds[i] ?? NaN) - second + 86_400) % 86_400
    );
    assertEquals(steps, steps.map(() => 1), read.join(" "));
    assertEquals(faults, []);
  } finally {
    stop();
  }
});

scene(
  "Averages of a day meet what is told without a hole, and the newest value ends the line",
  async (on) => {
    const { page, stage } = on;
    const stop = keepRows(on);
    try {
      await page.goto(`${stage.url}/#${SYMBOL}?chart.range=24h&chart.metrics=mid`);
      await page.reload();
      const pane = page.getByTestId("chart-mid");
      const points = async () => Number(await pane.getAttribute("data-points"));
      await eventually(async () => await points() > 1_000, "bins are there");
      await textOf(page, "marks", (text) => text === "");
      const toMs = async () => Number(await pane.getAttribute("data-to"));
      const before = await toMs();
      await eventually(async () => await toMs() >= before + 3_000, "time goes on");
      assertEquals(await page.getByTestId("marks").textContent(), "", "no hole");
      // Of a second of now, not of a mean.
      const isOfNow = (text: string) => {
        const age = (midOf(Date.now()) - Number(text.replaceAll(",", "")) + 500) % 500;
        return age < 10;
      };
      await textOf(page, "read-mid", isOfNow);
      const most = 1.1 * POINTS + 4;
      assertEquals(await points() <= most, true, `${await points()} points`);
    } finally {
      stop();
    }
  },
);
