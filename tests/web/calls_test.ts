/** Which alerts a window calls for. */
import { assertEquals } from "@std/assert";
import { CallNews } from "../../web/page/call_news.ts";
import { alertEvent } from "../support/outputs.ts";

Deno.test("CallNews calls for what fires from now on, once, and again when it becomes critical", () => {
  const news = new CallNews(1_000);
  const tell = (over: Parameters<typeof alertEvent>[0], nowMs: number) => {
    news.take(alertEvent(over), nowMs);
    return news.due(nowMs + 2_000).map(({ title }) => title);
  };
  assertEquals(tell({ alertId: "old", firedMs: 900, timeMs: 900 }, 1_000), [], "it fired before");
  assertEquals(tell({ alertId: "new", firedMs: 5_000, timeMs: 5_000 }, 5_000), [
    "warning: BTCUSDT extreme imbalance",
  ]);
  assertEquals(tell({ alertId: "new", revision: 2, firedMs: 5_000, timeMs: 8_000 }, 8_000), []);
  const worse = { revision: 3, severity: "critical", timeMs: 20_000 } as const;
  assertEquals(tell({ alertId: "new", firedMs: 5_000, ...worse }, 20_000), [
    "critical: BTCUSDT extreme imbalance",
  ]);
  assertEquals(tell({ alertId: "old", firedMs: 900, ...worse }, 20_000).length, 1);
  const over = { phase: "resolved", revision: 4, resolvedMs: 30_000, timeMs: 30_000 } as const;
  assertEquals(
    tell({ alertId: "new", firedMs: 5_000, ...over }, 30_000),
    [],
    "an end calls nobody",
  );
  const quiet = { alertId: "q", firedMs: 40_000, timeMs: 40_000 };
  assertEquals(tell({ ...quiet, mutedUntilMs: 99_000 }, 40_000), []);
  assertEquals(tell({ ...quiet, alertId: "i", isNotified: false }, 40_000), []);
});

Deno.test("CallNews calls once for what is of the whole market, and leads to the first", () => {
  const news = new CallNews(0);
  for (const symbol of ["A", "B", "C"]) {
    news.take(
      alertEvent({ alertId: symbol, symbol, rule: "price_burst", firedMs: 5, timeMs: 5 }),
      5,
    );
  }
  assertEquals(news.due(2_005), [{
    severity: "warning",
    title: "warning: 3 symbols price burst",
    body: "A, B, C",
    alertId: "A",
  }]);
  assertEquals(news.nextMs, null);
});

/** What the page does is noted, and done all the same. */
