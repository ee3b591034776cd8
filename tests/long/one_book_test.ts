/** Cards, ladder and chart of a symbol in focus show one book at a time. */
import { textOf } from "../support/browser.ts";
import { assertOneBook } from "../support/one_book.ts";
import { testOnShownMonitor } from "../support/shown_monitor.ts";

const SAMPLES = 300;

testOnShownMonitor(
  "Cards, ladder and chart show one book update id in 300 of 300 pictures at full rate",
  async ({ page }) => {
    await textOf(page, "mid", (text) => /\d/.test(text));
    await assertOneBook(page, SAMPLES);
    // Of another symbol too, over the same stream.
    await page.getByTestId("symbol-row-ETHUSDT").click();
    await textOf(page, "symbol", (text) => text === "ETHUSDT");
    await textOf(page, "best-bid", (text) => /^2,/.test(text));
    await assertOneBook(page, SAMPLES);
  },
);
