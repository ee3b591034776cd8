import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { OperationResult } from "../../shared/protocol.ts";
import { muteRecord } from "../support/mutes.ts";
import { eventually } from "../support/eventually.ts";
import { textOf } from "../support/browser.ts";
import { assertOneBook } from "../support/one_book.ts";
import {
  alertEvent,
  budgetStatus,
  feedStatus,
  metricsFrame,
  systemStatus,
  tradesFrame,
  tradesOfSide,
} from "../support/outputs.ts";
import { scene } from "./scene.ts";

const BADGE = /^best bid\/ask [\d.]+ s ago · 5,000 levels exact 3 h ago$/;
/** Between two times that a page says what it looks at. */
const LOOK_PACE_MS = 250;
const HOUR_MS = 3_600_000;
const isNumber = (text: string) => /\d/.test(text);

scene("The page shows a live symbol's moving numbers, and nothing fails in it", async (on) => {
  const { page, faults } = on;
  const first = await textOf(page, "mid", isNumber);
  await textOf(page, "mid", (text) => isNumber(text) && text !== first);
  await textOf(page, "state", (text) => text === "live");
  await textOf(page, "connection", (text) => text === "connected");
  assertEquals(await page.getByTestId("source-label").textContent(), "Binance spot");
  assert(await page.getByTestId("simulation-banner").isHidden());
  assert(await page.getByTestId("exchange-banner").isHidden());
  assertEquals(await page.getByTestId("ladder").locator(".price").count(), 40);
  await textOf(page, "proof", (text) => BADGE.test(text));
  await textOf(page, "alerts", (text) => text.includes("Bids outweigh asks"));
  await eventually(async () => await page.locator("canvas").count() === 2, "the chart");
  assertEquals(faults, []);
});

scene(
  "Cards, ladder and chart show one book at a time, of a symbol and then of another",
  async ({ page }) => {
    await textOf(page, "mid", isNumber);
    await assertOneBook(page, 10);
    await page.getByTestId("symbols").press("ArrowDown");
    await textOf(page, "best-bid", (text) => text.startsWith("2,"));
    await assertOneBook(page, 10);
  },
);

scene(
  "The page shows what was bought and sold of late, none where there was none, and else nothing",
  async (on) => {
    const { page, stage } = on;
    const line = (pattern: RegExp) =>
      textOf(page, "trades", (text) => pattern.test(text.replace(/\s+/g, " ").trim()));
    await line(/^0\.\d+ bought 0\.\d+ sold in \d+(\.\d)? s$/);
    on.stopMarket();
    // A year ahead, so that the symbol does not fall silent, nor a trade grow old, while the test runs.
    const timeMs = Date.now() + 31_536_000_000;
    stage.hub.publish(metricsFrame({ timeMs }));
    await page.reload();
    await line(/^no trades in \d+(\.\d)? s$/);
    const sell = tradesOfSide({ qty: 1_234_000 });
    stage.hub.publish(tradesFrame({ fromMs: timeMs, timeMs: timeMs + 100, buy: null, sell }));
    await line(/^0 bought 1\.234M sold in \d+(\.\d)? s$/);
    stage.hub.publish(metricsFrame({ timeMs: timeMs + 200, state: "syncing" }));
    await line(/^trades –$/);
  },
);

scene("The page names the address behind the source when it is not the first", async (on) => {
  const endpoint = "https://api1.binance.com";
  on.setSystem({ exchange: { state: "reached", reason: null, endpoint } });
  await textOf(on.page, "source-label", (text) => text === "Binance spot via api1.binance.com");
});

scene("The page says SIMULATED across its width when the source is a simulation", async (on) => {
  on.setSystem({ source: { kind: "simulation", label: "SIMULATED" } });
  await textOf(on.page, "source-label", (text) => text === "SIMULATED");
  const banner = on.page.getByTestId("simulation-banner");
  await eventually(() => banner.isVisible());
  assertStringIncludes(await banner.textContent() ?? "", "not real prices");
});

