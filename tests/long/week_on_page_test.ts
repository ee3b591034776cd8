/**
 * Seven days of simulated history, as `deno task seed` makes them, and a monitor that goes on after them, as the page shows
 * both: over every range, zoomed into and back, across the seam to what is told now, in the heatmap, the statistics and the
 * alerts.
 */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { SeedFile } from "../../scripts/seed/seed_file.ts";
import { partsOf, type SeedPlan } from "../../scripts/seed/seed_plan.ts";
import type { Span } from "../../scripts/seed/simulated_life.ts";
import { DEFAULT_ARRANGEMENT } from "../../web/page/arrangement.ts";
import { DEFAULT_METRICS } from "../../web/page/statistics_query.ts";
import { textOf } from "../support/browser.ts";
import {
  ChartOfWeek,
  DAY_MS,
  isNear,
  momentIn,
  numberIn,
  PLACES,
  WEEK_MS,
} from "../support/chart_of_week.ts";
import { eventually } from "../support/eventually.ts";
import { getJson } from "../support/monitor.ts";
import { SHOWN_SYMBOLS, testOnShownMonitor } from "../support/shown_monitor.ts";

/** The first has a week behind it, the other nothing. */
const [SYMBOL] = SHOWN_SYMBOLS;
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const DESK = [
  ...DEFAULT_ARRANGEMENT,
  {
    panel: "heatmap",
    slot: 0,
    wide: { x: 0, y: 48, width: 24, height: 30 },
    medium: { x: 0, y: 76, width: 24, height: 30 },
  },
];

async function seedInto(dataDir: string): Promise<SeedPlan> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "scripts/seed.ts", "--days", "7"],
    env: { DATA_DIR: dataDir, SYMBOLS: SYMBOL },
    stdout: "null",
    stderr: "piped",
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  const plan = await new SeedFile(dataDir).read();
  assert(plan !== null);
  return plan;
}

/** When nothing was known of the market: the exchange was silent, or nobody watched. */
function unknownOf(plan: SeedPlan, watchedMs: number): Span[] {
  const silences = partsOf(plan).filter(({ symbol }) => symbol === SYMBOL)
    .flatMap((part) => part.silences);
  return [...silences, { fromMs: plan.endMs, toMs: watchedMs }];
}

/** The cursor over the whole day finds what rested; how many places were read. */
async function readHeatmap(page: Page, unknown: readonly Span[]): Promise<number> {
  const panel = page.locator(".heatmap");
  await panel.scrollIntoViewIfNeeded();
  await panel.getByRole("button", { name: "24h", exact: true }).click();
  const handle = page.getByTestId("heat-cursor");
  await page.locator("[data-testid='heat-history'][data-loading='loaded']").waitFor({
    state: "attached",
  });
  await eventually(async () => Number(await handle.getAttribute("data-filled")) >= 480);
  const box = await handle.boundingBox();
  assert(box !== null);
  let [read, time] = [0, ""];
  for (let place = 0; place < PLACES; place++) {
    // The axis of prices has some of the width.
    const share = 0.92 * (place + 0.5) / PLACES;
    await page.mouse.move(box.x + share * box.width, box.y + box.height * 0.45);
    const before = time;
    time = await textOf(page, "heat-time", (text) => text.endsWith(" UTC") && text !== before);
    const atMs = momentIn(time, Date.now());
    if (isNear(unknown, atMs)) continue;
    const size = await page.getByTestId("heat-size").textContent() ?? "";
    const mid = await page.getByTestId("heat-price").textContent() ?? "";
    assert(!size.startsWith("not known: nothing"), `${time}: ${size}`);
    assert(/^(bid|ask) \d/.test(mid), `${time}: ${mid}`);
    read += 1;
  }
  await page.mouse.move(1, 1);
  return read;
}

/** The week of one stands beside what is known of the other, and is there of each hour of the day. */
async function readStatistics(page: Page, url: string): Promise<string> {
  await page.goto(`${url}/#/statistics/${SHOWN_SYMBOLS.join()}?span=7d`);
  const table = page.getByTestId("statistics-table");
  await table.waitFor();
  assertEquals(await table.getAttribute("data-count"), "2");
  assertEquals(await table.locator("tbody tr").count(), DEFAULT_METRICS.length);
  const cells = table.locator(".spread-cell");
  const told = await cells.evaluateAll((all) => all.map((one) => one.getAttribute("title") ?? ""));
  const countOf = (text: string) => numberIn(/^Of ([\d,]+) /.exec(text)?.[1] ?? "0");
  // A row has a cell for each symbol. A day of it has rows of each second, six days of each minute.
  const counts = told.filter((_, i) => i % SHOWN_SYMBOLS.length === 0).map(countOf);
  const rows = (DAY_MS / SECOND_MS) + 6 * (DAY_MS / MINUTE_MS);
  assert(Math.max(...counts) > 0.97 * rows, `of ${Math.max(...counts)} rows`);
  assert(Math.min(...counts) > 0.85 * rows, `of ${Math.min(...counts)} rows at the least`);
  await page.getByTestId("by-hour-imbalance").click();
  for (const symbol of SHOWN_SYMBOLS) {
    const hours = page.getByTestId(`hours-${symbol}`);
    await hours.locator("summary").click();
    const values = hours.locator("tbody tr td:last-child");
    await eventually(async () => await values.count() === 24, "24 hours");
    const without = (await values.allTextContents()).filter((text) => text === "–").length;
    // Of the other one there is this hour, and perhaps the one before.
    if (symbol === SYMBOL) assertEquals(without, 0, "each hour of the day has values");
    else assert(without >= 22, `${without} hours of ${symbol} have none`);
  }
  return `of ${Math.min(...counts)} to ${Math.max(...counts)} rows`;
}

