/**
 * Many windows of one browser, which share one connection or have one each, and windows that nobody sees, over the real page and
 * its real server.
 */
import { assert, assertEquals } from "@std/assert";
import { type ChromeWindow, ChromeWindows } from "../support/chrome_windows.ts";
import { eventually } from "../support/eventually.ts";
import { alertEvent, systemStatus } from "../support/outputs.ts";
import { chromiumPath } from "../support/services.ts";
import { openStage, play, type Stage } from "../browser/stage.ts";

function windows(
  name: string,
  run: (chrome: ChromeWindows, stage: Stage) => Promise<void>,
  symbols: readonly string[] = ["BTCUSDT", "ETHUSDT"],
): void {
  Deno.test({
    name,
    ignore: chromiumPath === null,
    fn: async () => {
      if (chromiumPath === null) return;
      const stage = await openStage();
      const stop = play(
        stage,
        symbols,
        () => systemStatus({ timeMs: Date.now(), symbols: [...symbols] }),
      );
      const chrome = await ChromeWindows.launch(chromiumPath);
      try {
        await run(chrome, stage);
      } finally {
        await chrome.close();
        stop();
        await stage.close();
      }
    },
  });
}

const streamsOf = ({ hub }: Stage) => hub.gauges.browsers;
const areStreams = (stage: Stage, count: number) =>
  eventually(() => streamsOf(stage) === count, `${count} streams`);

/** The page shows numbers that move. */
async function isLive(window: ChromeWindow): Promise<void> {
  await window.textOf("connection", (text) => text === "connected");
  const first = await window.textOf("mid", (text) => /\d/.test(text));
  await window.textOf("mid", (text) => /\d/.test(text) && text !== first);
}

/** The top stands there when the page's script has run. */
const hasRun = (window: ChromeWindow) =>
  eventually(() =>
    window.evaluate(`Boolean(document.querySelector("[data-testid=connection]")?.textContent)`)
      .catch(() => false)
  );

const SYMBOLS = Array.from({ length: 10 }, (_, i) => `S${i}USDT`);

windows(
  "Ten windows are live over one connection, each with its own symbol, also when some close",
  async (
    chrome,
    stage,
  ) => {
    const isOne = (streams: number) =>
      eventually(() => {
        const { browsers, streamConnections } = stage.hub.gauges;
        return browsers === streams && streamConnections === 1;
      }, `${streams} streams on one connection`);
    const all: ChromeWindow[] = [];
    for (const symbol of SYMBOLS) {
      // Ten desks that are drawn ten times a second each are too much for a small machine.
      const first = `localStorage.setItem("order-book-monitor.pace", "1")`;
      all.push(await chrome.open(`${stage.url}/#${symbol}`, "window", first));
    }
    for (const [i, window] of all.entries()) {
      await window.textOf("symbol", (text) => text === SYMBOLS[i]);
      await isLive(window);
    }
    await isOne(10);
    const [first, second, third, fourth, ...others] = all;
    assert(first && second && third && fourth);
    // The one that opened the connection; one that nobody sees; one that ends without a word.
    await first.close();
    await second.minimise();
    await isOne(8);
    third.crash();
    await isOne(7);
    for (const window of [fourth, ...others]) await isLive(window);
    await second.restore();
    await isLive(second);
    await isOne(8);
  },
  SYMBOLS,
);

/** As in browsers that have no such worker. */
const WITHOUT_WORKER = "delete globalThis.SharedWorker";

windows(
  "Without a shared worker a window beyond five says what it waits for, and goes on when another one ends",
  async (
    chrome,
    stage,
  ) => {
    const all: ChromeWindow[] = [];
    for (let i = 0; i < 8; i++) {
      const window = await chrome.open(stage.url, "window", WITHOUT_WORKER);
      all.push(window);
      if (i < 5) await window.textOf("connection", (text) => text === "connected");
      else {
        await window.textOf(
          "connection-banner",
          (text) =>
            text.startsWith("This window has no connection: 5 other windows of this browser show"),
        );
        await window.textOf("connection", (text) => text === "waiting for a window to close");
      }
    }
    assertEquals(streamsOf(stage), 5);
    const [first, second, third, , , sixth, seventh, eighth] = all;
    assert(first && second && third && sixth && seventh && eighth);
    await isLive(first);
    await first.close();
    await isLive(sixth);
    await eventually(
      () => sixth.evaluate(`document.querySelector("[data-testid=connection-banner]").hidden`),
      "a banner that is gone",
    );
    // One that nobody sees any more counts no longer, nor one that ended without a word.
    await second.minimise();
    await isLive(seventh);
    third.crash();
    await isLive(eighth);
    await areStreams(stage, 5);
    // Who comes back comes last.
    await second.restore();
    await second.textOf("connection-banner", (text) => text.includes("These numbers are old"));
    await second.textOf("state", (text) => text === "offline");
    await seventh.close();
    await isLive(second);
    await areStreams(stage, 5);
  },
);

windows("A window that nobody sees holds no stream, and is whole when it is shown", async (
  chrome,
  stage,
) => {
  const { hub, history } = stage;
  const told = (summary: string, alertId: string) => {
    const alert = alertEvent({ alertId, summary, timeMs: Date.now(), firedMs: Date.now() });
    // What happens while nobody listens is in the store alone.
    history.episodes = [alert, ...history.episodes];
    hub.publish(alert);
  };
  const isWhole = async (window: ChromeWindow, summary: string) => {
    await isLive(window);
    await window.textOf("alerts", (text) => text.includes(summary));
    await areStreams(stage, 1);
  };

  const first = await chrome.open(stage.url);
  await isLive(first);
  await first.minimise();
  await areStreams(stage, 0);
  told("while it was minimised", "m");
  await first.restore();
  await isWhole(first, "while it was minimised");

  const tab = await chrome.open(`${stage.url}/#ETHUSDT`, "background tab");
  await hasRun(tab);
  // What the page asked for before this has come to the server.
  await tab.evaluate("fetch('livez').then((answer) => answer.text())");
  assertEquals(streamsOf(stage), 1, "the first window's");
  await tab.show();
  await tab.textOf("symbol", (text) => text === "ETHUSDT");
  await isLive(tab);
  await areStreams(stage, 1);

  // At once: no timer of a frozen page runs out.
  await first.show();
  await tab.freeze();
  await isWhole(first, "while it was minimised");
  told("while it was frozen", "f");
  await tab.thaw();
  await tab.show();
  await isWhole(tab, "while it was frozen");

  await tab.evaluate("globalThis.mark = 'kept'");
  await tab.navigate(`${stage.url}/favicon.svg`);
  await areStreams(stage, 0);
  told("while it was left", "l");
  await tab.goBack();
  await isWhole(tab, "while it was left");
  assertEquals(await tab.evaluate("globalThis.mark"), "kept", "the very page, not a new one");
});
