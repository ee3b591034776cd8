import { assert, assertEquals } from "@std/assert";
import { ClockOffset } from "../../actors/exchange_desk/clock_offset.ts";
import { ExchangeClock } from "../../actors/exchange_desk/exchange_clock.ts";
import { binanceSpotDesk } from "../../actors/venue/binance_spot/desk.ts";
import { Endpoints } from "../../shared/endpoints.ts";
import { setLogLevel } from "../../shared/log.ts";
import type { ClockStatus } from "../../shared/protocol.ts";
import { startExchange } from "../../scripts/exchange/exchange.ts";
import { eventually } from "../support/eventually.ts";

setLogLevel("error");

Deno.test("ClockOffset.status() believes the quickest of the last answers", () => {
  const offset = new ClockOffset();
  assertEquals(offset.status(0), null);
  offset.add(10_000, 0, 200);
  assertEquals(offset.status(9_000), { offsetMs: 900, roundTripMs: 200 });
  offset.add(11_000, 1_000, 1_020);
  offset.add(12_500, 2_000, 2_500);
  assertEquals(offset.status(9_000), { offsetMs: 990, roundTripMs: 20 });
  for (let i = 0; i < 8; i++) offset.add(20_000, 10_000, 10_100);
  assertEquals(offset.status(9_000), { offsetMs: 950, roundTripMs: 100 }, "not for ever");
});

Deno.test("ClockOffset.status() follows a step of our own clock without a new answer", () => {
  const offset = new ClockOffset();
  offset.add(10_000, 0, 10);
  assertEquals(offset.status(10_000)?.offsetMs, -5);
  assertEquals(offset.status(10_000 + 3_600_000)?.offsetMs, -3_600_005);
});

Deno.test("ClockOffset.status() follows a step of the exchange's clock at its first answer after it", () => {
  for (const stepMs of [3_600_000, -3_600_000, 1_000]) {
    const offset = new ClockOffset();
    offset.add(10_000, 0, 10);
    offset.add(11_000 + stepMs, 1_000, 1_500);
    assertEquals(offset.status(10_000), { offsetMs: stepMs - 250, roundTripMs: 500 });
    offset.add(12_000 + stepMs, 2_000, 2_100);
    assertEquals(offset.status(10_000), { offsetMs: stepMs - 50, roundTripMs: 100 });
  }
});

Deno.test("ClockOffset.status() takes neither a slow answer nor drift for a step", () => {
  const offset = new ClockOffset();
  offset.add(10_000, 0, 10);
  // Read when it was asked or only when it was heard, and 200 ms of drift.
  offset.add(11_000 - 200, 1_000, 3_000);
  offset.add(13_000 + 200, 1_000, 3_000);
  assertEquals(offset.status(10_000), { offsetMs: -5, roundTripMs: 10 });
});

Deno.test("ExchangeClock tells of a skewed exchange, and goes on after calls that fail", async () => {
  const source = { kind: "simulate", symbols: ["AAAUSDT"], seed: 1 } as const;
  const exchange = await startExchange({ source, faults: {} });
  const told: ClockStatus[] = [];
  const calls: (number | null)[] = [];
  const clock = new ExchangeClock({
    client: {
      venue: binanceSpotDesk,
      rest: new Endpoints([exchange.restUrl]),
      limiter: { pass: () => Promise.resolve(({ status }) => calls.push(status)) },
    },
    random: Math.random,
    onMeasured: (status) => told.push(status),
    intervalMs: 20,
  });
  try {
    clock.start();
    await eventually(() => told.length > 0);
    assert(Math.abs(told[0]?.offsetMs ?? NaN) < 1_000, "the same machine");
    exchange.faults.inject("server_error times=2 path=time");
    await eventually(() => calls.filter((status) => status === 502).length === 2);
    exchange.faults.inject("clock_skew ms=60000");
    await eventually(() => Math.abs((clock.status?.offsetMs ?? 0) - 60_000) < 1_000);
  } finally {
    clock.stop();
    await exchange.stop();
  }
});

Deno.test("ExchangeClock goes on from an address that answers something else than a time", async () => {
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const servers = [{ login: "here" }, { serverTime: 7 }].map((body) =>
    Deno.serve(options, () => Response.json(body))
  );
  const rest = new Endpoints(servers.map(({ addr }) => `http://127.0.0.1:${addr.port}`));
  const told: (number | null)[] = [];
  const clock = new ExchangeClock({
    client: {
      venue: binanceSpotDesk,
      rest,
      limiter: { pass: () => Promise.resolve(({ status }) => told.push(status)) },
    },
    random: Math.random,
    onMeasured: () => {},
    intervalMs: 20,
  });
  try {
    clock.start();
    await eventually(() => clock.status !== null);
    assertEquals(
      [rest.place, told.slice(0, 2)],
      [1, [200, 200]],
      "the budget hears of each answer",
    );
  } finally {
    clock.stop();
    for (const server of servers) await server.shutdown();
  }
});