/** Every episode that is stored stands in the list, each once. */
async function pageThroughAlerts(page: Page, url: string, { endMs }: SeedPlan): Promise<string> {
  const stored: string[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const query = new URLSearchParams({
      to: String(endMs),
      limit: "1000",
      ...cursor === "" ? {} : { cursor },
    });
    const answer: { alerts: { alertId: string }[]; next: string | null } = await getJson(
      `${url}/api/alerts?${query}`,
    );
    stored.push(...answer.alerts.map(({ alertId }) => alertId));
    cursor = answer.next;
  }
  await page.goto(`${url}/#/alerts`);
  const older = page.getByTestId("feed-older");
  await older.waitFor();
  const rows = page.getByTestId("feed-over").locator("li");
  let pages = 1;
  while (await older.isVisible()) {
    const count = await rows.count();
    await older.click();
    await eventually(async () => await rows.count() > count, "another page");
    pages += 1;
  }
  const ids =
    (await rows.evaluateAll((all) => all.map((one) => one.getAttribute("data-testid") ?? "")))
      .map((id) => id.replace("row-", ""));
  assertEquals(new Set(ids).size, ids.length, "each once");
  const isStored = new Set(stored);
  const shownOnes = ids.filter((id) => isStored.has(id));
  assertEquals(shownOnes.toSorted(), stored.toSorted(), "none is left out");
  return `${stored.length} of the past on ${pages} pages`;
}

let seeded: SeedPlan | null = null;

testOnShownMonitor(
  "A week of seeded history and what is told after it are one on the page",
  async ({ page, faults, url, monitor, t }) => {
    assert(seeded !== null);
    const plan = seeded;
    const kept = JSON.stringify(JSON.stringify(DESK));
    await page.addInitScript(`localStorage.setItem("order-book-monitor.desk", ${kept})`);
    await page.reload();
    await textOf(page, "mid", (text) => /\d/.test(text));
    const watchedMs = Date.now();
    const unknown = unknownOf(plan, watchedMs);
    const week = new ChartOfWeek(page, url, SYMBOL, unknown);
    const isLabelled = () => textOf(page, "source-label", (text) => text === "SIMULATED");
    await isLabelled();

    await t.step(
      "the seam: each second stands in the chart once, stored or told",
      () => week.seam(watchedMs),
    );
    for (
      const [name, length, pointsMin] of [["24h", DAY_MS, 900], ["7d", WEEK_MS, 900]] as const
    ) {
      await t.step(`${name}: all of it is there, and told right`, async () => {
        await week.showRange(name, length, pointsMin);
        await week.isWhole();
        console.log(`${name}: ${week.told()}; ${await week.readOver()} places read`);
      });
    }
    await t.step("7d: zoomed into a day, back, and live again", () => week.zoom());
    await t.step("the heatmap of a day", async () => {
      console.log(`heatmap: ${await readHeatmap(page, unknown)} places read`);
    });
    await t.step("statistics over the week, side by side and by hour of day", async () => {
      console.log(`statistics: ${await readStatistics(page, url)}`);
    });
    await isLabelled();
    await t.step("alerts page by page into the past", async () => {
      console.log(`alerts: ${await pageThroughAlerts(page, url, plan)}`);
    });
    await isLabelled();
    // While its store opens, and when it is busy, a monitor says so, and the page asks again.
    assertEquals(faults.filter((text) => !text.includes("status of 503")), []);
    assertEquals(await monitor.end("SIGTERM"), 0, monitor.log());
  },
  {
    seed: 1,
    prepare: async (dataDir) => {
      const beganMs = Date.now();
      seeded = await seedInto(dataDir);
      const took = Math.round((Date.now() - beganMs) / SECOND_MS);
      console.log(`seeded 7 days of ${SYMBOL} in ${took} s`);
    },
    context: { viewport: { width: 1440, height: 1000 } },
  },
);
