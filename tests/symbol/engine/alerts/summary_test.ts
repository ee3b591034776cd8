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

Deno.test("summarise() writes numbers as the page does: a true minus, thousands apart, none of what rounds to 0", () => {
  const figure = (times: number, decimals: number) =>
    ({ of: "value", plus: 0, times, decimals }) as const;
  const figures = {
    lean: figure(-1, 2),
    nothing: figure(-1e-3, 2),
    price: figure(1e8, 1),
    worth: figure(1e7, -3),
    little: figure(1, -3),
  };
  assertEquals(
    summarise({ text: "{lean} {nothing} {price} {worth} {little}", figures }, TOLD),
    "−0.85 0.00 84,600,000.0 8,460,000 0",
  );
  assertEquals(
    summarise({ text: "{worth}", figures }, { ...TOLD, value: 0.06025 }),
    "603,000",
  );
});

Deno.test("summarise() leaves a name without a figure as it is written", () => {
  assertEquals(
    summarise({ text: "{toString} {what} {}", figures: {} }, TOLD),
    "{toString} {what} {}",
  );
});
