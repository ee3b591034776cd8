/** The statistics in a real browser: symbols side by side, sorted, by hour of day, in the address, and when nothing comes. */
import { assertEquals } from "@std/assert";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { type MetricName } from "../../shared/catalogue/metrics.ts";
import { SKETCH_COLUMNS } from "../../shared/catalogue/sketches.ts";
import type { SpreadRow } from "../../web/stats_statements.ts";
import { eventually } from "../support/eventually.ts";
import { textOf } from "../support/browser.ts";
import { scene } from "./scene.ts";
import type { FakeHistory } from "../web/fake_history.ts";

/** Imbalance and depth: now, and where nine shares of their values end. */
const NOW = { imbalance: 0.9, topQty: 5, velocity: null } as const;
const ENDS = [-1, -0.9, -0.8, -0.4, 0, 0.4, 0.8, 0.9, 1];

function spread(metric: MetricName, hour: number | null, below: number): SpreadRow {
  const ends = metric === "topQty" ? ENDS.map((end) => 10 + end) : ENDS;
  return { metric, hour, count: 100, ends, below };
}

/** Both symbols have rows of now; one stands where the other does not. */
function tell(history: FakeHistory): void {
  const timeMs = Date.now();
  history.newest = ["BTCUSDT", "ETHUSDT"].map((symbol) => ({
    venue: "binance_spot",
    symbol,
    timeMs,
    settings: DEFAULT_SETTINGS,
    state: "live",
    imbalance: NOW.imbalance,
    top_qty: NOW.topQty,
    velocity: NOW.velocity,
  } as never));
  history.spreads = [
    spread("imbalance", null, 99),
    spread("topQty", null, 0),
    ...Array.from({ length: 24 }, (_, hour) => spread("imbalance", hour, 60)),
  ];
}

const rowsOf = (text: readonly (string | null)[]) => text.join();

scene("Statistics stand side by side, are sorted, and are named in the address", async (on) => {
  const { page, stage, faults } = on;
  tell(stage.history);
  await textOf(page, "state", (text) => text === "live");
  await page.goto(
    `${stage.url}/#/statistics/BTCUSDT,ETHUSDT?span=1h&metrics=imbalance,topQty,velocity`,
  );
  const table = page.getByTestId("statistics-table");
  await table.waitFor();
  await eventually(async () => await table.getAttribute("data-count") === "2", "both symbols");
  for (
    const [testId, told] of [
      ["now-ETHUSDT-imbalance", "+0.90"],
      ["stands-BTCUSDT-imbalance", "99 %, seldom so high"],
      ["stands-BTCUSDT-topQty", "0 %, seldom so low"],
      ["now-BTCUSDT-velocity", "–"],
      ["stands-BTCUSDT-velocity", "–"],
    ] as const
  ) await textOf(page, testId, (text) => text === told);
  const order = async () =>
    rowsOf(
      await table.locator("tbody tr").evaluateAll((rows) =>
        rows.map((row) => row.getAttribute("data-metric"))
      ),
    );
  assertEquals(await order(), "imbalance,topQty,velocity");
  const sort = page.getByTestId("statistics-sort-ETHUSDT");
  await sort.click();
  await sort.click();
  await eventually(async () => await order() === "topQty,imbalance,velocity", "the lowest first");
  const head = sort.locator("xpath=..");
  await eventually(async () => await head.getAttribute("aria-sort") === "ascending", "it is told");
  await eventually(() => new URL(page.url()).hash.includes("sort=of%3AETHUSDT"), "it is named");

  // An hour has no hours of the day; of a day they are asked for.
  await page.getByTestId("by-hour-imbalance").click();
  await textOf(page, "hours-note", (text) => text.startsWith("An hour has no hours of the day"));
  await page.getByTestId("span-7d").click();
  await eventually(() => new URL(page.url()).hash.includes("span=7d"), "the span is named");
  stage.history.keys = [];
  await page.getByTestId("hours-ETHUSDT").waitFor();

  // A link opens the same, and the evidence is a table too.
  const link = page.url();
  await page.goto("about:blank");
  await page.goto(link);
  await page.getByTestId("hours-BTCUSDT").waitFor();
  const week = page.getByTestId("span-7d");
  await eventually(async () => await week.getAttribute("aria-pressed") === "true", "a week");
  await page.getByTestId("statistics-evidence").click();
  const evidence = page.getByTestId("evidence-table").locator("tbody tr");
  await eventually(async () => await evidence.count() === 3, "evidence of each metric");
  assertEquals(faults, []);
});

scene(
  "Statistics that are on their way, and that a busy database refuses, look different",
  async (on) => {
    const { page, stage } = on;
    tell(stage.history);
    await textOf(page, "state", (text) => text === "live");
    const { promise, resolve } = Promise.withResolvers<void>();
    const answer = stage.history.latest.bind(stage.history);
    stage.history.latest = async (query) => {
      await promise;
      return await answer(query);
    };
    await page.getByRole("link", { name: "Statistics" }).click();
    await textOf(
      page,
      "statistics-wait",
      (text) => text === `Loading the last 24h of ${SKETCH_COLUMNS.length} metrics…`,
    );
    stage.history.outage = "too many ask already";
    resolve();
    const told =
      "What is stored cannot be read, trying again: History is not available: too many ask already";
    await textOf(page, "statistics-wait", (text) => text === told);
    stage.history.outage = null;
    await page.getByTestId("statistics-table").waitFor();
    // Sketches told of nothing: that is empty, and says so.
    await eventually(
      async () =>
        (await page.locator(".spread-cell").first().textContent())?.includes(
          "no value in this span",
        ) ?? false,
      "empty",
    );
    // Choosing another metric asks for it.
    await page.getByTestId("metric-choice").locator("summary").click();
    await page.getByRole("checkbox", { name: "Mid", exact: true }).check();
    await eventually(
      async () => await page.getByTestId("by-hour-mid").count() === 1,
      "it has a row",
    );
  },
);
