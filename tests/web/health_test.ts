import { assertEquals, assertMatch } from "@std/assert";
import {
  budgetStatus,
  feedStatus,
  metricsFrame,
  START_MS,
  storesStatus,
  systemStatus,
} from "../support/outputs.ts";
import { NO_LATENCY } from "../../shared/latency.ts";
import type { Gauges, StoresStatus } from "../../shared/protocol.ts";
import { setUp } from "./app_stage.ts";

Deno.test("GET /healthz is 200 when everything runs and every symbol is live", async () => {
  const { hub, ask } = setUp();
  hub.setSystem(systemStatus());
  hub.publish(metricsFrame());
  hub.publish(metricsFrame({ symbol: "ETHUSDT" }));
  const response = await ask("/healthz");
  assertEquals(response.status, 200);
  const answer = await response.json();
  assertEquals([answer.status, answer.reasons, answer.writer], ["ok", [], { queued: 3 }]);
});

Deno.test("GET /healthz is 200 but degraded when one symbol of two is not live", async () => {
  const { hub, ask } = setUp();
  hub.setSystem(systemStatus());
  hub.publish(metricsFrame());
  const response = await ask("/healthz");
  assertEquals(response.status, 200);
  const answer = await response.json();
  assertEquals([answer.status, answer.reasons], ["degraded", ["ETHUSDT is syncing"]]);
});

Deno.test("GET /healthz is ok while a quiet symbol sends its rows alone, however seldom", async () => {
  for (
    const [ageMs, interval, status] of [
      [119_000, 60_000, "ok"],
      [122_000, 60_000, "down"],
      [2_900, 100, "ok"],
      [3_100, 1_000, "down"],
    ] as const
  ) {
    const { hub, ask } = setUp({ metricsIntervalMs: interval });
    hub.setSystem(systemStatus());
    for (const symbol of ["BTCUSDT", "ETHUSDT"]) {
      hub.publish(metricsFrame({ symbol, timeMs: START_MS - ageMs, bucketMs: interval }));
    }
    const answer = await (await ask("/healthz")).json();
    assertEquals(answer.status, status, `${ageMs} ms old, a row in ${interval} ms`);
  }
});

Deno.test("GET /healthz shows what there is to note of a live feed, and takes it for no fault", async () => {
  const { hub, ask } = setUp();
  const note = "no book tickers: the best price is not proven";
  hub.setSystem(systemStatus());
  for (const symbol of ["BTCUSDT", "ETHUSDT"]) hub.publish(metricsFrame({ symbol }));
  hub.publish(feedStatus({ state: "live", reason: note }));
  hub.publish(feedStatus({ symbol: "ETHUSDT", state: "syncing", reason: "of another state" }));
  const { status, reasons, symbols } = await (await ask("/healthz")).json();
  assertEquals([status, reasons], ["ok", []]);
  assertEquals(symbols.map(({ reason }: { reason: string | null }) => reason), [note, null]);
});

Deno.test("GET /healthz is degraded while this machine is too slow for a symbol, however live that is", async () => {
  const { hub, ask } = setUp();
  const { children } = systemStatus();
  const slow = children.map((child) =>
    child.actorId === "symbol:BTCUSDT"
      ? { ...child, gauges: { ...child.gauges, overload: 2 } }
      : child
  );
  hub.setSystem(systemStatus({ children: slow }));
  for (const symbol of ["BTCUSDT", "ETHUSDT"]) hub.publish(metricsFrame({ symbol }));
  const response = await ask("/healthz");
  assertEquals(response.status, 200);
  const { status, reasons: [first, ...others] } = await response.json();
  assertEquals([status, others], ["degraded", []]);
  assertMatch(first, /^This machine is too slow for 1 of \d symbols? \(BTCUSDT\): /);
  hub.setSystem(systemStatus());
  assertEquals((await (await ask("/healthz")).json()).status, "ok");
});

