import { assertEquals } from "@std/assert";
import { NO_LATENCY } from "../../shared/latency.ts";
import { clocksNote, latencyText } from "../../web/page/latency_text.ts";

const measured = { p50Ms: 0.021, p99Ms: 0.4 };

Deno.test("latencyText() is a dash with its reason of what is not known, of the clocks only in the leg that needs them", () => {
  const doubtful = { ...NO_LATENCY, clocks: "doubtful" as const, receiveToComputed: measured };
  assertEquals(latencyText("receiveToComputed", doubtful), { text: "0.021 / 0.40", why: null });
  assertEquals(latencyText("exchangeToReceive", doubtful), {
    text: "–",
    why: "by the exchange's clock, as far as it is known, it came before it was sent",
  });
  assertEquals(latencyText("computedToSent", doubtful).why, "nothing was measured of late");
  assertEquals(
    latencyText("sentToWritten", doubtful).why,
    "no page that shows it in detail was sent its numbers of late",
  );
  assertEquals(
    latencyText("exchangeToReceive", { ...NO_LATENCY, clocks: "known" }).why,
    "nothing was measured of late",
  );
  assertEquals(
    latencyText("exchangeToReceive", NO_LATENCY).why,
    "the exchange has not told its time yet",
  );
});

Deno.test("clocksNote() speaks up where messages come, and the first leg alone is not known", () => {
  const note =
    "exchange → here is not known: by the exchange's clock, as far as it is known, it came before it was sent";
  const doubtful = { ...NO_LATENCY, clocks: "doubtful" as const };
  assertEquals(clocksNote({ ...doubtful, receiveToComputed: measured }), note);
  assertEquals([
    clocksNote(doubtful),
    clocksNote({
      ...doubtful,
      clocks: "known",
      receiveToComputed: measured,
      exchangeToReceive: measured,
    }),
  ], ["", ""]);
});
