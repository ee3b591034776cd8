/** What tells a person how far to trust the numbers, in a real browser. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { UNKNOWN_VALUES } from "../../shared/catalogue/metrics.ts";
import { codeOf, codeOfNothing } from "../../shared/catalogue/null_code.ts";
import { eventually } from "../support/eventually.ts";
import { textOf } from "../support/browser.ts";
import {
  auditRecord,
  bookFrame,
  feedStatus,
  gapRecord,
  metricsFrame,
  proofStatus,
} from "../support/outputs.ts";
import { scene } from "./scene.ts";

// -- Badge --

/** Ages in whole hours are the same for as long as a test runs. */
const HOUR_MS = 3_600_000;

scene(
  "The badge turns red and says so when an audit fails, and still tells of it after the next",
  async (on) => {
    const badge = on.page.getByTestId("proof");
    const hasTone = (tone: string) => async () => await badge.getAttribute("data-tone") === tone;
    await textOf(on.page, "proof", (text) => text.includes("5,000 levels exact 3 h ago"));
    await eventually(hasTone("good"), "a green badge");
    const differences = ["bid 65,000: ours 2, snapshot 3"];
    on.stage.hub.publish(auditRecord({ timeMs: Date.now(), mismatched: 3, differences }));
    await textOf(on.page, "proof", (text) => text.includes("3 of 5,000 levels WRONG"));
    await eventually(hasTone("bad"), "a red badge");
    assertMatch(await badge.getAttribute("title") ?? "", /ours 2, snapshot 3/);
    on.stage.hub.publish(auditRecord({ timeMs: Date.now(), levels: 4_000 }));
    const isStory = (text: string) => /3 of 5,000 levels WRONG .+ 4,000 levels exact/.test(text);
    await textOf(on.page, "proof", isStory);
    await eventually(hasTone("bad"), "a badge that is still red");
  },
);

scene(
  "The badge tells of a stored audit that failed before the page was opened",
  async (on) => {
    const story = /7 of 5,000 levels WRONG 3\d min ago, since then 5,000 levels exact 1\d min ago$/;
    await textOf(on.page, "proof", (text) => story.test(text));
  },
  "/",
  {},
  {
    prepare: ({ history }) => {
      const minutesAgo = (minutes: number) => Date.now() - minutes * 60_000;
      history.compared = [
        auditRecord({ timeMs: minutesAgo(10) }),
        auditRecord({ timeMs: minutesAgo(30), mismatched: 7 }),
      ];
    },
  },
);

scene("The badge is red after an exact check that failed", async (on) => {
  await textOf(on.page, "state", (text) => text === "live");
  on.stopMarket();
  on.stage.hub.publish(proofStatus({ exactMismatched: 1, lastExactMs: Date.now() }));
  await textOf(on.page, "proof", (text) => text.includes("WRONG in 1 of 12 checks"));
  assertEquals(await on.page.getByTestId("proof").getAttribute("data-tone"), "bad");
});

scene(
  "The badge says that nothing was audited yet when nothing was",
  async (on) => {
    await textOf(on.page, "proof", (text) => /^best bid\/ask .+ ago · not audited yet$/.test(text));
  },
  "/",
  {},
  {
    prepare: ({ history }) => {
      history.compared = [];
    },
  },
);

// -- What is not known --

scene("An empty card says why in words, and no other does", async (on) => {
  await textOf(on.page, "state", (text) => text === "live");
  on.stopMarket();
  const nulls = codeOf("velocity", "warming_up") + codeOf("topShare", "not_covered");
  const timeMs = Date.now() + 1;
  on.stage.hub.publish(bookFrame({ timeMs }));
  on.stage.hub.publish(metricsFrame({ timeMs, velocity: null, topShare: null, nulls }));
  await textOf(on.page, "why-velocity", (text) => text === "Its time window is not full yet.");
  const share = "Share at top: it needs levels farther from mid than the book is known.";
  await textOf(on.page, "why-topQty", (text) => text === share);
  await on.page.getByTestId("all-metrics").locator("summary").click();
  await textOf(on.page, "all-spreadBps", (text) => /^0\.0015 bps$/.test(text));
  await textOf(on.page, "all-bidDepth100Bps", (text) => text === "≥ 140.0 base");
  const slope = on.page.getByTestId("all-velocity").locator("xpath=..");
  assertMatch(
    await slope.textContent() ?? "",
    /^Imbalance slope–Its time window is not full yet\.$/,
  );
  assertEquals(await on.page.locator(".card .why:not(:empty)").count(), 2);
  on.stage.hub.publish(metricsFrame({
    timeMs: timeMs + 1,
    state: "syncing",
    bookUpdateId: null,
    ...UNKNOWN_VALUES,
    nulls: codeOfNothing("not_live"),
  }));
  await textOf(on.page, "why-mid", (text) => text === "The book is not live.");
  assertEquals(await on.page.locator(".card .why:empty").count(), 0);
});

