import { assertEquals, assertStringIncludes } from "@std/assert";
import { textOf } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { scene } from "./scene.ts";

scene("The page says for how long history is kept, for the symbols of now", async (on) => {
  const { page, setSystem, faults } = on;
  assertEquals(
    await textOf(page, "kept", (text) => text.endsWith("ever")),
    "history 3 days, hourly for ever",
  );
  const title = async () => await page.getByTestId("kept").getAttribute("title") ?? "";
  assertStringIncludes(await title(), "of the 2 symbols followed now");
  const many = Array.from({ length: 200 }, (_, i) => `S${i}USDT`);
  setSystem({ symbols: ["BTCUSDT", ...many] });
  await eventually(async () => (await title()).includes("of the 201 symbols"), "as many");
  // The newest hour of raw rows, minutes and hours as far as they go: nobody has days.
  assertEquals(await textOf(page, "kept", () => true), "history 1 hour, hourly 2362 days");
  assertEquals(faults, []);
}, "/#/system");
