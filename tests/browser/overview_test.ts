/** The table of all symbols, in a real browser. */
import { assert, assertEquals } from "@std/assert";
import { UNKNOWN_VALUES } from "../../shared/catalogue/metrics.ts";
import { eventually } from "../support/eventually.ts";
import { textOf } from "../support/browser.ts";
import { latencyGauges } from "../../shared/latency.ts";
import { budgetStatus, feedStatus, metricsFrame, systemStatus } from "../support/outputs.ts";
import { type Scene, scene } from "./scene.ts";

const NARROW = { width: 390, height: 844 };
const PATH = "/#/overview";

const namesOf = async ({ page }: Scene) =>
  (await page.locator("tbody [data-stop='link']").allTextContents()).join(" ");
const isOrder = (on: Scene, names: string) =>
  eventually(async () => await namesOf(on) === names, `the order ${names}`);
const isAt = ({ page }: Scene, hash: string) =>
  eventually(() => new URL(page.url()).hash === hash, `the address ${hash}`);
const isFocused = ({ page }: Scene, text: string) =>
  eventually(
    async () => await page.evaluate("document.activeElement.textContent") === text,
    `the focus on ${text}`,
  );
const cell = ({ page }: Scene, symbol: string, column: string) =>
  page.getByTestId(`overview-${symbol}`).locator(`[data-column="${column}"]`);

scene(
  "The overview is sorted, filtered and pinned, opens the desk by Enter and click, and a link opens the same",
  async (on) => {
    const { page } = on;
    await page.setViewportSize({ width: 1440, height: 900 });
    await isOrder(on, "BTCUSDT ETHUSDT");
    await eventually(async () => /\d/.test(await cell(on, "ETHUSDT", "mid").textContent() ?? ""));
    assertEquals(await page.title(), "Overview · Order Book Monitor");
    assertEquals(await page.getByRole("table").getByRole("row").count(), 3);
    assertEquals(
      await page.getByRole("link", { name: "Overview" }).getAttribute("aria-current"),
      "page",
    );

    assert(await page.getByTestId("start-note").isHidden(), "no start goes on");
    const start = { booked: 1, awaited: 199, leftOut: 0, lastMs: Date.now() + 3_600_000 };
    on.setSystem({ budget: budgetStatus({ start }) });
    await textOf(
      page,
      "start-note",
      (text) =>
        /^The start: 1 of 200 books, the last by the request budget at .*\d\d:\d\d:\d\d UTC, in /
          .test(text),
    );
    on.setSystem({ budget: budgetStatus() });
    await eventually(() => page.getByTestId("start-note").isHidden(), "the start is over");

    await page.getByTestId("sort-mid").click();
    await isAt(on, "#/overview?sort=-mid");
    await isOrder(on, "BTCUSDT ETHUSDT");
    await page.getByTestId("sort-mid").click();
    await isOrder(on, "ETHUSDT BTCUSDT");
    await isAt(on, "#/overview?sort=mid");
    assertEquals(await page.locator("[aria-sort]").getAttribute("aria-sort"), "ascending");

    await page.getByRole("button", { name: "Pin BTCUSDT" }).click();
    await isOrder(on, "BTCUSDT ETHUSDT");
    assert(await page.evaluate("document.activeElement.matches('.pin')"), "it keeps the focus");

    await page.getByTestId("column-choice").locator("summary").click();
    await page.locator("input[name='velocity']").uncheck();
    await eventually(async () => await page.getByTestId("sort-velocity").count() === 0);
    await page.locator("input[name='topShare']").check();
    const topShare = cell(on, "ETHUSDT", "topShare");
    await eventually(async () => await topShare.textContent() === "31.0 %", "it is asked for");
    await page.reload();
    await isOrder(on, "BTCUSDT ETHUSDT");
    await eventually(async () => await topShare.textContent() === "31.0 %", "by the link too");
    assertEquals(await page.getByTestId("sort-velocity").count(), 0, "the link names the columns");
    assertEquals(await page.getByTestId("sort-mid").count(), 1);

    await page.getByTestId("overview-filter").fill("eth");
    await isOrder(on, "ETHUSDT");
    await textOf(page, "overview-count", (text) => text === "1 of 2");
    // As in browsers in which what is moved loses the focus.
    await page.addInitScript("delete Element.prototype.moveBefore");
    await page.reload();
    await isOrder(on, "ETHUSDT");
    assertEquals(await page.getByTestId("overview-filter").inputValue(), "eth");
    await page.getByTestId("overview-filter").fill("nothing");
    await textOf(page, "overview-nothing", (text) => text.startsWith("No symbol has all"));
    await page.getByTestId("overview-filter").press("ArrowDown");
    assertEquals(await page.getByTestId("overview-filter").inputValue(), "nothing");
    await page.getByTestId("overview-filter").fill("");
    await isOrder(on, "BTCUSDT ETHUSDT");

    await page.getByRole("link", { name: "BTCUSDT" }).focus();
    await page.keyboard.press("ArrowDown");
    await isFocused(on, "ETHUSDT");
    // Whichever of the rows is moved, the focus stays with its symbol.
    const turn = async (pinned: string, unpinned: string) => {
      for (const symbol of [unpinned, pinned]) {
        await page.evaluate(
          `document.querySelector("[data-testid=overview-${symbol}] .pin").click()`,
        );
      }
      await isOrder(on, `${pinned} ${unpinned}`);
    };
    await turn("ETHUSDT", "BTCUSDT");
    await isFocused(on, "ETHUSDT");
    await turn("BTCUSDT", "ETHUSDT");
    await isFocused(on, "ETHUSDT");
    await page.keyboard.press("ArrowUp");
    await turn("ETHUSDT", "BTCUSDT");
    await isFocused(on, "BTCUSDT");
    await turn("BTCUSDT", "ETHUSDT");
    await isFocused(on, "BTCUSDT");
    await turn("ETHUSDT", "BTCUSDT");
    await page.keyboard.press("ArrowUp");
    await isFocused(on, "ETHUSDT");
    await page.keyboard.press("Enter");
    await textOf(page, "symbol", (text) => text === "ETHUSDT");
    await isAt(on, "#ETHUSDT");
    await page.goBack();
    await isOrder(on, "ETHUSDT BTCUSDT");
    await cell(on, "BTCUSDT", "mid").click();
    await textOf(page, "symbol", (text) => text === "BTCUSDT");
    assertEquals(on.faults, []);
  },
  PATH,
);

