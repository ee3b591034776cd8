/** The least and the greatest of usual prices, in every panel and view that shows one, in a real browser: whole, and as quoted. */
import { assert, assertEquals } from "@std/assert";
import { definitionOf, METRIC_NAMES } from "../../shared/catalogue/metrics.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { PROFILE_BUCKETS } from "../../shared/output.ts";
import { textOf } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import {
  alertEvent,
  bookFrame,
  depthProfile,
  feedStatus,
  metricsFrame,
  systemStatus,
  tapedTrade,
  tradeFrame,
} from "../support/outputs.ts";
import { storedAlerts } from "./page_faults.ts";
import { type Scene, scene } from "./scene.ts";
import { liveRows } from "../web/fake_history.ts";

interface Quoted {
  readonly symbol: string;
  readonly bid: number;
  readonly tick: number;
  /** As a person reads them. */
  readonly best: readonly [bid: string, ask: string];
  readonly mid: string;
  /** Of the stretch of 2 bps next to mid, its middle. */
  readonly near: string;
}

const QUOTED: readonly Quoted[] = [
  {
    symbol: "PEPEUSDT",
    bid: 0.00000842,
    tick: 1e-8,
    best: ["0.00000842", "0.00000843"],
    mid: "0.000008425",
    near: "0.00000842",
  },
  {
    symbol: "WBTCUSDT",
    bid: 1e5,
    tick: 0.01,
    best: ["100,000.00", "100,000.01"],
    mid: "100,000.005",
    near: "99,990.00",
  },
];

/** A year ahead: it does not fall silent while the test runs. */
const YEAR_MS = 31_536_000_000;
const PANELS = ["symbols", "standing", "cards", "metric-cards", "chart", "metrics", "ladder"]
  .concat("depth", "heatmap", "tape", "statistics", "alerts");
/** Metrics that are prices of the symbol. */
const PRICES = METRIC_NAMES.filter((name) => {
  const { display, group } = definitionOf(name);
  return group === "price" && typeof display.decimals === "object" && !display.isSigned;
});

/** One below the other, each with the prices of its choice. */
const DESK = PANELS.map((panel, i) => {
  const place = { x: 0, y: 24 * i, width: 24, height: 24 };
  const isOfChoice = ["metric-cards", "statistics", "chart"].includes(panel);
  const settings = isOfChoice ? { settings: { metrics: "mid" } } : {};
  return { panel, slot: 0, wide: place, medium: place, ...settings };
});

const id = (testId: string) => `[data-testid="${testId}"]`;

/** Where a price stands, and what is done before it does; an address by itself is another view. */
type Place = readonly [
  place: string,
  says: (quoted: Quoted) => string,
  before?: readonly [selector: string, key: string],
];

const ON_DESK: readonly Place[] = [
  [id("head-mid"), ({ mid }) => mid],
  [`${id("symbols")} .row-mid`, ({ mid }) => mid],
  [id("mid"), ({ mid }) => mid],
  [id("best-bid"), ({ best: [bid] }) => bid],
  [id("best-ask"), ({ best: [, ask] }) => ask],
  [`${id("metric-card-mid")} ${id("value")}`, ({ mid }) => mid],
  [id("read-mid"), ({ mid }) => mid],
  [".level.bid .price", ({ best: [bid] }) => bid],
  [".level.ask .price", ({ best: [, ask] }) => ask],
  [id("depth-price"), ({ best: [, ask] }) => `ask ${ask}`, [id("depth-cursor"), "ArrowRight"]],
  [id("heat-largest"), ({ near }) => `bids 50.00 about ${near}`],
  [`${id("tape")} tbody tr td:nth-child(2)`, ({ best: [bid] }) => bid],
  [`${id("statistics")} td.now`, ({ mid }) => mid],
  [id("figures-priced"), ({ best: [bid] }) => `threshold ${bid.replace(/\.?0+$/, "")}`],
  ...PRICES.map((name): Place => [id(`all-${name}`), ({ best: [bid] }) => bid.slice(0, 6)]),
];

const ELSEWHERE: readonly (readonly [view: string, ...Place])[] = [
  ["#/overview?columns=mid", `${id("overview-rows")} [data-column="mid"]`, ({ mid }) => mid],
  ["#/statistics/SYMBOL?metrics=mid", "td.now", ({ mid }) => mid],
  ["#/alerts?alert=priced", id("detail-figures"), ({ best: [bid] }) => bid.replace(/\.?0+$/, "")],
  [
    "#/alerts?rules=new&metric=mid&line=LINE&from=below",
    id("rule-said"),
    ({ best: [bid] }) => bid.replace(/\.?0+$/, ""),
  ],
];

/** What no number looks like, wherever it is: for who sees it, points at it or hears it, and on canvases. */
const STRANGE = `(() => {
  const texts = [document.body.innerText, ...words];
  const said = ["title", "aria-label", "aria-valuetext"];
  for (const node of document.querySelectorAll(said.map((name) => "[" + name + "]").join())) {
    texts.push(...said.map((name) => name + " of " + node.getAttribute("class") + ": " + node.getAttribute(name)));
  }
  const strange = /\\d(?:\\.\\d+)?e[-+]?\\d|NaN|undefined|Infinity|\\[object/;
  return texts.filter((text) => strange.test(text)).map((text) => text.slice(0, 200));
})()`;
const KEEP_WORDS = `
  globalThis.words = [];
  const { fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
    words.push(String(text));
    fillText.call(this, text, ...place);
  };`;

