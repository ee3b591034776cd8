/**
 * `deno task bench:page`: what the dashboard costs the browser that shows it, in real Chromium over a real monitor of the
 * look-alike exchange. What is told is the time that the page's main thread had a processor, not the time that passed, which
 * other work on the machine makes longer.
 */
import type { Browser } from "playwright-core";
import { launch } from "../../../tests/support/browser.ts";
import { FlagError } from "../../flags.ts";
import { knownServices } from "../../gate/services.ts";
import { benchSymbols } from "../bench_symbols.ts";
import { ChildError, startExchangeProcess } from "../child_process.ts";
import { goalTable, type Measured } from "../goal_table.ts";
import { machineOf } from "../machine.ts";
import { startMonitorProcess } from "../monitor_process.ts";
import { DESK_SYMBOLS } from "./desk.ts";
import { measureDesk } from "./desk_run.ts";
import { deskFigures, longestText, overviewFigures } from "./figures.ts";
import { type PageBenchOptions, parsePageBench, USAGE } from "./flags.ts";
import { measureOverview } from "./overview_run.ts";
import type { TaskTally } from "./tally.ts";

/** With it two hundred symbols may ask for their snapshots within two minutes: rest-api.md, weights. */
const DEPTH_LEVELS = 1_000;
/** All symbols are live within this, on a busy machine, and each more. */
const LIVE_MS = 120_000;
const LIVE_MS_EACH = 6_000;
/** Half minutes for which the overview is watched. */
const OVERVIEW_STRETCHES = { full: 4, quick: 1 };

function say(text: string): void {
  // deno-lint-ignore no-console
  console.error(text);
}

/** A monitor of so many symbols, for as long as the work takes. */
async function withMonitor<T>(
  count: number,
  work: (url: string, symbols: readonly string[]) => Promise<T>,
): Promise<T> {
  const symbols = benchSymbols(count);
  const exchange = await startExchangeProcess(["--simulate", symbols.join(",")]);
  try {
    say(`starting a monitor of ${count} symbols`);
    const settings = { depthLevels: DEPTH_LEVELS, liveMsMax: LIVE_MS + count * LIVE_MS_EACH };
    const monitor = await startMonitorProcess(symbols, exchange, settings);
    try {
      return await work(monitor.url, symbols);
    } finally {
      await monitor.stop();
    }
  } finally {
    await exchange.stop();
  }
}

/** One view, as soon as it was seen: the next one takes minutes, and may fail. */
function tell(view: string, measures: readonly Measured[], tally: TaskTally): void {
  // deno-lint-ignore no-console
  console.log(goalTable("view", measures));
  say(longestText(view, tally));
}

async function bench(browser: Browser, options: PageBenchOptions): Promise<void> {
  const machine = await machineOf();
  say(`${machine.cpu}, ${machine.cores} cores, Chromium ${browser.version()}`);
  const { minutes, settle, rows, profile, isQuick } = options;
  const desk = await withMonitor(
    DESK_SYMBOLS,
    (url, symbols) => measureDesk(browser, url, symbols, { minutes, settle, say, profile }),
  );
  const ofDesk = deskFigures(desk);
  tell("desk", ofDesk, desk.tally);
  const stretches = OVERVIEW_STRETCHES[isQuick ? "quick" : "full"];
  const overview = await withMonitor(
    rows,
    (url, symbols) => measureOverview(browser, url, symbols, stretches),
  );
  const ofOverview = overviewFigures(rows, overview);
  tell("overview", ofOverview, overview);
  if (options.json === null) return;
  const how = {
    date: new Date().toISOString(),
    machine,
    chromium: browser.version(),
    minutes,
    settle,
  };
  const longest = { desk: desk.tally.longest, overview: overview.longest };
  const measures = [...ofDesk, ...ofOverview];
  const told = { ...how, rows, measures, heap: desk.heap, nodes: desk.nodes, longest };
  await Deno.writeTextFile(options.json, `${JSON.stringify(told, null, 2)}\n`);
  say(`written to ${options.json}`);
}

async function main(): Promise<number> {
  try {
    const options = parsePageBench(Deno.args);
    if (options === "help") {
      say(USAGE);
      return 0;
    }
    const browser = await launch(chromiumPath());
    try {
      await bench(browser, options);
    } finally {
      await browser.close();
    }
    return 0;
  } catch (error) {
    if (!(error instanceof FlagError || error instanceof ChildError)) throw error;
    say(`bench:page: ${error.message}`);
    return 1;
  }
}

/** @throws {FlagError} where there is none. */
function chromiumPath(): string {
  const chromium = knownServices("").find(({ name }) => name === "Chromium");
  const path = Deno.env.get("TEST_CHROMIUM") ?? chromium?.find() ?? null;
  if (path !== null) return path;
  throw new FlagError(`no Chromium here: ${chromium?.install}, or set TEST_CHROMIUM to its path`);
}

if (import.meta.main) Deno.exit(await main());
