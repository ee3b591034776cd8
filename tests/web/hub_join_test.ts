import { MONITOR } from "../../shared/market.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { assert, assertEquals } from "@std/assert";
import { RECENT_MAX } from "../../web/event_log.ts";
import { join, names } from "./fake_browser.ts";
import { createHub } from "./hub_stage.ts";
import { muteRecord } from "../support/mutes.ts";
import {
  alertEvent,
  auditRecord,
  bookFrame,
  bucketFrame,
  feedStatus,
  gapRecord,
  metricsFrame,
  proofStatus,
  START_MS,
  systemStatus,
} from "../support/outputs.ts";

Deno.test("Hub.join() opens with the state of now and the rows the database may not have yet", () => {
  const hub = createHub();
  hub.setSystem(systemStatus());
  hub.publish(feedStatus());
  hub.publish(metricsFrame());
  hub.publish(proofStatus());
  hub.publish(bookFrame());
  hub.publish(alertEvent());
  hub.publish(alertEvent({ alertId: "over" }));
  hub.publish(alertEvent({ alertId: "over", revision: 2, phase: "resolved" }));
  hub.publish(bucketFrame());
  const { browser } = join(hub);
  assert(browser.text.startsWith("retry: 2000\n\n"));
  const events = browser.read();
  assertEquals(names(events), [
    "hello",
    "feed",
    "alert",
    "metrics",
    "system",
    "storage",
    "metrics",
    "proof",
    "book",
  ]);
  const { timeMs, silentAfterMs, settings } = events[0]?.payload ?? {};
  assertEquals([timeMs, silentAfterMs, settings], [START_MS, 3_000, DEFAULT_SETTINGS]);
  assertEquals(events.filter(({ name }) => name === "alert").map((e) => e.payload.alertId), ["a1"]);
});

Deno.test("Hub tells of a mute once, however many actors tell it, and who joins of those in force", () => {
  const hub = createHub();
  const interest = { symbols: new Set(["BTCUSDT"]), focus: "BTCUSDT" };
  const { browser } = join(hub, { interest });
  browser.read();
  const ofAll = muteRecord({ muteId: "all", ...MONITOR });
  const removed = muteRecord({ muteId: "own", revision: 2, removedMs: START_MS });
  const others = muteRecord({ muteId: "other", symbol: "ETHUSDT" });
  const over = muteRecord({ muteId: "over", untilMs: START_MS });
  for (const mute of [ofAll, muteRecord({ muteId: "own" }), ofAll, removed, others, over]) {
    hub.publish(mute);
  }
  hub.flush(100);
  const told = browser.read().filter(({ name }) => name === "mute").map(({ payload }) => payload);
  assertEquals(told.map(({ muteId, revision }) => [muteId, revision]), [
    ["all", 1],
    ["own", 1],
    ["own", 2],
    ["over", 1],
  ]);
  const opening = (symbols: ReadonlySet<string> | null) =>
    join(hub, { interest: { symbols, focus: null } }).browser.read()
      .filter(({ name }) => name === "mute").map(({ payload }) => payload.muteId);
  assertEquals(opening(interest.symbols), ["all"]);
  assertEquals(opening(null), ["all", "other"]);
});

Deno.test("Hub.join() tells of the last audit, the last that failed, and of recent gaps, but of no one else's gaps", () => {
  const hub = createHub();
  hub.publish(auditRecord({ mismatched: 2 }));
  hub.publish(auditRecord({ number: 2, mismatched: 1 }));
  hub.publish(auditRecord({ number: 3 }));
  hub.publish(auditRecord({ number: 4 }));
  hub.publish(auditRecord({ symbol: "ETHUSDT" }));
  hub.publish(gapRecord());
  hub.publish(gapRecord({ symbol: "ETHUSDT" }));
  const { browser } = join(hub, { interest: { symbols: null, focus: "BTCUSDT" } });
  const told = browser.read().slice(1).map(({ name, payload }) => [
    name,
    payload.symbol,
    payload.number,
  ]);
  const audits = [["audit", "BTCUSDT", 2], ["audit", "BTCUSDT", 4], ["audit", "ETHUSDT", 1]];
  const expected = [...audits, ["gap", "BTCUSDT", 1]];
  assertEquals(told, expected);
});

