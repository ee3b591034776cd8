import { assert, assertEquals } from "@std/assert";
import type { Hub } from "../../web/hub.ts";
import { SharedStream, VIEWERS_MAX } from "../../web/shared_stream.ts";
import {
  alertEvent,
  bookFrame,
  feedStatus,
  metricsFrame,
  OPERATOR,
  START_MS,
  systemStatus,
} from "../support/outputs.ts";
import { FakeBrowser, interestOf } from "./fake_browser.ts";
import { createHub } from "./hub_stage.ts";
import { delivery } from "../writer/outputs.ts";
import type { ParsedEvent } from "./sse.ts";

const SYMBOLS = ["BTCUSDT", "ETHUSDT"];

function prepared(wishes: Parameters<typeof createHub>[0] = {}): Hub {
  const hub = createHub(wishes);
  hub.setSystem(systemStatus({ symbols: SYMBOLS }));
  for (const symbol of SYMBOLS) hub.publish(feedStatus({ symbol }));
  return hub;
}

/** A connection, and what each of its viewers has been sent. */
class Shared {
  readonly browser = new FakeBrowser();
  readonly hub: Hub;
  readonly stream: SharedStream;
  hasEnded = false;

  constructor(hub: Hub) {
    this.hub = hub;
    this.stream = new SharedStream(this.browser, () => this.hasEnded = true);
  }

  add(viewer: number, focus: string, lastEventId: string | null = null): boolean {
    const interest = interestOf({ symbols: null, focus, form: "changes" });
    const ids = { streamId: `stream of ${viewer}`, connectionId: "shared" };
    const guest = { ...ids, address: "", session: null, untilMs: Infinity, access: OPERATOR };
    const clock = { nowMs: 0, utcNowMs: START_MS };
    return this.stream.add(
      viewer,
      ids.streamId,
      (sink) => this.hub.join(interest, lastEventId, sink, clock, guest),
    );
  }

  /** By viewer, since the last call; `null`: nobody's, but for what `viewer` says itself. */
  read(): Map<number | null, ParsedEvent[]> {
    const told = new Map<number | null, ParsedEvent[]>();
    let viewer: number | null = null;
    for (const event of this.browser.read()) {
      if (event.name === "viewer") {
        viewer = event.payload["viewer"] as number | null;
        if (event.payload["isOver"] !== true) continue;
      }
      told.set(viewer, [...told.get(viewer) ?? [], event]);
    }
    return told;
  }
}

function publish(hub: Hub, symbol: string, n: number): void {
  hub.publish(metricsFrame({ symbol, timeMs: START_MS + n, bookUpdateId: n }));
  hub.publish(bookFrame({ symbol, timeMs: START_MS + n, bookUpdateId: n }));
}

const framesOf = (events: readonly ParsedEvent[] | undefined) =>
  events?.filter(({ name }) => name === "frame").map(({ payload }) => payload["symbol"]) ?? [];

Deno.test("SharedStream tells each viewer its own symbols, under its own name, each as it would be told alone", () => {
  const hub = prepared();
  const shared = new Shared(hub);
  assert(shared.add(1, "BTCUSDT"));
  assert(shared.add(2, "ETHUSDT"));
  const opened = shared.read();
  assertEquals([...opened.keys()], [1, 2]);
  for (const viewer of [1, 2]) {
    const [hello] = opened.get(viewer) ?? [];
    assertEquals([hello?.name, hello?.payload["stream"]], ["hello", `stream of ${viewer}`]);
  }
  for (let n = 1; n <= 3; n++) {
    for (const symbol of SYMBOLS) publish(hub, symbol, n);
    hub.flush(n * 100);
    const told = shared.read();
    assertEquals([framesOf(told.get(1)), framesOf(told.get(2))], [["BTCUSDT"], ["ETHUSDT"]]);
    assertEquals(framesOf(told.get(null)), []);
  }
  // What one looks at is no matter of the other's.
  hub.look("stream of 2", {
    ...interestOf({ symbols: null, focus: "ETHUSDT" }).view,
    isHidden: true,
  }, START_MS);
  for (const symbol of SYMBOLS) publish(hub, symbol, 4);
  hub.flush(400);
  const told = shared.read();
  assertEquals([framesOf(told.get(1)), framesOf(told.get(2))], [["BTCUSDT"], []]);
});

Deno.test("SharedStream names the newest event only when every viewer has been told all up to it", () => {
  const hub = prepared();
  const shared = new Shared(hub);
  shared.add(1, "BTCUSDT");
  const idsOf = () =>
    shared.browser.read().filter(({ name, payload }) =>
      name === "viewer" && payload["viewer"] === null
    ).map(({ id }) => id);
  hub.flush(100);
  idsOf();
  hub.publish(alertEvent());
  shared.add(2, "ETHUSDT");
  assertEquals(idsOf(), [], "the first one has not been told of the alert yet");
  hub.flush(200);
  const [id] = idsOf();
  assert(typeof id === "string");
  assertEquals(id, `7-${hub.gauges.events}`);
  // Nothing new: no other id.
  hub.setSystem(systemStatus({ symbols: SYMBOLS, timeMs: START_MS + 1_000 }));
  hub.flush(1_300);
  assertEquals(idsOf(), []);
  // Who comes back with it is told what was missed, and that alone.
  hub.publish(alertEvent({ alertId: "missed" }));
  hub.publish(alertEvent({ alertId: "missed too" }));
  const again = new Shared(hub);
  again.add(1, "BTCUSDT", id);
  const alerts = again.read().get(1)?.filter((event) =>
    event.name === "alert" && event.id !== null
  );
  assertEquals(alerts?.map(({ payload }) => payload["alertId"]), ["missed", "missed too"]);
});