scene(
  "A symbol that is not live has no number in the overview, each dash says why, and it goes last",
  async (on) => {
    const { page, stage } = on;
    await page.setViewportSize(NARROW);
    await eventually(async () => /\d/.test(await cell(on, "ETHUSDT", "mid").textContent() ?? ""));
    const widthOfAll = () => page.evaluate<number>("document.documentElement.scrollWidth");
    assertEquals(await widthOfAll(), NARROW.width, "nothing sticks out");
    await page.getByTestId("overview-whole").click();
    await page.getByTestId("sort-velocity").waitFor();
    assertEquals(await widthOfAll(), NARROW.width, "what does not fit scrolls inside");
    await isOrder(on, "ETHUSDT BTCUSDT");
    on.stopMarket();
    const timeMs = Date.now() + 50;
    const reason = "no data for 12 s";
    stage.hub.publish(feedStatus({ symbol: "ETHUSDT", timeMs, state: "stale", reason }));
    stage.hub.publish(
      metricsFrame({ symbol: "ETHUSDT", timeMs, ...UNKNOWN_VALUES, mid: 2_450, state: "stale" }),
    );
    await eventually(async () => await cell(on, "ETHUSDT", "state").textContent() === "stale");
    for (const column of ["mid", "spreadBps", "imbalance", "velocity"]) {
      assertEquals(await cell(on, "ETHUSDT", column).textContent(), "–", column);
      assertEquals(await cell(on, "ETHUSDT", column).getAttribute("title"), `stale: ${reason}`);
    }
    assertEquals(await cell(on, "ETHUSDT", "alerts").textContent(), "–");
    assert(await cell(on, "ETHUSDT", "imbalance").locator(".signed-bar").isHidden());
    // Nobody has asked for another order: it follows by itself.
    await isOrder(on, "BTCUSDT ETHUSDT");
    assertEquals(on.faults, []);
  },
  `${PATH}?sort=mid`,
);

scene(
  "The overview stands in groups, and draws the last hour of the rows that are seen",
  async (on) => {
    const { page } = on;
    await page.setViewportSize({ width: 1440, height: 900 });
    await isOrder(on, "BTCUSDT ETHUSDT");
    const hour = cell(on, "ETHUSDT", "hour");
    await eventually(async () => (await hour.locator("path").getAttribute("d") ?? "") !== "");
    await eventually(async () =>
      /^From .+ in the last hour/.test(await hour.getAttribute("title") ?? "")
    );
    assertEquals(
      await page.locator("[data-testid='sort-hour']").count(),
      0,
      "of unseen rows it is not known",
    );
    const leg = { p50Ms: 21, p99Ms: 90 };
    const legs = { exchangeToReceive: leg, receiveToComputed: leg, computedToSent: leg };
    const gauges = latencyGauges({ clocks: "known", ...legs });
    const children = systemStatus().children
      .map((one) => one.actorId.includes("ETHUSDT") ? { ...one, gauges } : one);
    on.setSystem({ children });
    const latency = (symbol: string) => cell(on, symbol, "latency");
    await eventually(async () => await latency("ETHUSDT").textContent() === "63", "its latency");
    await eventually(async () => await latency("BTCUSDT").textContent() === "–");
    await eventually(async () =>
      (await latency("BTCUSDT").getAttribute("title") ?? "").startsWith("Not known:")
    );
    await page.getByTestId("sort-latency").click();
    await isOrder(on, "ETHUSDT BTCUSDT");
    await isAt(on, "#/overview?sort=-latency");
    await page.getByTestId("sort-latency").click();
    await page.locator("[aria-sort='ascending']").waitFor();
    await page.getByTestId("sort-latency").click();
    await isOrder(on, "BTCUSDT ETHUSDT");
    const heads = page.getByTestId("overview-group-head");
    assertEquals(await heads.count(), 0);
    await page.getByTestId("overview-group").selectOption("quote");
    await eventually(async () => await heads.allTextContents().then(String) === "USDT 2");
    await isAt(on, "#/overview?group=quote");
    await page.getByRole("button", { name: "Pin ETHUSDT" }).click();
    await eventually(async () => await heads.allTextContents().then(String) === "Pinned 1,USDT 1");
    await isOrder(on, "ETHUSDT BTCUSDT");
    await page.getByRole("link", { name: "ETHUSDT" }).focus();
    await page.keyboard.press("ArrowDown");
    // Over the head of its group.
    await isFocused(on, "BTCUSDT");
    await page.reload();
    await eventually(async () => await heads.allTextContents().then(String) === "Pinned 1,USDT 1");
    assertEquals(on.faults, []);
  },
  PATH,
);
