/** The page in a real browser, over the stage; skipped by name where there is no Chromium. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { SystemStatus } from "../../shared/protocol.ts";
import { launch, openPage, testInBrowser } from "../support/browser.ts";
import { systemStatus } from "../support/outputs.ts";
import type { AppOptions } from "../../web/app.ts";
import { move, NOT_SILENT_MS, openStage, play, type Stage } from "./stage.ts";

/** As the supervisor sends the system's status. */
const PULSE_MS = 1_000;

const SYMBOLS = ["BTCUSDT", "ETHUSDT"];

/** What a test of the page has at hand. */
export interface Scene {
  readonly stage: Stage;
  readonly page: Page;
  /** What went wrong inside the page. */
  readonly faults: readonly string[];
  setSystem(over: Partial<SystemStatus>): void;
  /** Ends the market; what is published after this stays. */
  stopMarket(): void;
  /** Lets it go on. */
  startMarket(): void;
  /** Ends the system's status as well: the stream is open and says nothing any more. */
  stopPulse(): void;
}

/** How a scene begins, where not as most do. */
export interface Beginning {
  /** A symbol of which nothing is told for so long is silent; where a test does not say it none is. */
  readonly silentAfterMs?: number;
  /** What is stored before the page is opened: what has been asked already is answered again for a moment. */
  readonly prepare?: (stage: Stage) => void;
  /** What its browser brings. */
  readonly context?: BrowserContextOptions;
}

/** Of all scenes of a file: each has a context of its own, which has nothing of the others. */
let browser: Promise<Browser> | null = null;
Deno.test.afterAll(async () => await (await browser)?.close());

/** A test with one page, which is the first of its browser, and one stage with two moving symbols; `over`: what its app is made with. */
export function scene(
  name: string,
  run: (scene: Scene) => Promise<void>,
  path = "/",
  over: Partial<AppOptions> = {},
  { silentAfterMs = NOT_SILENT_MS, prepare = () => {}, context = {} }: Beginning = {},
): void {
  testInBrowser(name, async (executablePath) => {
    const stage = await openStage(0, over, silentAfterMs);
    let system: Partial<SystemStatus> = {};
    const status = () => systemStatus({ timeMs: Date.now(), ...system });
    let stop = play(stage, SYMBOLS, status);
    const stopMarket = () => stop();
    const startMarket = () => {
      stop();
      stop = move(stage, SYMBOLS, status);
    };
    prepare(stage);
    const pulse = setInterval(() => stage.hub.setSystem(status()), PULSE_MS);
    const stopPulse = () => clearInterval(pulse);
    browser ??= launch(executablePath);
    const { page, faults } = await openPage(await browser, stage.url + path, context);
    const setSystem = (over: Partial<SystemStatus>) => {
      system = over;
      stage.hub.setSystem(status());
    };
    try {
      await run({ stage, page, faults, setSystem, stopMarket, startMarket, stopPulse });
    } finally {
      await page.context().close();
      stopMarket();
      stopPulse();
      await stage.close();
    }
  });
}
