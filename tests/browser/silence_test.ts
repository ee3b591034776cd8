/** What the page says when nothing comes any more, of a symbol or at all, in a real browser. */
import { textOf } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { bucketFrame } from "../support/outputs.ts";
import { scene } from "./scene.ts";

/** After so much silence a symbol is silent, where a test waits for that. */
const SILENT_AFTER_MS = 3_000;

scene(
  "The page calls a symbol silent when its data stops without a word",
  async (on) => {
    await textOf(on.page, "state", (text) => text === "live");
    on.stopMarket();
    await textOf(on.page, "state", (text) => text === "silent");
    await textOf(on.page, "reason", (text) => /No data for \d+ s/.test(text));
    await textOf(on.page, "symbol-row-ETHUSDT", (text) => text.includes("silent"));
  },
  "/",
  {},
  { silentAfterMs: SILENT_AFTER_MS },
);

for (const state of ["live", "halted"] as const) {
  scene(
    `A quiet symbol that is not selected stays ${state} by its rows alone`,
    async (on) => {
      const { page, stage } = on;
      const says = (word: string) => (text: string) => text.includes(word);
      await textOf(page, "state", (text) => text === "live");
      on.stopMarket();
      await textOf(page, "symbol-row-ETHUSDT", says("silent"));
      // A year ahead, so that it does not fall silent while the test runs.
      const timeMs = Date.now() + 31_536_000_000;
      stage.hub.publish(bucketFrame({ symbol: "ETHUSDT", timeMs, state }));
      await textOf(page, "symbol-row-ETHUSDT", says(state));
    },
    "/",
    {},
    { silentAfterMs: SILENT_AFTER_MS },
  );
}

scene("The page says that its numbers are old when its stream falls silent", async (on) => {
  const { page } = on;
  const isLost = (text: string) => /^reconnecting, last event \d/.test(text);
  const banner = page.getByTestId("connection-banner");
  await textOf(page, "connection", (text) => text === "connected");
  on.stopMarket();
  on.stopPulse();
  await textOf(page, "connection", isLost);
  await textOf(page, "connection-banner", (text) => text.includes("shows old numbers"));
  await textOf(page, "state", (text) => text === "offline");
  on.setSystem({});
  await textOf(page, "connection", (text) => text === "connected");
  await eventually(() => banner.isHidden());
  // Nor does a new stream that does not open make it forget; the page tries one by itself when it has been silent for long.
  let isTried = false;
  on.stage.hub.join = () => {
    isTried = true;
    return () => {};
  };
  await eventually(() => isTried, "a new stream");
  // Before, the answer to this would be news on the stream that it still had.
  await page.getByTestId("symbol-row-ETHUSDT").click();
  await textOf(page, "symbol", (text) => text === "ETHUSDT");
  await textOf(page, "connection-banner", (text) => text.includes("shows old numbers"));
  const before = await textOf(page, "connection", isLost);
  await textOf(page, "connection", (text) => isLost(text) && text !== before);
});

scene("The page says that it has lost its connection, and since when", async (on) => {
  await textOf(on.page, "state", (text) => text === "live");
  await on.stage.close();
  await textOf(on.page, "connection", (text) => /^reconnecting, last event .+ ago$/.test(text));
  await textOf(on.page, "state", (text) => text === "offline");
  await textOf(on.page, "connection-banner", (text) => text.includes("shows old numbers"));
});