/** What the stream and the store tell of it. */
function tell({ stage: { hub, history } }: Scene, { symbol, bid, tick }: Quoted): void {
  const timeMs = Date.now() + YEAR_MS;
  const steps = Array.from({ length: 20 }, (_, i) => i);
  const price = (i: number) => Number((bid + i * tick).toFixed(10));
  const mid = bid + tick / 2;
  const values = {
    ...Object.fromEntries(PRICES.map((name) => [name, mid])),
    ...{ bestBidPrice: bid, bestAskPrice: price(1), mid },
    ...{ spread: tick, spreadBps: tick / bid * 1e4 },
  };
  const nowMs = Date.now();
  history.metrics = () =>
    Promise.resolve(liveRows(
      steps.map((i) => timeMs - 20_000 + i * 1_000),
      { mid: steps.map((i) => mid + i % 3 * tick / 2) },
    ));
  history.newest = [
    {
      ...{ venue: "binance_spot", symbol, timeMs: nowMs, settings: DEFAULT_SETTINGS },
      ...{ state: "live", mid },
    } as never,
  ];
  const ends = [-4, -3, -2, -1, 0, 1, 2, 3, 4].map((i) => mid + i * tick);
  history.spreads = [{ metric: "mid", hour: null, count: 100, ends, below: 50 }];
  const alert = alertEvent({
    ...{
      alertId: "priced",
      symbol,
      rule: "mid_crosses",
      value: mid,
      peak: price(2),
      threshold: bid,
    },
    ...{ timeMs: nowMs, firedMs: nowMs, startedMs: nowMs, evidence: null },
  });
  history.episodes = [alert];
  hub.publish(feedStatus({ symbol, timeMs: timeMs - 1 }));
  hub.publish(metricsFrame({ symbol, timeMs, ...values }));
  hub.publish(bookFrame({
    ...{ symbol, timeMs, bids: steps.map((i) => [price(-i), 5 / (i + 1)]) },
    asks: steps.map((i) => [price(i + 1), 5 / (i + 2)]),
  }));
  const buckets = Array.from({ length: PROFILE_BUCKETS }, (_, i) => i === 0 ? 50 : 1);
  hub.publish(depthProfile({
    ...{ symbol, timeMs, mid, bids: buckets, asks: buckets },
    ...{ lowPrice: mid * 0.98, highPrice: mid * 1.02 },
  }));
  hub.publish(tradeFrame({ symbol, timeMs, trades: [tapedTrade({ timeMs, price: bid })] }));
}

/** What stands there instead; `null`: it says it. */
async function wrong({ page }: Scene, place: string, text: string): Promise<string | null> {
  let last: string | null = null;
  const says = async () => {
    const found = page.locator(place).first();
    last = await found.count() === 0 ? null : await found.textContent();
    return last?.includes(text) ?? false;
  };
  return await eventually(says, place).then(
    () => null,
    () => `${place} says ${last}, not ${text}`,
  );
}

for (const quoted of QUOTED) {
  scene(`A price of ${quoted.best[0]} is whole in every panel and view`, async (on) => {
    const { page, stage, faults } = on;
    on.stopMarket();
    await page.goto("about:blank");
    on.setSystem({ symbols: [quoted.symbol], children: systemStatus().children });
    tell(on, quoted);
    // The server gives one answer again for a moment, and the first page has asked.
    await eventually(async () => (await storedAlerts(on)).includes(`"priced"`), "the alert");
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.addInitScript(KEEP_WORDS);
    const kept = JSON.stringify(JSON.stringify(DESK));
    await page.addInitScript(`localStorage.setItem("order-book-monitor.desk", ${kept})`);
    await page.goto(stage.url);
    await textOf(page, "mid", (text) => text === quoted.mid);
    // Of a symbol in focus trades and profiles are told, once they are asked for.
    await textOf(page, "tape-note", (text) => !/not told|Waiting|Loading/.test(text));
    tell(on, quoted);
    await page.getByTestId("all-metrics").locator("summary").click();
    const faulty: (string | null)[] = [];
    for (const [place, says, before] of ON_DESK) {
      if (before !== undefined) await page.locator(before[0]).press(before[1]);
      faulty.push(await wrong(on, place, says(quoted)));
    }
    faulty.push(...await page.evaluate<string[]>(STRANGE));
    for (const [view, place, says] of ELSEWHERE) {
      const address = view.replace("SYMBOL", quoted.symbol).replace("LINE", String(quoted.bid));
      await page.evaluate(`location.hash = ${JSON.stringify(address)}`);
      faulty.push(await wrong(on, place, says(quoted)));
      faulty.push(...await page.evaluate<string[]>(STRANGE));
    }
    assertEquals(faulty.filter((one) => one !== null), []);
    assert(PRICES.length > 3, `${PRICES}`);
    assertEquals(faults, []);
  });
}
