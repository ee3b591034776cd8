/** What lives, what is on its way and what is nobody's, in a real browser: none of it looks like something that is known. */
import { assert, assertEquals } from "@std/assert";
import { NONE } from "../../shared/unacked.ts";
import { eventually } from "../support/eventually.ts";
import { textOf } from "../support/browser.ts";
import {
  alertEvent,
  bookFrame,
  bucketFrame,
  feedStatus,
  metricsFrame,
} from "../support/outputs.ts";
import { scene } from "./scene.ts";

const FAR_MS = 31_536_000_000;

scene(
  "An alert that fires tells its metric of now beside what was told, until nobody knows it",
  async (on) => {
    const { page, stage } = on;
    const figures = (pattern: RegExp) => textOf(page, "figures-a1", (text) => pattern.test(text));
    const TOLD = / · 0\.85 then · peak 0\.87 · threshold 0\.8$/;
    const now = /^order book imbalance now ([+−]?\d\.\d\d)/;
    const [, first = ""] = now.exec(await figures(now)) ?? [];
    await figures(new RegExp(`${now.source}${TOLD.source}`));
    await textOf(page, "figures-a1", (text) => now.test(text) && !text.includes(`now ${first} `));
    await textOf(page, "alert-a1", (text) => /firing for \d+ (s|min)/.test(text));
    on.stopMarket();
    // A year ahead, so that it does not fall silent while the test runs.
    const timeMs = Date.now() + FAR_MS;
    stage.hub.publish(bookFrame({ timeMs }));
    stage.hub.publish(metricsFrame({ timeMs, imbalance: -0.5 }));
    await figures(/^order book imbalance now −0\.50 · 0\.85 then/);
    const [firedMs, toldMs] = [Date.now() - 90_000, Date.now() - 30_000];
    const summary = "it goes on";
    stage.hub.publish(alertEvent({ revision: 2, firedMs, timeMs: toldMs, summary }));
    await textOf(page, "alert-a1", (text) => /it goes on as of [\d: -]+ UTC/.test(text));
    stage.hub.publish(feedStatus({ state: "stale", timeMs: timeMs + 1 }));
    const lost = { state: "stale", bookUpdateId: null, imbalance: null } as const;
    stage.hub.publish(metricsFrame({ timeMs: timeMs + 1, ...lost }));
    await figures(/^order book imbalance now –: the book is stale · 0\.85 then/);
  },
);

scene("History that is on its way, that is empty and that is there look different", async (on) => {
  const { page, stage } = on;
  const waiting: (() => void)[] = [];
  await page.route("**/api/metrics*", async (route) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    await route.continue();
  });
  const room = page.locator(".chart-room");
  await page.reload();
  await textOf(page, "history-note", (text) => text === "Loading history…");
  assertEquals(await room.getAttribute("aria-busy"), "true");
  const rows = stage.history.metrics;
  Reflect.deleteProperty(stage.history, "metrics");
  await eventually(() => waiting.length > 0);
  for (const go of waiting.splice(0)) go();
  await textOf(page, "history-note", (text) => text.startsWith("Nothing is stored"));
  assertEquals(await room.getAttribute("aria-busy"), "false");
  stage.history.metrics = rows;
  await page.unroute("**/api/metrics*");
  await eventually(async () => {
    await page.reload();
    await textOf(page, "history-note", (text) => text === "" || text.startsWith("Nothing"));
    return await page.getByTestId("history-note").textContent() === "";
  }, "rows that are stored");
});

