/** How a window calls when an alert fires: which of them, and only when somebody has asked for it and the browser lets it. */
import { assert, assertEquals } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { textOf } from "../support/browser.ts";
import { alertEvent } from "../support/outputs.ts";
import { type Scene, scene } from "./scene.ts";

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
