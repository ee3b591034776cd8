/** Cards of chosen metrics and the imbalance gauge, in a real browser. */
import { assertEquals } from "@std/assert";
import type { Locator } from "playwright-core";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { proseOf } from "../../shared/catalogue/metric_prose.ts";
import { UNKNOWN_VALUES } from "../../shared/catalogue/metrics.ts";
import { DEFAULT_CHOICE } from "../../web/page/card_choice.ts";
import { eventually } from "../support/eventually.ts";
import { textOf } from "../support/browser.ts";
import { bookFrame, feedStatus, metricsFrame } from "../support/outputs.ts";
import { type Scene, scene } from "./scene.ts";

const place = (y: number) => {
  const at = { x: 0, y, width: 24, height: 20 };
  return { wide: at, medium: at };
};
/** What rows of the last hour were like, for all metrics. */
const ENDS = [-1, -0.99, -0.98, -0.97, -0.96, -0.95, -0.94, -0.93, 0.001];

async function openWith({ page, stage }: Scene, panels: readonly object[]): Promise<void> {
  const { values: _, type: __, ...row } = metricsFrame({ symbol: "BTCUSDT", timeMs: Date.now() });
  stage.history.newest = [{ ...row, imbalance: 0.5, settings: DEFAULT_SETTINGS }];
  stage.history.spreads = (["imbalance", "mid"] as const)
    .map((metric) => ({ metric, hour: null, count: 900, ends: ENDS, below: 9 }));
  const kept = JSON.stringify(JSON.stringify(panels));
  await page.addInitScript(
    `localStorage.getItem("kept") ?? (localStorage.setItem("kept", "1"), localStorage.setItem("order-book-monitor.desk", ${kept}))`,
  );
  await page.reload();
}

/** `null`: it has none. */
const says = (where: Locator, attribute: string, text: string | null) =>
  eventually(
    async () => await where.getAttribute(attribute) === text,
    `${attribute} is ${text}`,
  );
const shows = (where: Locator, holds: (text: string) => boolean, what: string) =>
  eventually(async () => holds(await where.textContent() ?? ""), what);
const namesIn = async (list: Locator) =>
  (await list.locator("li").evaluateAll((cards) =>
    cards.map((card) => card.getAttribute("data-testid")?.replace("metric-card-", ""))
  )).join();
const isOrder = (list: Locator, names: string) =>
  eventually(async () => await namesIn(list) === names, `the cards ${names}`);

scene(
  "Cards show what a person has chosen, and a second panel shows another choice",
  async (on) => {
    const { page, stage, faults } = on;
    await openWith(on, [
      {
        panel: "metric-cards",
        slot: 0,
        ...place(0),
        settings: { metrics: "imbalance,mid,vpin", span: "15m" },
      },
      { panel: "metric-cards", slot: 1, ...place(20) },
    ]);
    const [one, two] = [
      page.getByTestId("panel-metric-cards").first(),
      page.getByTestId("panel-metric-cards").last(),
    ];
    const list = one.getByTestId("metric-cards");
    const card = (name: string) => one.getByTestId(`metric-card-${name}`);
    await isOrder(list, "imbalance,mid,vpin");
    await isOrder(two.getByTestId("metric-cards"), DEFAULT_CHOICE.metrics.join());

    // A quarter of an hour ago is of history, now of the stream.
    await shows(
      card("imbalance").getByTestId("change"),
      (text) => /^[+−]?\d/.test(text),
      "a change",
    );
    await shows(
      card("mid").getByTestId("change"),
      (text) => /^[+−]\d[\d.,]* \([+−].* %\)$|^0/.test(text),
      "in per cent",
    );
    await shows(
      card("imbalance").getByTestId("line"),
      (text) => /^In 15 minutes from .\d/.test(text),
      "a line",
    );
    await eventually(async () =>
      (await card("imbalance").locator("path").getAttribute("d") ?? "") !== ""
    );
    await shows(
      card("mid").getByTestId("place"),
      (text) => text === "p100 very high",
      "what is usual",
    );
    await says(card("mid"), "data-place", "far_high");
    // A finger opens what explains it, and closes it elsewhere.
    await card("mid").locator(".noted").tap();
    await textOf(page, "metric-note", (text) => text.includes(proseOf("mid").meaning));
    await page.getByTestId("metric-note").getByText(proseOf("mid").formula).waitFor();
    await card("imbalance").getByTestId("value").tap();
    await page.getByTestId("metric-note").waitFor({ state: "hidden" });
    await shows(card("vpin").getByTestId("value"), (text) => text === "–", "nothing");
    await shows(card("vpin").getByTestId("why"), (text) => text !== "", "why there is nothing");

    // Of an hour ago nothing is stored.
    await one.getByRole("button", { name: "1 hour" }).click();
    await shows(
      card("imbalance").getByTestId("why"),
      (text) => /^No value of 1 hour ago: watched since \d\d:\d\d:\d\d UTC\.$/.test(text),
      "why there is no change",
    );

    await one.getByTestId("choose-cards").click();
    await one.getByTestId("add-card").selectOption("amihud");
    await isOrder(list, "imbalance,mid,vpin,amihud");
    const earlier = card("amihud").getByRole("button", { name: /to the front/ });
    await earlier.focus();
    await page.keyboard.press("Enter");
    await isOrder(list, "imbalance,mid,amihud,vpin");
    await eventually(
      () => page.evaluate<boolean>("document.activeElement.dataset.way === 'earlier'"),
      "it keeps the focus",
    );
    await page.keyboard.press("Enter");
    await isOrder(list, "imbalance,amihud,mid,vpin");
    await card("vpin").getByRole("button", { name: /^Remove/ }).click();
    await isOrder(list, "imbalance,amihud,mid");
    await page.goto(`${stage.url}/`);
    await isOrder(list, "imbalance,amihud,mid");
    await says(one.getByRole("button", { name: "1 hour" }), "aria-pressed", "true");
    await isOrder(two.getByTestId("metric-cards"), DEFAULT_CHOICE.metrics.join());

    on.stopMarket();
    const timeMs = Date.now() + 50;
    stage.hub.publish(feedStatus({ symbol: "BTCUSDT", timeMs, state: "stale", reason: "no data" }));
    stage.hub.publish(
      metricsFrame({ symbol: "BTCUSDT", timeMs, ...UNKNOWN_VALUES, state: "stale" }),
    );
    await shows(card("mid").getByTestId("value"), (text) => text === "–", "no old number");
    await shows(card("mid").getByTestId("why"), (text) => text === "no data", "why");
    await says(card("mid"), "data-place", null);
    assertEquals(faults, []);
  },
  "/",
  {},
  { context: { hasTouch: true } },
);

