/** What each browser is told of the system, and how much that is. */
import { assert, assertEquals } from "@std/assert";
import { NO_LATENCY } from "../../shared/latency.ts";
import type { ChildStatus, Gauges, SystemStatus } from "../../shared/protocol.ts";
import { applyChange, type SystemChange, type SystemView } from "../../shared/system_change.ts";
import {
  budgetStatus,
  metricsFrame,
  START_MS,
  storesStatus,
  systemStatus,
  tradesFrame,
} from "../support/outputs.ts";
import { storageOf } from "../../web/storage_health.ts";
import { type FakeBrowser, join, names } from "./fake_browser.ts";
import { createHub } from "./hub_stage.ts";
import type { ParsedEvent } from "./sse.ts";

const FOCUS = { symbols: null, focus: "S0USDT" };

/** The gauges of a symbol's heartbeat after `second` seconds of a busy market. */
function gaugesOf(second: number): Gauges {
  return {
    frames: 123_456 + 37 * second,
    malformed: 0,
    gaps: 1,
    resyncs: 2,
    snapshots: 3,
    lateSnapshots: 0,
    replacements: 0,
    bidLevels: 5_012 + second % 7,
    askLevels: 4_988 + second % 5,
    droppedLevels: 0,
    exactChecked: 12_345 + 11 * second,
    exactMismatched: 0,
    restEndpoint: 0,
    wsEndpoint: 0,
    clocks: 1,
    clockOffsetMs: -3.25,
    exchangeToReceiveP50Ms: 12.345 + second % 3,
    exchangeToReceiveP99Ms: 87.654,
    receiveToComputedP50Ms: 0.021,
    receiveToComputedP99Ms: 0.432,
    computedToSentP50Ms: 48.1,
    computedToSentP99Ms: 99.7 + second % 2,
    writerUnacked: second % 4,
    writerDropped: 0,
    webDropped: 0,
  };
}

/** So many symbols that all run, and an exchange whose budget is in use, after `second` seconds. */
function busySystem(symbolCount: number, second: number): SystemStatus {
  const symbols = Array.from({ length: symbolCount }, (_, i) => `S${i}USDT`);
  const child = (actorId: ChildStatus["actorId"]): ChildStatus => ({
    actorId,
    state: "running",
    reason: null,
    incarnation: START_MS,
    restarts: 0,
    gauges: gaugesOf(second),
  });
  return systemStatus({
    timeMs: START_MS + second * 1_000,
    symbols,
    budget: budgetStatus({ usedWeight: 120 + second }),
    children: [child("writer"), child("web"), ...symbols.map((each) => child(`symbol:${each}`))],
  });
}

const SECONDS = 60;

/** Bytes that one browser gets in each second when nothing but the system speaks. */
function bytesPerSecond(symbolCount: number): number {
  const hub = createHub();
  hub.setSystem(busySystem(symbolCount, 0));
  const { browser } = join(hub, { interest: FOCUS });
  browser.read();
  let bytes = 0;
  for (let second = 1; second <= SECONDS; second++) {
    hub.setSystem(busySystem(symbolCount, second));
    hub.flush(second * 1_000);
    bytes += new TextEncoder().encode(browser.text.replaceAll(": keep-alive\n\n", "")).length;
    browser.read();
  }
  return bytes / SECONDS;
}

Deno.test("Hub.setSystem() costs a browser some hundred bytes a second, of 2 symbols as of 200", () => {
  const [few, many] = [bytesPerSecond(2), bytesPerSecond(200)];
  assert(few < 900, `${few} bytes a second at 2 symbols`);
  assertEquals(many, few);
  const whole = JSON.stringify(busySystem(200, 0)).length;
  assert(many < whole / 100, `${whole} bytes are the whole`);
});

Deno.test("Hub.setSystem() sends a pulse and no more when nothing has changed", () => {
  const hub = createHub();
  hub.setSystem(systemStatus());
  const { browser } = join(hub);
  browser.read();
  hub.setSystem(systemStatus({ timeMs: START_MS + 1_000 }));
  hub.flush(1_000);
  assertEquals(browser.text.length < 60, true);
  assertEquals(browser.read().map(({ name, payload }) => [name, payload.timeMs]), [
    ["pulse", START_MS + 1_000],
  ]);
});

