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
  latency.clockOffsetMs = 25;
  for (let n = 0; n < 98; n++) latency.received(START_MS, START_MS + 15);
  for (let n = 0; n < 2; n++) latency.received(START_MS, START_MS + 175);
  assertAbout(latency.percentiles.exchangeToReceive, 40, 200);
});

Deno.test("Latency.received() keeps what came before it was sent, by these clocks, as it is", () => {
  const latency = new Latency();
  latency.clockOffsetMs = -3.5;
  for (let n = 0; n < 9; n++) latency.received(START_MS, START_MS + 1);
  latency.received(START_MS, START_MS + 8);
  assertAbout(latency.percentiles.exchangeToReceive, -2.5, 4.5);
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
    exchangeToReceive: null,
    receiveToComputed: { p50Ms: 0.1, p99Ms: 0.4 },
    computedToSent: { p50Ms: 3, p99Ms: 95 },
  };
  const gauges = latencyGauges(known);
  assertEquals(latenciesOf({ frames: 1, ...gauges }), known);
  assertEquals(Object.keys(gauges).sort(), [
    "computedToSentP50Ms",
    "computedToSentP99Ms",
    "receiveToComputedP50Ms",
    "receiveToComputedP99Ms",
  ]);
});
