/**
 * Words of what is known so far, in a real browser, against what makes them untrue: that a list is all, that values are of
 * now, that a rule learns, that somebody is called. Words that are coloured by how something stands: page_claims.ts.
 */
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { textOf } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { alertEvent, ruleState, storesStatus, systemStatus } from "../support/outputs.ts";
import { MEASURED } from "./page_faults.ts";
import { type Scene, scene } from "./scene.ts";
import { openStage, play } from "./stage.ts";

const HOUR_MS = 3_600_000;
const SYMBOLS = ["BTCUSDT", "ETHUSDT"];

/** A text that is seen; what is hidden says nothing. */
function says({ page }: Scene, testId: string, text: RegExp): Promise<void> {
  const place = page.getByTestId(testId);
  return eventually(
    async () => text.test(await place.isVisible() ? await place.textContent() ?? "" : ""),
    `${testId} says ${text}`,
  );
}

scene(
  "That no alert is left out, and that none fires, is not said of a store that may lack some, nor before a server that is back has told",
  async (on) => {
    const ALL = /^These are all that are stored\.$/;
    await says(on, "feed-end", ALL);
    const down = { state: "down", reason: "connection refused", sinceMs: Date.now() } as const;
    on.setSystem({ stores: storesStatus({ database: down }) });
    await says(on, "feed-end", /^These are all that are known: the newest may not be stored\.$/);
    on.setSystem({});
    await says(on, "feed-end", ALL);
    on.stage.history.episodes = on.stage.history.episodes.slice(1);
    // What the server has answered a moment ago it answers again.
    await eventually(async () => {
      await on.page.reload();
      await says(on, "feed-claim", /^(none|1) firing$/);
      return await on.page.getByTestId("feed-claim").textContent() === "none firing";
    }, "none fires");

    await on.stage.close();
    await says(on, "feed-claim", /^–$/);
    await says(on, "feed-end", /^$/);
    const again = await openStage(Number(new URL(on.stage.url).port));
    const stop = play(again, SYMBOLS, () => systemStatus({ timeMs: Date.now() }));
    const { promise: read, resolve: letRead } = Promise.withResolvers<void>();
    const fired = alertEvent({ alertId: "meanwhile", firedMs: Date.now() });
    again.history.alerts = () => read.then(() => [fired]);
    try {
      await says(on, "connection", /^connected$/);
      await says(on, "exchange-link", /^2 of 2 live$/);
      await says(on, "feed-note", /^Loading stored alerts…$/);
      await says(on, "feed-claim", /^–$/);
      // Not that they cannot be read, which would be so after a while.
      await textOf(on.page, "feed-claim-why", (text) => / are on their way/.test(text));
      await says(on, "feed-end", /^$/);
      letRead();
      await says(on, "feed-claim", /^1 firing$/);
      await says(on, "row-meanwhile", /firing for/);
    } finally {
      letRead();
      stop();
      await again.close();
    }
  },
  "/#/alerts",
);

scene("That a rule learns is said while its actor runs and sees a book", async (on) => {
  const LEARNS =
    /^Learning what is usual, and silent until then: spread widening \(120 of 300 s\)$/;
  await textOf(on.page, "state", (text) => text === "live");
  on.stage.hub.publish(ruleState());
  await says(on, "learning", LEARNS);
  const children = MEASURED.children.map((child) =>
    child.actorId === "symbol:BTCUSDT" ? { ...child, state: "quarantined" as const } : child
  );
  on.setSystem({ children });
  await says(on, "state", /^quarantined$/);
  await says(on, "learning", /^$/);
  on.setSystem({});
  await says(on, "learning", LEARNS);
  await on.stage.close();
  await says(on, "state", /^offline$/);
  await says(on, "learning", /^$/);
});

scene(
  "The newest values of the statistics are called those of now while they are, and else have their age",
  async (on) => {
    const { page, stage: { history } } = on;
    let lateMs = 0;
    history.latest = ({ symbols }) =>
      Promise.resolve(symbols.map((symbol) => ({
        ...{ venue: "binance_spot", symbol, timeMs: Date.now() - lateMs, imbalance: 0.9 },
        ...{ settings: DEFAULT_SETTINGS, state: "live" },
      } as never)));
    // Of each metric it is another question: the same is answered again for a moment.
    const ask = (metrics: string) =>
      page.evaluate(`location.hash = "#/statistics/BTCUSDT?span=1h&metrics=${metrics}"`);
    await ask("imbalance");
    await says(on, "newest-BTCUSDT", /^now$/);
    lateMs = 3 * HOUR_MS;
    await ask("mid");
    await says(on, "newest-BTCUSDT", /^3 h ago$/);
    lateMs = 0;
    await ask("imbalance,mid");
    await says(on, "newest-BTCUSDT", /^now$/);
    await on.stage.close();
    await says(on, "newest-BTCUSDT", /^[\d.]+ (s|min) ago$/);
  },
);