scene("The page gives the reason while the exchange cannot be reached", async (on) => {
  const reason = "data-api.binance.vision does not answer; deno task demo needs no internet";
  on.setSystem({ source: null, exchange: { state: "unreachable", reason } });
  await textOf(on.page, "exchange-banner", (text) => text.includes(reason));
  on.setSystem({});
  await eventually(() => on.page.getByTestId("exchange-banner").isHidden());
});

scene("The page tells of a ban with its end while it lasts", async (on) => {
  const banner = on.page.getByTestId("ban-banner");
  assert(await banner.isHidden());
  const untilMs = Date.now() + HOUR_MS;
  const reason = "the exchange has banned this address (HTTP 418)";
  on.setSystem({ budget: budgetStatus({ usedWeight: 5_400, ban: { untilMs, reason } }) });
  await textOf(on.page, "ban-banner", (text) => text.includes(reason));
  const end = new Date(untilMs).toISOString().slice(11, 19);
  assertStringIncludes(await banner.textContent() ?? "", `${end} UTC`);
  on.setSystem({});
  await eventually(() => banner.isHidden());
});

scene(
  "The page says that a ban at first contact is a refusal, and hints at no demo",
  async (on) => {
    const ban = { untilMs: Date.now() + HOUR_MS, reason: "banned (HTTP 418)" };
    const reason = "Cannot reach the exchange: run `deno task demo`";
    on.setSystem({ exchange: { state: "unreachable", reason }, budget: budgetStatus({ ban }) });
    const text = await textOf(on.page, "exchange-banner", (text) => text.includes(ban.reason));
    assertMatch(text, /^The exchange refuses this address until .*\d\d:\d\d:\d\d UTC/);
    assert(!text.includes("demo"));
    assert(await on.page.getByTestId("ban-banner").isHidden());
  },
);

