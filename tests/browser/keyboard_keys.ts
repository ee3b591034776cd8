/** What a tour by keyboard asks of keys: which the page has taken, how a list is opened, and what is looked at after a press. */
import { assertEquals } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import type { KeyboardHand } from "./keyboard_hand.ts";
import type { Scene } from "./scene.ts";

/** What has this test id. */
export const id = (testId: string): string => `[data-testid="${testId}"]`;
/** An attribute of it comes to be so. */
export const has = (
  { page }: Scene,
  testId: string,
  name: string,
  value: string | null,
): Promise<void> =>
  eventually(
    async () => await page.getByTestId(testId).first().getAttribute(name) === value,
    `${name} of ${testId} is ${value}`,
  );
/** So many of it are there. */
export const count = ({ page }: Scene, testId: string, wanted: number): Promise<void> =>
  eventually(
    async () => await page.getByTestId(testId).count() === wanted,
    `${wanted} of ${testId}`,
  );

/** For the page: every key that is pressed, to be asked later what became of it. */
export const KEEP_PRESSED = `
  globalThis.pressed = [];
  addEventListener("keydown", (event) => pressed.push(event), { capture: true });`;

/** Which keys the page has taken for itself since this was asked. */
export async function takenIn({ page }: Scene): Promise<readonly string[]> {
  return await page.evaluate<string[]>(`pressed.splice(0)
    .filter(({ defaultPrevented }) => defaultPrevented)
    .map(({ key, ctrlKey, altKey, metaKey }) =>
      [ctrlKey && "Ctrl", altKey && "Alt", metaKey && "Meta", key].filter(Boolean).join("+"))`);
}

/** With each of them a browser or a screen reader does something. */
export const CHORDS = ["Control", "Alt", "Meta"].flatMap((held) =>
  ["ArrowUp", "ArrowRight", "Delete", "Escape", "2"]
    .map((key) => `${held}+${key}`)
);
/** None of them is the browser's while nothing on the page has a use for it. */
export const FREE = [
  "ArrowDown",
  "ArrowUp",
  "PageDown",
  "PageUp",
  "Home",
  "End",
  "Space",
  "x",
  "/",
];

/** Keys that have a use where the focus is leave those alone that have none. */
export async function leavesChords(on: Scene, hand: KeyboardHand, selector: string): Promise<void> {
  await takenIn(on);
  for (const chord of CHORDS) await on.page.keyboard.press(chord);
  assertEquals(await takenIn(on), [], `chords are the browser's at ${selector}`);
  await hand.isOn(selector);
}

/** Whether a list is open, drawn by the browser over the page. */
export const isOpen = ({ page }: Scene, is: boolean): Promise<void> =>
  eventually(
    async () =>
      await page.evaluate<boolean>("document.querySelector('select:open') !== null") === is,
    is ? "the list is open" : "the list is closed",
  );

/** Opens the list that has the focus. */
export async function open(on: Scene, hand: KeyboardHand): Promise<void> {
  await hand.press("ArrowDown");
  await isOpen(on, true);
}

/** Opens it, and takes one of its entries. */
export async function choose(on: Scene, hand: KeyboardHand, value: string): Promise<void> {
  const steps = await on.page.evaluate<number>(`
    [...document.activeElement.options].filter((one) => !one.disabled)
      .findIndex((one) => one.value === ${JSON.stringify(value)})`);
  await open(on, hand);
  for (let step = 0; step < steps; step++) await on.page.keyboard.press("ArrowDown");
  await hand.press("Enter");
  await isOpen(on, false);
}