// -- Depth --

scene("The depth card says ≥ where a band is wider than what is known", async ({ page }) => {
  await textOf(page, "depth-bid-100", (text) => text === "≥ 140.0");
  const texts = ["depth-bid-10", "depth-bid-50", "depth-ask-100", "covered-bid", "covered-ask"]
    .map((id) => page.getByTestId(id).textContent());
  assertEquals(await Promise.all(texts), ["12.00", "80.00", "150.0", "to 0.60 %", "all"]);
});

// -- State --

for (
  const [state, tone] of [
    ["syncing", "warning"],
    ["stale", "bad"],
    ["degraded", "bad"],
    ["halted", "calm"],
  ] as const
) {
  scene(`A symbol that is ${state} has a pill with the reason and since when`, async (on) => {
    const { page, stage } = on;
    await textOf(page, "state", (text) => text === "live");
    on.stopMarket();
    const timeMs = Date.now();
    const reason = `because it is ${state}`;
    stage.hub.publish(feedStatus({ state, reason, timeMs: timeMs - 5 * HOUR_MS }));
    // A year ahead, so that it does not fall silent while the test runs.
    const frame = { ...UNKNOWN_VALUES, velocity: null, state };
    stage.hub.publish(metricsFrame({ ...frame, timeMs: timeMs + 31_536_000_000 }));
    await textOf(page, "state", (text) => text === state);
    await textOf(page, "reason", (text) => text === reason);
    await textOf(page, "since", (text) => /^since .*\d\d:\d\d:\d\d UTC \(5 h\)$/.test(text));
    assertEquals(await page.getByTestId("standing").getAttribute("data-tone"), tone);
  });
}

// -- Chart --

scene("The chart names every state of the past that was not live, and its gaps", async (on) => {
  const { page, stage } = on;
  const words = "syncing stale degraded halted not recorded gap in updates";
  await page.getByRole("button", { name: "1h", exact: true }).click();
  const legend = async () => (await page.getByTestId("marks").locator(".mark").allTextContents());
  await eventually(async () => (await legend()).join(" ") === words, words);
  const pane = page.getByTestId("chart-mid");
  const box = await pane.locator(".u-over").boundingBox();
  assert(box !== null);
  const tip = page.getByTestId("read-mark");
  const [gap] = stage.history.missed;
  assert(gap !== undefined);
  // The stale stretch ends seven minutes after the gap; both move on while they are looked for.
  for (const [second, text] of [[6, "gap: 3 update ids"], [410, "stale "]] as const) {
    let looks = 0;
    await eventually(async () => {
      const fromMs = Number(await pane.getAttribute("data-from"));
      const share = (gap.timeMs + second * 1_000 - fromMs) / 3_600_000;
      await page.mouse.move(box.x + box.width * share - looks++ % 60, box.y + box.height / 2);
      return (await tip.textContent() ?? "").startsWith(text) && await tip.isVisible();
    }, `the words of ${text}`);
  }
  await page.mouse.move(0, 0);
  await eventually(() => tip.isHidden(), "no words without a cursor");
  stage.history.missed = [];
  // The address is what the page opens again.
  await eventually(() => page.url().includes("chart.range=1h"), "the address has the hour");
  await page.reload();
  await eventually(async () => (await legend()).length === 5, "no gap in the legend");
  stage.hub.publish(gapRecord({ timeMs: Date.now() - 3_000, durationMs: 1_000 }));
  await eventually(async () => (await legend()).length === 6, "the gap that has just come");
});
