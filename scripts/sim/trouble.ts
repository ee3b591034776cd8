/** Trouble: the faults that wait for their moment, those in effect, and how many there have been. */
import {
  FAULT_KINDS,
  type FaultKind,
  isFrameFault,
  isHarmless,
  type PlannedFault,
} from "./fault.ts";

/** A fault that found nothing to hit for this long is forgotten. */
const FRAME_WAIT_MS = 10_000;
const REQUEST_WAIT_MS = 30_000;

/** A fault in effect; `symbol` `null`: on all. */
export interface Condition {
  readonly kind: FaultKind;
  readonly symbol: number | null;
  endMs: number;
}

interface Armed {
  readonly fault: PlannedFault;
  readonly untilMs: number;
}

/** How often each kind has been. */
export type FaultCounts = Map<FaultKind, number>;

/** No fault yet. */
export function noFaults(): FaultCounts {
  return new Map(FAULT_KINDS.map((kind) => [kind, 0]));
}

/** The exchange's bad luck, in one place. */
export class Trouble {
  readonly counts: FaultCounts = noFaults();
  #armed: Armed[] = [];
  #conditions: Condition[] = [];
  readonly #lastOfKindMs = new Map<string, number>();
  /** Latest moment of trouble, by symbol; those of all symbols under −1. */
  readonly #lastMs = new Map<number, number>();

  /** Waits for something that it can hit. */
  arm(fault: PlannedFault, nowMs: number): void {
    const waitMs = isFrameFault(fault.kind) ? FRAME_WAIT_MS : REQUEST_WAIT_MS;
    this.#armed.push({ fault, untilMs: nowMs + waitMs });
  }

  /** Something can be hit: takes the first fault that fits, counted, or `null`. */
  take(fits: (fault: PlannedFault) => boolean, nowMs: number): PlannedFault | null {
    if (this.#armed.length === 0) return null;
    this.#armed = this.#armed.filter(({ untilMs }) => untilMs >= nowMs);
    const at = this.#armed.findIndex(({ fault }) => fits(fault));
    const fault = this.#armed[at]?.fault;
    if (fault === undefined) return null;
    this.#armed.splice(at, 1);
    this.count(fault.kind, fault.symbol, nowMs);
    return fault;
  }

  /** A fault that is over as soon as it has happened. */
  count(kind: FaultKind, symbol: number | null, nowMs: number): void {
    this.countHarmless(kind, symbol, nowMs);
    if (!isHarmless(kind)) this.mark(symbol, nowMs);
  }

  /** A fault that must cost nothing, as it is. */
  countHarmless(kind: FaultKind, symbol: number | null, nowMs: number): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    this.#lastOfKindMs.set(`${kind} ${symbol}`, nowMs);
  }

  /** When a fault of this kind last began for this symbol alone; `-Infinity`: never. */
  lastOfKindMs(kind: FaultKind, symbol: number): number {
    return this.#lastOfKindMs.get(`${kind} ${symbol}`) ?? -Infinity;
  }

  /** Something that a fault brought with it happens now. */
  mark(symbol: number | null, ms: number): void {
    const key = symbol ?? -1;
    this.#lastMs.set(key, Math.max(ms, this.#lastMs.get(key) ?? -Infinity));
  }

  /** A fault that lasts; its end may be moved. */
  begin(kind: FaultKind, symbol: number | null, nowMs: number, endMs: number): Condition {
    this.count(kind, symbol, nowMs);
    return this.prolong(kind, symbol, endMs);
  }

  /** What follows from a fault that was counted before. */
  prolong(kind: FaultKind, symbol: number | null, endMs: number): Condition {
    const condition: Condition = { kind, symbol, endMs };
    this.#conditions.push(condition);
    return condition;
  }

  /** Whether a fault of this kind is in effect for a symbol. */
  holds(kind: FaultKind, symbol: number, nowMs: number): boolean {
    return this.#conditions.some((each) =>
      each.kind === kind && each.endMs > nowMs && (each.symbol ?? symbol) === symbol
    );
  }

  /** When a symbol's last trouble ended; now, while one is in effect; `-Infinity`: there was none. */
  lastMs(symbol: number, nowMs: number): number {
    if (this.#conditions.length > 0) {
      for (const { symbol: whose, endMs } of this.#conditions) {
        this.mark(whose, Math.min(endMs, nowMs));
      }
      this.#conditions = this.#conditions.filter(({ endMs }) => endMs > nowMs);
    }
    return Math.max(this.#lastMs.get(symbol) ?? -Infinity, this.#lastMs.get(-1) ?? -Infinity);
  }

  /** Whether a fault is in effect for a symbol. */
  isIn(symbol: number, nowMs: number): boolean {
    return this.#conditions.some((each) =>
      each.endMs > nowMs && (each.symbol ?? symbol) === symbol
    );
  }
}
