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

scene(
  "That a window calls is not said where the browser forbids it, where what calls is not to be had, and while nothing is heard",
  async (on) => {
    const { page } = on;
    const says = (testId: string, what: RegExp) => textOf(page, testId, (text) => what.test(text));
    const PART = /\/parts\/caller-/;
    await page.getByTestId("call-sound").click();
    await page.getByTestId("call-notification").click();
    await says("call-sound", /^Sound on$/);
    await says("call-notification", /^Notifications on$/);
    await says("call-note", /^While this window is open/);

    await page.context().clearPermissions();
    await says("call-notification", /^Notifications off$/);
    await says("call-note", /^Notifications of this page are forbidden|^While this window is open/);
    await page.context().grantPermissions(["notifications"]);
    await says("call-notification", /^Notifications on$/);

    // As when the monitor was started anew with another version.
    await page.context().route(PART, (route) => route.fulfill({ status: 404 }));
    await page.reload();
    await says("call-note", /^Nobody is called: the part that does it could not be loaded/);
    await says("call-sound", /^Sound off$/);
    await says("call-notification", /^Notifications off$/);
    await page.context().unroute(PART);
    // From here on its clock is wrong, which the server's first word tells.
    await page.addInitScript(SPY);
    await page.addInitScript("{ const right = Date.now; Date.now = () => right() + 3_600_000; }");
    await page.reload();
    await says("call-sound", /^Sound on$/);
    // Nobody has pressed anything in it since.
    await says("call-note", /^The browser plays no tone before you have pressed something/);
    await page.getByTestId("alerts-view").click({ position: { x: 1, y: 1 } });
    await says("call-note", /^While this window is open/);
    fires(on, "wrong clock");
    const isCalled = async () =>
      (await called(on)).notified.some(([, tag]) => tag === "wrong clock");
    await eventually(isCalled, "it calls by the server's clock");

    await on.stage.close();
    await says("call-note", /^Nobody is called while this page has no connection/);
  },
  "/#/alerts",
  {},
  { context: { permissions: ["notifications"] } },
);
