import { assert, assertEquals } from "@std/assert";
import { RECENT_MAX } from "../../web/event_log.ts";
import { Hub } from "../../web/hub.ts";
import { join, names } from "./fake_browser.ts";
import {
  alertEvent,
  bookFrame,
  bucketFrame,
  feedStatus,
  metricsFrame,
  proofStatus,
  START_MS,
  systemStatus,
} from "../support/outputs.ts";

Deno.test("Hub.join() opens with the state of now and the rows the database may not have yet", () => {
  const hub = new Hub(7);
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
    "metrics",
    "proof",
    "book",
  ]);
  assertEquals(events[0]?.payload.timeMs, START_MS);
  assertEquals(events.filter(({ name }) => name === "alert").map((e) => e.payload.alertId), ["a1"]);
});

Deno.test("Hub.join() shows no ladder of a book that is not live any more", () => {
  const hub = new Hub(7);
  hub.publish(bookFrame());
  hub.publish(feedStatus({ state: "syncing" }));
  const { browser } = join(hub);
  assertEquals(names(browser.read()), ["hello", "feed"]);
});

Deno.test("Hub.join() continues after Last-Event-ID with exactly what was missed", () => {
  const hub = new Hub(7);
  for (let n = 1; n <= 5; n++) hub.publish(alertEvent({ alertId: `a${n}`, phase: "resolved" }));
  const { browser } = join(hub, { lastEventId: "7-3" });
  const alerts = browser.read().filter(({ name }) => name === "alert");
  assertEquals(alerts.map(({ id }) => id), ["7-4", "7-5"]);
});

Deno.test("Hub.join() ends its opening with the id to come back with", () => {
  const hub = new Hub(7);
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
    const hub = new Hub(7);
    for (let n = 0; n < RECENT_MAX + 500; n++) hub.publish(feedStatus({ number: n }));
    // Nothing of what happened was for this browser, so that only the id can be the reason.
    const interest = { symbols: new Set(["ETHUSDT"]), focus: null };
    const { browser } = join(hub, { interest, lastEventId: id });
    assertEquals(names(browser.read()).includes("refetch"), true);
  });
}

Deno.test("Hub.end() ends every stream and takes no browser any more", () => {
  const hub = new Hub(7);
  const { browser } = join(hub);
  hub.end();
  assert(browser.ended);
  assertEquals(join(hub).free, null);
});
