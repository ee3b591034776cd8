/** The tape in a real browser: what comes, what is stored, how a person has it, and why nothing comes. */
import { assertEquals } from "@std/assert";
import type { TapedTrade } from "../../shared/output.ts";
import { DEFAULT_ARRANGEMENT } from "../../web/page/arrangement.ts";
import { eventually } from "../support/eventually.ts";
import { textOf } from "../support/browser.ts";
import {
  feedStatus,
  metricsFrame,
  tapedTrade,
  tradeFrame,
  tradesOfSide,
  tradesSecond,
} from "../support/outputs.ts";
import { scene } from "./scene.ts";

const WITH_TAPE = [
  ...DEFAULT_ARRANGEMENT,
  {
    panel: "tape",
    slot: 0,
    wide: { x: 0, y: 200, width: 12, height: 24 },
    medium: { x: 0, y: 200, width: 12, height: 24 },
  },
];
/** More than one page. */
const STORED = 250;

scene("The tape has stored and told trades once each, as a person wants them", async (on) => {
  const { page, stage, faults } = on;
  const beganMs = Math.floor(Date.now() / 1_000) * 1_000;
  stage.history.traded = Array.from({ length: STORED }, (_, i) => ({
    ...tradesSecond({ number: STORED - i, timeMs: beganMs - 60_000 - i * 1_000, buy: null }),
    sell: tradesOfSide({ qty: 7, count: 3, low: 64_990, high: 65_000, vwap: 64_995 }),
    incarnation: 1,
  }));
  const kept = JSON.stringify(JSON.stringify(WITH_TAPE));
  await page.addInitScript(`localStorage.setItem("order-book-monitor.desk", ${kept})`);
  await page.reload();
  const tape = page.getByTestId("tape");
  const rows = tape.locator("tbody tr");
  await eventually(async () => await rows.count() === 100, "a page of stored seconds");
  assertEquals(await tape.getByRole("columnheader").allTextContents(), [
    "time UTC",
    "price",
    "size",
    "side",
  ]);
  const stored = await rows.first().locator("td").allTextContents();
  assertEquals(stored.slice(1), ["64,995.00", "7.000", "sell ×3"]);
  assertEquals(
    await rows.first().getAttribute("title"),
    "3 trades at 64,990.00 to 65,000.00, 64,995.00 on average: 7.000",
  );

  // Of a time in which trades are told one by one, whatever the server's clock is taken for.
  const timeMs = beganMs + 600_000;
  let id = 0;
  const tell = (over: Partial<TapedTrade>, at: number) =>
    stage.hub.publish(tradeFrame({
      timeMs: timeMs + at,
      trades: [tapedTrade({ id: ++id, timeMs: timeMs + at, ...over })],
    }));
  const newest = () => rows.first().locator("td").allTextContents();
  const isNewest = (...cells: readonly string[]) =>
    eventually(async () => (await newest()).slice(1).join() === cells.join(), cells.join());
  tell({ price: 65_000.01, qty: 3 }, 100);
  await isNewest("65,000.01", "3.000", "buy");
  await rows.first().evaluate((row) => Reflect.set(row, "mark", "same"));
  tell({ price: 65_000, qty: 0.5, side: "sell" }, 200);
  await isNewest("65,000.00", "0.5000", "sell");
  assertEquals(await rows.nth(1).evaluate((row) => Reflect.get(row, "mark")), "same");

  await page.getByTestId("tape-large").selectOption("from");
  await page.getByTestId("tape-from").fill("2");
  await page.getByTestId("tape-from").press("Enter");
  const large = tape.locator("[data-large]");
  await eventually(async () => await large.count() === 1, "the sum of a second is no large trade");
  await eventually(
    async () => (await large.locator("td").allTextContents())[2] === "3.000",
    "the one that is",
  );
  await textOf(page, "tape-large-from", (text) => text === "≥ 2.000");

  await page.getByTestId("tape-pause").click();
  await textOf(page, "tape-note", (text) => text === "stopped");
  tell({ price: 65_000.01, qty: 1.5 }, 300);
  await textOf(page, "tape-note", (text) => text === "stopped, there are newer trades");
  assertEquals((await newest())[2], "0.5000");
  await page.getByTestId("tape-pause").click();
  await isNewest("65,000.01", "1.500", "buy");
  await page.getByTestId("tape-group").selectOption("by 10 s");
  await eventually(
    async () => (await rows.nth(1).locator("td").allTextContents())[2] === "4.500",
    "what was bought is one row",
  );

  const asked = stage.history.recordsQueries.length;
  await page.getByTestId("tape-older").click();
  await eventually(() => stage.history.recordsQueries.slice(asked).some(({ after }) => after));

  on.stopMarket();
  const lost = { timeMs: timeMs + 60_000, state: "stale" } as const;
  stage.hub.publish(feedStatus({ ...lost, reason: "An update is missing" }));
  stage.hub.publish(metricsFrame({ ...lost, mid: null }));
  await textOf(
    page,
    "tape-note",
    (text) => text === "Not live: stale, An update is missing. Trades may be missing.",
  );
  await eventually(
    async () => (await newest()).join() === "stale: trades may be missing",
    "it stands among the trades",
  );
  assertEquals(faults, []);
});

scene("A tape without any trade says so, and why there is none", async (on) => {
  const { page, stage } = on;
  stage.history.outage = "the disk is full";
  const kept = JSON.stringify(JSON.stringify(WITH_TAPE));
  await page.addInitScript(`localStorage.setItem("order-book-monitor.desk", ${kept})`);
  await page.reload();
  await textOf(
    page,
    "tape-note",
    (text) => text.startsWith("Stored trades cannot be read, trying"),
  );
  stage.history.outage = null;
  await textOf(
    page,
    "tape-note",
    (text) => text === "No trade is stored, and none has come since.",
  );
});
