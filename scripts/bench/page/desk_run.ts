/** The desk: twelve panels of four symbols, for as long as is asked; before, how soon a page has its first number. */
import type { Browser } from "playwright-core";
import { pause } from "../pause.ts";
import { median } from "../statistics.ts";
import { benchDesk, DESK_PANELS } from "./desk.ts";
import type { DeskFound, FirstNumbers } from "./figures.ts";
import { TaskTally } from "./tally.ts";
import type { Sample } from "./trend.ts";
import { WatchedPage } from "./watched_page.ts";

/** A page's data of its own, between collections. */
const STRETCH_MS = 30_000;
const MINUTE_MS = 60_000;
const LOADS = 5;
const FIRST_NUMBER = "best-bid";

/** How long it is watched, and who hears of it. */
export interface DeskEffort {
  readonly minutes: number;
  /** Minutes before that: what a page does once is done then, and what it keeps of the last minutes is full. */
  readonly settle: number;
  readonly say: (text: string) => void;
  /** Where a processor profile goes. */
  readonly profile: string | null;
}

/** Opens pages of a running monitor. */
export async function measureDesk(
  browser: Browser,
  url: string,
  symbols: readonly string[],
  { minutes, settle, say, profile }: DeskEffort,
): Promise<DeskFound> {
  const first = await firstNumbers(browser, `${url}/#${symbols[0]}`);
  const kept = { "order-book-monitor.desk": JSON.stringify(benchDesk()) };
  const watched = await WatchedPage.open(browser, `${url}/#${symbols.join()}`, {
    kept,
    firstNumber: FIRST_NUMBER,
  });
  try {
    await watched.firstNumberMs();
    const panels = await watched.page.locator("[data-panel]").count();
    if (panels !== DESK_PANELS.length) {
      throw new Error(`The desk has ${panels} panels instead of ${DESK_PANELS.length}`);
    }
    say(`desk: settles for ${settle} min`);
    await pause(settle * MINUTE_MS);
    const countedShare = await watched.busyShare(STRETCH_MS);
    const series = { heap: [] as Sample[], nodes: [] as Sample[], listeners: [] as Sample[] };
    const tally = new TaskTally();
    const begunMs = performance.now();
    const sample = async () => {
      const { heapBytes, nodes, listeners } = await watched.kept();
      const atS = (performance.now() - begunMs) / 1_000;
      series.heap.push({ atS, value: heapBytes });
      series.nodes.push({ atS, value: nodes });
      series.listeners.push({ atS, value: listeners });
      say(`desk: ${Math.round(atS)} s, heap ${(heapBytes / 1e6).toFixed(2)} MB, ${nodes} nodes`);
    };
    await sample();
    for (let n = 0; n < 2 * minutes; n++) {
      const { tasks, seconds } = await watched.watch(STRETCH_MS);
      tally.take(tasks, seconds);
      await sample();
    }
    if (profile !== null) await Deno.writeTextFile(profile, await watched.profile(STRETCH_MS));
    return { first, tally, countedShare, ...series };
  } finally {
    await watched.close();
  }
}

async function firstNumbers(browser: Browser, url: string): Promise<FirstNumbers> {
  const [wallMs, threadMs]: [number[], number[]] = [[], []];
  // The first is of a server that has answered nobody yet.
  for (let n = 0; n <= LOADS; n++) {
    const watched = await WatchedPage.open(browser, url, { firstNumber: FIRST_NUMBER });
    try {
      const ms = await watched.firstNumberMs();
      if (n === 0) continue;
      wallMs.push(ms);
      threadMs.push(await watched.threadMs());
    } finally {
      await watched.close();
    }
  }
  return { medianMs: median(wallMs), maxMs: Math.max(...wallMs), threadMs: median(threadMs) };
}
