/** A person who has a keyboard and nothing else: after each press the focus is somewhere, and it is seen where. */
import { assert } from "@std/assert";
import type { Page } from "playwright-core";
import { eventually } from "../support/eventually.ts";

/** More than any view has. */
const STOPS_MAX = 200;

/** For the page: what has the focus, as a person would tell of it. */
const LOOK = `(selector) => {
  const one = document.activeElement;
  if (one === null || one === document.body) return null;
  const isChoice = one.matches("[type=radio], [type=checkbox]");
  const seen = isChoice ? one.closest("label") ?? one : one;
  const { x, y, width, height, right, bottom } = seen.getBoundingClientRect();
  const isInSight = width > 1 && height > 1 && right > 0 && bottom > 0 && x < innerWidth && y < innerHeight;
  const middle = [(Math.max(0, x) + Math.min(innerWidth, right)) / 2, (Math.max(0, y) + Math.min(innerHeight, bottom)) / 2];
  const over = document.elementFromPoint(...middle);
  const isUncovered = over !== null && (seen.contains(over) || over.contains(seen));
  // A ring, of it or of what stands for it; a line that is moved is thicker.
  const rings = [[one], [one, "::after"], ...(isChoice && one.nextElementSibling ? [[one.nextElementSibling]] : [])];
  const hasRing = rings.some(([node, part]) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(node, part);
    return outlineStyle === "solid" && parseFloat(outlineWidth) >= 2;
  }) || parseFloat(getComputedStyle(one, "::before").borderTopWidth) >= 4;
  const { testid } = one.dataset;
  const name = one.getAttribute("aria-label") ?? one.labels?.[0]?.textContent ?? one.textContent;
  return {
    what: one.localName + (testid ? " " + testid : "") + " “" + name.trim().slice(0, 40) + "”",
    isSeen: isInSight && isUncovered && hasRing,
    why: [isInSight || "out of sight", isUncovered || "covered", hasRing || "no ring"].filter((one) => one !== true).join(", "),
    isIt: selector !== null && one.matches(selector),
  };
}`;

interface Seen {
  readonly what: string;
  readonly isSeen: boolean;
  readonly why: string;
  readonly isIt: boolean;
}

/** Where the keyboard is on one page. */
export class KeyboardHand {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Presses keys one after another; what had the focus may go, and then something else has it. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      await this.#page.keyboard.press(key);
      await eventually(
        async () => await this.#look() !== null,
        `something has the focus after ${key}`,
      );
    }
  }

  /** Goes from stop to stop until one is reached; each that it passes can be seen. */
  async tabTo(selector: string, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
    const passed: string[] = [];
    for (let press = 0; press < STOPS_MAX; press++) {
      const seen = await this.#tab(key, selector);
      if (seen?.isIt) return;
      passed.push(seen?.what ?? "the browser");
    }
    throw new Error(`${key} never came to ${selector}, but to ${[...new Set(passed)].join("; ")}`);
  }

  /** From the first stop of the page to its last: how many there are; there is none that cannot be left. */
  async walk(): Promise<number> {
    for (let count = 0; count < STOPS_MAX; count++) {
      if (await this.#tab("Tab", null) === null) return count;
    }
    throw new Error(`After ${STOPS_MAX} stops the page has no end`);
  }

  /** The focus comes there, or has come. */
  async isOn(selector: string): Promise<void> {
    let last: Seen | null = null;
    await eventually(async () => {
      last = await this.#look(selector);
      return last?.isIt ?? false;
    }, `the focus on ${selector}`);
  }

  async #tab(key: string, selector: string | null): Promise<Seen | null> {
    await this.#page.keyboard.press(key);
    const seen = await this.#look(selector);
    assert(seen === null || seen.isSeen, `${seen?.what} has the focus: ${seen?.why}`);
    return seen;
  }

  #look(selector: string | null = null): Promise<Seen | null> {
    return this.#page.evaluate<Seen | null>(`(${LOOK})(${JSON.stringify(selector)})`);
  }
}
