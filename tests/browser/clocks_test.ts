/**
 * Clocks that are set while the page is open, in a real browser: that of its machine, and that of the monitor's. What is live
 * stays live, and moves: nothing of it is called old, silent or lost because it bears another time.
 */
import { eventually } from "../support/eventually.ts";
import { textOf } from "../support/browser.ts";
import { type Scene, scene } from "./scene.ts";

/** So much ahead it would be silent, and is no hole of which the page would see by itself that nothing comes. */
const STEP_MS = 4_000;
const HOUR_MS = 3_600_000;
const SILENT_AFTER_MS = 3_000;

async function isLive({ page }: Scene): Promise<void> {
  await textOf(page, "connection", (text) => text === "connected");
  await textOf(page, "state", (text) => text === "live");
  await textOf(page, "exchange-link", (text) => text === "2 of 2 live");
  const seen = new Set<string>();
  await textOf(page, "mid", (text) => seen.add(text).size > 3);
}

/** Waits until the page has opened its stream anew, which it has to see for itself. */
async function opensAnew({ stage: { hub } }: Scene, act: () => unknown): Promise<void> {
  const join = hub.join.bind(hub);
  let joined = 0;
  hub.join = (...given) => {
    joined += 1;
    return join(...given);
  };
  await act();
  await eventually(() => joined > 0, "a new stream");
  hub.join = join;
}

scene(
  "What is live stays live when the clock of the browser's machine is set ahead, and back",
  async (on) => {
    await isLive(on);
    await on.page.evaluate("globalThis.clock = Date.now");
    for (const ms of [STEP_MS, -HOUR_MS, 0]) {
      await opensAnew(on, () => on.page.evaluate(`Date.now = () => clock() + ${ms}`));
      await isLive(on);
    }
  },
  "/",
  {},
  { silentAfterMs: SILENT_AFTER_MS },
);

scene(
  "What is live stays live when the monitor's clock is set back by an hour, and ahead again",
  async (on) => {
    await isLive(on);
    const { now } = Date;
    try {
      await opensAnew(on, () => Date.now = () => now() - HOUR_MS);
      await isLive(on);
    } finally {
      Date.now = now;
    }
    await isLive(on);
  },
  "/",
  {},
  { silentAfterMs: SILENT_AFTER_MS },
);
