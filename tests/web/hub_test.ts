import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { assert, assertEquals } from "@std/assert";
import type { MetricsFrame, Output } from "../../shared/output.ts";
import type { Delivery } from "../../shared/protocol.ts";
import { ORDERED_MAX } from "../../web/mailbox.ts";
import { join, names } from "./fake_browser.ts";
import { createHub } from "./hub_stage.ts";
import {
  alertEvent,
  auditRecord,
  bookFrame,
  bucketFrame,
  feedStatus,
  gapRecord,
  metricsFrame,
  START_MS,
  systemStatus,
} from "../support/outputs.ts";

const delivery = (incarnation: number, seq: number, ...items: Output[]): Delivery => ({
  type: "delivery",
  source: "BTCUSDT",
  settings: DEFAULT_SETTINGS,
  incarnation,
  seq,
  items,
});

// -- Fan-out --

/** Of a metrics frame as a browser gets it; `undefined`: it is another event. */
const midOf = (payload: unknown) => (payload as Partial<MetricsFrame>).values?.mid;

Deno.test("Hub.flush() sends only the newest of a state that changed several times", () => {
  const hub = createHub();
  const { browser } = join(hub);
  browser.read();
  for (let mid = 1; mid <= 5; mid++) hub.publish(metricsFrame({ mid }));
  hub.publish(metricsFrame({ symbol: "ETHUSDT", mid: 9 }));
  hub.publish(bookFrame());
  hub.flush(100);
  const events = browser.read();
  assertEquals(names(events), ["metrics", "metrics", "book"]);
  assertEquals(events.map(({ payload }) => midOf(payload)), [5, 9, undefined]);
  assertEquals(events.map(({ id }) => id), [null, null, null]);
});

Deno.test("Hub.flush() keeps rows, alerts, feed statuses, gaps and audits in order, with rising ids", () => {
  const hub = createHub();
  const { browser } = join(hub);
  browser.read();
  hub.publish(bucketFrame({ timeMs: START_MS + 1_000 }));
  hub.publish(alertEvent());
  hub.publish(feedStatus({ state: "syncing" }));
  hub.publish(gapRecord());
  hub.publish(auditRecord());
  hub.publish(bucketFrame({ timeMs: START_MS + 2_000 }));
  hub.flush(100);
  const events = browser.read();
  assertEquals(names(events), ["metrics", "alert", "feed", "gap", "audit", "metrics"]);
  assertEquals(events.map(({ id }) => id), ["7-1", "7-2", "7-3", "7-4", "7-5", "7-6"]);
});

Deno.test("Hub.flush() writes to every browser what each wants", () => {
  const hub = createHub();
  const { browser: all } = join(hub);
  const { browser: eth } = join(hub, { interest: { symbols: new Set(["ETHUSDT"]), focus: null } });
  all.read();
  eth.read();
  hub.publish(metricsFrame());
  hub.publish(metricsFrame({ symbol: "ETHUSDT" }));
  hub.publish(alertEvent());
  hub.publish(bucketFrame());
  hub.flush(100);
  assertEquals(all.read().length, 4);
  assertEquals(eth.read().map(({ payload }) => payload.symbol), ["ETHUSDT"]);
});

Deno.test("Hub.flush() spares a focused browser the details of other symbols", () => {
  const hub = createHub();
  const { browser } = join(hub, { interest: { symbols: null, focus: "BTCUSDT" } });
  browser.read();
  const publish = (symbol: string) => {
    hub.publish(metricsFrame({ symbol }));
    hub.publish(bookFrame({ symbol }));
    hub.publish(bucketFrame({ symbol }));
    hub.publish(alertEvent({ symbol, alertId: symbol }));
  };
  publish("ETHUSDT");
  hub.flush(100);
  assertEquals(names(browser.read()), ["alert"]);
  publish("BTCUSDT");
  hub.flush(200);
  assertEquals(names(browser.read()), ["metrics", "alert", "metrics", "book"]);
  hub.flush(1_000);
  const late = browser.read();
  assertEquals(late.map(({ payload }) => payload.symbol), ["ETHUSDT"]);
});

Deno.test("Hub tells a focused browser of a quiet symbol's rows, the newest once a second", () => {
  const hub = createHub();
  hub.publish(metricsFrame({ symbol: "ETHUSDT" }));
  const row = (second: number) =>
    hub.publish(bucketFrame({ symbol: "ETHUSDT", timeMs: START_MS + second * 1_000 }));
  row(1);
  const { browser } = join(hub, { interest: { symbols: null, focus: "BTCUSDT" } });
  const opening = browser.read().map(({ payload }) => payload.timeMs);
  assertEquals(opening.slice(1), [START_MS + 1_000], "a browser that joins has the row too");
  row(2);
  row(3);
  hub.flush(900);
  hub.flush(1_000);
  assertEquals(browser.read().map(({ payload, id }) => [payload.timeMs, id]), [
    [START_MS + 3_000, null],
  ]);
  assertEquals(hub.gauges.queueMax, 0);
});

Deno.test("Hub.flush() writes nothing when nothing changed, but a comment every 15 s", () => {
  const hub = createHub();
  const { browser } = join(hub);
  browser.read();
  const writes = browser.writes;
  hub.flush(100);
  hub.flush(14_999);
  assertEquals(browser.writes, writes);
  hub.flush(15_000);
  assertEquals(browser.text, ": keep-alive\n\n");
});

