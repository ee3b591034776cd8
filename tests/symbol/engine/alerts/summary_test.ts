import { assertEquals } from "@std/assert";
import { summarise } from "../../../../actors/symbol/engine/alerts/summary.ts";

const TOLD = { value: 0.846, median: 0.1, scale: 0.02 };

Deno.test("summarise() writes each figure where its name stands, rounded to its decimals", () => {
  const figures = {
    share: { of: "value", plus: 1, times: 50, decimals: 0 },
    value: { of: "value", plus: 0, times: 1, decimals: 2 },
    usual: { of: "median", plus: 0, times: 1, decimals: 1 },
    far: { of: "scales", plus: 0, times: 1, decimals: 1 },
    part: { of: "share", plus: 0, times: 100, decimals: 0 },
  } as const;
  const text = "{share} % is {value}, yes {value}; {usual}, {far}, {part} % on the {side} side";
  assertEquals(
    summarise({ text, figures }, TOLD, { side: "bid" }),
    "92 % is 0.85, yes 0.85; 0.1, 37.3, 846 % on the bid side",
  );
});

Deno.test("summarise() leaves a name without a figure as it is written", () => {
  assertEquals(
    summarise({ text: "{toString} {what} {}", figures: {} }, TOLD),
    "{toString} {what} {}",
  );
});
