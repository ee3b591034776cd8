import { assert, assertEquals } from "@std/assert";
import { Latency } from "../../actors/symbol/latency.ts";
import { latenciesOf, latencyGauges, type Percentiles } from "../../shared/latency.ts";
import { bookFrame, metricsFrame, START_MS } from "../support/outputs.ts";

const MINUTE_MS = 60_000;

/** To within the width of a class. */
function assertAbout(known: Percentiles | null, p50Ms: number, p99Ms: number): void {
  const isAbout = (read: number, exact: number) =>
    read >= exact - 0.001 && read <= exact + Math.max(0.001, Math.abs(exact) * 0.107);
  assert(isAbout(known?.p50Ms ?? NaN, p50Ms), `median ${known?.p50Ms}, not ${p50Ms}`);
  assert(isAbout(known?.p99Ms ?? NaN, p99Ms), `99 % ${known?.p99Ms}, not ${p99Ms}`);
}

Deno.test("Latency.received() allows for the clocks' offset, and is not known without it", () => {
  const latency = new Latency();
  latency.received(START_MS, START_MS + 40);
  assertEquals(latency.percentiles.exchangeToReceive, null);
  latency.compare({ offsetMs: 25, roundTripMs: 4 });
  for (let n = 0; n < 98; n++) latency.received(START_MS, START_MS + 15);
  for (let n = 0; n < 2; n++) latency.received(START_MS, START_MS + 175);
  assertAbout(latency.percentiles.exchangeToReceive, 40, 200);
});

Deno.test("Latency.received() tells nothing negative: half before they were sent is no offset that is known", () => {
  const latency = new Latency();
  latency.compare({ offsetMs: -4, roundTripMs: 6 });
  for (let n = 0; n < 4; n++) latency.received(START_MS, START_MS + 1);
  for (let n = 0; n < 6; n++) latency.received(START_MS, START_MS + 8);
  assertAbout(latency.percentiles.exchangeToReceive, 4, 4);
  assertEquals(latency.percentiles.clocks, "known");
  for (let n = 0; n < 4; n++) latency.received(START_MS, START_MS + 1);
  assertEquals(latency.percentiles.exchangeToReceive, null);
  assertEquals(latency.percentiles.clocks, "doubtful");
});

Deno.test("Latency.received() does not believe an offset by which one came long before it was sent, until the next", () => {
  const latency = new Latency();
  const known = () => latency.percentiles.exchangeToReceive;
  latency.compare({ offsetMs: 25, roundTripMs: 4 });
  for (let n = 0; n < 99; n++) latency.received(START_MS, START_MS + 15);
  latency.received(START_MS, START_MS - 25 - 2 - 50);
  assertAbout(known(), 40, 40);
  // Our clock has been set back by three seconds.
  latency.received(START_MS, START_MS - 3_294);
  assertEquals([known(), latency.percentiles.clocks], [null, "doubtful"]);
  assertEquals(latency.clockOffsetMs, null);
  latency.received(START_MS, START_MS + 15);
  assertEquals(known(), null, "by the same offset nothing is measured any more");
  latency.compare({ offsetMs: 3_325, roundTripMs: 4 });
  assertEquals([known(), latency.percentiles.clocks], [null, "known"]);
  latency.received(START_MS, START_MS - 3_285);
  assertAbout(known(), 40, 40);
});

Deno.test("Latency.compare() forgets what was measured by an offset that the next one shows to be wrong, and nothing else", () => {
  const latency = new Latency();
  latency.compare({ offsetMs: 25, roundTripMs: 4 });
  latency.received(START_MS, START_MS + 15);
  latency.compare({ offsetMs: 60, roundTripMs: 30 });
  assertAbout(latency.percentiles.exchangeToReceive, 40, 40);
  // Our clock had been set ahead: nothing was negative, and all of it wrong.
  latency.received(START_MS, START_MS + 3_015);
  latency.compare({ offsetMs: -2_975, roundTripMs: 4 });
  assertEquals(latency.percentiles.exchangeToReceive, null);
});

