/** Prices of many digits are whole wherever they stand, in a real browser at every width. */
import { assert, assertEquals } from "@std/assert";
import { bookFrame, feedStatus, metricsFrame, systemStatus } from "../support/outputs.ts";
import { eventually } from "../support/eventually.ts";
import { textOf } from "../support/browser.ts";
import { type Scene, scene } from "./scene.ts";
import { liveRows } from "../web/fake_history.ts";

const WIDTHS = [1_920, 1_440, 1_280, 1_181, 1_024, 768, 390, 320];

interface Quoted {
  readonly symbol: string;
  readonly bid: number;
  readonly tick: number;
  readonly qty: number;
  /** The chart's line is flat: it needs a scale all the same. */
  readonly isFlat?: boolean;
  /** As the card and the ladder must say them. */
  readonly mid: string;
  readonly best: string;
}

const QUOTED: readonly Quoted[] = [
  {
    symbol: "BTTCUSDT",
    bid: 0.00000049,
    tick: 1e-8,
    qty: 3.1e12,
    mid: "0.000000495",
    best: "0.00000049",
  },
  {
    symbol: "SHIBUSDT",
    bid: 0.00001234,
    tick: 1e-8,
    qty: 8.1e9,
    isFlat: true,
    mid: "0.000012345",
    best: "0.00001234",
  },
  {
    symbol: "1000SATSFDUSD",
    bid: 0.0000123451,
    tick: 1e-10,
    qty: 8.1e9,
    mid: "0.00001234515",
    best: "0.0000123451",
  },
  {
    symbol: "BTCIDRT",
    bid: 1_045_123_456.01,
    tick: 0.01,
    qty: 0.00012,
    mid: "1,045,123,456.015",
    best: "1,045,123,456.01",
  },
];

/** For the page: it keeps where each word on a canvas begins and ends. */
const KEEP_WORDS = `
  globalThis.words = [];
  const { fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    const { width } = this.measureText(text);
    const left = this.textAlign === "right" ? x - width : this.textAlign === "center" ? x - width / 2 : x;
    words.push({ text, left, right: left + width, width: this.canvas.width, y });
    fillText.call(this, text, x, y);
  };`;

interface Word {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly width: number;
}

/** For the page: every number that is not whole, with what it stands in or what stands over it. */
const CUT_OFF = `(() => {
  const box = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return range.getBoundingClientRect();
  };
  const faults = [];
  const rooms = [
    [".card", ".big, .big span, .sub span, td"],
    [".level", ".price, .qty"],
    [".symbol-row", ".row-mid, .row-spread, .row-imbalance"],
    [".charts", "b"],
  ];
  for (const [room, numbers] of rooms) {
    for (const node of document.querySelectorAll(room)) {
      const outer = node.getBoundingClientRect();
      for (const number of node.querySelectorAll(numbers)) {
        const inner = box(number);
        if (inner.width === 0) continue;
        if (inner.left < outer.left - 0.5 || inner.right > outer.right + 0.5) {
          faults.push(room + " cuts " + number.textContent);
        }
      }
    }
  }
  for (const level of document.querySelectorAll(".level")) {
    const [one, other] = [...level.children].map(box);
    if (one.width > 0 && one.right > other.left) faults.push("a level overlaps: " + level.textContent);
  }
  if (document.documentElement.scrollWidth > innerWidth) faults.push("the page is too wide");
  return faults;
})()`;

const TWO_FRAMES =
  "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))";

