/** One symbol in a sentence, for who listens: what it says, and what it does not know. */
import { assertEquals, assertMatch } from "@std/assert";
import { type Summarised, summaryText } from "../../web/page/summary_text.ts";
import { alertEvent, shownMetrics } from "../support/outputs.ts";

const LIVE = { word: "live", tone: "good", reason: null, sinceMs: null } as const;
const STALE = { word: "stale", tone: "bad", reason: "An update is missing", sinceMs: 1 } as const;
const FIRING = [{ alert: alertEvent({ rule: "price_burst" }), isFiring: true }] as const;
const OTHERS = [{ alert: alertEvent({ symbol: "ETHUSDT" }), isFiring: true }] as const;

function textWith(over: Partial<Summarised>): string {
  return summaryText({
    name: "BTCUSDT",
    isPaused: false,
    connection: { kind: "open" },
    standing: LIVE,
    metrics: shownMetrics({ mid: 65_000.5, spreadBps: 0.15, imbalance: 0.25 }),
    decimals: 2,
    alerts: [],
    alertsLoad: { kind: "loaded", rows: 0 },
    ...over,
  });
}

Deno.test("summaryText() tells price, spread, imbalance, state and alerts of one symbol", () => {
  const numbers = "mid 65,000.500, spread 0.150 bps, imbalance +0.25";
  assertEquals(textWith({}), `BTCUSDT: live, ${numbers}, alerts: none firing.`);
  assertEquals(
    textWith({ alerts: [...FIRING, ...OTHERS] }),
    `BTCUSDT: live, ${numbers}, alerts: 1 firing, price burst.`,
  );
  assertEquals(
    textWith({ alerts: OTHERS, isPaused: true }),
    `BTCUSDT: numbers are paused, live, ${numbers}, alerts: none firing.`,
  );
});

Deno.test("summaryText() says what is not known, and never that nothing fires where nobody looks", () => {
  const nothing = "mid not known, spread not known, imbalance not known";
  const unknown = "whether alerts fire is not known";
  assertEquals(
    textWith({ standing: STALE, metrics: null }),
    `BTCUSDT: stale (An update is missing), ${nothing}, ${unknown}.`,
  );
  const failed = { kind: "failed", reason: "it is away" } as const;
  assertMatch(textWith({ alertsLoad: failed }), /, whether alerts fire is not known\.$/);
  assertMatch(
    textWith({ alertsLoad: failed, alerts: FIRING }),
    /, alerts: ≥ 1 firing, price burst\.$/,
  );
  assertMatch(
    textWith({ connection: { kind: "connecting", sinceMs: 0, lastEventMs: null } }),
    /nothing is known of now\.$/,
  );
  assertEquals(textWith({ name: null }), "No symbol is shown.");
});
