/**
 * `deno task bench:page`: what the dashboard costs the browser that shows it, in real Chromium over a real monitor of the
 * look-alike exchange. What is told is the time that the page's main thread had a processor, not the time that passed, which
 * other work on the machine makes longer.
 */
import type { Browser } from "playwright-core";
import { launch } from "../../../tests/support/browser.ts";
import { FlagError } from "../../flags.ts";
import { knownServices } from "../../gate/services.ts";
import { ChildError } from "../child_process.ts";
import { endsWithBench } from "../ending.ts";
import { goalTable, type Measured } from "../goal_table.ts";
import { machineOf } from "../machine.ts";
import { withSimulatedMonitor } from "../simulated_monitor.ts";
import { DESK_SYMBOLS } from "./desk.ts";
import { measureDesk } from "./desk_run.ts";
import { deskFigures, longestText, overviewFigures } from "./figures.ts";
import { type PageBenchOptions, parsePageBench, USAGE } from "./flags.ts";
import { measureOverview } from "./overview_run.ts";
import type { TaskTally } from "./tally.ts";

/** Half minutes for which the overview is watched. */
const OVERVIEW_STRETCHES = { full: 4, quick: 1 };

function say(text: string): void {
  // deno-lint-ignore no-console
  console.error(text);
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
  const desk = await withSimulatedMonitor(
    DESK_SYMBOLS,
    say,
    ({ url, symbols }) => measureDesk(browser, url, symbols, { minutes, settle, say, profile }),
  );
  const ofDesk = deskFigures(desk);
  tell("desk", ofDesk, desk.tally);
  const stretches = OVERVIEW_STRETCHES[isQuick ? "quick" : "full"];
  const overview = await withSimulatedMonitor(
    rows,
    say,
    ({ url, symbols }) => measureOverview(browser, url, symbols, stretches),
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
    const browser = await launch(chromiumPath(), false);
    const close = endsWithBench(() => browser.close());
    try {
      await bench(browser, options);
    } finally {
      await close();
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
