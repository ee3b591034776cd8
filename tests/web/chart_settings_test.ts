/** How the page writes the settings that its numbers are computed under. */
import { assertEquals } from "@std/assert";
import { settingsLabels } from "../../web/page/format.ts";

Deno.test("settingsLabels() says what an operator has set", () => {
  const settings = { definitions: 1, imbalanceLevels: 1, weightLambdaBps: 2, slopeWindowMs: 2_500 };
  assertEquals(settingsLabels(settings), {
    imbalance: "1 level",
    topShare: "of 1 level",
    velocity: "2.5 s",
  });
});
