/** `/healthz` and `/api/symbols`: how the monitor stands, for machines. Pure. */
import { eventSchema } from "../shared/catalogue/event_fields.ts";
import { list, MS, object, open, orNull, propertyOf, TEXT, words } from "./schema.ts";
import type { Latencies } from "../shared/latency.ts";
import type { SymbolId } from "../shared/market.ts";
import type { DataState } from "../shared/output.ts";
import type { StorageView } from "../shared/browser_events.ts";
import type { StartStatus } from "../shared/request_budget.ts";
import { type ChildStatus, type Gauges, symbolOf, type SystemStatus } from "../shared/protocol.ts";
import type { Hub } from "./hub.ts";
import { childOf, latencyOfActor } from "./written_times.ts";
import { overloadComplaint } from "./overload_health.ts";
import { storageOf } from "./storage_health.ts";

/** How one symbol stands. */
export interface SymbolHealth {
  readonly symbol: SymbolId;
  /** The feed's state, or how its actor stands when that is not `running`. */
  readonly state: DataState | ChildStatus["state"] | "silent";
  /** Why, for a person, or a note on a live one; `null` when there is nothing to explain. */
  readonly reason: string | null;
  /** When its newest metrics were made; `null`: none yet. */
  readonly timeMs: number | null;
  /** How long its numbers take, by the last heartbeat; unknown while its actor does not run. */
  readonly latency: Latencies;
}

/**
 * `ok`: all live and stored. `degraded`: some symbols are not live, or could not become so again
 * because the exchange refuses REST calls, or a store does not store, and rows wait for it, or this machine is too slow
 * for all that is to be done.
 * `down`: no live data, or no writer.
 */
export interface Health {
  readonly status: "ok" | "degraded" | "down";
  readonly reasons: readonly string[];
  readonly timeMs: number;
  readonly startedMs: number | null;
  readonly source: SystemStatus["source"];
  readonly exchange: SystemStatus["exchange"] | null;
  /** What this IP address has used of what the exchange allows, and any ban. */
  readonly budget: SystemStatus["budget"] | null;
  readonly symbols: readonly SymbolHealth[];
  /** Whether what is seen is stored; its reasons are among the others. */
  readonly storage: StorageView;
  readonly children: readonly ChildStatus[];
  readonly writer: Gauges | null;
  readonly web: Gauges;
}

/** Each symbol of the monitor at `nowMs`. */
export function symbolsHealth(hub: Hub, nowMs: number): SymbolHealth[] {
  return hub.symbols.map((symbol) => symbolHealth(hub, symbol, nowMs));
}

/** One of them. */
export function symbolHealth(hub: Hub, symbol: SymbolId, nowMs: number): SymbolHealth {
  const { metrics, feed } = hub.stateOf(symbol);
  const timeMs = metrics?.timeMs ?? null;
  const child = childOf(hub.system, symbol);
  const known = { symbol, timeMs, latency: latencyOfActor(child, symbol, hub.written) };
  if (child !== undefined && child.state !== "running") {
    return { ...known, state: child.state, reason: child.reason };
  }
  if (metrics === null) {
    return { ...known, state: feed?.state ?? "syncing", reason: feed?.reason ?? null };
  }
  const ageMs = nowMs - metrics.timeMs;
  if (ageMs > hub.silentAfterMs) {
    const reason = `No data for ${Math.round(ageMs / 1_000)} s`;
    return { ...known, state: "silent", reason };
  }
  // A status of another state is of before or after these metrics.
  const reason = feed?.state === metrics.state ? feed.reason : null;
  return { ...known, state: metrics.state, reason };
}

