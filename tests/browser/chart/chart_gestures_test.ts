/** What a person does with a chart, in a real browser: what it shows, what its address says, and that it stays where it was put. */
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { textOf } from "../../support/browser.ts";
import { eventually } from "../../support/eventually.ts";
import { alertEvent } from "../../support/outputs.ts";
import { scene } from "../scene.ts";
import {
  drag,
  hash,
  isAbout,
  isLive,
  lengthOf,
  MINUTE_MS,
  NEAR_MS,
  paneOf,
  placeOf,
  ready,
  shown,
  untilShown,
} from "./chart_hand.ts";

scene(
  "A chart is ranged by buttons, and its address and the next visit have the same",
  async (on) => {
    const { page, faults } = on;
    await ready(on);
    await untilShown(page, isAbout(15 * MINUTE_MS), "a quarter of an hour");
    for (const [name, length] of [["1m", 1], ["1h", 60], ["7d", 7 * 24 * 60], ["5m", 5]] as const) {
      await page.getByRole("button", { name, exact: true }).click();
      await untilShown(page, isAbout(length * MINUTE_MS), name);
      await eventually(() => hash(page) === `#?chart.range=${name}`, `the address of ${name}`);
    }
    await page.reload();
    await ready(on).catch(() => {});
    await untilShown(page, isAbout(5 * MINUTE_MS), "the same after it was loaded anew");
    await page.goto("about:blank");
    await page.goto(on.stage.url);
    await untilShown(page, isAbout(5 * MINUTE_MS), "the same of an address that says nothing");
    await eventually(() => hash(page) === "#?chart.range=5m", "which it names");
    assertEquals(faults, []);
  },
);

scene(
  "What is dragged over is shown, stays while numbers come, and leads back step by step",
  async (on) => {
    const { page, faults } = on;
    await ready(on);
    const before = await shown(page);
    await drag(page, 0.25, 0.75);
    const zoomed = await untilShown(
      page,
      (now) => lengthOf(now) < 10 * MINUTE_MS,
      "the half of it",
    );
    assertAlmostEquals(lengthOf(zoomed), 7.5 * MINUTE_MS, NEAR_MS);
    assertAlmostEquals(zoomed.fromMs, before.fromMs + 0.25 * 15 * MINUTE_MS, 6 * NEAR_MS);
    await eventually(async () => !await isLive(page), "it follows no more");
    const mid = await textOf(page, "mid", (text) => /\d/.test(text));
    await textOf(page, "mid", (text) => text !== mid);
    assertEquals(await shown(page), zoomed, "it stands still while numbers come");
    await eventually(
      () => hash(page).includes(`chart.from=${zoomed.fromMs}&chart.to=${zoomed.toMs}`),
      "the address says which",
    );
    await drag(page, 0.2, 0.4);
    const deeper = await untilShown(page, (now) => lengthOf(now) < 2 * MINUTE_MS, "a part of that");
    await page.getByTestId("chart-back").click();
    await untilShown(page, ({ fromMs }) => fromMs === zoomed.fromMs, "back");
    await page.getByTestId("chart-forward").click();
    await untilShown(page, ({ fromMs }) => fromMs === deeper.fromMs, "forward");
    await page.getByTestId("jump").click();
    await untilShown(page, isAbout(15 * MINUTE_MS), "as much as before");
    const live = await shown(page);
    await untilShown(page, ({ toMs }) => toMs > live.toMs, "it moves on again");
    assertEquals(faults, []);
  },
);

scene(
  "A chart is moved by Shift and a drag, by the wheel, and by a double click to the newest",
  async (on) => {
    const { page } = on;
    await ready(on);
    const before = await shown(page);
    await drag(page, 0.3, 0.7, "Shift");
    const moved = await untilShown(page, ({ toMs }) => toMs < before.toMs - MINUTE_MS, "earlier");
    assertAlmostEquals(lengthOf(moved), 15 * MINUTE_MS, 2);
    assertAlmostEquals(before.toMs - moved.toMs, 0.4 * 15 * MINUTE_MS, 6 * NEAR_MS);
    const { x, y, width, height } = await placeOf(page);
    await page.mouse.move(x + width * 0.25, y + height / 2);
    const at = moved.fromMs + 0.25 * lengthOf(moved);
    for (let n = 0; n < 3; n++) await page.mouse.wheel(0, -120);
    const near = await untilShown(page, (now) => lengthOf(now) < 8 * MINUTE_MS, "by the wheel");
    assertAlmostEquals(near.fromMs + 0.25 * lengthOf(near), at, NEAR_MS, "about the pointer");
    await page.mouse.wheel(200, 0);
    await untilShown(page, ({ fromMs }) => fromMs > near.fromMs, "to the side");
    await page.mouse.dblclick(x + width / 2, y + height / 2);
    await eventually(() => isLive(page), "it follows");
  },
);