Deno.test("GET /healthz takes a symbol that the exchange has halted for no fault", async () => {
  const { hub, ask } = setUp();
  hub.setSystem(systemStatus());
  hub.publish(metricsFrame({ state: "halted" }));
  hub.publish(metricsFrame({ symbol: "ETHUSDT", state: "halted" }));
  const { status, reasons } = await (await ask("/healthz")).json();
  assertEquals([status, reasons], ["ok", []]);
});

Deno.test("GET /healthz is degraded while a store does not store, however live the symbols are", async () => {
  const sinceMs = START_MS - 65_000;
  const full = { state: "down", reason: "its disk is full", sinceMs } as const;
  const { database } = storesStatus();
  const { children } = systemStatus();
  const spool = "The spool on disk ";
  const table: [Partial<StoresStatus>, string, string, Gauges?][] = [
    [
      { database: full },
      "not stored",
      "The database cannot be written since 11:58:55Z: its disk is full; rows are kept and wait",
    ],
    [
      { database: { state: "starting", reason: null, sinceMs } },
      "starting",
      "The database is starting: rows are kept and wait",
    ],
    [
      { database: { state: "behind", reason: null, sinceMs } },
      "behind",
      "The database is behind since 11:58:55Z: it takes rows, and old ones wait",
    ],
    [
      { database, redis: { ...full, reason: "it is a read-only replica" } },
      "Redis away",
      "Redis cannot be written since 11:58:55Z: it is a read-only replica; rows are not affected",
    ],
    [
      {},
      "spool full",
      `${spool}takes no more rows: they wait in memory, and the oldest are lost when that is full`,
      { spoolFull: 1, spoolUnsafe: 1 },
    ],
    [
      {},
      "spool unsafe",
      `${spool}cannot be synced: a power cut would take the rows that wait there`,
      { spoolUnsafe: 1 },
    ],
  ];
  for (const [stores, word, reason, gauges = {}] of table) {
    const { hub, ask } = setUp();
    hub.setSystem(systemStatus({
      stores: storesStatus(stores),
      children: children.map((child) => child.actorId === "writer" ? { ...child, gauges } : child),
    }));
    hub.publish(metricsFrame());
    hub.publish(metricsFrame({ symbol: "ETHUSDT" }));
    const response = await ask("/healthz");
    const { status, reasons, storage } = await response.json();
    assertEquals([response.status, status, reasons], [200, "degraded", [reason]]);
    assertEquals(storage, { status: "degraded", word, reasons: [reason] });
  }
});

Deno.test("GET /healthz is ok while the embedded database is too busy, and says what to do before it is not", async () => {
  const { hub, ask } = setUp();
  const { children } = systemStatus();
  const [writer] = children;
  if (writer === undefined) {
    throw new TypeError("Cannot make a store like the writer: it is missing");
  }
  const store = { ...writer, actorId: "store", gauges: { busyPercent: 63, isTooBusy: 1 } } as const;
  hub.setSystem(systemStatus({ children: [store, ...children] }));
  hub.publish(metricsFrame());
  hub.publish(metricsFrame({ symbol: "ETHUSDT" }));
  const { status, reasons, storage } = await (await ask("/healthz")).json();
  assertEquals([status, reasons, storage.status, storage.word], ["ok", [], "ok", "stored, busy"]);
  assertMatch(
    storage.reasons.join(),
    /busy more than half of the time.*set DATABASE_URL to a PostgreSQL/,
  );
});

Deno.test("GET /healthz is not ok before the writer has said how its stores stand", async () => {
  const { hub, ask } = setUp();
  hub.setSystem(systemStatus({ stores: null }));
  hub.publish(metricsFrame());
  hub.publish(metricsFrame({ symbol: "ETHUSDT" }));
  const { status, reasons } = await (await ask("/healthz")).json();
  assertEquals([status, reasons], ["degraded", ["Whether rows are stored is not known"]]);
});