/** The system as a page knows it after these events. */
function systemAfter(
  events: readonly ParsedEvent[],
  known: SystemView | null = null,
): SystemView | null {
  return events.reduce((system, { name, payload }) => {
    if (name === "system") return payload as unknown as SystemView;
    if (name !== "system_change" || system === null) return system;
    return applyChange(system, payload as unknown as SystemChange);
  }, known);
}

Deno.test("Hub.setSystem() tells the exchange's clock when it has moved by 5 ms since it was told", () => {
  const hub = createHub();
  const at = (offsetMs: number, roundTripMs = 40) =>
    hub.setSystem(systemStatus({ clock: { offsetMs, roundTripMs } }));
  at(-16);
  const { browser } = join(hub);
  browser.read();
  const told = [-17, -16, -20.5, -21, -17, -16, -16.1].map((offsetMs, i) => {
    at(offsetMs);
    hub.flush(100 * i);
    const change = browser.read().find(({ name }) => name === "system_change");
    const { parts } = (change?.payload ?? { parts: {} }) as unknown as SystemChange;
    return parts.clock?.offsetMs ?? null;
  });
  assertEquals(told, [null, null, null, -21, null, -16, null]);
  at(-16, 45);
  const { browser: late } = join(hub);
  const whole = late.read().find(({ name }) => name === "system");
  assertEquals(whole?.payload.clock, { offsetMs: -16, roundTripMs: 45 });
});

Deno.test("Hub.setSystem() tells of the request budget each 5 s, and of a ban at once", () => {
  const hub = createHub();
  const at = (second: number, over: Partial<SystemStatus["budget"]> = {}) => {
    const budget = budgetStatus({ usedWeight: 100 + second, ...over });
    hub.setSystem(systemStatus({ timeMs: START_MS + second * 1_000, budget }));
  };
  at(0);
  const { browser } = join(hub);
  browser.read();
  const told = (second: number, over: Partial<SystemStatus["budget"]> = {}) => {
    at(second, over);
    hub.flush(second * 1_000);
    const change = browser.read().find(({ name }) => name === "system_change");
    const { parts } = (change?.payload ?? { parts: {} }) as unknown as SystemChange;
    return parts.budget?.usedWeight ?? null;
  };
  const weights = Array.from({ length: 11 }, (_, i) => told(i + 1));
  assertEquals(weights, [null, null, null, null, 105, null, null, null, null, 110, null]);
  const ban = { untilMs: START_MS + 60_000, reason: "too many requests" };
  assertEquals([told(12, { ban }), told(13, { ban }), told(14)], [112, null, 114]);
});

Deno.test("Hub.setSystem() lets a slow browser know what a quick one knows, and one that joins the whole", () => {
  const hub = createHub();
  const { browser: first } = join(hub);
  hub.setSystem(systemStatus());
  const { browser: slow } = join(hub);
  slow.ready = false;
  const reads = new Map<FakeBrowser, SystemView | null>([[first, null], [slow, null]]);
  const children = systemStatus().children;
  const failed = children.map((one) =>
    one.actorId === "symbol:ETHUSDT" ? { ...one, state: "failed" as const, reason: "no" } : one
  );
  const changes: Partial<SystemStatus>[] = [
    { children: failed },
    { children: failed.slice(0, 3), symbols: ["BTCUSDT"] },
    { children, symbols: ["BTCUSDT", "ETHUSDT"], clock: { offsetMs: 1, roundTripMs: 2 } },
  ];
  changes.forEach((over, i) => {
    hub.setSystem(systemStatus({ timeMs: START_MS + i, ...over }));
    hub.flush(100 + 100 * i);
    reads.set(first, systemAfter(first.read(), reads.get(first)));
  });
  slow.ready = true;
  hub.flush(1_000);
  const told = slow.read();
  assertEquals(names(told).filter((name) => name === "system_change").length, 1);
  const whole = systemAfter(join(hub).browser.read());
  assertEquals(whole?.children[0] !== undefined && "gauges" in whole.children[0], false);
  assertEquals(whole?.timeMs, START_MS + 2);
  assertEquals([systemAfter(told), reads.get(first)], [whole, whole]);
});

