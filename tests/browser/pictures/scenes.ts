/** What there are pictures of: each view of the page, at an address, when it has something to show. */
import type { Page } from "playwright-core";
import { READY_MADE } from "../../../web/page/ready_made.ts";
import { eventually } from "../../support/eventually.ts";

/** One of them. */
export interface Scene {
  /** Begins the names of its files. */
  readonly name: string;
  /** The part of the address from `#` on. */
  readonly hash: string;
  /** Which of the ready-made desks is shown; left out: that of who has arranged nothing. */
  readonly desk?: string;
  /** Waits until everything is there, and opens what is to be seen. */
  readonly prepare: (page: Page) => Promise<void>;
}

const SYMBOL = "BTCUSDT";
/** What a panel fetched is drawn, and what follows an opened panel has come. */
const SETTLED_MS = 1_500;
/** Points of a chart that is more than a beginning. */
const POINTS_MIN = 300;

/** Every picture but the moving one, in the order of the page's navigation. */
export const SCENES: readonly Scene[] = [
  { name: "desk", hash: `#${SYMBOL}`, prepare: chartIsFull },
  {
    name: "order-flow",
    hash: `#${SYMBOL}`,
    desk: "order-flow",
    prepare: async (page) => {
      await chartIsFull(page);
      const past = page.locator('[data-testid="heat-history"][data-loading="loaded"]');
      await past.waitFor({ state: "attached" });
      await eventually(
        async () => await page.locator(".tape-table tbody tr").count() > 10,
        "trades",
      );
    },
  },
  {
    name: "overview",
    hash: "#/overview",
    prepare: async (page) => {
      await page.getByTestId(`overview-${SYMBOL}`).waitFor();
      await settled(page);
    },
  },
  {
    name: "alerts",
    hash: "#/alerts",
    prepare: async (page) => {
      // One that a metric shows.
      await page.locator(".feed-row a", { hasText: "imbalance" }).first().click();
      await page.locator('[data-testid="moment"][data-shown="true"]').waitFor();
      await settled(page);
    },
  },
  {
    name: "rules",
    hash: `#/alerts?rules=new&metric=spreadBps&line=0.5&from=below&of=${SYMBOL}`,
    prepare: async (page) => {
      await page.getByTestId("try-rule").click();
      await page.getByTestId("trial-table").waitFor();
      await settled(page);
    },
  },
  {
    name: "statistics",
    hash: `#/statistics/${SYMBOL}?span=7d`,
    prepare: async (page) => {
      await page.getByTestId("statistics-table").waitFor();
      await settled(page);
    },
  },
  {
    name: "quality",
    hash: `#/quality/${SYMBOL}`,
    prepare: async (page) => {
      await page.locator('[data-testid="quality-past"][data-loading="loaded"]').waitFor();
      await settled(page);
    },
  },
  {
    name: "system",
    hash: "#/system",
    prepare: async (page) => {
      await page.getByTestId("actor-web").waitFor();
      await page.getByRole("rowheader", { name: "metrics_1h", exact: true }).waitFor();
      await settled(page);
    },
  },
  {
    name: "settings",
    hash: "#/settings",
    prepare: async (page) => {
      await page.getByTestId(`followed-${SYMBOL}`).waitFor();
      await settled(page);
    },
  },
];

/** What a browser keeps of the desk that a scene is of; `null`: nothing. */
export function keptDesk({ desk }: Scene): string | null {
  if (desk === undefined) return null;
  const ready = READY_MADE.find(({ id }) => id === desk);
  if (ready === undefined) throw new TypeError(`Cannot show a desk: none is called ${desk}`);
  return JSON.stringify(ready.arrangement);
}

async function chartIsFull(page: Page): Promise<void> {
  const chart = page.getByTestId("chart-mid");
  await eventually(
    async () => Number(await chart.getAttribute("data-points")) >= POINTS_MIN,
    `${POINTS_MIN} points on the chart`,
  );
  await settled(page);
}

async function settled(page: Page): Promise<void> {
  await page.waitForTimeout(SETTLED_MS);
}
