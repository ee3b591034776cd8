/**
 * Debian's Firefox, driven by puppeteer-core over WebDriver BiDi. playwright-core, which drives Chromium, speaks it too, but
 * asks of a browser what this one does not know yet. https://w3c.github.io/webdriver-bidi/
 */
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { eventually } from "./eventually.ts";
import { PATIENCE_MS } from "./patience.ts";
import { firefoxPath } from "./services.ts";

/** A test that starts Firefox, with a profile of its own, where there is one; elsewhere it is skipped by its name. */
export function testInFirefox(name: string, run: (browser: Browser) => Promise<void>): void {
  Deno.test({
    name,
    ignore: firefoxPath === null,
    fn: async () => {
      if (firefoxPath === null) return;
      const browser = await puppeteer.launch({
        browser: "firefox",
        executablePath: firefoxPath,
        timeout: PATIENCE_MS,
        protocolTimeout: PATIENCE_MS,
      });
      try {
        await run(browser);
      } finally {
        await browser.close();
      }
    },
  });
}

/** One window, with one page. */
export class FirefoxWindow {
  /** Everything that goes wrong in it; Firefox tells of what the page's policy blocks as of an error. */
  readonly faults: string[] = [];
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
    page.on("pageerror", (error) => this.faults.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") this.faults.push(message.text());
    });
    page.on("response", (answer) => {
      if (answer.status() >= 400) this.faults.push(`${answer.status()} ${answer.url()}`);
    });
  }

  /** A window of its own, not a tab: of two tabs one is hidden. */
  static async open(browser: Browser, url: string, width: number): Promise<FirefoxWindow> {
    const page = await browser.newPage({ type: "window" });
    page.setDefaultTimeout(PATIENCE_MS);
    const window = new FirefoxWindow(page);
    await window.resize(width);
    await page.goto(url);
    return window;
  }

  /** What an expression, or the promise that it makes, comes to. */
  async evaluate<T>(expression: string): Promise<T> {
    return await this.#page.evaluate(expression) as T;
  }

  /** The text of a test id, once it satisfies the test. */
  async textOf(testId: string, holds: (text: string) => boolean): Promise<string> {
    const expression = `document.querySelector('[data-testid="${testId}"]')?.textContent ?? ""`;
    let text = "";
    try {
      await eventually(async () => holds(text = await this.evaluate(expression)));
    } catch (error) {
      throw new Error(`The text of ${testId} is "${text}"`, { cause: error });
    }
    return text;
  }

  /** Waits until so many elements are there. */
  async has(selector: string, count: number): Promise<void> {
    const expression = `document.querySelectorAll(${JSON.stringify(selector)}).length`;
    await eventually(
      async () => await this.evaluate(expression) === count,
      `${count} of ${selector}`,
    );
  }

  /** Clicks the first, when it is there and stands still. */
  async click(selector: string): Promise<void> {
    await this.#page.locator(selector).click();
  }

  async press(key: "?" | "Escape"): Promise<void> {
    await this.#page.keyboard.press(key);
  }

  async resize(width: number): Promise<void> {
    await this.#page.setViewport({ width, height: 900 });
  }

  async reload(): Promise<void> {
    await this.#page.reload();
  }

  async close(): Promise<void> {
    await this.#page.close();
  }
}
