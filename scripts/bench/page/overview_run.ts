/** The overview of many symbols, each of which moves all the time. */
import type { Browser } from "playwright-core";
import { pause } from "../pause.ts";
import { TaskTally } from "./tally.ts";
import { WatchedPage } from "./watched_page.ts";

const STRETCH_MS = 30_000;
const SETTLE_MS = 20_000;

/** Watches it for so many half minutes. */
export async function measureOverview(
  browser: Browser,
  url: string,
  symbols: readonly string[],
  stretches: number,
): Promise<TaskTally> {
  const watched = await WatchedPage.open(browser, `${url}/#/overview`, {
    firstNumber: "overview-rows",
  });
  try {
    await watched.firstNumberMs();
    const live = `document.querySelectorAll('[data-testid="overview-rows"] [data-live="true"]')`;
    await watched.until(`${live}.length >= ${symbols.length}`);
    await pause(SETTLE_MS);
    const tally = new TaskTally();
    for (let n = 0; n < stretches; n++) {
      const { tasks, seconds } = await watched.watch(STRETCH_MS);
      tally.take(tasks, seconds);
    }
    return tally;
  } finally {
    await watched.close();
  }
}