Deno.test("Latency.took() is told in ms down to a µs", () => {
  const latency = new Latency();
  for (const durationMs of [0.004, 0.004, 0.004, 3]) latency.took(durationMs);
  assertAbout(latency.percentiles.receiveToComputed, 0.004, 3);
});

Deno.test("Latency.sent() is from the update that a frame shows until the frame leaves, once", () => {
  const latency = new Latency();
  const known = () => latency.percentiles.computedToSent;
  const first = metricsFrame();
  latency.computed(1_000);
  latency.framed(first);
  latency.sent([bookFrame(), metricsFrame()], 1_005);
  assertEquals(known(), null, "others are no news of it");
  latency.sent([bookFrame(), first], 1_080);
  assertAbout(known(), 80, 80);
  latency.sent([first], 9_000);
  assertAbout(known(), 80, 80);
  // No update since: the frame is new, the book in it is not.
  const second = metricsFrame();
  latency.framed(second);
  latency.sent([second], 30_000);
  assertAbout(known(), 80, 80);
});

Deno.test("Latency.sent() does not count a frame that a newer one has replaced", () => {
  const latency = new Latency();
  const [old, replacing] = [metricsFrame(), metricsFrame()];
  latency.computed(1_000);
  latency.framed(old);
  latency.computed(1_500);
  latency.framed(replacing);
  latency.sent([replacing], 1_520);
  assertAbout(latency.percentiles.computedToSent, 20, 20);
});

Deno.test("Latency.sent() does not know when a book was computed that no update has made", () => {
  const latency = new Latency();
  const frame = metricsFrame();
  latency.framed(frame);
  latency.sent([frame], 1_000);
  assertEquals(latency.percentiles.computedToSent, null);
});

Deno.test("Latency.tick() forgets what is more than two minutes old, and nothing of the last one", () => {
  const latency = new Latency();
  const known = () => latency.percentiles.receiveToComputed;
  latency.tick(500);
  latency.took(1);
  latency.tick(500 + MINUTE_MS - 1);
  latency.took(8);
  latency.tick(500 + MINUTE_MS);
  assertAbout(known(), 1, 8);
  latency.took(8);
  latency.tick(500 + 2 * MINUTE_MS);
  assertAbout(known(), 8, 8);
  latency.tick(500 + 3 * MINUTE_MS);
  assertEquals(known(), null);
});

Deno.test("Latency.tick() forgets everything after a long pause, and goes on", () => {
  const latency = new Latency();
  const known = () => latency.percentiles.receiveToComputed;
  latency.tick(0);
  latency.took(1);
  latency.tick(60 * MINUTE_MS + 7);
  assertEquals(known(), null);
  latency.took(2);
  latency.tick(61 * MINUTE_MS);
  assertAbout(known(), 2, 2);
  latency.tick(62 * MINUTE_MS);
  assertAbout(known(), 2, 2);
});

Deno.test("latenciesOf() reads what latencyGauges() wrote; what is not known is absent", () => {
  const known = {
    clocks: "doubtful" as const,
    exchangeToReceive: null,
    receiveToComputed: { p50Ms: 0.1, p99Ms: 0.4 },
    computedToSent: { p50Ms: 3, p99Ms: 95 },
  };
  const gauges = latencyGauges(known);
  const written = { p50Ms: 2, p99Ms: 20 };
  assertEquals(latenciesOf({ frames: 1, ...gauges }, written), {
    ...known,
    sentToWritten: written,
  });
  assertEquals(latenciesOf({}).clocks, "unknown");
  assertEquals(Object.keys(gauges).sort(), [
    "clocks",
    "computedToSentP50Ms",
    "computedToSentP99Ms",
    "receiveToComputedP50Ms",
    "receiveToComputedP99Ms",
  ]);
});
