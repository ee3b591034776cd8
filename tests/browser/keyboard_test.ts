/** A tour of the whole page with a keyboard and nothing else: every view and what can be done there, and the focus is never lost. */
import { assertEquals } from "@std/assert";
import type { RulesInForce } from "../../shared/alert_rules/rule_book.ts";
import { readRulesFile } from "../../shared/alert_rules/rules_file.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { textOf } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { alertEvent, depthProfile } from "../support/outputs.ts";
import { RULES_IN_FORCE } from "../web/app_stage.ts";
import { KeyboardHand } from "./keyboard_hand.ts";
import {
  choose,
  CHORDS,
  count,
  FREE,
  has,
  id,
  isOpen,
  KEEP_PRESSED,
  leavesChords,
  open,
  takenIn,
} from "./keyboard_keys.ts";
import { alertsAndRules, overview, readViews, settings } from "./keyboard_views.ts";
import { type Scene, scene } from "./scene.ts";

const isAt = ({ page }: Scene, hash: string) =>
  eventually(() => new URL(page.url()).hash === hash, `the address ${hash}`);

let inForce: RulesInForce = RULES_IN_FORCE;

/** What a supervisor would do: acknowledges, mutes, and takes rules. */
function operate({ stage }: Scene): void {
  let puts = 0;
  stage.operate = (operation) => {
    const timeMs = Date.now();
    if (operation.type === "acknowledge") {
      const acknowledged = { timeMs, by: null, comment: null, severity: "warning" } as const;
      const alert = alertEvent({
        ...{ alertId: operation.alertId, revision: 9, timeMs, firedMs: timeMs - 60_000 },
        acknowledged,
      });
      stage.hub.publish(alert);
      return Promise.resolve({ kind: "acknowledged", alert });
    }
    if (operation.type === "mute") {
      stage.hub.publish(operation.mute);
      return Promise.resolve({ kind: "muted" });
    }
    if (operation.type !== "replace_rules") throw new TypeError(operation.type);
    inForce = {
      book: readRulesFile(operation.text, DEFAULT_SETTINGS),
      file: { ...inForce.file, content: JSON.parse(operation.text), etag: `"${++puts}"` },
    };
    return Promise.resolve({ kind: "replaced" });
  };
}

scene(
  "Whoever has no pointer reaches and does everything, always sees where they are, and is never without a place",
  async (on) => {
    const { page } = on;
    const hand = new KeyboardHand(page);
    operate(on);
    await page.addInitScript(KEEP_PRESSED);
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.reload();
    await textOf(page, "state", (text) => text === "live");

    // -- Into the page, past its top --
    await page.locator("#skip:not([hidden])").waitFor();
    await hand.tabTo(id("skip"));
    await hand.press("Enter");
    await hand.isOn("main");
    for (const key of [...FREE, ...CHORDS]) await page.keyboard.press(key);
    assertEquals(await takenIn(on), [], "keys that nobody needs are the browser's");

    await symbolsAndNotes(on, hand);
    await chart(on, hand);
    await alertsOnDesk(on, hand);
    await help(on, hand);
    await arranging(on, hand);
    await otherPanels(on, hand);
    await overview(on, hand);
    await alertsAndRules(on, hand);
    await readViews(on, hand);
    await settings(on, hand);
    assertEquals(on.faults, []);
  },
  "/",
  { rulesInForce: () => inForce },
  {
    prepare: ({ hub }) => {
      const buckets = Array.from({ length: 100 }, (_, i) => 1 + i % 5);
      hub.publish(depthProfile({ timeMs: Date.now(), bids: buckets, asks: buckets }));
    },
  },
);

async function symbolsAndNotes(on: Scene, hand: KeyboardHand): Promise<void> {
  const { page } = on;
  await hand.tabTo(id("symbols"));
  await hand.press("ArrowDown");
  await isAt(on, "#ETHUSDT");
  await textOf(page, "symbol", (text) => text === "ETHUSDT");
  await leavesChords(on, hand, id("symbols"));
  await hand.press("Home");
  await isAt(on, "#BTCUSDT");
  const note = page.getByTestId("metric-note");
  // One that the focus brings into sight.
  await page.setViewportSize({ width: 1440, height: 260 });
  await hand.tabTo(`${id("card-velocity")} .noted`);
  await textOf(page, "metric-note", (text) => text.length > 40);
  await hand.press("Escape");
  await note.waitFor({ state: "hidden" });
  await page.setViewportSize({ width: 1440, height: 900 });
}

