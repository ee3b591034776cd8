/**
 * The view of alerts over a whole monitor and its PostgreSQL: pages into history without a hole, an episode with its evidence
 * as it is stored, and a rule that is typed, refused, tried on what is stored, saved, fires, is acknowledged, muted and switched off.
 */
import { assertEquals } from "@std/assert";
import { Database } from "../../actors/writer/postgres.ts";
import { rowsOf } from "../../actors/writer/rows.ts";
import { startExchange } from "../../scripts/exchange/exchange.ts";
import type { AlertEvent } from "../../shared/output.ts";
import { launch, openPage, testInBrowser, textOf } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { startMonitor } from "../support/monitor.ts";
import { alertEvent } from "../support/outputs.ts";
import { freshDatabase, postgresUrl, serverAt } from "../support/services.ts";
import { delivery } from "../writer/outputs.ts";

const STORED = 250;
const MINUTE_MS = 60_000;

/** Episodes of the last hours, each fifth of them critical. */
function stored(nowMs: number): AlertEvent[] {
  return Array.from({ length: STORED }, (_, i) => {
    const firedMs = nowMs - (i + 1) * MINUTE_MS;
    return alertEvent({
      ...{ alertId: `old/${String(i).padStart(3, "0")}`, phase: "resolved", revision: 2 },
      ...{ rule: i % 2 === 0 ? "price_burst" : "spread_widening", startedMs: firedMs, firedMs },
      ...{ severity: i % 5 === 0 ? "critical" : "warning", summary: `the ${i}th` },
      ...{ timeMs: firedMs + 5_000, resolvedMs: firedMs + 5_000 },
    });
  });
}

async function seed(url: string, nowMs: number): Promise<void> {
  const database = new Database(serverAt(url), "test");
  await database.open();
  await database.claim({ kind: "simulation", label: "SIMULATED" });
  await database.write(rowsOf(delivery(1, stored(nowMs))));
  await database.close();
}

