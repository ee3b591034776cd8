/**
 * One page of a real browser, watched from outside by the DevTools protocol: what its main thread does, how often it paints,
 * what it keeps. https://chromedevtools.github.io/devtools-protocol/
 */
import type { Browser, BrowserContext, CDPSession, Page } from "playwright-core";
import { eventually } from "../../../tests/support/eventually.ts";
import { pause } from "../pause.ts";
import { type Task, tasksOf, threadOfMark, type TraceEvent } from "./tasks.ts";

/** As on the screen of a desk. */
const VIEWPORT = { width: 2560, height: 1440 };
/** How long a page may take for what is asked of it, on a busy machine. */
const PATIENCE_MS = 120_000;
const [BEGIN, END] = ["bench-begin", "bench-end"];
const CATEGORIES = ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"]
  .concat("blink.user_timing", "v8");

/** What the main thread did in a stretch of time. */
export interface Stretch {
  readonly seconds: number;
  readonly tasks: readonly Task[];
}

/** What the page keeps after everything has gone that nobody refers to. */
export interface Kept {
  readonly heapBytes: number;
  readonly nodes: number;
  readonly listeners: number;
}

/** How a page begins. */
export interface PageBeginning {
  /** Kept in the browser before it is opened, by its name. */
  readonly kept?: Readonly<Record<string, string>>;
  /** A test id: when its text has a digit first, is told. */
  readonly firstNumber: string;
}

/** A page in a context of its own, which has nothing of others. */
export class WatchedPage {
  readonly #browser: Browser;
  readonly #context: BrowserContext;
  readonly #session: CDPSession;
  readonly page: Page;

  private constructor(browser: Browser, context: BrowserContext, page: Page, session: CDPSession) {
    this.#browser = browser;
    this.#context = context;
    this.page = page;
    this.#session = session;
  }

  static async open(
    browser: Browser,
    url: string,
    { kept = {}, firstNumber }: PageBeginning,
  ): Promise<WatchedPage> {
    const context = await browser.newContext({ viewport: VIEWPORT });
    context.setDefaultTimeout(PATIENCE_MS);
    await context.addInitScript(beginning(kept, firstNumber));
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("Performance.enable");
    await page.goto(url);
    return new WatchedPage(browser, context, page, session);
  }

  /** When the first number was drawn, milliseconds after the address was opened. */
  async firstNumberMs(): Promise<number> {
    await this.until("window.benchFirstNumberMs !== undefined");
    return Number(await this.page.evaluate("window.benchFirstNumberMs"));
  }

  /** Waits until an expression holds in the page. Playwright's own way makes code of text, which the page forbids. */
  async until(expression: string): Promise<void> {
    await eventually(async () => await this.page.evaluate(expression) === true, expression);
  }

  /** How long the main thread has had a processor since it began, by the browser's own count, milliseconds. */
  async threadMs(): Promise<number> {
    const { metrics } = await this.#session.send("Performance.getMetrics");
    return (metrics.find(({ name }) => name === "ThreadTime")?.value ?? NaN) * 1_000;
  }

  /** The share of one core that the main thread has in so long, by the browser's own count; what watches costs nothing then. */
  async busyShare(ms: number): Promise<number> {
    const [before, fromMs] = [await this.threadMs(), performance.now()];
    await pause(ms);
    return (await this.threadMs() - before) / (performance.now() - fromMs);
  }

  /**
   * Watches it for so long.
   *
   * @throws {Error} when the browser has lost some of what happened.
   */
  async watch(ms: number): Promise<Stretch> {
    const tracing = await this.#browser.newBrowserCDPSession();
    const events: TraceEvent[] = [];
    tracing.on("Tracing.dataCollected", ({ value }) => {
      for (const event of value as unknown as TraceEvent[]) events.push(event);
    });
    const complete = new Promise<boolean>((resolve) => {
      tracing.once("Tracing.tracingComplete", ({ dataLossOccurred }) => resolve(dataLossOccurred));
    });
    await tracing.send("Tracing.start", {
      transferMode: "ReportEvents",
      traceConfig: { includedCategories: CATEGORIES },
    });
    await this.page.evaluate(`performance.mark("${BEGIN}"), 0`);
    await pause(ms);
    await this.page.evaluate(`performance.mark("${END}"), 0`);
    await tracing.send("Tracing.end");
    const isIncomplete = await complete;
    await tracing.detach();
    if (isIncomplete) throw new Error("Cannot watch the page: the browser lost part of its trace");
    return stretchOf(events);
  }

  /** Lets go of what nobody refers to, and tells what is left. */
  async kept(): Promise<Kept> {
    await this.#session.send("HeapProfiler.collectGarbage");
    const { usedSize } = await this.#session.send("Runtime.getHeapUsage");
    const { nodes, jsEventListeners } = await this.#session.send("Memory.getDOMCounters");
    return { heapBytes: usedSize, nodes, listeners: jsEventListeners };
  }

  /** What the processor did for the page in so long, as DevTools reads it. */
  async profile(ms: number): Promise<string> {
    await this.#session.send("Profiler.enable");
    await this.#session.send("Profiler.start");
    await pause(ms);
    const { profile } = await this.#session.send("Profiler.stop");
    await this.#session.send("Profiler.disable");
    return JSON.stringify(profile);
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}

/** Between its marks. */
function stretchOf(events: readonly TraceEvent[]): Stretch {
  const thread = threadOfMark(events, BEGIN);
  const [begin, end] = [BEGIN, END].map((mark) => events.find(({ name }) => name === mark)?.ts);
  if (thread === null || begin === undefined || end === undefined) {
    throw new TypeError("Cannot watch the page: its marks are not in the trace");
  }
  const own = events.filter(({ ts }) => begin <= ts && ts <= end);
  return { seconds: (end - begin) / 1e6, tasks: tasksOf(own, thread) };
}

/** What runs in the page before anything of it does. */
function beginning(texts: Readonly<Record<string, string>>, firstNumber: string): string {
  const kept = JSON.stringify(texts);
  return `{
    for (const [name, text] of Object.entries(${kept})) localStorage.setItem(name, text);
    const look = () => {
      const text = document.querySelector('[data-testid="${firstNumber}"]')?.textContent ?? "";
      if (/\\d/.test(text)) window.benchFirstNumberMs = performance.now();
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }`;
}
