import { assertEquals } from "@std/assert";
import { summarise } from "../../../../actors/symbol/engine/alerts/life_cycle.ts";

Deno.test("summarise() writes each figure where its name stands, rounded to its decimals", () => {
  const figures = {
    share: { plus: 1, times: 50, decimals: 0 },
    value: { plus: 0, times: 1, decimals: 2 },
  };
  assertEquals(
    summarise({ text: "{share} % is {value}, yes {value}", figures }, 0.846),
    "92 % is 0.85, yes 0.85",
  );
});

Deno.test("summarise() leaves a name without a figure as it is written", () => {
  assertEquals(
    summarise({ text: "{toString} {what} {}", figures: {} }, 1),
    "{toString} {what} {}",
  );
});