testInBrowser(
  "The view of alerts over a whole monitor: history page by page, evidence, and a rule from its first letter to its end",
  async (executablePath) => {
    const database = await freshDatabase();
    await seed(database.url, Date.now());
    const dataDir = await Deno.makeTempDir();
    const exchange = await startExchange({
      source: { kind: "simulate", symbols: ["BTCUSDT", "ETHUSDT"], seed: 7 },
    });
    const monitor = startMonitor({
      DATA_DIR: dataDir,
      SYMBOLS: "BTCUSDT,ETHUSDT",
      EXCHANGE_REST_URL: exchange.restUrl,
      EXCHANGE_WS_URL: exchange.wsUrl,
      DATABASE_URL: database.url,
    });
    const browser = await launch(executablePath);
    try {
      const url = await monitor.url();
      const { page, faults } = await openPage(browser, `${url}/#/alerts`);
      const says = (testId: string, what: RegExp) =>
        textOf(page, testId, (text) => what.test(text));
      const old = page.locator("[data-testid^='row-old/']");
      const oldIds = () =>
        old.evaluateAll((rows) => rows.map((row) => row.getAttribute("data-testid")));
      const areThere = (count: number) =>
        eventually(async () => await old.count() === count, `${count} old ones`);

      // What fires meanwhile takes places of a page, and none of those that are stored is left out.
      await page.getByTestId("feed-older").waitFor();
      while (await old.count() < STORED) {
        const count = await old.count();
        await page.getByTestId("feed-older").click();
        await eventually(async () => await old.count() > count, "another page");
      }
      await areThere(STORED);
      await says("feed-end", /^These are all that are stored/);
      assertEquals(new Set(await oldIds()).size, STORED);
      assertEquals(await oldIds(), [...await oldIds()].sort(), "the newest first");

      await page.getByTestId("filter-severity").selectOption("critical");
      await page.getByTestId("filter-type").selectOption("price_burst");
      await areThere(STORED / 10);
      const filtered = /#\/alerts\?severity=critical&type=price_burst$/;
      await eventually(() => filtered.test(page.url()), "the address");
      await old.nth(1).getByRole("link").click();
      await says("detail-summary", /^the 10th/);
      await says("detail-phase", /^resolved after 5\.0 s$/);
      await says("rule-words", /the move of mid within 10 s is 8 times its usual variation/);
      // Nobody has watched then: the picture is of what the rule saw.
      await says("moment-note", /^Nothing is stored of that time/);
      await says("book-note", /^The best levels when it fired/);

      // A rule, from a line as a chart would give it to what is always so.
      await page.goto(`${url}/#/alerts?rules=new&metric=imbalance&line=0.5&from=below`);
      await says(
        "rule-said",
        /^Fires when order book imbalance \(imbalance\) passes 0\.5 from below\./,
      );
      await page.getByTestId("rule-comparison").selectOption("above");
      await page.getByTestId("rule-enter").fill("much");
      await page.getByTestId("try-rule").click();
      await says(
        "wrong-enter",
        /rules\.imbalance_above_much\.enter must be a number.*received "much"/,
      );
      await page.getByTestId("rule-enter").fill("-1");
      await page.getByTestId("rule-name").fill("always");
      await page.getByTestId("span-1h").click();
      const fired =
        /^It would have fired (once|\d+ times) in the last 1 h of BTCUSDT, ETHUSDT, as far as (less than 1|\d+) % of it is known\./;
      await eventually(
        async () => {
          await page.getByTestId("try-rule").click();
          await says("trial-headline", /./);
          return fired.test(await page.getByTestId("trial-headline").textContent() ?? "") &&
            await page.locator(".trial-episode").count() >= 2;
        },
        "rows of both are stored, and the rule fires on them",
      );
      await says(
        "trial-doubts",
        /It looked at a row each 1 s.*BTCUSDT: nothing is stored of (5\d(\.\d)?|60) min, in \d+ hole/,
      );
      assertEquals(await page.getByTestId("trial-table").locator("tbody tr").count(), 2);
      await page.getByTestId("save-rule").click();
      await says("rule-always", /of the file of rules.*is at least −1/);

      await page.goto(`${url}/#/alerts?type=always`);
      const firing = page.getByTestId("feed-firing").locator("li");
      await eventually(async () => await firing.count() === 2, "it fires for both");
      await page.goto(`${url}/#/alerts?type=always&symbol=BTCUSDT`);
      await eventually(async () => await firing.count() === 1);
      await firing.getByRole("link").click();
      await says("detail-phase", /^firing for/);
      await says("rule-words", /is at least −1/);
      // It is what it was.
      await says("rule-standing", /^$/);
      await eventually(
        async () => await page.getByTestId("moment").locator("polyline").count() > 0,
        "its metric is stored",
      );
      await eventually(async () =>
        await page.getByTestId("moment-book").locator("tbody tr").count() === 40
      );
      await page.getByTestId("detail-comment").fill("I look into it");
      await page.getByTestId("detail-ack").click();
      await says("detail-people", /^acknowledged at .*: I look into it$/);
      await page.getByTestId("detail-mute").click();
      await page.getByTestId("mute-for").selectOption("15");
      await page.getByTestId("mute-save").click();
      await says("mutes", /^always of BTCUSDT until/);

      await page.getByTestId("edit-rule").click();
      await page.locator("[name='isOn']").uncheck();
      await page.getByTestId("save-rule").click();
      await says("rule-always", /switched off/);
      await page.goto(`${url}/#/alerts?type=always`);
      const over = page.getByTestId("feed-over").locator("li");
      await eventually(async () => await over.count() === 2, "they are over");
      assertEquals(faults.filter((text) => !/status of 400/.test(text)), []);
    } finally {
      await browser.close();
      assertEquals(await monitor.end("SIGTERM"), 0, monitor.log());
      await exchange.stop();
      await database.drop();
      await Deno.remove(dataDir, { recursive: true });
    }
  },
  postgresUrl !== null,
);
