/** How a window calls when an alert fires: which of them, and only when somebody has asked for it and the browser lets it. */
import { assert, assertEquals } from "@std/assert";
import { CallNews } from "../../web/page/call_news.ts";
import { eventually } from "../support/eventually.ts";
import { textOf } from "../support/browser.ts";
import { alertEvent } from "../support/outputs.ts";
import { type Scene, scene } from "./scene.ts";

Deno.test("CallNews calls for what fires from now on, once, and again when it becomes critical", () => {
  const news = new CallNews(1_000);
  const tell = (over: Parameters<typeof alertEvent>[0], nowMs: number) => {
    news.take(alertEvent(over), nowMs);
    return news.due(nowMs + 2_000).map(({ title }) => title);
  };
  assertEquals(tell({ alertId: "old", firedMs: 900, timeMs: 900 }, 1_000), [], "it fired before");
  assertEquals(tell({ alertId: "new", firedMs: 5_000, timeMs: 5_000 }, 5_000), [
    "warning: BTCUSDT extreme imbalance",
  ]);
  assertEquals(tell({ alertId: "new", revision: 2, firedMs: 5_000, timeMs: 8_000 }, 8_000), []);
  const worse = { revision: 3, severity: "critical", timeMs: 20_000 } as const;
  assertEquals(tell({ alertId: "new", firedMs: 5_000, ...worse }, 20_000), [
    "critical: BTCUSDT extreme imbalance",
  ]);
  assertEquals(tell({ alertId: "old", firedMs: 900, ...worse }, 20_000).length, 1);
  const over = { phase: "resolved", revision: 4, resolvedMs: 30_000, timeMs: 30_000 } as const;
  assertEquals(
    tell({ alertId: "new", firedMs: 5_000, ...over }, 30_000),
    [],
    "an end calls nobody",
  );
  const quiet = { alertId: "q", firedMs: 40_000, timeMs: 40_000 };
  assertEquals(tell({ ...quiet, mutedUntilMs: 99_000 }, 40_000), []);
  assertEquals(tell({ ...quiet, alertId: "i", isNotified: false }, 40_000), []);
});

Deno.test("CallNews calls once for what is of the whole market, and leads to the first", () => {
  const news = new CallNews(0);
  for (const symbol of ["A", "B", "C"]) {
    news.take(
      alertEvent({ alertId: symbol, symbol, rule: "price_burst", firedMs: 5, timeMs: 5 }),
      5,
    );
  }
  assertEquals(news.due(2_005), [{
    severity: "warning",
    title: "warning: 3 symbols price burst",
    body: "A, B, C",
    alertId: "A",
  }]);
  assertEquals(news.nextMs, null);
});

/** What the page does is noted, and done all the same. */
const SPY = `
  globalThis.called = { notified: [], tones: 0, shown: [] };
  const Own = Notification;
  globalThis.Notification = class extends Own {
    constructor(title, options) { super(title, options); called.notified.push([title, options.tag]); called.shown.push(this); }
  };
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...given) { called.tones += 1; return start.apply(this, given); };
`;
const called = ({ page }: Scene) =>
  page.evaluate<{ notified: [string, string][]; tones: number }>(
    "({ notified: called.notified, tones: called.tones })",
  );
const fires = ({ stage }: Scene, alertId: string) => {
  const timeMs = Date.now();
  stage.hub.publish(alertEvent({ alertId, rule: alertId, firedMs: timeMs, timeMs }));
};

scene(
  "A window calls by tone and notification once both are asked for, and hears of alerts while it is hidden",
  async (on) => {
    const { page, stage } = on;
    await page.addInitScript(SPY);
    await page.reload();
    await textOf(page, "call-sound", (text) => text === "Sound off");
    await textOf(page, "call-notification", (text) => text === "Notifications off");
    await page.getByTestId("row-a1").waitFor();
    fires(on, "unasked");
    await page.getByTestId("row-unasked").waitFor();

    await page.getByTestId("call-sound").click();
    await textOf(page, "call-sound", (text) => text === "Sound on");
    await eventually(
      async () => (await called(on)).tones > 0,
      "it lets hear how it sounds",
    );
    await page.getByTestId("call-notification").click();
    await textOf(page, "call-notification", (text) => text === "Notifications on");
    await textOf(page, "call-note", (text) => text.startsWith("While this window is open"));
    const { tones } = await called(on);
    fires(on, "asked");
    await eventually(async () => (await called(on)).notified.length === 1, "it notifies");
    const [[title, tag] = ["", ""]] = (await called(on)).notified;
    assertEquals([title, tag], ["warning: BTCUSDT asked", "asked"]);
    await eventually(async () => (await called(on)).tones > tones, "it sounds");

    // Hidden for longer than a tab that is only switched past: every other one has let go of its stream by then.
    const hide = (isHidden: boolean) =>
      page.evaluate(`
        Object.defineProperty(document, "hidden", { configurable: true, value: ${isHidden} });
        document.dispatchEvent(new Event("visibilitychange"));
      `);
    await page.clock.install();
    await hide(true);
    await page.clock.fastForward(30_000);
    await page.clock.resume();
    fires(on, "behind");
    await eventually(async () => (await called(on)).notified.length === 2, "it hears");
    await hide(false);

    // A click on it leads to the episode.
    await page.evaluate("called.shown[0].dispatchEvent(new Event('click'))");
    await textOf(page, "detail-phase", (text) => text.startsWith("firing for"));
    await eventually(() => new URL(page.url()).hash === "#/alerts?alert=asked", "the address");

    // What was chosen holds when the page is opened again, and is not said where the browser forbids it.
    await page.reload();
    await textOf(page, "call-sound", (text) => text === "Sound on");
    await textOf(page, "call-notification", (text) => text === "Notifications on");
    await page.context().clearPermissions();
    await page.reload();
    await textOf(page, "call-notification", (text) => text === "Notifications off");
    fires(on, "forbidden");
    await page.getByTestId("row-forbidden").waitFor();
    await page.getByTestId("call-sound").click();
    await textOf(page, "call-sound", (text) => text === "Sound off");
    assertEquals((await called(on)).notified, []);
    assert(stage.hub.symbols.length > 0);
    assertEquals(on.faults, []);
  },
  "/#/alerts",
  {},
  { context: { permissions: ["notifications"] } },
);
