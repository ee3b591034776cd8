/** A hand on the chart of a page, and what it shows then. */
import { assert } from "@std/assert";
import type { Locator, Page } from "playwright-core";
import { textOf } from "../../support/browser.ts";
import { eventually } from "../../support/eventually.ts";
import type { Scene } from "../scene.ts";

export const MINUTE_MS = 60_000;
/** Pixels are so many milliseconds at a quarter of an hour, and a hand is no more exact. */
export const NEAR_MS = 5_000;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Shown {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The pane of prices; `which`: of the charts, counted from 0. */
export function paneOf(page: Page, which = 0): Locator {
  return page.getByTestId("chart-mid").nth(which);
}

/** Both at once: while it follows the newest, another picture has another begin. */
export async function shown(page: Page, which = 0): Promise<Shown> {
  const text = await page.evaluate<string>(`(() => {
    const pane = document.querySelectorAll("[data-testid=chart-mid]")[${which}];
    return pane === undefined ? "" : pane.dataset.from + " " + pane.dataset.to;
  })()`);
  const [fromMs = NaN, toMs = NaN] = text.split(" ").map(Number);
  return { fromMs, toMs };
}

export async function untilShown(
  page: Page,
  holds: (shown: Shown) => boolean,
  what: string,
  which = 0,
): Promise<Shown> {
  let now = await shown(page, which);
  await eventually(async () => holds(now = await shown(page, which)), what);
  return now;
}

export function lengthOf({ fromMs, toMs }: Shown): number {
  return toMs - fromMs;
}

export function isAbout(length: number): (one: Shown) => boolean {
  return (one) => Math.abs(lengthOf(one) - length) < 2;
}

export async function isLive(page: Page, which = 0): Promise<boolean> {
  return await page.getByTestId("jump").nth(which).getAttribute("aria-pressed") === "true";
}

/** Where lines are, once it is in sight. */
export async function placeOf(page: Page, which = 0): Promise<Box> {
  const over = paneOf(page, which).locator(".u-over");
  await over.waitFor();
  await over.scrollIntoViewIfNeeded();
  const box = await over.boundingBox();
  assert(box !== null);
  return box;
}

/** Waits until the chart has its history. */
export async function ready({ page }: Scene): Promise<void> {
  await textOf(page, "mid", (text) => /\d/.test(text));
  await eventually(
    async () => Number(await paneOf(page).getAttribute("data-points")) > 500,
    "history is there",
  );
}

/** From one share of the width to another, with a key held down. */
export async function drag(
  page: Page,
  from: number,
  to: number,
  key: "Shift" | null = null,
): Promise<void> {
  const { x, y, width, height } = await placeOf(page);
  const middle = y + height / 2;
  if (key !== null) await page.keyboard.down(key);
  await page.mouse.move(x + width * from, middle);
  await page.mouse.down();
  await page.mouse.move(x + width * to, middle, { steps: 5 });
  await page.mouse.up();
  if (key !== null) await page.keyboard.up(key);
}

/** Of the address, as a person reads it. */
export function hash(page: Page): string {
  return decodeURIComponent(new URL(page.url()).hash);
}
