/** Loading, empty, not to be had, and no symbol at all: each looks another way, in every panel that would have something. */
import { assertEquals } from "@std/assert";
import { HistoryUnavailable } from "../../web/history_unavailable.ts";
import { eventually } from "../support/eventually.ts";
import { textOf } from "../support/browser.ts";
import { systemStatus } from "../support/outputs.ts";
import { scene } from "./scene.ts";

const NO_SYMBOLS = {
  symbols: [],
  children: systemStatus().children.filter(({ actorId }) => !actorId.startsWith("symbol:")),
};

scene("History that is on its way, not to be had, and empty: the chart says which", async (on) => {
  const { page, stage: { history } } = on;
  const note = page.getByTestId("history-note");
  const says = async (kind: string, text: RegExp) => {
    await eventually(async () => await note.getAttribute("data-loading") === kind, kind);
    await textOf(page, "history-note", (told) => text.test(told));
  };
  await textOf(page, "state", (text) => text === "live");
  const { promise, resolve } = Promise.withResolvers<void>();
  const empty = { timeMs: [], state: [], settings: [], nulls: [], values: {} };
  history.metrics = async () => {
    await promise;
    return empty;
  };
  await page.reload();
  await says("loading", /^Loading history…$/);
  resolve();
  await says("loaded", /^Nothing is stored of the time before this page was opened\.$/);
  const past = Date.now() - 86_400_000;
  await page.evaluate(`location.hash = "#BTCUSDT?chart.from=${past - 60_000}&chart.to=${past}"`);
  await page.reload();
  await says("loaded", /^Nothing is stored of this time\.$/);
  history.metrics = () =>
    Promise.reject(new HistoryUnavailable("the database refuses connections"));
  // Of another time: what is over is answered for good.
  const before = past - 3_600_000;
  await page.evaluate(
    `location.hash = "#BTCUSDT?chart.from=${before - 60_000}&chart.to=${before}"`,
  );
  await page.reload();
  await says("failed", /^History cannot be read, trying again: /);
});

scene(
  "A monitor that follows no symbol says so everywhere, and that nothing is on its way",
  async (on) => {
    const { page, stage } = on;
    on.stopMarket();
    await page.goto("about:blank");
    on.setSystem(NO_SYMBOLS);
    await page.goto(stage.url);
    const says: readonly (readonly [view: string, testId: string, text: string])[] = [
      ["#/", "exchange-link", "no symbols"],
      ["#/", "state", "no symbol"],
      ["#/", "reason", "The monitor has named none"],
      ["#/", "history-note", "The monitor has named none"],
      ["#/", "mid", "–"],
      // Of alerts that rules would raise nothing is claimed: none of them sees anything.
      ["#/", "alert-count", "–"],
      ["#/overview", "overview-nothing", "The monitor has named no symbol."],
      ["#/overview", "overview-count", "0 symbols"],
      ["#/settings", "followed", "The monitor has named no symbol."],
    ];
    for (const [view, testId, text] of says) {
      await page.evaluate(`location.hash = ${JSON.stringify(view)}`);
      await textOf(page, testId, (told) => told.includes(text));
    }
    assertEquals(on.faults, []);
  },
  "/",
  {},
  { prepare: ({ history }) => history.episodes = [] },
);
