/** Debian's Chromium, driven by playwright-core under Deno. */
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { eventually } from "./eventually.ts";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** Starts a browser; the caller closes it. */
export async function launch(executablePath: string): Promise<Browser> {
  return await chromium.launch({ executablePath, args: FLAGS });
}

/** A page that collects everything that goes wrong in it, blocked resources among it. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  await page.goto(url);
  return { page, faults };
}

/** Waits until the text of a test id satisfies the test, and returns it. */
export async function textOf(
  page: Page,
  testId: string,
  holds: (text: string) => boolean,
): Promise<string> {
  let text = "";
  await eventually(async () => {
    text = (await page.getByTestId(testId).textContent()) ?? "";
    return holds(text);
  }, `text of ${testId}`);
  return text;
}