scene("Cards say why they know nothing of the past, and load it when it can be had", async (on) => {
  const { page, stage } = on;
  stage.history.outage = "the database is away";
  const { metrics } = stage.history;
  stage.history.metrics = () => Promise.reject(new Error("Cannot read: the database is away"));
  await openWith(on, [
    {
      panel: "metric-cards",
      slot: 0,
      ...place(0),
      settings: { metrics: "imbalance", span: "15m" },
    },
  ]);
  const card = page.getByTestId("metric-card-imbalance");
  await shows(card.getByTestId("value"), (text) => /\d/.test(text), "a number all the same");
  await shows(
    card.getByTestId("why"),
    (text) =>
      /^No value of 15 minutes ago: history cannot be read \(.+\), watched since/.test(text),
    "why there is no change",
  );
  stage.history.outage = null;
  stage.history.metrics = metrics;
  await shows(card.getByTestId("change"), (text) => /^[+−]?\d/.test(text), "a change");
});

/** So that nothing falls silent while the test runs. */
const FAR_MS = 31_536_000_000;

scene("The gauge tells how far the book leans, in which zone, and the rules' lines", async (on) => {
  const { page, stage, faults } = on;
  on.stopMarket();
  await openWith(on, [{ panel: "gauge", slot: 0, ...place(0) }]);
  const gauge = page.getByTestId("gauge");
  let timeMs = Date.now() + FAR_MS;
  const tell = (over: object) => {
    timeMs += 1_000;
    const told = { symbol: "BTCUSDT", timeMs, bookUpdateId: timeMs };
    stage.hub.publish(feedStatus({ symbol: "BTCUSDT", timeMs: timeMs - 1 }));
    stage.hub.publish(metricsFrame({ ...told, ...over }));
    stage.hub.publish(bookFrame({ ...told, bids: [[64_999, 2]], asks: [[65_001, 3]] }));
  };
  tell({ imbalance: 0.9, bandImbalance5Bps: -0.7 });
  await textOf(page, "gauge-value", (text) => text === "+90.0 %");
  await textOf(page, "gauge-zone", (text) => text === "bids far heavier");
  await says(gauge, "aria-valuenow", "90");
  await says(gauge, "aria-valuetext", "+90.0 %, bids far heavier");
  await eventually(async () => await page.getByTestId("gauge-mark").count() === 4, "the lines");
  await textOf(page, "gauge-rules", (text) => /imbalance ±80\.0 %, until ±60\.0 %/.test(text));
  tell({ imbalance: -0.65, bandImbalance5Bps: -0.7 });
  await textOf(page, "gauge-zone", (text) => text === "asks heavier");

  await page.getByTestId("gauge-depth").selectOption("5bps");
  await textOf(page, "gauge-value", (text) => text === "−70.0 %");
  await textOf(page, "gauge-rules-note", (text) => text.startsWith("No rule watches a line"));
  await eventually(async () => await page.getByTestId("gauge-mark").count() === 0, "no line");
  await page.reload();
  await textOf(page, "gauge-value", (text) => text === "−70.0 %");

  tell({ imbalance: -0.65, bandImbalance5Bps: null });
  await textOf(page, "gauge-value", (text) => text === "–");
  await says(gauge, "aria-valuenow", null);
  await says(gauge, "aria-valuetext", null);
  await says(gauge, "role", "group");
  const label = "Imbalance, from −100 %, asks alone, to 100 %, bids alone: not known";
  await says(gauge, "aria-label", label);
  await eventually(() => page.locator(".gauge-needle").isHidden(), "no needle stands at 0");
  assertEquals(faults, []);
});
