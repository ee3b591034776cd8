/**
 * StoreWatch: whether one store stores, by what it has confirmed and never by whether a connection to it
 * stands; and what is to be said in the log when that changes. Pure: the shell brings the times.
 *
 * The writer commits a beat of its own every two seconds. A store that refuses one, or a row, is down at once;
 * one that says nothing is down when nothing has been confirmed for two beats. A fault ends with a confirmed
 * beat, which comes after everything that was due. Time in which this very process had no turn is not held
 * against the store.
 */
import type { LogLevel } from "../../shared/log.ts";
import type { StoreStatus } from "../../shared/protocol.ts";

/** How often a store has to confirm that it stores. */
export const BEAT_INTERVAL_MS = 2_000;
/** Between two tries of a server: short enough that the end of an outage is seen within five seconds. */
export const RETRY_LIMITS = { firstMs: 100, capMs: 3_000 };
/** How often the shell calls `look`. */
export const LOOK_INTERVAL_MS = 250;
/** Nothing confirmed for two beats: a fault is known within five seconds, its way to the page included. */
export const SILENT_AFTER_MS = 4_000;
/** A look that comes later than this was held up by the machine, not by the store. */
const LOOK_LATE_MS = 2 * LOOK_INTERVAL_MS;
/** Reasons told of one outage: a server that has ever new words must not fill the log. */
const REASONS_TOLD_MAX = 8;
const SILENT: Fault = {
  kind: "silent",
  reason: `it has confirmed nothing for ${SILENT_AFTER_MS / 1_000} s`,
  isComing: false,
};

/** Why a store does not store. */
export interface Fault {
  /** What tells one reason from another: their words may carry numbers that change with each try. */
  readonly kind: string;
  /** One phrase for a person, without secrets. */
  readonly reason: string;
  /** It is what a store looks like that is about to come up. */
  readonly isComing: boolean;
}

/** An outage that has been told of, for the writer's next life: over both it is one. */
export interface Outage {
  /** Since it was told, milliseconds. */
  readonly forMs: number;
  /** Of the reasons told. */
  readonly kinds: readonly string[];
  /** What it was last. */
  readonly fault: Fault;
}

/** How a store is spoken of, and how long it may take to come up. */
export interface WatchPolicy {
  /** Begins a sentence in the log. */
  readonly name: string;
  /** Ends the sentence that it does not store: what becomes of the rows. */
  readonly consequence: string;
  /** In this time of its first life a store that is not up yet is no fault. */
  readonly startMs: number;
}

/** A line that is due. */
export interface WatchLine {
  readonly level: LogLevel;
  readonly text: string;
}

/** What a look has found. */
export interface Look {
  readonly status: StoreStatus;
  /** True when the status is another than at the last look. */
  readonly isNew: boolean;
  readonly lines: readonly WatchLine[];
}

/** Whether a store in this state takes what it is given, if late. */
export function isUp({ state }: StoreStatus): boolean {
  return state === "up" || state === "behind";
}

/** One store, watched over one life of the writer; what was told before is not told again. */
export class StoreWatch {
  readonly #policy: WatchPolicy;
  readonly #startedMs: number;
  #lookedMs: number;
  /** Time so far in which this process had no turn. */
  #stalledMs = 0;
  /** In own time; `null`: nothing yet. */
  #confirmedMs: number | null = null;
  #fault: Fault | null = null;
  #status: StoreStatus;
  /** When the outage that was told of began, the kinds of reason told since, and the last one; `null`: none is. */
  #told: { readonly sinceMs: number; readonly kinds: Set<string>; fault: Fault } | null;

