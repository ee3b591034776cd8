/** The tour by keyboard beyond the desk: the overview, alerts and rules, what is only read, and settings. */
import { assert, assertEquals } from "@std/assert";
import { textOf } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { alertEvent } from "../support/outputs.ts";
import type { KeyboardHand } from "./keyboard_hand.ts";
import { count, has, id, leavesChords } from "./keyboard_keys.ts";
import type { Scene } from "./scene.ts";

export async function overview(on: Scene, hand: KeyboardHand): Promise<void> {
  const { page } = on;
  await hand.press("2");
  await hand.isOn("main.overview");
  await hand.tabTo(id("overview-filter"));
  await page.keyboard.type("1p?");
  await has(on, "overview", "aria-label", "Overview");
  await count(on, "help-dialog", 0);
  assertEquals(await page.getByTestId("overview-filter").inputValue(), "1p?");
  await hand.press("Control+a", "Delete");
  await hand.tabTo(id("sort-mid"));
  await hand.press("Enter");
  await page.locator("[data-column=mid][aria-sort]").waitFor();
  await hand.tabTo("[data-stop='link']");
  await leavesChords(on, hand, "[data-stop='link']");
  await hand.press("End", "ArrowLeft", "Enter");
  await hand.isOn("[data-stop='pin'][aria-pressed='true']");
  await hand.press("ArrowRight");
  const symbol = await page.evaluate<string>("document.activeElement.textContent");
  await hand.press("Enter");
  await hand.isOn("main.desk");
  await textOf(page, "symbol", (text) => text === symbol);
}

export async function alertsAndRules(on: Scene, hand: KeyboardHand): Promise<void> {
  const { page } = on;
  on.stage.hub.publish(
    alertEvent({ alertId: "a2", timeMs: Date.now(), firedMs: Date.now() - 60_000 }),
  );
  await hand.press("3");
  await hand.isOn("main.alerts-view");
  await hand.tabTo(`${id("row-a2")} a`);
  await hand.press("Enter");
  await hand.isOn(`${id("row-a2")} [aria-current]`);
  await hand.tabTo(id("detail-ack"));
  await hand.press("Enter");
  await count(on, "detail-ack", 0);
  await hand.isOn(id("detail-mute"));
  await hand.press("Enter");
  await hand.isOn(id("mute-what"));
  await hand.press("Escape");
  await hand.isOn(id("detail-mute"));

  await hand.tabTo(".alerts-parts a:last-child", "Shift+Tab");
  await hand.press("Enter");
  await hand.tabTo(id("new-rule"));
  await hand.press("Enter");
  await hand.isOn(`${id("rule-form")} *`);
  await hand.tabTo(id("rule-enter"));
  await page.keyboard.type("0.5");
  await hand.tabTo(id("save-rule"));
  await hand.press("Enter");
  await page.getByTestId("rules").waitFor();
  await hand.isOn(`${id("rules")} *`);
}

/** What is read there is scrolled and opened; each has an end, and begins again past its top. */
export async function readViews(on: Scene, hand: KeyboardHand): Promise<void> {
  for (const [key, view] of [["4", "statistics-view"], ["5", "quality-view"], ["6", "system"]]) {
    await enter(on, hand, key ?? "", id(view ?? ""));
    assert(await hand.walk() > 0);
    await on.page.keyboard.press("Tab");
  }
}

/** A view by its key, and past the top into it where the focus has stayed there. */
async function enter(on: Scene, hand: KeyboardHand, key: string, view: string): Promise<void> {
  await hand.press(key);
  await on.page.locator(view).waitFor();
  if (await on.page.evaluate("document.activeElement.dataset.testid === 'skip'")) {
    await hand.press("Enter");
  }
  await hand.isOn(`main${view}`);
}

export async function settings(on: Scene, hand: KeyboardHand): Promise<void> {
  const { page } = on;
  await enter(on, hand, "7", ".settings");
  for (
    const [first, next] of [["theme-system", "theme-dark"], [
      "palette-green-red",
      "palette-blue-orange",
    ], ["zone-UTC", "zone-local"]]
  ) {
    await hand.tabTo(id(first ?? ""));
    await hand.press("ArrowRight");
    await hand.isOn(`${id(next ?? "")}:checked`);
  }
  await has(on, "settings", "aria-label", "Settings");
  await eventually(
    () => page.evaluate<boolean>("document.documentElement.dataset.palette === 'blue-orange'"),
    "the colours",
  );
  await hand.tabTo(id("list-name"));
  await page.keyboard.type("2p?");
  await hand.press("Enter");
  await page.getByTestId("list-2p?").waitFor();
  await hand.isOn(id("list-name"));
}