scene("What a page was not told while it was hidden for a moment is loaded then", async (on) => {
  const { page, stage } = on;
  // For the page that moment is short, however long the test takes for it.
  const hide = async (isHidden: boolean) => {
    await page.evaluate(`{
      globalThis.clocks ??= [Date.now, performance.now.bind(performance)];
      const [utcMs, monotonicMs] = clocks.map((now) => now());
      Date.now = ${isHidden} ? () => utcMs : clocks[0];
      performance.now = ${isHidden} ? () => monotonicMs : clocks[1];
      Object.defineProperty(document, "hidden", { configurable: true, value: ${isHidden} });
      document.dispatchEvent(new Event("visibilitychange"));
    }`);
  };
  await eventually(async () =>
    Number(await page.getByTestId("chart-mid").getAttribute("data-points")) > 700
  );
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await hide(true);
  await eventually(() => stage.hub.inFocus?.size === 0, "nothing is told in detail");
  assert(!asked.includes("/api/metrics"));
  await hide(false);
  await eventually(() => asked.includes("/api/audits"), "the last of its questions");
  assertEquals(asked.filter((path) => path === "/api/metrics"), ["/api/metrics"]);
  assert(!asked.includes("/api/alerts"), "they were told of all the time");
  assert(!asked.includes("/events"), "by the stream that it had");
});

scene(
  "A symbol of the address that nobody follows is named, and can be followed, or left",
  async (on) => {
    const { page, stage } = on;
    await textOf(
      page,
      "not-followed",
      (text) => text.includes("SOLUSDT, which the address names, is not followed"),
    );
    await textOf(page, "symbol", (text) => text === "SOLUSDT");
    await textOf(page, "state", (text) => text === "not followed");
    assertEquals(await page.getByTestId("leave-stranger").textContent(), "Go to BTCUSDT");
    let isRefused = true;
    stage.operate = (operation) => {
      assertEquals(operation, { type: "add_symbol", symbol: "SOLUSDT" });
      if (isRefused) {
        return Promise.resolve({ kind: "refused", why: "unavailable", reason: "not just now" });
      }
      const symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];
      on.setSystem({ symbols });
      return Promise.resolve({ kind: "done", symbols, unacked: NONE });
    };
    await page.getByTestId("follow-stranger").click();
    await textOf(page, "stranger-error", (text) => text === "not just now");
    isRefused = false;
    await page.getByTestId("follow-stranger").click();
    await textOf(page, "state", (text) => text === "waiting");
    await textOf(page, "symbol", (text) => text === "SOLUSDT");
    await eventually(async () => await page.getByTestId("not-followed").count() === 0, "it is");
    await page.goto(`${stage.url}/#ethusdt`);
    await textOf(page, "not-followed", (text) => text.includes("ethusdt, which"));
    await textOf(page, "leave-stranger", (text) => text === "Go to ETHUSDT");
    await page.getByTestId("leave-stranger").click();
    await textOf(page, "symbol", (text) => text === "ETHUSDT");
    await eventually(() => new URL(page.url()).hash === "#ETHUSDT", "the address");
    assert(on.faults.every((line) => line.includes("status of 503")), on.faults.join());
  },
  "/#SOLUSDT",
);

scene(
  "One spike and one large order flatten nothing: each is cut off, marked and told",
  async (on) => {
    const { page, stage } = on;
    on.stopMarket();
    const pane = page.getByTestId("chart-mid");
    const label = async () => await pane.getAttribute("aria-label") ?? "";
    await eventually(async () => await label() === "Mid over time", "nothing is cut");
    const timeMs = Date.now();
    stage.hub.publish(bucketFrame({ timeMs, mid: 90_000, bestBidPrice: 90_000 }));
    stage.hub.publish(bucketFrame({ timeMs: timeMs + 1_000 }));
    await eventually(async () => await label() === "Mid over time; beyond the scale: 90,000.00");
    assertEquals(await pane.getAttribute("data-cuts"), "1");
    const bids = Array.from({ length: 20 }, (_, i) => [65_000 - i, i === 4 ? 900 : 1.5] as const);
    stage.hub.publish(metricsFrame({ timeMs: timeMs + FAR_MS }));
    stage.hub.publish(bookFrame({ timeMs: timeMs + FAR_MS, bids, asks: [[65_001, 3]] }));
    const levels = page.getByTestId("ladder").locator(".level.bid");
    await eventually(async () => await levels.nth(4).getAttribute("data-cut") === "true");
    const styles = await Promise.all(
      [0, 1, 2, 3, 4, 5].map((i) => levels.nth(i).getAttribute("style")),
    );
    const shares = styles.map((style) => /--share: ([\d.]+)/.exec(style ?? "")?.[1]);
    assertEquals(shares, ["0.2500", "0.2500", "0.2500", "0.2500", "1.0000", "0.2500"]);
    stage.hub.publish(
      bookFrame({
        timeMs: timeMs + FAR_MS + 1,
        bids: bids.map(([price]) => [price, 2]),
        asks: [[65_001, 3]],
      }),
    );
    await eventually(async () => await levels.nth(4).getAttribute("data-cut") === null);
  },
);