function publish(
  { stage: { hub, history } }: Scene,
  { symbol, bid, tick, qty, isFlat = false }: Quoted,
): void {
  // A year ahead: it does not fall silent while the test runs.
  const timeMs = Date.now() + 31_536_000_000;
  const steps = Array.from({ length: 20 }, (_, i) => i);
  const price = (i: number) => Number((bid + i * tick).toFixed(10));
  const values = {
    bestBidPrice: price(0),
    bestAskPrice: price(1),
    bestBidQty: qty,
    bestAskQty: qty / 7,
    topQty: qty * 8 / 7,
    mid: bid + tick / 2,
    weightedMid: bid + tick / 3,
    spread: tick,
    spreadBps: tick / bid * 1e4,
    bidDepth10Bps: qty,
    askDepth10Bps: qty / 3,
  };
  history.metrics = () =>
    Promise.resolve(liveRows(
      steps.map((i) => timeMs - 20_000 + i * 1_000),
      { mid: steps.map((i) => bid + (isFlat ? 0 : i % 3) * tick / 2) },
    ));
  hub.publish(feedStatus({ symbol, timeMs: timeMs - 1 }));
  hub.publish(metricsFrame({ symbol, timeMs, ...values }));
  hub.publish(bookFrame({
    symbol,
    timeMs,
    bids: steps.map((i) => [price(-i), qty / (i + 1)]),
    asks: steps.map((i) => [price(i + 1), qty / (i + 2)]),
  }));
}

/** The labels of prices that were drawn last. */
async function labelsOf({ page }: Scene): Promise<readonly Word[]> {
  const words = await page.evaluate<Word[]>("words");
  const prices = words.filter(({ text }) => /^\d[\d,]*\.\d{2,}$/.test(text));
  const begin = prices.findLastIndex(({ text }, i) =>
    valueOf(text) <= valueOf(prices[i - 1]?.text ?? "-1")
  );
  return prices.slice(Math.max(0, begin));
}

const valueOf = (text: string) => Number(text.replaceAll(",", ""));

scene("Prices of many digits are whole on cards, axis and ladder at every width", async (on) => {
  const { page, setSystem, faults } = on;
  on.stopMarket();
  await page.addInitScript(KEEP_WORDS);
  for (const quoted of QUOTED) {
    // A page that is open asks of symbols which the monitor has followed a moment ago.
    await page.goto("about:blank");
    setSystem({ symbols: [quoted.symbol], children: systemStatus().children });
    publish(on, quoted);
    await page.goto(on.stage.url);
    await textOf(page, "mid", (text) => text === quoted.mid);
    // The mid may have come with the list; these are of the book.
    await textOf(page, "best-bid", (text) => text === quoted.best);
    const best = page.locator(".level.bid .price").first();
    await eventually(async () => await best.textContent() === quoted.best, "the ladder's best bid");
    const cut: string[] = [];
    for (const width of WIDTHS) {
      await page.evaluate("words.length = 0");
      await page.setViewportSize({ width, height: 900 });
      await eventually(async () => (await labelsOf(on)).length >= 2, `labels at ${width} px`);
      // The page draws after its window has changed.
      await page.evaluate(TWO_FRAMES);
      // A chart is as wide as its new window a moment later.
      let isCut: string[] = [];
      const isWhole = async () => {
        isCut = await page.evaluate<string[]>(CUT_OFF);
        return isCut.length === 0;
      };
      await eventually(isWhole, `nothing is cut at ${width} px`).catch(() => {});
      cut.push(...isCut.map((what) => `${width} px: ${what}`));
      const labels = await labelsOf(on);
      for (const { text, left, right } of labels) {
        assert(left >= 0, `${text} begins at ${left} at ${width} px`);
        assert(right <= width, `${text} ends at ${right} at ${width} px`);
      }
      const values = labels.map(({ text }) => valueOf(text));
      for (const [i, value] of values.slice(1).entries()) {
        assert(value - (values[i] ?? NaN) > quoted.tick / 11, `${labels.map(({ text }) => text)}`);
      }
      const isNear = values.every((value) => Math.abs(value - quoted.bid) < quoted.tick * 3);
      assert(isNear, `${labels.map(({ text }) => text)} of ${quoted.best}`);
    }
    assertEquals(cut, [], quoted.best);
  }
  assertEquals(faults, []);
});