  /**
   * `nowMs` is of a clock that never steps, here and below; `utcMs` is shown to people. `outage`: that of an earlier life,
   * which lasts until this store has confirmed something.
   */
  constructor(policy: WatchPolicy, nowMs: number, utcMs: number, outage: Outage | null) {
    this.#policy = policy;
    this.#startedMs = this.#lookedMs = nowMs;
    this.#status = { state: "starting", reason: null, sinceMs: utcMs };
    this.#fault = outage?.fault ?? null;
    this.#told = outage && {
      sinceMs: nowMs - outage.forMs,
      kinds: new Set(outage.kinds),
      fault: outage.fault,
    };
  }

  /** The outage that has been told of and lasts; `null`: none does. */
  outage(nowMs: number): Outage | null {
    if (this.#told === null) return null;
    const { sinceMs, kinds, fault } = this.#told;
    return { forMs: nowMs - sinceMs, kinds: [...kinds], fault };
  }

  /** As the last look has found it. */
  get status(): StoreStatus {
    return this.#status;
  }

  /** Rows have been committed: it goes on, whether or not everything does. */
  wrote(nowMs: number): void {
    this.#confirmedMs = this.#own(nowMs);
    // That it was not there yet is over with that; that it refused something may not be.
    if (this.#fault?.isComing === true) this.#fault = null;
  }

  /** A beat has been committed, after all that was due: a fault is over. */
  beat(nowMs: number): void {
    this.#confirmedMs = this.#own(nowMs);
    this.#fault = null;
  }

  /** Something could not be stored, for a reason that is not in what was to be stored. */
  failed(fault: Fault): void {
    this.#fault = fault;
  }

  /** Whether a fault lasts that was told by the store itself: it ends with the next beat only. */
  get hasFault(): boolean {
    return this.#fault !== null;
  }

  /** How old the last confirmation is; since the start when there is none. */
  confirmedAgeMs(nowMs: number): number {
    return this.#own(nowMs) - (this.#confirmedMs ?? this.#startedMs);
  }

  /** `oldestMs`: when the oldest row that is not confirmed came; `null`: none waits. */
  look(nowMs: number, utcMs: number, oldestMs: number | null): Look {
    const stallMs = Math.max(0, nowMs - this.#lookedMs - LOOK_LATE_MS);
    this.#stalledMs += stallMs;
    this.#lookedMs = nowMs;
    const { state, fault } = this.#judge(nowMs, oldestMs);
    const reason = fault?.reason ?? null;
    const before = this.#status;
    const isNew = before.state !== state || before.reason !== reason;
    const sinceMs = before.state === state ? before.sinceMs : utcMs;
    if (isNew) this.#status = { state, reason, sinceMs };
    return { status: this.#status, isNew, lines: this.#linesFor(state, fault, nowMs) };
  }

  #judge(
    nowMs: number,
    oldestMs: number | null,
  ): { readonly state: StoreStatus["state"]; readonly fault: Fault | null } {
    const ageMs = this.confirmedAgeMs(nowMs);
    const isFirst = this.#confirmedMs === null;
    const mayStart = isFirst && this.#told === null && ageMs < this.#policy.startMs;
    if (mayStart && (this.#fault?.isComing ?? true)) return { state: "starting", fault: null };
    if (this.#fault !== null) return { state: "down", fault: this.#fault };
    if (ageMs >= SILENT_AFTER_MS) return { state: "down", fault: SILENT };
    if (isFirst) return { state: "starting", fault: null };
    const isBehind = oldestMs !== null && nowMs - oldestMs >= SILENT_AFTER_MS;
    return { state: isBehind ? "behind" : "up", fault: null };
  }

  /** Once when it begins, once for each further reason, once when it ends. */
  #linesFor(state: StoreStatus["state"], fault: Fault | null, nowMs: number): WatchLine[] {
    const { name, consequence } = this.#policy;
    if (fault === null) {
      const told = this.#told;
      if (told === null || state === "starting") return [];
      this.#told = null;
      const seconds = Math.round((nowMs - told.sinceMs) / 1_000);
      return [{ level: "info", text: `${name} is back after ${seconds} s` }];
    }
    if (this.#told !== null) this.#told.fault = fault;
    const kinds = this.#told?.kinds;
    if (kinds?.has(fault.kind) || (kinds?.size ?? 0) >= REASONS_TOLD_MAX) return [];
    const text = this.#told === null
      ? `${name} cannot be written: ${fault.reason}; ${consequence}`
      : `${name} still cannot be written, now because: ${fault.reason}`;
    this.#told ??= { sinceMs: nowMs, kinds: new Set(), fault };
    this.#told.kinds.add(fault.kind);
    return [{ level: "warn", text }];
  }

  #own(nowMs: number): number {
    return nowMs - this.#stalledMs;
  }
}