scene("A pause stops the numbers and says of when they are, and no state with them", async (on) => {
  const { page, stage } = on;
  await textOf(page, "mid", (text) => /\d/.test(text));
  await page.getByTestId("pause").click();
  const mid = await page.getByTestId("mid").textContent();
  await textOf(page, "paused-banner", (text) => /as they were at \d\d:\d\d:\d\d UTC/.test(text));
  on.stopMarket();
  const timeMs = Date.now() + FAR_MS;
  stage.hub.publish(feedStatus({ state: "stale", timeMs }));
  stage.hub.publish(metricsFrame({ timeMs, state: "stale", mid: null }));
  await textOf(page, "state", (text) => text === "stale");
  assertEquals(await page.getByTestId("mid").textContent(), mid);
  stage.hub.publish(
    alertEvent({ alertId: "new", firedMs: Date.now(), timeMs: Date.now(), summary: "it came" }),
  );
  await textOf(page, "alert-count", (text) => text === "2 firing");
  await page.getByTestId("pause").click();
  await textOf(page, "mid", (text) => text === "–");
  assert(await page.getByTestId("paused-banner").isHidden());
  await page.getByTestId("pause").click();
  await page.getByTestId("symbol-row-ETHUSDT").click();
  await textOf(page, "symbol", (text) => text === "ETHUSDT");
  assert(await page.getByTestId("paused-banner").isHidden(), "another symbol ends it");
});

scene(
  "To who listens each news is told once, one after the other, and no list is read again",
  async (on) => {
    const { page, stage } = on;
    await textOf(page, "alert-count", (text) => text === "1 firing");
    const news = () => page.getByTestId("news").locator("p").allTextContents();
    const nowMs = Date.now() + 1_000;
    const alert = alertEvent({ alertId: "new", firedMs: nowMs, timeMs: nowMs, summary: "it came" });
    stage.hub.publish(alert);
    stage.hub.publish({ ...alert, revision: 2, value: 0.99 });
    stage.hub.publish({ ...alert, alertId: "other", firedMs: nowMs + 1, summary: "another came" });
    const expected = ["warning, BTCUSDT: it came", "warning, BTCUSDT: another came"];
    const alerts = async () => (await news()).filter((text) => text.startsWith("warning"));
    await eventually(async () => (await alerts()).length === 2);
    assertEquals(await alerts(), expected, "and not the one that fired before");
    await stage.close();
    await textOf(page, "alert-new", (text) => text.includes("whether it goes on is not known"));
    await eventually(async () => (await news()).includes("monitor reconnecting"));
    await textOf(page, "connection", (text) => /last event (\d\d|[6-9])/.test(text));
    const lost = (await news()).filter((text) => /reconnecting|lost its connection/.test(text));
    assertEquals(lost.length, 2, "the word and the banner, once each, whatever seconds they count");
    const live = page.locator(
      "[data-testid=alerts][aria-live], [data-testid=market-wide][aria-live]",
    );
    assertEquals(await live.count(), 0);
  },
);
