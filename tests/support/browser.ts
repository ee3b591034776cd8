/** Debian's Chromium, driven by playwright-core under Deno. */
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { eventually } from "./eventually.ts";
import { chromiumPath } from "./services.ts";
import { PATIENCE_MS } from "./patience.ts";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** A test that starts a browser, where there is a Chromium and what else it needs; elsewhere it is skipped by its name. */
export function testInBrowser(
  name: string,
  run: (executablePath: string, t: Deno.TestContext) => Promise<void>,
  hasOther = true,
): void {
  Deno.test({
    name,
    ignore: chromiumPath === null || !hasOther,
    // The browser driver keeps a pipe to its helper until the process ends.
    sanitizeOps: false,
    sanitizeResources: false,
    fn: async (t) => {
      if (chromiumPath !== null) await run(chromiumPath, t);
    },
  });
}

/**
 * Starts a browser; the caller closes it. `heedsSignals`: a signal to this process ends both at once, whatever else it has
 * started.
 */
export async function launch(executablePath: string, heedsSignals = true): Promise<Browser> {
  return await chromium.launch({
    executablePath,
    args: FLAGS,
    timeout: PATIENCE_MS,
    handleSIGHUP: heedsSignals,
    handleSIGINT: heedsSignals,
    handleSIGTERM: heedsSignals,
  });
}

/** A page that collects everything that goes wrong in it, blocked resources among it. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE_MS);
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