scene(
  "The page shows the latency of the symbol in focus, and dashes for what is not known",
  async (on) => {
    const { page } = on;
    const isLine = (line: string) => (text: string) => text.replace(/\s+/g, " ").trim() === line;
    await textOf(
      page,
      "latency",
      isLine("exchange → here – computed – sent – written – (median / 99 %, ms)"),
    );
    const gauges = {
      clocks: 1,
      exchangeToReceiveP50Ms: 2.5,
      exchangeToReceiveP99Ms: 180,
      receiveToComputedP50Ms: 0.021,
      receiveToComputedP99Ms: 0.4,
    };
    const children = systemStatus().children.map((child) =>
      child.actorId === "symbol:BTCUSDT" ? { ...child, gauges } : child
    );
    on.setSystem({ children });
    const line =
      "exchange → here 2.5 / 180 computed 0.021 / 0.40 sent – written – (median / 99 %, ms)";
    await textOf(page, "latency", isLine(line));
    await page.getByTestId("symbol-row-ETHUSDT").click();
    await textOf(page, "latency", (text) => !/\d \//.test(text));
  },
);

scene(
  "The page marks a book that is not live, with the word, the reason and dashes",
  async (on) => {
    const { stage, page } = on;
    await textOf(page, "state", (text) => text === "live");
    on.stopMarket();
    const timeMs = Date.now();
    stage.hub.publish(feedStatus({ timeMs, state: "syncing", reason: "Gap in updates" }));
    const unknown = { bookUpdateId: null, mid: null, imbalance: null, spreadBps: null };
    stage.hub.publish(metricsFrame({ timeMs, state: "syncing", ...unknown }));
    await textOf(page, "state", (text) => text === "syncing");
    await textOf(page, "mid", (text) => text === "–");
    await textOf(page, "imbalance", (text) => text === "–");
    await textOf(page, "reason", (text) => text === "Gap in updates");
    const cards = page.getByTestId("panel-cards");
    await eventually(async () => await cards.getAttribute("data-live") === "false", "not live");
  },
);

scene("The page shows why a symbol failed", async (on) => {
  const reason = "The exchange has no symbol NOPE: check SYMBOLS";
  const child = { incarnation: 1, restarts: 0, gauges: {}, reason };
  on.setSystem({
    symbols: ["BTCUSDT", "NOPE"],
    children: [{ ...child, actorId: "symbol:NOPE", state: "failed" }],
  });
  await on.page.getByTestId("symbol-row-NOPE").click();
  await textOf(on.page, "symbol", (text) => text === "NOPE");
  await textOf(on.page, "reason", (text) => text === reason);
});

scene("The page counts no alert as firing whose symbol is not followed any more", async (on) => {
  await textOf(on.page, "alert-count", (text) => text === "1 firing");
  on.setSystem({ symbols: ["ETHUSDT"] });
  await textOf(on.page, "alert-count", (text) => text === "none firing");
  await textOf(on.page, "alerts", (text) => text.includes("not followed any more"));
});

scene("The address names the symbol, and arrow keys in the list change both", async ({ page }) => {
  await textOf(page, "symbol", (text) => text === "ETHUSDT");
  await textOf(page, "mid", (text) => text.startsWith("2,4"));
  await page.keyboard.press("ArrowUp");
  await page.getByTestId("symbols").focus();
  assertEquals(await page.getByTestId("symbol").textContent(), "ETHUSDT", "no key of the page's");
  await page.keyboard.press("ArrowUp");
  await textOf(page, "symbol", (text) => text === "BTCUSDT");
  await textOf(page, "mid", (text) => text.startsWith("6"));
  await eventually(() => new URL(page.url()).hash === "#BTCUSDT", "the address");
}, "/#ETHUSDT");

scene(
  "Arrow keys turn the one stream to another symbol, the last of many, and open none",
  async (on) => {
    const { page } = on;
    const { hub } = on.stage;
    // The stream of the page that is left has been asked for before.
    await textOf(page, "mid", (text) => text.startsWith("2,"));
    const opened: string[] = [];
    // A worker opens it, whose requests are none of the page's.
    const join = hub.join.bind(hub);
    hub.join = (...asked) => {
      opened.push(String(asked[0].view.focus));
      return join(...asked);
    };
    const asked: string[] = [];
    page.on("request", (request) => {
      const { pathname, search } = new URL(request.url());
      if (pathname.startsWith("/events")) asked.push(`${request.method()} ${pathname}${search}`);
    });
    let answered = 0;
    page.on("response", (response) => {
      if (response.request().method() === "POST" && response.url().includes("/events/")) {
        answered += 1;
      }
    });
    await page.reload();
    await textOf(page, "mid", (text) => text.startsWith("2,"));
    assertEquals(opened, ["ETHUSDT"], "the address says it at once");
    await page.getByTestId("symbols").focus();
    const fromMs = performance.now();
    for (let n = 0; n < 21; n++) await page.keyboard.press(n % 2 === 0 ? "ArrowUp" : "ArrowDown");
    await textOf(page, "symbol", (text) => text === "BTCUSDT");
    // An answer to one of the looks in between may still be on its way, and takes what is shown away again.
    await eventually(() => [...hub.inFocus ?? []].join() === "BTCUSDT", "what the server tells");
    await eventually(() => answered === asked.length, "each look is answered");
    await textOf(page, "best-bid", (text) => text.startsWith("6"));
    await assertOneBook(page, 3);
    // The one of the page that was left is over when the server has heard of it.
    await eventually(() => hub.gauges["browsers"] === 1, "one stream");
    assertEquals(opened.length, 1);
    const looksMax = 1 + (performance.now() - fromMs) / LOOK_PACE_MS;
    assert(asked.length > 0 && asked.length <= looksMax, `${asked.length} of ${looksMax}`);
    assert(asked.every((one) => /^POST \/events\/[\w-]+$/.test(one)), asked.join());
  },
  "/#ETHUSDT",
);

scene("A zoomed chart does not follow, and a button leads back to live", async ({ page }) => {
  const chart = page.getByTestId("chart-mid");
  await eventually(
    async () => Number(await chart.getAttribute("data-points")) > 700,
    "what was stored",
  );
  const box = await chart.locator(".u-over").boundingBox();
  assert(box !== null);
  const middle = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.3, middle);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, middle, { steps: 4 });
  await page.mouse.up();
  const live = page.getByTestId("jump");
  await eventually(async () => await live.getAttribute("aria-pressed") === "false", "it is zoomed");
  await live.click();
  await eventually(async () => await live.getAttribute("aria-pressed") === "true", "it follows");
});