Deno.test("GET /healthz is degraded during a ban, says until when, and shows the budget", async () => {
  const { hub, ask } = setUp();
  const ban = { untilMs: START_MS + 120_000, reason: "the exchange has banned this address" };
  hub.setSystem(systemStatus({ budget: budgetStatus({ ban }) }));
  hub.publish(metricsFrame());
  hub.publish(metricsFrame({ symbol: "ETHUSDT" }));
  const response = await ask("/healthz");
  assertEquals(response.status, 200, "streams live on");
  const answer = await response.json();
  assertEquals([answer.status, answer.budget.usedWeight, answer.budget.ban], [
    "degraded",
    120,
    ban,
  ]);
  assertEquals(answer.reasons, [
    `The exchange takes no REST call until 2026-08-01T12:02:00.000Z: ${ban.reason}`,
  ]);
  const over = { untilMs: START_MS - 1, reason: ban.reason };
  hub.setSystem(systemStatus({ budget: budgetStatus({ ban: over }) }));
  assertEquals((await (await ask("/healthz")).json()).status, "ok", "the ban is over");
});

Deno.test("GET /healthz says how the start goes on, and when the last book can be there", async () => {
  const { hub, ask } = setUp();
  const reasons = async () => (await (await ask("/healthz")).json()).reasons;
  const start = { booked: 1, awaited: 1, leftOut: 0, lastMs: START_MS + 65_000 };
  hub.publish(metricsFrame());
  hub.setSystem(systemStatus({ budget: budgetStatus({ start }) }));
  assertEquals(await reasons(), [
    "The start goes on: 1 of 2 symbols have had their first book; by the request budget the last can be there at 2026-08-01T12:01:05.000Z",
    "ETHUSDT is syncing",
  ]);
  hub.setSystem(systemStatus({ budget: budgetStatus({ start: { ...start, lastMs: null } }) }));
  assertEquals(
    (await reasons())[0]?.endsWith("; when the last will be there is not known yet"),
    true,
  );
  hub.setSystem(systemStatus({ budget: budgetStatus() }));
  assertEquals(await reasons(), ["ETHUSDT is syncing"]);
});

Deno.test("GET /healthz is 503 with the exchange's reason while it cannot be reached", async () => {
  const { hub, ask } = setUp();
  hub.setSystem(
    systemStatus({ exchange: { state: "unreachable", reason: "No route to Binance" } }),
  );
  hub.publish(metricsFrame());
  const response = await ask("/healthz");
  assertEquals(response.status, 503);
  assertEquals((await response.json()).reasons[0], "No route to Binance");
});

Deno.test("GET /healthz is 503 when the writer does not run, however live the symbols are", async () => {
  const { hub, ask } = setUp();
  const status = systemStatus();
  hub.setSystem({
    ...status,
    children: status.children.map((child) =>
      child.actorId === "writer" ? { ...child, state: "restarting", reason: "crashed" } : child
    ),
  });
  hub.publish(metricsFrame());
  hub.publish(metricsFrame({ symbol: "ETHUSDT" }));
  const response = await ask("/healthz");
  assertEquals(response.status, 503);
  assertEquals((await response.json()).reasons, ["writer is restarting: crashed"]);
});

Deno.test("GET /api/symbols tells each leg of a symbol's latency, null where nothing is known", async () => {
  const { hub, ask } = setUp();
  const status = systemStatus();
  const gauges = { computedToSentP50Ms: 3, computedToSentP99Ms: 95 };
  const withGauges = (state: "running" | "restarting") =>
    status.children.map((child) =>
      child.actorId === "symbol:BTCUSDT" ? { ...child, gauges, state } : child
    );
  const told = async () => {
    const { symbols } = await (await ask("/api/symbols")).json();
    return symbols.map(({ latency }: { latency: unknown }) => latency);
  };
  const unknown = NO_LATENCY;
  hub.setSystem({ ...status, children: withGauges("running") });
  assertEquals(await told(), [
    { ...unknown, computedToSent: { p50Ms: 3, p99Ms: 95 } },
    unknown,
  ]);
  hub.setSystem({ ...status, children: withGauges("restarting") });
  assertEquals(await told(), [unknown, unknown], "what the last life measured is not of now");
});