scene("A chart shows from–to as it was typed, and says what cannot be", async (on) => {
  const { page } = on;
  await ready(on);
  await page.getByTestId("chart-span").click();
  const text = (timeMs: number) => new Date(timeMs).toISOString().slice(0, 19);
  const toMs = Math.floor(Date.now() / 1_000) * 1_000 - 2 * MINUTE_MS;
  await page.getByTestId("from").fill(text(toMs));
  await page.getByTestId("to").fill(text(toMs - MINUTE_MS));
  await page.getByTestId("show-span").click();
  await textOf(page, "from-to", (words) => words.includes("at least 2 s after the begin"));
  await page.getByTestId("from").fill(text(toMs - 5 * MINUTE_MS));
  await page.getByTestId("to").fill(text(toMs));
  await page.getByTestId("show-span").click();
  await untilShown(page, (now) => now.fromMs === toMs - 5 * MINUTE_MS && now.toMs === toMs, "it");
  const { fromMs } = await shown(page);
  await page.goto("about:blank");
  await page.goto(
    `${on.stage.url}/#BTCUSDT?chart.metrics=spreadBps,mid&chart.axes=two&chart.from=${fromMs}&chart.to=${toMs}`,
  );
  await untilShown(page, (now) => now.fromMs === fromMs && now.toMs === toMs, "by a link");
  await page.getByTestId("read-spreadBps").waitFor();
  await eventually(
    async () => await page.locator(".chart canvas").count() === 1,
    "both in one pane",
  );
  await eventually(
    async () => await page.getByTestId("chart-axes").getAttribute("aria-pressed") === "true",
    "it says so",
  );
});

scene("A chart is used by the keyboard alone", async (on) => {
  const { page } = on;
  await ready(on);
  const room = page.getByTestId("chart-room");
  await room.focus();
  await page.keyboard.press("ArrowLeft");
  const read = await textOf(page, "read-time", (text) => text !== "");
  await page.keyboard.press("Shift+ArrowLeft");
  await textOf(page, "read-time", (text) => text !== read);
  await page.keyboard.press("+");
  const zoomed = await untilShown(page, (now) => lengthOf(now) < 8 * MINUTE_MS, "nearer");
  await page.keyboard.press("PageUp");
  await untilShown(page, ({ fromMs }) => fromMs < zoomed.fromMs, "earlier");
  await page.keyboard.press("Backspace");
  await untilShown(page, ({ fromMs }) => fromMs === zoomed.fromMs, "back");
  await page.keyboard.press("-");
  await untilShown(page, (now) => lengthOf(now) > lengthOf(zoomed), "farther");
  await page.keyboard.press("Escape");
  await eventually(() => isLive(page), "live");
  await page.keyboard.press("Tab");
  const isElsewhere = () =>
    page.evaluate<boolean>(
      "!document.activeElement.matches('[data-testid=chart-room]')",
    );
  await eventually(isElsewhere, "the focus is not held");
});

