/** What a symbol says leaves on arrival, but not within 20 ms after something left on the same connection. */
import { assert, assertEquals } from "@std/assert";
import { FLOOR_MS } from "../../web/departures.ts";
import {
  alertEvent,
  bucketFrame,
  metricsFrame,
  OPERATOR,
  START_MS,
  systemStatus,
  tradesFrame,
} from "../support/outputs.ts";
import { FakeBrowser, interestOf, join, names } from "./fake_browser.ts";
import { createHub } from "./hub_stage.ts";
import { parseEvents } from "./sse.ts";
import { inFocus, look, moment, pageOf } from "./told_page.ts";
import { SharedStream } from "../../web/shared_stream.ts";

/** A hub whose last beat was at 100 ms, and pages that have what it sent. */
function stage(focuses: readonly string[]) {
  const hub = createHub();
  hub.setSystem(systemStatus());
  for (const symbol of ["BTCUSDT", "ETHUSDT"]) moment(hub, 100, { symbol });
  const pages = focuses.map((symbol, i) =>
    pageOf(hub, inFocus(symbol), { streamId: i === 0 ? "mine" : `other ${i}` })
  );
  hub.flush(100);
  hub.flushDue(100);
  for (const page of pages) page.read();
  return { hub, pages };
}

Deno.test("Hub is due at once when a symbol in focus has spoken, and sends to who looks at it alone", () => {
  const { hub, pages: [btc, eth] } = stage(["BTCUSDT", "ETHUSDT"]);
  assert(btc !== undefined && eth !== undefined);
  assertEquals(hub.dueMs, Infinity, "nothing waits");
  moment(hub, 101);
  assert(hub.dueMs <= 137);
  hub.flushDue(137);
  assertEquals([names(btc.read()), names(eth.read())], [["frame"], []]);
  assertEquals([btc.mid(), hub.dueMs], [101, Infinity]);
});

Deno.test("Hub sends what comes within 20 ms after something together, when they are over", () => {
  const { hub, pages: [page] } = stage(["BTCUSDT"]);
  assert(page !== undefined);
  moment(hub, 101);
  hub.flushDue(130);
  assertEquals(names(page.read()), ["frame"]);
  moment(hub, 102);
  hub.publish(alertEvent());
  assertEquals(hub.dueMs, 130 + FLOOR_MS);
  hub.flushDue(149.9);
  hub.flush(149.9);
  assertEquals(names(page.read()), [], "a beat keeps to it too");
  moment(hub, 103);
  const writes = page.browser.writes;
  hub.flushDue(hub.dueMs);
  assertEquals([names(page.read()), page.mid()], [["alert", "frame"], 103]);
  assertEquals(page.browser.writes, writes + 1);
});

Deno.test("Hub is due for an alert of any symbol, and not for numbers, trades and rows of one that is in the list only", () => {
  const { hub, pages: [page] } = stage(["BTCUSDT"]);
  assert(page !== undefined);
  const symbol = "ETHUSDT";
  moment(hub, 101, { symbol });
  hub.publish(tradesFrame({ symbol }));
  hub.publish(bucketFrame({ symbol }));
  assertEquals(hub.dueMs, Infinity);
  look(hub, ["BTCUSDT"], { isHidden: true });
  hub.flush(200);
  page.read();
  moment(hub, 101);
  assertEquals(hub.dueMs, Infinity, "a page that is hidden shows nothing");
  hub.publish(alertEvent({ symbol }));
  hub.flushDue(hub.dueMs);
  assertEquals(names(page.read()), ["alert"]);
});

Deno.test("Hub tries a browser that could take nothing again after 20 ms, and asks for no more until then", () => {
  const { hub, pages: [page] } = stage(["BTCUSDT"]);
  assert(page !== undefined);
  page.browser.ready = false;
  moment(hub, 101);
  hub.flushDue(140);
  assertEquals([names(page.read()), hub.dueMs], [[], 140 + FLOOR_MS]);
  page.browser.ready = true;
  hub.flushDue(160);
  assertEquals([names(page.read()), hub.dueMs], [["frame"], Infinity]);
});

Deno.test("Hub is due for nobody who has left", () => {
  const hub = createHub();
  const { free } = join(hub);
  hub.publish(metricsFrame({ mid: 1 }));
  assert(hub.dueMs < Infinity);
  free?.();
  hub.flushDue(0);
  assertEquals(hub.dueMs, Infinity);
});

Deno.test("Hub sends to all viewers of a connection together, whichever of them something is for", () => {
  const hub = createHub();
  hub.setSystem(systemStatus());
  const line = new FakeBrowser();
  const shared = new SharedStream(line, () => {});
  for (const [number, focus] of [[1, "BTCUSDT"], [2, "ETHUSDT"]] as const) {
    const guest = {
      streamId: `viewer ${number}`,
      connectionId: "one",
      address: "127.0.0.1",
      session: null,
      untilMs: Infinity,
      access: OPERATOR,
    };
    const interest = interestOf({ symbols: null, focus });
    const clock = { nowMs: 0, utcNowMs: START_MS };
    shared.add(number, guest.streamId, (sink) => hub.join(interest, null, sink, clock, guest));
  }
  hub.flush(100);
  line.read();
  // The first viewer is due; the second has an event that waits, up to which all have been told all.
  hub.publish(alertEvent({ symbol: "ETHUSDT" }));
  hub.publish(metricsFrame({ symbol: "BTCUSDT", mid: 1 }));
  const { writes } = line;
  hub.flushDue(150);
  assertEquals(line.writes, writes + 1);
  const told = parseEvents(line.text).filter(({ name }) => name === "viewer" || name === "alert");
  assertEquals(told.map(({ name, payload }) => payload["viewer"] ?? name), [
    1,
    "alert",
    2,
    "alert",
    "viewer",
  ]);
});