// -- Slow browsers --

Deno.test("Hub.flush() writes nothing to a browser that is not ready, and no old state later", () => {
  const hub = createHub();
  const { browser: slow } = join(hub);
  const { browser: quick } = join(hub);
  slow.read();
  slow.ready = false;
  for (let mid = 1; mid <= 3; mid++) {
    hub.publish(metricsFrame({ mid }));
    hub.flush(mid * 100);
  }
  assertEquals(slow.read(), []);
  assertEquals(quick.read().filter(({ name }) => name === "metrics").length, 3);
  slow.ready = true;
  hub.flush(400);
  assertEquals(slow.read().map(({ payload }) => midOf(payload)), [3]);
});

Deno.test("Hub tells a browser to refetch when more ordered events wait than are kept", () => {
  const hub = createHub();
  const { browser } = join(hub);
  browser.read();
  browser.ready = false;
  for (let n = 0; n <= ORDERED_MAX; n++) {
    hub.publish(alertEvent({ alertId: `a${n}`, phase: "resolved" }));
  }
  assertEquals(hub.gauges.queueMax, 0);
  assertEquals(hub.gauges.dropped, ORDERED_MAX + 1);
  hub.publish(alertEvent({ alertId: "after" }));
  browser.ready = true;
  hub.flush(100);
  const events = browser.read();
  assertEquals(names(events), ["refetch", "alert"]);
  assertEquals(events[1]?.payload.alertId, "after");
  assertEquals(hub.gauges.refetches, 1);
});

Deno.test("Hub ends a browser that has taken nothing for a minute", () => {
  const hub = createHub();
  const { browser } = join(hub);
  browser.ready = false;
  hub.flush(59_900);
  assert(!browser.ended);
  hub.flush(60_000);
  assert(browser.ended);
  assertEquals(hub.gauges.browsers, 0);
  assertEquals(hub.gauges.browsersStuck, 1);
});

Deno.test("Hub.join() refuses more browsers than its maximum, and takes one when one has left", () => {
  const hub = createHub({ sseMax: 2 });
  const frees = [join(hub).free, join(hub).free];
  assert(frees.every((free) => free !== null));
  assertEquals(join(hub).free, null);
  assertEquals(hub.gauges.browsersRefused, 1);
  frees[0]?.();
  assert(join(hub).free !== null);
});

Deno.test("Hub.join() refuses more browsers of one address, and none of another", () => {
  const hub = createHub({ sseMaxPerAddress: 1 });
  const address = "192.0.2.1";
  const { free } = join(hub, { address });
  assertEquals(join(hub, { address }).free, null);
  assertEquals(
    hub.refusal(address),
    "As many pages are open at 192.0.2.1 as SSE_MAX_PER_ADDRESS allows (1): close one, or try " +
      "again later",
  );
  assert(join(hub, { address: "192.0.2.2" }).free !== null);
  free?.();
  free?.();
  assert(join(hub, { address }).free !== null);
  assertEquals(join(hub, { address }).free, null, "freed once, however often it is told");
});

// -- Deliveries --

Deno.test("Hub.accept() publishes a delivery that is sent again only once", () => {
  const hub = createHub();
  const { browser } = join(hub);
  browser.read();
  assert(hub.accept(delivery(1, 1, alertEvent())));
  assert(hub.accept(delivery(1, 1, alertEvent())));
  hub.flush(100);
  assertEquals(browser.read().length, 1);
});

Deno.test("Hub.accept() starts anew with a new life and refuses an older one", () => {
  const hub = createHub();
  assert(hub.accept(delivery(2, 8, metricsFrame({ mid: 1 }))));
  assert(hub.accept(delivery(3, 1, metricsFrame({ mid: 2 }))));
  assertEquals(hub.accept(delivery(2, 9, metricsFrame({ mid: 3 }))), false);
  assertEquals(hub.stateOf("BTCUSDT").metrics?.values.mid, 2);
});

Deno.test("Hub.publish() ignores an alert revision older than the one it knows", () => {
  const hub = createHub();
  hub.publish(alertEvent({ revision: 3 }));
  hub.publish(alertEvent({ revision: 2, phase: "resolved" }));
  const { browser } = join(hub);
  const alerts = browser.read().filter(({ name }) => name === "alert");
  assertEquals(alerts.map(({ payload }) => payload.revision), [3]);
});

Deno.test("Hub forgets a symbol that the list has lost: its frames, its alerts, its numbering", () => {
  const hub = createHub();
  hub.setSystem(systemStatus({ symbols: ["BTCUSDT", "ETHUSDT"] }));
  hub.accept(delivery(5, 9, metricsFrame(), alertEvent(), feedStatus(), bookFrame()));
  hub.setSystem(systemStatus({ symbols: ["ETHUSDT"] }));
  assertEquals([hub.has("BTCUSDT"), hub.stateOf("BTCUSDT").metrics], [false, null]);
  const events = join(hub, { lastEventId: "7-0" }).browser.read();
  assertEquals(names(events).filter((name) => name !== "hello"), ["system", "storage"]);
  // Added again, after the wall clock has gone back.
  hub.setSystem(systemStatus({ symbols: ["ETHUSDT", "BTCUSDT"] }));
  assert(hub.accept(delivery(4, 1, metricsFrame())));
  assert(hub.stateOf("BTCUSDT").metrics !== null);
});
