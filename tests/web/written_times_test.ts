/** The fourth leg: from when a frame was posted until a browser's socket has it. */
import { assert, assertEquals } from "@std/assert";
import { EventSink } from "../../web/event_sink.ts";
import { WrittenTimes } from "../../web/written_times.ts";
import type { Output } from "../../shared/output.ts";
import type { Delivery } from "../../shared/protocol.ts";
import { bookFrame, bucketFrame, metricsFrame, systemStatus } from "../support/outputs.ts";
import { eventually } from "../support/eventually.ts";
import { delivery } from "../writer/outputs.ts";
import { join } from "./fake_browser.ts";
import { createHub } from "./hub_stage.ts";
import { inFocus, look, pageOf } from "./told_page.ts";

const HOUR_MS = 3_600_000;

const posted = (seq: number, postedMs: number, items: Output[] = [metricsFrame()]): Delivery => ({
  ...delivery(seq, items),
  postedMs,
});

/** A frame whose metrics and book are of one update. */
const frame = (id: number): Output[] => [
  metricsFrame({ bookUpdateId: id, mid: id }),
  bookFrame({ bookUpdateId: id }),
];

Deno.test("WrittenTimes.posted() tells by our clock when it was posted, however far the actor's is from it", () => {
  for (const apartMs of [-HOUR_MS, 0, HOUR_MS]) {
    const times = new WrittenTimes();
    const told = [5, 0.1, 40, 0.2].map((tookMs, i) => {
      const sentMs = 10_000 + i * 100;
      return times.posted(posted(i, sentMs - apartMs), sentMs + tookMs);
    });
    const waits = told.map((ms, i) => Math.round(((ms ?? NaN) - 10_000 - i * 100) * 10) / 10);
    // Until one was fast; from then on to within what that took.
    assertEquals(waits, [5, 0.1, 0.1, 0.1], `${apartMs} ms apart`);
  }
  const times = new WrittenTimes();
  times.posted(posted(1, 100), 100);
  // The next life's clock begins anew, here an hour later.
  const next = { ...posted(1, 100 - HOUR_MS), incarnation: 99 };
  assertEquals(times.posted(next, 200), 200);
  assertEquals(times.posted(delivery(2, []), 300), null, "it does not say");
});

Deno.test("Hub measures a frame until the socket has it: a slow one makes the leg longer, in both forms", () => {
  for (const form of ["whole", "changes"] as const) {
    const told = (takesMs: number) => {
      const hub = createHub();
      hub.setSystem(systemStatus());
      const { browser } = join(hub, { interest: { symbols: null, focus: "BTCUSDT", form } });
      for (let n = 1; n <= 20; n++) {
        hub.accept(posted(n, n * 100, frame(100 + n)), n * 100);
        hub.flushDue(n * 100 + 1);
        browser.take(n * 100 + 1 + takesMs);
      }
      return hub.written.percentilesOf("BTCUSDT");
    };
    assertEquals(told(2), { p50Ms: 3, p99Ms: 3 });
    assertEquals(told(300), { p50Ms: 301, p99Ms: 301 });
  }
});

Deno.test("Hub measures frames that are written to who shows the symbol in detail as it comes, and nothing else", () => {
  const hub = createHub();
  hub.setSystem(systemStatus());
  const page = pageOf(hub, inFocus("ETHUSDT"), { streamId: "mine" });
  let seq = 0;
  const speak = (items: Output[], nowMs: number) => {
    hub.accept(posted(seq += 1, nowMs, items), nowMs);
    hub.flush(nowMs + 1);
    page.browser.take(nowMs + 2);
    return hub.written.percentilesOf("BTCUSDT");
  };
  assertEquals(speak(frame(1), 1_000), null, "it is in the list only");
  look(hub, ["BTCUSDT"], { pace: 1 });
  assertEquals(speak(frame(2), 2_000), null, "who wants them slower makes them wait");
  look(hub, ["BTCUSDT"], { isHidden: true });
  assertEquals(speak(frame(3), 3_000), null, "a page that is hidden is sent none");
  look(hub, ["BTCUSDT"]);
  assertEquals(speak([bucketFrame()], 4_000), null, "a row is no frame");
  assertEquals(
    speak([metricsFrame({ bookUpdateId: 4, mid: 4 })], 5_000),
    null,
    "its book has not come",
  );
  assertEquals(speak([bookFrame({ bookUpdateId: 4 })], 5_050), { p50Ms: 52, p99Ms: 52 });
  hub.flush(5_050 + 61_000);
  assertEquals(hub.written.percentilesOf("BTCUSDT"), null, "a minute later it is not of late");
});

Deno.test("EventSink tells that bytes were taken when they are read, packed or not, and not while they wait", async () => {
  for (const isPacked of [false, true]) {
    const own: { sink: EventSink | null } = { sink: null };
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => void (own.sink = new EventSink(controller, isPacked)),
      pull: () => own.sink?.pulled(),
    });
    const taken: number[] = [];
    const { sink } = own;
    assert(sink !== null);
    const write = () => sink.write(new Uint8Array([1, 2, 3]), (takenMs) => taken.push(takenMs));
    write();
    // What is packed comes out a moment later; then it waits for its reader.
    const isWaiting = () => Promise.resolve(!sink.ready);
    await eventually(isWaiting, "it waits");
    await new Promise((resolve) => setTimeout(resolve, 20));
    assertEquals(taken, []);
    const reader = body.getReader();
    const readMs = performance.now();
    await eventually(async () => {
      if (taken.length === 0) await reader.read();
      return taken.length === 1;
    }, "it was read");
    assert((taken[0] ?? NaN) >= readMs);
    await reader.cancel();
    sink.abandon();
  }
});