Deno.test("Hub.setSystem() tells the latency of a symbol to who shows it in detail, when it has changed", () => {
  const hub = createHub();
  const withGauges = (gauges: Gauges, state: ChildStatus["state"] = "running") =>
    systemStatus({ children: systemStatus().children.map((one) => ({ ...one, gauges, state })) });
  hub.setSystem(withGauges(gaugesOf(0)));
  const { browser } = join(hub, { interest: { symbols: null, focus: "BTCUSDT" } });
  const { browser: other } = join(hub, { interest: { symbols: null, focus: "SOLUSDT" } });
  const legs = (events: ParsedEvent[]) =>
    events.filter(({ name }) => name === "latency").map(({ payload }) => payload);
  const receiveToComputed = { p50Ms: 0.021, p99Ms: 0.432 };
  assertEquals(legs(browser.read()), [{
    symbol: "BTCUSDT",
    latency: {
      clocks: "known",
      exchangeToReceive: { p50Ms: 12.345, p99Ms: 87.654 },
      receiveToComputed,
      computedToSent: { p50Ms: 48.1, p99Ms: 99.7 },
      sentToWritten: null,
    },
  }]);
  hub.setSystem(withGauges({ ...gaugesOf(0), frames: 1 }));
  hub.flush(100);
  assertEquals(legs(browser.read()), []);
  hub.setSystem(withGauges(gaugesOf(0), "restarting"));
  hub.flush(200);
  const unknown = NO_LATENCY;
  assertEquals(legs(browser.read()), [{ symbol: "BTCUSDT", latency: unknown }]);
  assertEquals(legs(other.read()), []);
});

Deno.test("Hub.setSystem() holds back what waits of a symbol that was removed: it would bring it back", () => {
  const hub = createHub();
  hub.setSystem(systemStatus());
  const { browser } = join(hub, { interest: { symbols: null, focus: "BTCUSDT" } });
  browser.read();
  hub.publish(metricsFrame({ symbol: "ETHUSDT" }));
  hub.setSystem(systemStatus({ symbols: ["BTCUSDT"] }));
  hub.flush(5_000);
  assertEquals(names(browser.read()), ["pulse", "system_change"]);
});

Deno.test("Hub.setSystem() gives up the sum that waits of a symbol that was removed", () => {
  const hub = createHub();
  hub.setSystem(systemStatus());
  const { browser } = join(hub, { interest: { symbols: null, focus: "ETHUSDT" } });
  const { browser: other } = join(hub, { interest: { symbols: null, focus: "BTCUSDT" } });
  for (const one of [browser, other]) one.read();
  for (const symbol of ["ETHUSDT", "BTCUSDT"]) hub.publish(tradesFrame({ symbol }));
  hub.setSystem(systemStatus({ symbols: ["BTCUSDT"] }));
  hub.flush(5_000);
  assertEquals(names(browser.read()), ["pulse", "system_change"]);
  assertEquals(names(other.read()), ["pulse", "trades", "system_change"]);
});

Deno.test("Hub.setSystem() tells whether what is seen is stored, as /healthz has it, when that has changed", () => {
  const hub = createHub();
  const { browser } = join(hub, { interest: { symbols: null, focus: "BTCUSDT" } });
  const told = (stores: SystemStatus["stores"], ms: number) => {
    hub.setSystem(systemStatus({ stores, timeMs: START_MS + ms }));
    hub.flush(ms);
    return browser.read().filter(({ name }) => name === "storage").map(({ payload }) => payload);
  };
  const down = { state: "down", reason: "its disk is full", sinceMs: START_MS } as const;
  assertEquals(told(storesStatus(), 0), [{ status: "ok", word: "stored", reasons: [] }]);
  assertEquals(told(storesStatus(), 100), []);
  const [view] = told(storesStatus({ database: down }), 200);
  assertEquals([view?.status, view?.word], ["degraded", "not stored"]);
  assertEquals(view, { ...storageOf(hub.system, null, START_MS) });
  assertEquals(told(storesStatus({ database: down }), 300), []);
  assertEquals(told(storesStatus(), 400), [{ status: "ok", word: "stored", reasons: [] }]);
});