Deno.test("SharedStream holds no more than an opening back for a slow browser, and loses nothing", () => {
  const hub = prepared();
  const shared = new Shared(hub);
  shared.add(1, "BTCUSDT");
  hub.flush(0);
  shared.read();
  shared.browser.ready = false;
  shared.add(2, "ETHUSDT");
  hub.publish(alertEvent());
  for (let n = 1; n <= 50; n++) {
    for (const symbol of SYMBOLS) publish(hub, symbol, n);
    hub.flush(n * 100);
  }
  assertEquals(shared.browser.text, "");
  shared.browser.ready = true;
  hub.flush(5_100);
  const told = shared.read();
  assertEquals(told.get(2)?.[0]?.name, "hello");
  for (const viewer of [1, 2]) {
    const names = told.get(viewer)?.map(({ name }) => name) ?? [];
    assertEquals(names.filter((name) => name === "alert").length, 1, `viewer ${viewer}`);
    assertEquals(framesOf(told.get(viewer)).length, 1, "the newest frame alone");
  }
});

Deno.test("SharedStream tells who sent a frame when the socket of all viewers has it", () => {
  const hub = prepared();
  const shared = new Shared(hub);
  shared.add(1, "BTCUSDT");
  shared.add(2, "ETHUSDT");
  shared.browser.take(0);
  for (let n = 1; n <= 20; n++) {
    const items = [metricsFrame({ bookUpdateId: n, mid: n }), bookFrame({ bookUpdateId: n })];
    hub.accept({ ...delivery(n, items), postedMs: n * 100 }, n * 100);
    hub.flushDue(n * 100 + 1);
    shared.browser.take(n * 100 + 7);
  }
  assertEquals(hub.written.percentilesOf("BTCUSDT"), { p50Ms: 7, p99Ms: 7 });
  assertEquals(hub.written.percentilesOf("ETHUSDT"), null);
});

Deno.test("SharedStream goes on when one of its viewers leaves, and says so; with the last one it ends", () => {
  const hub = prepared();
  const shared = new Shared(hub);
  shared.add(1, "BTCUSDT");
  shared.add(2, "ETHUSDT");
  assertEquals([hub.gauges.browsers, hub.gauges.streamConnections], [2, 1]);
  shared.read();
  assert(hub.leave("stream of 1"));
  assertEquals(hub.leave("stream of 1"), false, "it has left");
  assertEquals([shared.stream.carries("stream of 1"), shared.stream.carries("stream of 2")], [
    false,
    true,
  ]);
  assertEquals(shared.stream.refusal(1), "known", "its end has not been told yet");
  publish(hub, "ETHUSDT", 1);
  hub.flush(100);
  const told = shared.read();
  assertEquals(told.get(1)?.map(({ payload }) => payload), [{ viewer: 1, isOver: true }]);
  assertEquals(framesOf(told.get(2)), ["ETHUSDT"]);
  assertEquals(shared.stream.refusal(1), null);
  assertEquals(shared.browser.ended, false);
  hub.leave("stream of 2");
  assertEquals([shared.browser.ended, shared.hasEnded], [true, true]);
  assertEquals([hub.gauges.browsers, hub.gauges.streamConnections], [0, 0]);
});

Deno.test("SharedStream frees every viewer when its connection is gone", () => {
  const hub = prepared();
  const shared = new Shared(hub);
  for (const viewer of [1, 2, 3]) shared.add(viewer, "BTCUSDT");
  assertEquals(hub.gauges.browsers, 3);
  shared.stream.free();
  assertEquals([hub.gauges.browsers, shared.hasEnded], [0, true]);
});

Deno.test("SharedStream takes so many viewers and no more, those among them whose end has not been told", () => {
  const hub = prepared();
  const shared = new Shared(hub);
  for (let viewer = 1; viewer <= VIEWERS_MAX; viewer++) {
    assertEquals(shared.stream.refusal(viewer), null);
    shared.add(viewer, "BTCUSDT");
  }
  assertEquals(shared.stream.refusal(VIEWERS_MAX + 1), "full");
  assertEquals(shared.stream.refusal(2), "known");
  hub.leave("stream of 2");
  assertEquals(shared.stream.refusal(VIEWERS_MAX + 1), "full");
  hub.flush(100);
  assertEquals(shared.stream.refusal(VIEWERS_MAX + 1), null);
});

Deno.test("SharedStream counts its viewers as the hub counts browsers, and forgets one that the hub refuses", () => {
  const hub = prepared({ sseMax: 2 });
  const shared = new Shared(hub);
  assertEquals([1, 2, 3].map((viewer) => shared.add(viewer, "BTCUSDT")), [true, true, false]);
  assertEquals([hub.gauges.browsers, hub.gauges.browsersRefused], [2, 1]);
  assertEquals([shared.stream.carries("stream of 3"), shared.stream.refusal(3)], [false, null]);
  // The whole hub ends: nothing is left.
  hub.end();
  assertEquals([shared.browser.ended, hub.gauges.browsers], [true, 0]);
});
