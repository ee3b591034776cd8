/** One symbol in a sentence, for who listens: it comes on request alone. */
import { assertEquals, assertMatch } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { textOf } from "../support/browser.ts";
import { alertEvent } from "../support/outputs.ts";
import { scene } from "./scene.ts";

scene(
  "A summary is read out every ten seconds while it is wished for, and never else",
  async (on) => {
    const { page, stage } = on;
    await page.clock.install();
    await page.reload();
    const summaries = async () =>
      (await page.getByTestId("news").locator("p").allTextContents())
        .filter((text) => text.startsWith("BTCUSDT: live, mid "));
    await page.getByTestId("summary-on").check({ force: true });
    await eventually(async () => (await summaries()).length === 1, "it is on");
    await page.clock.fastForward(10_000);
    await eventually(async () => (await summaries()).length === 2, "after ten seconds another");
    assertMatch((await summaries())[0] ?? "", /^BTCUSDT: live, mid 6[\d,.]+ .*, alerts: 1 firing/);
    // By keyboard: time has been moved, and what the page says of it may push the form aside under a pointer.
    await page.getByTestId("summary-off").press("Space");
    await eventually(() => page.getByTestId("summary-off").isChecked(), "it is off");
    const before = await summaries();
    await page.clock.fastForward(60_000);
    const timeMs = Date.now() + 60_000;
    stage.hub.publish(
      alertEvent({ alertId: "b1", timeMs, firedMs: timeMs, summary: "and now this" }),
    );
    await textOf(page, "news", (text) => text.includes("and now this"));
    assertEquals((await summaries()).filter((text) => !before.includes(text)), []);
  },
  "/#/settings",
);