/** The whole monitor at `nowMs`. */
export function health(hub: Hub, nowMs: number): Health {
  const { system } = hub;
  const symbols = symbolsHealth(hub, nowMs);
  const children = system?.children ?? [];
  const failures: string[] = [];
  if (system === null) failures.push("The supervisor has not reported yet");
  else if (system.exchange.state !== "reached") {
    failures.push(system.exchange.reason ?? "The exchange has not answered yet");
  }
  for (const child of children) {
    if (symbolOf(child.actorId) !== null || child.state === "running") continue;
    // Of the writer the storage tells.
    if (child.actorId === "writer") continue;
    failures.push(`${child.actorId} is ${child.state}${child.reason ? `: ${child.reason}` : ""}`);
  }
  // A symbol that the exchange has halted is as it should be.
  const notLive = symbols.filter(({ state }) => state !== "live" && state !== "halted");
  if (symbols.length === notLive.length) failures.push("No symbol is live");
  const complaints = notLive.map(({ symbol, state, reason }) =>
    `${symbol} is ${state}${reason ? `: ${reason}` : ""}`
  );
  const writer = children.find(({ actorId }) => actorId === "writer")?.gauges ?? null;
  const storage = storageOf(system, hub.losses.summary(nowMs), nowMs);
  if (system !== null && storage.status !== "ok") {
    (storage.status === "down" ? failures : complaints).unshift(...storage.reasons);
  }
  const start = system?.budget.start ?? null;
  if (start !== null && notLive.length > 0) complaints.unshift(startComplaint(start));
  const overload = overloadComplaint(children);
  if (overload !== null) complaints.unshift(overload);
  const ban = system?.budget.ban ?? null;
  if (ban !== null && ban.untilMs > nowMs) {
    const until = new Date(ban.untilMs).toISOString();
    complaints.unshift(`The exchange takes no REST call until ${until}: ${ban.reason}`);
  }
  const status = failures.length > 0 ? "down" : complaints.length > 0 ? "degraded" : "ok";
  return {
    status,
    reasons: [...failures, ...complaints],
    timeMs: nowMs,
    startedMs: system?.startedMs ?? null,
    source: system?.source ?? null,
    exchange: system?.exchange ?? null,
    budget: system?.budget ?? null,
    symbols,
    storage,
    children,
    writer,
    web: hub.gauges,
  };
}

function startComplaint({ booked, awaited, lastMs }: StartStatus): string {
  const last = lastMs === null
    ? "when the last will be there is not known yet"
    : `by the request budget the last can be there at ${new Date(lastMs).toISOString()}`;
  return `The start goes on: ${booked} of ${
    booked + awaited
  } symbols have had their first book; ${last}`;
}

/** Frames come with each change of a symbol; none for so long is worth a word. */
const SILENT_AFTER_LEAST_MS = 3_000;
/** Of two rows one may be late, by so much. */
const LATE_MS = 1_000;

/**
 * The age in ms from which the newest metrics count as silence, whatever they say. A symbol in which
 * nothing changes sends its rows alone, one in each `metricsIntervalMs`.
 */
export function silentAfterMs(metricsIntervalMs: number): number {
  return Math.max(SILENT_AFTER_LEAST_MS, 2 * metricsIntervalMs + LATE_MS);
}

/** Of each leg, or that it is not known. */
export const LATENCIES = propertyOf(eventSchema("latency"), "latency");

const SYMBOL_HEALTH = object({
  symbol: TEXT,
  state: TEXT,
  reason: orNull(TEXT),
  timeMs: orNull(MS),
  latency: LATENCIES,
});

/** What `/api/symbols` answers. */
export const SYMBOLS_ANSWER = object({ symbols: list(SYMBOL_HEALTH), metricsIntervalMs: MS });

/** What `/healthz` answers. */
export const HEALTH_ANSWER = object({
  status: words("ok", "degraded", "down"),
  reasons: list(TEXT),
  timeMs: MS,
  startedMs: orNull(MS),
  source: open("where the data comes from"),
  exchange: open("how the exchange is reached"),
  budget: open("how the request budget of this address stands, and any ban"),
  symbols: list(SYMBOL_HEALTH),
  storage: eventSchema("storage"),
  children: open("the actors and how each stands"),
  writer: open("what the writer counts"),
  web: open("what the web server counts"),
});