async function chart(on: Scene, hand: KeyboardHand): Promise<void> {
  const { page } = on;
  const room = id("chart-room");
  const isLive = (is: boolean) => has(on, "jump", "aria-pressed", String(is));
  const valueOf = async () =>
    Number(await page.getByTestId("line-draft").getAttribute("data-value"));
  await hand.tabTo("[aria-label='Time shown'] button:nth-child(2)");
  await hand.press("Enter");
  await hand.isOn("[aria-pressed='true']");
  await hand.tabTo(id("chart-span"));
  await hand.press("Enter");
  await hand.tabTo(id("show-span"));
  await hand.press("Enter");
  await isLive(false);
  await hand.tabTo(id("chart-back"), "Shift+Tab");
  await hand.press("Enter");
  await isLive(true);
  await hand.tabTo(room);
  await hand.press("ArrowLeft");
  await textOf(page, "read-time", (text) => text !== "");
  await hand.press("+");
  await isLive(false);
  await leavesChords(on, hand, room);
  await hand.press("PageUp", "Backspace", "Escape");
  await isLive(true);

  await hand.tabTo(id("draw-line"));
  await hand.press("Enter");
  await hand.isOn(id("line-draft"));
  on.stopMarket();
  const first = await valueOf();
  await hand.press("ArrowUp");
  await eventually(async () => await valueOf() > first, "the line is moved");
  const second = await valueOf();
  await leavesChords(on, hand, id("line-draft"));
  assertEquals(await valueOf(), second);
  await hand.tabTo(id("line-save"));
  await hand.press("Enter");
  await count(on, "line-rule", 1);
  await count(on, "line-draft", 0);
  // Another one, beside the one that is there.
  await hand.isOn(id("line-rule"));
  await hand.tabTo(id("draw-line"), "Shift+Tab");
  await hand.press("Enter");
  await hand.isOn(id("line-draft"));
  await hand.tabTo(id("line-drop"));
  await hand.press("Enter");
  await count(on, "line-draft", 0);
  await hand.tabTo(id("line-rule"));
  await hand.tabTo(id("line-remove"));
  await hand.press("Enter");
  await count(on, "line-rule", 0);
  await hand.isOn(`${id("chart-room")} *`);

  await hand.tabTo(id("marker-a1"));
  await hand.press("Enter");
  await hand.tabTo(id("marked-a1"));
  await hand.press("Escape");
  await count(on, "alert-opened", 0);
  await hand.isOn(id("marker-a1"));
}

async function alertsOnDesk(on: Scene, hand: KeyboardHand): Promise<void> {
  const mute = id("mute-a1");
  await hand.tabTo(id("ack-a1"));
  await hand.press("Enter");
  await count(on, "ack-a1", 0);
  await hand.isOn(mute);
  await hand.press("Enter");
  await hand.isOn(id("mute-what"));
  await hand.tabTo(id("mute-reason"));
  await on.page.keyboard.type("p2?");
  await hand.press("Escape");
  await hand.isOn(mute);
  await hand.press("Enter");
  await hand.isOn(id("mute-what"));
  await hand.tabTo(id("mute-save"));
  await hand.press("Enter");
  await textOf(on.page, "mutes", (text) => /until/.test(text));
  await hand.isOn(mute);
}

async function help(on: Scene, hand: KeyboardHand): Promise<void> {
  await hand.press("?");
  await hand.isOn("dialog *");
  for (let press = 0; press < 3; press++) {
    await on.page.keyboard.press("Tab");
    await eventually(
      () => on.page.evaluate<boolean>("document.activeElement.matches('body, dialog *')"),
      "what is behind is out of reach",
    );
  }
  await on.page.keyboard.press("Escape");
  await count(on, "help-dialog", 0);
  await hand.isOn(id("mute-a1"));
}

async function arranging(on: Scene, hand: KeyboardHand): Promise<void> {
  const { page } = on;
  const gauge = page.getByTestId("arrange-gauge").locator("[role=status]");
  const frames = () => page.locator(".arrange").count();
  await hand.tabTo(id("arrange"));
  await hand.press("Enter");
  await hand.tabTo(id("ready-order-flow"));
  await hand.press("Enter");
  await count(on, "arrange-gauge", 1);
  const before = await frames();
  await hand.tabTo(id("add-panel"));
  await open(on, hand);
  await hand.press("Escape");
  await isOpen(on, false);
  assertEquals(await frames(), before, "an arrow key adds nothing by itself");
  await choose(on, hand, "metric-cards");
  await count(on, "arrange-metric-cards", 1);

  await hand.tabTo(id("arrange-gauge"));
  const place = await gauge.textContent();
  await leavesChords(on, hand, id("arrange-gauge"));
  assertEquals(await gauge.textContent(), place);
  await hand.press("ArrowUp");
  await eventually(async () => await gauge.textContent() !== place, "it is above the next");
  const moved = await gauge.textContent();
  await hand.press("Shift+ArrowUp");
  await eventually(async () => await gauge.textContent() !== moved, "it is made smaller");
  await hand.tabTo(id("arrange-tape"), "Shift+Tab");
  await hand.press("Delete");
  await count(on, "arrange-tape", 0);
  await hand.isOn(".arrange");
  await hand.press("Escape");
  await count(on, "arrange-gauge", 0);
  await hand.isOn(id("arrange"));
}

async function otherPanels(on: Scene, hand: KeyboardHand): Promise<void> {
  const { page } = on;
  await hand.tabTo(id("heat-cursor"));
  await hand.press("ArrowLeft");
  await leavesChords(on, hand, id("heat-cursor"));
  await hand.tabTo(id("depth-cursor"));
  await hand.press("ArrowRight");
  await textOf(page, "depth-price", (text) => text.startsWith("ask"));
  await leavesChords(on, hand, id("depth-cursor"));
  await hand.press("Escape");
  await textOf(page, "depth-price", (text) => text === "–");
  await hand.tabTo(id("gauge-depth"));
  await hand.press("ArrowDown");
  await eventually(() => page.url().includes("gauge.depth="), "it looks deeper");
  await hand.tabTo(`${id("metric-cards")} .noted`);
  await textOf(page, "metric-note", (text) => text.length > 40);
  await hand.tabTo(id("choose-cards"));
  await hand.press("Enter");
  await hand.tabTo(id("add-card"), "Shift+Tab");
  await choose(on, hand, "bestAskPrice");
  await count(on, "metric-card-bestAskPrice", 1);
  await hand.press("2");
  await hand.isOn(id("add-card"));
  await hand.tabTo(id("choose-cards"));
}