scene("Metrics, averages and a table are chosen, and kept with the panel", async (on) => {
  const { page, faults } = on;
  await ready(on);
  await page.getByTestId("chart-metrics").click();
  const box = (name: string) => page.getByTestId("metric-choice").locator(`input[name="${name}"]`);
  await box("spreadBps").check();
  await page.getByTestId("read-spreadBps").waitFor();
  await box("imbalance").uncheck();
  await box("weightedImbalance1Bps").uncheck();
  await eventually(
    async () => await page.getByTestId("read-imbalance").count() === 0,
    "it is gone",
  );
  await page.getByTestId("chart-average").selectOption("60000");
  await eventually(
    () => hash(page) === "#?chart.metrics=mid,spreadBps&chart.average=1m",
    "the address",
  );
  await page.getByRole("button", { name: "7d", exact: true }).click();
  await textOf(page, "chart-coarse", (text) => text.includes("shorter than three points"));
  await page.getByRole("button", { name: "15m", exact: true }).click();
  await eventually(() => page.getByTestId("chart-coarse").isHidden(), "it is shown again");
  await page.getByTestId("chart-table").click();
  await textOf(page, "chart-numbers", (text) => /Mid.*Spread/.test(text));
  await textOf(page, "chart-summary", (text) => /^Mid [\d,.]+ quote, from /.test(text));
  const kept = () => page.evaluate<string>("localStorage.getItem('order-book-monitor.desk')");
  await eventually(
    async () => (await kept() ?? "").includes('"metrics":"mid,spreadBps"'),
    "it is kept",
  );
  assertEquals(faults, []);
});

scene("Two charts point at one moment, each on its own stretch of time", async (on) => {
  const { page } = on;
  await page.setViewportSize({ width: 1440, height: 1600 });
  await ready(on);
  await page.getByTestId("arrange").click();
  await page.getByTestId("add-panel").selectOption("chart");
  await page.getByTestId("arrange").click();
  await eventually(async () => await paneOf(page, 1).count() === 1, "a second chart");
  await page.getByRole("button", { name: "5m", exact: true }).last().click();
  await untilShown(page, isAbout(5 * MINUTE_MS), "the second shows less", 1);
  await eventually(() => hash(page) === "#?chart-2.range=5m", "the address says of which");
  await untilShown(page, isAbout(15 * MINUTE_MS), "the first shows as much as before");
  // Both stand still, so that the moment under the pointer does.
  await drag(page, 0.7, 0.95);
  const first = await untilShown(
    page,
    (now) => lengthOf(now) < 5 * MINUTE_MS,
    "the first is zoomed",
  );
  const place = await placeOf(page);
  await page.mouse.move(place.x + place.width * 0.5, place.y + 20);
  const cursor = async (which: number) => {
    const line = paneOf(page, which).locator(".u-cursor-x");
    const box = await line.boundingBox();
    const over = await paneOf(page, which).locator(".u-over").boundingBox();
    if (box === null || over === null) return NaN;
    const now = await shown(page, which);
    return now.fromMs + (box.x + box.width - over.x) / over.width * lengthOf(now);
  };
  const middle = first.fromMs + lengthOf(first) / 2;
  for (const which of [0, 1]) {
    await eventually(
      async () => Math.abs(await cursor(which) - middle) < NEAR_MS,
      `cursor ${which}`,
    );
  }
  const times = page.getByTestId("read-time");
  await eventually(
    async () => await times.nth(0).textContent() === await times.nth(1).textContent(),
    "both tell of one moment",
  );
  await page.mouse.move(2, 2);
  await eventually(async () => !(Math.abs(await cursor(1) - middle) < NEAR_MS), "and of none");
});

scene("A marker opens the alert that fired there", async (on) => {
  const { page } = on;
  await ready(on);
  const marker = page.getByTestId("marker-a1");
  await marker.waitFor();
  const firedMs = on.stage.history.episodes[0]?.firedMs ?? 0;
  // What stands still can be measured, once its markers have followed.
  await drag(page, 0.4, 1);
  const { fromMs, toMs } = await untilShown(page, (now) => lengthOf(now) < 10 * MINUTE_MS, "it");
  await eventually(async () => {
    const place = await placeOf(page);
    const box = await marker.boundingBox();
    if (box === null || box.width < 24 || box.height < 24) return false;
    const at = fromMs + (box.x + box.width / 2 - place.x) / place.width * (toMs - fromMs);
    return Math.abs(at - firedMs) < NEAR_MS;
  }, "it stands where it fired, and a finger meets it");
  await marker.focus();
  await page.keyboard.press("Enter");
  await textOf(page, "alert-opened", (text) => text.includes("Bids outweigh asks"));
  await page.keyboard.press("Escape");
  await eventually(async () => await page.getByTestId("alert-opened").count() === 0, "closed");
  on.stage.hub.publish(
    alertEvent({ alertId: "a9", firedMs: (fromMs + toMs) / 2, revision: 1 }),
  );
  await page.getByTestId("marker-a9").waitFor();
});
