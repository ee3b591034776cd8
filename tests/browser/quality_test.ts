/** The page's own answer to "is it right?", in a real browser: what makes each of its sentences false. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { latencyGauges } from "../../shared/latency.ts";
import { eventually } from "../support/eventually.ts";
import { textOf } from "../support/browser.ts";
import { feedStatus, metricsFrame, proofStatus, systemStatus } from "../support/outputs.ts";
import { scene } from "./scene.ts";

const BUSY_MS = 400;
const HOUR_MS = 3_600_000;
const FAR_MS = 31_536_000_000;
const leg = { p50Ms: 1, p99Ms: 2 };

scene("The quality view says what was compared, until it is wrong or not live", async (on) => {
  const { page, stage, faults } = on;
  await page.getByTestId("symbol-row-ETHUSDT").waitFor();
  // From the badge, and from the navigation: of the symbol that the desk shows.
  await page.getByTestId("proof").click();
  await eventually(() => new URL(page.url()).hash === "#/quality/BTCUSDT", "the badge leads there");
  await page.goBack();
  await page.getByRole("link", { name: "Quality" }).click();
  await textOf(page, "verdict", (text) => text === "Right, as far as compared");
  await textOf(page, "quality-best", (text) => /^exact ([\d,]+) of \1$/.test(text));
  await textOf(page, "quality-levels", (text) => text === "exact 5,000 of 5,000");
  await page.getByTestId("quality-link").click();
  await eventually(() => new URL(page.url()).hash === "#/quality/BTCUSDT", "it is linked");

  // Its frames are painted, and the legs before that are known but for the exchange's clock.
  await textOf(page, "quality-painted", (text) => /\d$/.test(text));
  const painted = async () => {
    const cells = await page.getByTestId("quality-painted").locator("td").allTextContents();
    return cells.map((text) => Number(text.replaceAll(",", "")));
  };
  // A main thread that is busy draws later, …
  await page.evaluate(`globalThis.busy = setInterval(() => {
    for (const endMs = performance.now() + ${BUSY_MS}; performance.now() < endMs;);
  }, 2 * ${BUSY_MS})`);
  // Of the last minute at first only the slowest.
  await eventually(async () => ((await painted()).at(-1) ?? 0) > BUSY_MS / 2, "it is longer");
  await page.evaluate("clearInterval(busy)");
  // … and a clock of the page's machine that is an hour off changes nothing.
  await page.evaluate(`Date.now = ((now) => () => now() + ${HOUR_MS})(Date.now)`);
  const told = new Set<string>();
  await eventually(async () => told.add((await painted()).join()).size > 3, "it is told anew");
  for (const ms of await painted()) assert(ms > 0 && ms < HOUR_MS / 2, `${ms} ms`);
  const gauges = latencyGauges({
    clocks: "unknown",
    exchangeToReceive: null,
    receiveToComputed: leg,
    computedToSent: leg,
  });
  const children = (over: Record<string, number>) =>
    systemStatus().children.map((child) =>
      child.actorId === "symbol:BTCUSDT" ? { ...child, gauges: over } : child
    );
  on.setSystem({ children: children(gauges) });
  const unknown = "exchange → screen the exchange has not told its time yet––";
  await textOf(page, "quality-sum", (text) => text === unknown);
  const known = {
    clocks: "known",
    exchangeToReceive: leg,
    receiveToComputed: leg,
    computedToSent: leg,
  } as const;
  on.setSystem({ children: children(latencyGauges(known)) });
  const unwritten = "no page that shows it in detail was sent its numbers of late";
  await textOf(page, "quality-sum", (text) => text === `exchange → screen ${unwritten}––`);
  stage.hub.written.written("BTCUSDT", performance.now() - 3, performance.now());
  on.setSystem({ children: children({ ...latencyGauges(known), frames: 1 }) });
  assertMatch(
    await textOf(page, "quality-sum", (text) => /\d$/.test(text)),
    /^exchange → screen [\d.,]+$/,
  );

  on.stopMarket();
  const timeMs = Date.now() + FAR_MS;
  stage.hub.publish(proofStatus({ timeMs, exactChecked: 564, lastExactMs: Date.now() }));
  stage.hub.publish(metricsFrame({ timeMs, mid: 65_000 }));
  await textOf(page, "quality-best", (text) => text === "exact 564 of 564");
  stage.hub.publish(feedStatus({ timeMs: timeMs + 1, state: "stale", reason: "Gap in updates" }));
  stage.hub.publish(metricsFrame({ timeMs: timeMs + 1, state: "stale", mid: null }));
  await textOf(page, "verdict", (text) => text === "Not live: stale");
  await textOf(page, "verdict-reason", (text) => text === "Gap in updates");
  stage.hub.publish(
    proofStatus({ timeMs: timeMs + 2, exactChecked: 566, exactMismatched: 2, lastExactMs: null }),
  );
  await textOf(page, "verdict", (text) => text === "Wrong");
  await textOf(page, "quality-best", (text) => text === "exact 564 of 566: WRONG in 2");
  assertEquals(faults, []);
});

scene(
  "The quality of the past: on its way, there, and not to be had look different",
  async (on) => {
    const { page, stage } = on;
    const isPast = (standing: string) =>
      eventually(async () => {
        const past = page.getByTestId("quality-past").first();
        return await past.getAttribute("data-loading") === standing;
      }, `the past is ${standing}`);
    await textOf(page, "state", (text) => text === "live");
    const { promise, resolve } = Promise.withResolvers<void>();
    const answer = stage.history.quality.bind(stage.history);
    stage.history.quality = async (query) => {
      await promise;
      return await answer(query);
    };
    await page.goto(`${stage.url}/#/quality/BTCUSDT,ETHUSDT`);
    await isPast("loading");
    stage.history.counted = {
      ...stage.history.counted,
      proof: {
        exactChecked: 900,
        exactMismatched: 0,
        carriedChecked: 0,
        carriedMismatched: 0,
        carriedHealed: 0,
        provenMs: 34_560_000,
      },
    };
    resolve();
    await isPast("loaded");
    // Of a day that begins on a round minute, and so is a little longer.
    const proven = page.getByTestId("quality-proven-1");
    const isTold = (text: string) => /^(?:40\.00|39\.9\d) %$/.test(text);
    let told: readonly string[] = [];
    await eventually(async () => {
      told = await proven.allTextContents();
      return told.length === 2 && told.every(isTold);
    }, "both are told");
    const live = page.getByTestId("quality-live-7").first();
    await eventually(async () => /%$/.test(await live.textContent() ?? ""), "a share of the week");

    stage.history.outage = "too many ask already";
    const reason = "What is stored cannot be read, trying again: " +
      "History is not available: too many ask already";
    // An answer is given again for a second.
    await eventually(async () => {
      await page.reload();
      const past = page.locator("[data-testid=quality-past]:not([data-loading=loading])").first();
      return await past.textContent() === reason;
    }, "the reason");
    await isPast("failed");
    stage.history.outage = null;
    await isPast("loaded");
  },
);
