import { assertEquals } from "@std/assert";
import { depthWeight, startDelayMs } from "../../actors/supervisor/stagger.ts";

Deno.test("depthWeight() is Binance's table", () => {
  const table = [5, 100, 101, 500, 501, 1_000, 1_001, 5_000].map(depthWeight);
  assertEquals(table, [5, 5, 25, 25, 50, 50, 250, 250]);
});

Deno.test("startDelayMs() never lets a minute's first snapshots pass 90 % of the budget", () => {
  for (const levels of [100, 500, 1_000, 5_000]) {
    const starts = Array.from({ length: 200 }, (_, index) => startDelayMs(index, levels));
    for (const from of starts) {
      const within = starts.filter((at) => at >= from && at < from + 60_000).length;
      assertEquals(within * depthWeight(levels) + 20 <= 5_400, true, `${levels} levels at ${from}`);
    }
    assertEquals(starts, starts.toSorted((a, b) => a - b), "first come those first in SYMBOLS");
  }
});
