/**
 * The words of the page that claim a state, of a monitor as an operator runs it: its exchange goes away, then it is killed.
 * Each word against each fault, one at a time, is in tests/browser/faults_on_page_test.ts.
 */
import { assert } from "@std/assert";
import type { Page } from "playwright-core";
import { eventually } from "../support/eventually.ts";
import { testOnShownMonitor } from "../support/shown_monitor.ts";

/** A book that has no frames is stale within seconds, and its age is proven by nobody. */
const DEADLINE_MS = 90_000;

async function reads(page: Page, testId: string, text: RegExp, isGood: boolean): Promise<void> {
  const place = page.getByTestId(testId);
  await eventually(
    async () =>
      text.test(await place.textContent() ?? "") &&
      (await place.getAttribute("data-tone") === "good") === isGood,
    `${testId} says ${text}, ${isGood ? "" : "not "}well`,
    DEADLINE_MS,
  );
}

testOnShownMonitor(
  "No word of the page stays good when the exchange goes away, and none when the monitor is killed",
  async ({ page, monitor, exchange }) => {
    await reads(page, "connection", /^connected$/, true);
    await reads(page, "exchange-link", /^2 of 2 live$/, true);
    await reads(page, "state", /^live$/, true);
    await reads(page, "storage", /^stored$/, true);
    // The simulated market may raise an alert at any time.
    const count = page.getByTestId("alert-count");
    await eventually(
      async () => /^(none|\d+) firing$/.test(await count.textContent() ?? ""),
      "it is known how many alerts fire",
      DEADLINE_MS,
    );
    const latency = await page.getByTestId("latency-exchangeToReceive").textContent() ?? "";
    assert(!latency.includes("−"), `no latency is negative: ${latency}`);

    await exchange.stop();
    await reads(page, "exchange-link", /^(no book is live|unreachable)/, false);
    await reads(page, "state", /^(stale|syncing|degraded)$/, false);
    await reads(page, "alert-count", /./, false);
    await reads(page, "connection", /^connected$/, true);

    await monitor.end("SIGKILL");
    await reads(page, "connection", /^reconnecting/, false);
    await reads(page, "exchange-link", /^–$/, false);
    await reads(page, "storage", /^–$/, false);
    await reads(page, "alert-count", /^–$/, false);
    await reads(page, "state", /^offline$/, false);
    await reads(page, "proof", /./, false);
  },
);
