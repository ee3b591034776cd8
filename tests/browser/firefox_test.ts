/**
 * A tour of the page in Firefox. What each part does is tested in Chromium; here it is that an engine of another make
 * draws it, keeps it and connects it as well.
 */
import { assertEquals } from "@std/assert";
import type { Browser } from "puppeteer-core";
import { eventually } from "../support/eventually.ts";
import { FirefoxWindow, testInFirefox } from "../support/firefox.ts";
import { assertOneBook } from "../support/one_book.ts";
import { depthProfile } from "../support/outputs.ts";
import { Market, openPlayed, type Stage } from "./stage.ts";

const [WIDE, NARROW] = [1440, 390];
/** By their links. */
const VIEWS = [
  "BTCUSDT",
  "/overview",
  "/alerts",
  "/statistics",
  "/quality",
  "/system",
  "/settings",
];

interface Tour {
  readonly browser: Browser;
  readonly stage: Stage;
  readonly window: FirefoxWindow;
}

const testId = (id: string) => `[data-testid="${id}"]`;
const isNumber = (text: string) => /\d/.test(text);

async function show(window: FirefoxWindow, view: string): Promise<void> {
  const link = `a[href^="#${view}"]`;
  await window.click(link);
  // The same link may stand in the view too, as soon as its part of the page is there.
  const isCurrent = `document.querySelector('${link}')?.getAttribute("aria-current") === "page"`;
  await eventually(() => window.evaluate<boolean>(isCurrent), `${view} is shown`);
}

/** The page says that all is well, and its numbers move. */
async function isLive(window: FirefoxWindow): Promise<void> {
  await window.textOf("connection", (text) => text === "connected");
  await window.textOf("state", (text) => text === "live");
  const first = await window.textOf("head-mid", isNumber);
  await window.textOf("head-mid", (text) => isNumber(text) && text !== first);
}

/** That a canvas has many pixels with a colour: axes, grids and words are grey. */
async function isDrawn(window: FirefoxWindow, id: string): Promise<void> {
  const coloured = `(() => {
    const canvas = document.querySelector('${testId(id)} canvas');
    if (canvas === null || canvas.width * canvas.height === 0) return 0;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 0; i < data.length; i += 4) {
      const [r, g, b] = [data[i], data[i + 1], data[i + 2]];
      if (data[i + 3] > 0 && Math.max(r, g, b) - Math.min(r, g, b) > 60) count += 1;
    }
    return count;
  })()`;
  await eventually(async () => await window.evaluate<number>(coloured) > 200, `${id} is drawn`);
}

/** That some columns of a heatmap lie on it from top to bottom: where nothing is known the canvas is empty, and lines are thin. */
async function isFilled(window: FirefoxWindow, id: string): Promise<void> {
  const filled = `(() => {
    const canvas = document.querySelector('${testId(id)} canvas');
    const { data, width, height } = canvas.getContext("2d")
      .getImageData(0, 0, canvas.width, canvas.height);
    let columns = 0;
    for (let x = 0; x < width; x++) {
      let opaque = 0;
      for (let y = 0; y < height; y++) opaque += data[4 * (y * width + x) + 3] === 255 ? 1 : 0;
      if (opaque > 0.8 * height) columns += 1;
    }
    return columns;
  })()`;
  await eventually(async () => await window.evaluate<number>(filled) > 5, `${id} is filled`);
}

async function seeDesk({ window }: Tour): Promise<void> {
  await isLive(window);
  await window.textOf("mid", isNumber);
  await window.has(`${testId("ladder")} .price`, 40);
  await isDrawn(window, "chart-mid");
  await isDrawn(window, "chart-imbalance");
  await assertOneBook(window, 3);
}