scene("The page goes on with live data while history is not available", async (on) => {
  const { stage, page } = on;
  const rows = stage.history.metrics;
  stage.history.outage = "the database refuses connections";
  Reflect.deleteProperty(stage.history, "metrics");
  await page.reload();
  await textOf(page, "history-note", (text) => text.includes("refuses connections"));
  await textOf(page, "state", (text) => text === "live");
  stage.history.outage = null;
  stage.history.metrics = rows;
  await textOf(page, "history-note", (text) => text === "");
});

scene(
  "Alerts are acknowledged and muted on the page, and what is of the market is one notice",
  async (on) => {
    const { page, stage } = on;
    const symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];
    on.setSystem({ symbols });
    const nowMs = Date.now();
    const times = { startedMs: nowMs, firedMs: nowMs, timeMs: nowMs };
    const burst = symbols.map((symbol) =>
      alertEvent({ alertId: `burst/${symbol}`, symbol, rule: "price_burst", ...times })
    );
    const [first = alertEvent(), second = alertEvent()] = burst;
    const by = { timeMs: nowMs, by: "Anna", comment: null, severity: first.severity };
    const acknowledged = { ...first, revision: 2, acknowledged: by };
    let isRefusing = true;
    stage.operate = (operation): Promise<OperationResult> => {
      if (isRefusing) {
        isRefusing = false;
        return Promise.resolve({ kind: "refused", why: "unavailable", reason: "not just now" });
      }
      if (operation.type === "mute") {
        stage.hub.publish(operation.mute);
        return Promise.resolve({ kind: "muted" });
      }
      assertEquals([operation.type, "alertId" in operation && operation.alertId], [
        "acknowledge",
        first.alertId,
      ]);
      stage.hub.publish(acknowledged);
      return Promise.resolve({ kind: "acknowledged", alert: acknowledged });
    };
    for (const alert of burst) stage.hub.publish(alert);
    await textOf(page, "market-wide", (text) => {
      return /^price burst fired for 3 symbols at once, [\d:]+ UTC; all of them still fire$/.test(
        text,
      );
    });
    await page.getByTestId(`ack-${first.alertId}`).click();
    const ofFirst = `alert-${first.alertId}`;
    await textOf(page, ofFirst, (text) => text.includes("not just now"));
    // Any alert's revision draws all of them anew.
    stage.hub.publish({ ...second, revision: 2, summary: "it went on" });
    await textOf(page, `alert-${second.alertId}`, (text) => text.includes("it went on"));
    assertStringIncludes(await page.getByTestId(ofFirst).innerText(), "not just now");
    await page.getByTestId(`ack-${first.alertId}`).click();
    await textOf(page, ofFirst, (text) => {
      return text.includes("acknowledged by Anna at") && !text.includes("not just now");
    });
    assertEquals(await page.getByTestId(`ack-${first.alertId}`).count(), 0);

    await page.getByTestId(`mute-${second.alertId}`).click();
    await page.getByTestId("mute-reason").fill("news");
    await page.getByTestId("mute-save").click();
    await textOf(page, "mutes", (text) => /^price burst of ETHUSDT until .*: news/.test(text));
    await eventually(() => page.getByTestId("mute-form").isHidden(), "it is answered too");
    const mutedUntilMs = nowMs + 3_600_000;
    stage.hub.publish({ ...second, revision: 3, mutedUntilMs });
    await textOf(page, `alert-${second.alertId}`, (text) => text.includes("muted until"));
    await page.getByTestId("muted").locator("summary").click();
    await page.getByTestId("mutes").getByRole("button", { name: "Remove" }).click();
    await eventually(() => page.getByTestId("muted").isHidden());
    assertEquals(stage.hub.mutes.inForce(nowMs), []);

    const untilMs = Date.now() + HOUR_MS;
    stage.hub.publish(muteRecord({ muteId: "short", untilMs, reason: "a while" }));
    await textOf(page, "mutes", (text) => text.includes("a while"));
    on.setSystem({ symbols, timeMs: untilMs });
    await eventually(() => page.getByTestId("muted").isHidden(), "its time has ended");
    assertEquals(on.faults.filter((line) => !line.includes("status of 503")), []);
  },
);