Deno.test("Hub.join() tells since when a state lasts, however often its reason has changed", () => {
  const hub = createHub();
  const at = (seconds: number) => ({ timeMs: START_MS + seconds * 1_000 });
  hub.publish(feedStatus(at(0)));
  hub.publish(feedStatus({ ...at(1), state: "syncing", reason: "gap" }));
  hub.publish(feedStatus({ ...at(9), state: "syncing", reason: "waiting for the snapshot" }));
  const [, feed] = join(hub).browser.read();
  const { sinceMs, reason } = feed?.payload ?? {};
  assertEquals([sinceMs, reason], [START_MS + 1_000, "waiting for the snapshot"]);
});

Deno.test("Hub.join() shows no ladder of a book that is not live any more", () => {
  const hub = createHub();
  hub.publish(bookFrame());
  hub.publish(feedStatus({ state: "syncing" }));
  const { browser } = join(hub);
  assertEquals(names(browser.read()), ["hello", "feed"]);
});

Deno.test("Hub.join() continues after Last-Event-ID with exactly what was missed", () => {
  const hub = createHub();
  for (let n = 1; n <= 5; n++) hub.publish(alertEvent({ alertId: `a${n}`, phase: "resolved" }));
  const { browser } = join(hub, { lastEventId: "7-3" });
  const alerts = browser.read().filter(({ name }) => name === "alert");
  assertEquals(alerts.map(({ id }) => id), ["7-4", "7-5"]);
});

Deno.test("Hub tells every browser what concerns no market, on joining, on coming back and live", () => {
  const hub = createHub();
  hub.setSystem(systemStatus());
  hub.publish(alertEvent({ ...MONITOR, alertId: "before" }));
  const interest = { symbols: new Set(["BTCUSDT"]), focus: "BTCUSDT" };
  const alertsOf = (browser: ReturnType<typeof join>["browser"]) =>
    browser.read().filter(({ name }) => name === "alert").map(({ payload }) => payload.alertId);
  const { browser } = join(hub, { interest });
  assertEquals(alertsOf(browser), ["before"]);
  hub.publish(alertEvent({ ...MONITOR, alertId: "now" }));
  hub.publish(alertEvent({ symbol: "ETHUSDT", alertId: "of another" }));
  hub.flush(200);
  assertEquals(alertsOf(browser), ["now"]);
  hub.publish(alertEvent({ ...MONITOR, alertId: "over", phase: "resolved" }));
  const { browser: back } = join(hub, { interest, lastEventId: "7-3" });
  assertEquals(alertsOf(back), ["before", "now", "over"]);
});

Deno.test("Hub.join() ends its opening with the id to come back with", () => {
  const hub = createHub();
  hub.publish(alertEvent());
  const { browser } = join(hub);
  assert(browser.text.endsWith("id: 7-1\n\n"));
});

for (
  const [what, id] of [
    ["of another life", `6-${RECENT_MAX + 490}`],
    ["older than what is kept", "7-1"],
    ["from the future", "7-999999"],
    ["that is no id", "'; DROP"],
  ] as const
) {
  Deno.test(`Hub.join() asks a browser with an id ${what} to refetch`, () => {
    const hub = createHub();
    for (let n = 0; n < RECENT_MAX + 500; n++) hub.publish(feedStatus({ number: n }));
    // Nothing of what happened was for this browser, so that only the id can be the reason.
    const interest = { symbols: new Set(["ETHUSDT"]), focus: null };
    const { browser } = join(hub, { interest, lastEventId: id });
    assertEquals(names(browser.read()).includes("refetch"), true);
  });
}

Deno.test("Hub.end() ends every stream and takes no browser any more", () => {
  const hub = createHub();
  const { browser } = join(hub);
  hub.end();
  assert(browser.ended);
  assertEquals(join(hub).free, null);
});
