/**
 * The vocabulary of faults: what the simulated world does to a monitor. A quantity that is silently
 * wrong is not among them: nobody could notice it.
 */

/** Hits one frame on its way. */
export const FRAME_FAULTS = [
  "gap",
  "duplicate",
  "reorder",
  "truncated",
  "oversized",
  "non_json",
  "wrong_symbol",
  "crossed",
] as const;

/** Hits a connection, or all of them. */
export const CONNECTION_FAULTS = [
  "silence",
  "slow_drip",
  "abrupt_close",
  "close_storm",
  "refused",
  "half_open",
  "server_shutdown",
  "day_cut",
] as const;

/** Hits the next answer to a request, or all for a while. */
export const REQUEST_FAULTS = [
  "late_snapshot",
  "stale_snapshot",
  "old_snapshot",
  "too_many_requests",
  "banned",
  "server_error",
] as const;

/** Changes the market, or the exchange's clock. */
export const MARKET_FAULTS = ["clock_skew", "status", "delisting", "tick_size"] as const;

/**
 * The machine that the monitor runs on holds it up: whatever comes meanwhile waits, its own timers too. Or it is too slow
 * for a while, and the monitor is told to leave undone what is least needed.
 */
export const MONITOR_FAULTS = ["slow_loop", "overload"] as const;

/** What becomes of a frame that is on its way. */
export type FrameFault = typeof FRAME_FAULTS[number];
/** What happens to a connection, or to all of them. */
export type ConnectionFault = typeof CONNECTION_FAULTS[number];
/** What is answered to a request. */
export type RequestFault = typeof REQUEST_FAULTS[number];
/** What becomes of a market, or of the exchange's clock. */
export type MarketFault = typeof MARKET_FAULTS[number];
/** What happens to a monitor itself. */
export type MonitorFault = typeof MONITOR_FAULTS[number];
/** Any of them. */
export type FaultKind = FrameFault | ConnectionFault | RequestFault | MarketFault | MonitorFault;

/** Every kind. What is not in the list: an altered quantity, which nobody could ever notice. */
export const FAULT_KINDS: readonly FaultKind[] = [
  ...FRAME_FAULTS,
  ...CONNECTION_FAULTS,
  ...REQUEST_FAULTS,
  ...MARKET_FAULTS,
  ...MONITOR_FAULTS,
];

/** One fault that a plan has in store. What it says is drawn beforehand, so that others may be left out. */
export interface PlannedFault {
  /** Its place in the seed's plan. */
  readonly index: number;
  readonly kind: FaultKind;
  readonly atMs: number;
  /** Index of the symbol that it is meant for; some hit all. */
  readonly symbol: number;
  /** How long it lasts, where it lasts. */
  readonly forMs: number;
  /** In [0, 1): which variant, or how much. */
  readonly amount: number;
}

/** Whether a fault of this kind hits one frame. */
export function isFrameFault(kind: FaultKind): kind is FrameFault {
  return FRAME_FAULTS.some((each) => each === kind);
}

/** Faults that must cost nothing: who suffers them has no excuse. */
const HARMLESS: readonly FaultKind[] = [
  "duplicate",
  "oversized",
  "clock_skew",
  ...MONITOR_FAULTS,
];

/** Whether a monitor must get over a fault without losing anything. */
export function isHarmless(kind: FaultKind): boolean {
  return HARMLESS.includes(kind);
}

/** Whether a fault of this kind waits for a request. */
export function isRequestFault(kind: FaultKind): kind is RequestFault {
  return REQUEST_FAULTS.some((each) => each === kind);
}

/** Whether a fault of this kind is the monitor's own machine. */
export function isMonitorFault(kind: FaultKind): kind is MonitorFault {
  return MONITOR_FAULTS.some((each) => each === kind);
}

/** One line for a person. */
export function describeFault({ index, kind, atMs, symbol, forMs, amount }: PlannedFault): string {
  const seconds = (ms: number) => (ms / 1_000).toFixed(1);
  return `#${index} ${seconds(atMs)} s: ${kind}, symbol ${symbol}, for ${seconds(forMs)} s, ` +
    `amount ${amount.toFixed(3)}`;
}
