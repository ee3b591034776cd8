/** The page in a real browser, over the stage; skipped by name where there is no Chromium. */
import type { Browser, Page } from "playwright-core";
import type { SystemStatus } from "../../shared/protocol.ts";
import { launch, openPage } from "../support/browser.ts";
import { systemStatus } from "../support/outputs.ts";
import { chromiumPath } from "../support/services.ts";
import { openStage, play, type Stage } from "./stage.ts";

/** As the supervisor sends the system's status. */
const PULSE_MS = 1_000;

/** What a test of the page has at hand. */
export interface Scene {
  readonly stage: Stage;
  readonly page: Page;
  /** What went wrong inside the page. */
  readonly faults: readonly string[];
  setSystem(over: Partial<SystemStatus>): void;
  /** Ends the market; what is published after this stays. */
  stopMarket(): void;
  /** Ends the system's status as well: the stream is open and says nothing any more. */
  stopPulse(): void;
}

/** Of all scenes of a file: each has a context of its own, which has nothing of the others. */
let browser: Promise<Browser> | null = null;
Deno.test.afterAll(async () => await (await browser)?.close());

/** A test with one page, which is the first of its browser, and one stage with two moving symbols. */
export function scene(name: string, run: (scene: Scene) => Promise<void>, path = "/"): void {
  Deno.test({
    name,
    ignore: chromiumPath === null,
    // The browser driver keeps a pipe to its helper until the process ends.
    sanitizeOps: false,
    sanitizeResources: false,
    fn: async () => {
      if (chromiumPath === null) return;
      const stage = await openStage();
      let system: Partial<SystemStatus> = {};
      const status = () => systemStatus({ timeMs: Date.now(), ...system });
      const stopMarket = play(stage, ["BTCUSDT", "ETHUSDT"], status);
      const pulse = setInterval(() => stage.hub.setSystem(status()), PULSE_MS);
      const stopPulse = () => clearInterval(pulse);
      browser ??= launch(chromiumPath);
      const { page, faults } = await openPage(await browser, stage.url + path);
      const setSystem = (over: Partial<SystemStatus>) => {
        system = over;
        stage.hub.setSystem(status());
      };
      try {
        await run({ stage, page, faults, setSystem, stopMarket, stopPulse });
      } finally {
        await page.context().close();
        stopMarket();
        stopPulse();
        await stage.close();
      }
    },
  });
}