/** What the default desk has not: of the whole depth and of time. */
async function seeOrderFlow({ window, stage }: Tour): Promise<void> {
  const market = new Market();
  const buckets = Array.from({ length: 100 }, (_, i) => 1 + i % 7);
  const told = setInterval(() => {
    const timeMs = Date.now();
    const mid = market.metricsAt("BTCUSDT", timeMs).values.mid ?? NaN;
    stage.hub.publish(depthProfile({ timeMs, mid, bids: buckets, asks: buckets }));
  }, 250);
  try {
    await window.click(testId("arrange"));
    await window.click(testId("ready-order-flow"));
    await window.click(testId("arrange"));
    await window.textOf("heat-largest", isNumber);
    await window.textOf("gauge-value", isNumber);
    await isDrawn(window, "heatmap");
    await isFilled(window, "heatmap");
    await isDrawn(window, "depth-chart");
  } finally {
    clearInterval(told);
  }
}

async function seeViews({ window }: Tour): Promise<void> {
  await show(window, "/overview");
  await window.has(`${testId("overview-rows")} a`, 2);
  await window.textOf("overview-ETHUSDT", (text) => text.includes("2,4"));
  await show(window, "/alerts");
  await window.click(`${testId("row-a1")} a`);
  await window.textOf("detail-summary", (text) => text.includes("Bids outweigh asks"));
  await show(window, "/system");
  await window.has(`${testId("actor-rows")} tr`, 4);
}

async function setTheme({ window }: Tour): Promise<void> {
  const ground = () => window.evaluate<string>("getComputedStyle(document.body).backgroundColor");
  await show(window, "/settings");
  await window.click(`label:has(${testId("theme-light")})`);
  await window.has(`${testId("theme-light")}:checked`, 1);
  const light = await ground();
  await window.click(`label:has(${testId("theme-dark")})`);
  await eventually(async () => await ground() !== light, "another ground");
  const dark = await ground();
  await window.reload();
  await window.has(`${testId("theme-dark")}:checked`, 1);
  await eventually(async () => await ground() === dark, "it is kept");
}

async function askForHelp({ window }: Tour): Promise<void> {
  await show(window, "BTCUSDT");
  await isLive(window);
  await window.press("?");
  await window.textOf("help-dialog", (text) => text.includes("move the cursor of the heatmap"));
  await window.press("Escape");
  await window.has(testId("help-dialog"), 0);
}

async function openAnother({ browser, window, stage }: Tour): Promise<void> {
  const areOpen = (windows: number) =>
    eventually(() => {
      const { browsers, streamConnections } = stage.hub.gauges;
      return browsers === windows && streamConnections === 1;
    }, `${windows} windows on one connection`);
  const other = await FirefoxWindow.open(browser, `${stage.url}/#ETHUSDT`, WIDE);
  await areOpen(2);
  await other.textOf("symbol", (text) => text === "ETHUSDT");
  await isLive(other);
  await isLive(window);
  await other.close();
  await areOpen(1);
  await isLive(window);
  assertEquals(other.faults, []);
}

async function goNarrow({ window }: Tour): Promise<void> {
  await window.resize(NARROW);
  const fits = `innerWidth === ${NARROW} &&
    document.documentElement.scrollWidth <= document.documentElement.clientWidth`;
  for (const view of VIEWS) {
    await show(window, view);
    await eventually(() => window.evaluate<boolean>(fits), `${view} is as wide as the window`);
  }
  await window.resize(WIDE);
}

async function loseMonitor({ window, stage }: Tour): Promise<void> {
  await show(window, "BTCUSDT");
  await isLive(window);
  await stage.close();
  await window.textOf("connection", (text) => /^reconnecting, last event .+ ago$/.test(text));
  await window.textOf("state", (text) => text === "offline");
  const again = await openPlayed(Number(new URL(stage.url).port));
  try {
    await isLive(window);
  } finally {
    await again.end();
  }
}

const STOPS = [seeDesk, seeOrderFlow, seeViews, setTheme, askForHelp, openAnother, goNarrow];

testInFirefox(
  "Firefox shows the desk and each view, keeps what is set, shares one connection, and says when the monitor is away",
  async (browser) => {
    const { stage, end } = await openPlayed();
    try {
      const window = await FirefoxWindow.open(browser, stage.url, WIDE);
      for (const stop of STOPS) {
        await stop({ browser, stage, window });
        assertEquals(window.faults, [], stop.name);
      }
      await loseMonitor({ browser, stage, window });
    } finally {
      await end();
    }
  },
);
