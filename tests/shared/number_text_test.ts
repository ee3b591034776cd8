import { assertEquals } from "@std/assert";
import { decimalsOf, numberText } from "../../shared/number_text.ts";

Deno.test("decimalsOf() reads the tick size off a price, small, round or noisy", () => {
  const prices = [65000, 65000.1, 65000.01, 0.00001234, 1e-8, 1.5e-7, 65000.1 + 0.01, 1e21];
  assertEquals(prices.map(decimalsOf), [0, 1, 2, 8, 8, 8, 2, 0]);
});

Deno.test("numberText() sets thousands apart, and a true minus before what does not round to zero", () => {
  assertEquals(
    [-1234.5, -0.004, 1_801_000, -1e-8].map((value) => numberText(value, 2)),
    ["−1,234.50", "0.00", "1,801,000.00", "0.00"],
  );
  assertEquals(numberText(-1234.5, 1, { thousands: ".", decimal: "," }), "−1.234,5");
});
