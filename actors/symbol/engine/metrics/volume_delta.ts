/** Cumulative volume delta: what aggressors have bought less what they have sold since midnight UTC. */
import type { Trade } from "../../../../shared/market.ts";
import { declareFamily } from "./family.ts";
import type { RecentTrades } from "./recent_trades.ts";
import { addExactly } from "./time_ring.ts";

const DAY_MS = 86_400_000;
/** A trade of yesterday that comes later than this shows a clock that was set back. */
const LATE_MAX_MS = 60_000;

/** What the next life must know: it counts on if no trade lies between. */
interface Memory {
  readonly kind: Trade["kind"];
  /** Every trade from here on is in it, as far as it is of the day; `null`: what lies before would not complete it. */
  readonly firstId: number | null;
  readonly nextId: number;
  readonly dayMs: number;
  readonly fromMs: number;
  readonly delta: number;
}

/**
 * The delta of the trades that have arrived, and since when they are counted: midnight, unless the start was later or trades
 * were missed; then the first one after that.
 */
export const VOLUME_DELTA = declareFamily(
  ["cumulativeVolumeDelta", "cumulativeVolumeDeltaFromMs"],
  "book",
  (_settings, { trades }) => {
    const count = new DayCount(trades);
    return {
      trade(trade) {
        count.add(trade);
      },
      write(out, { eventMs }) {
        const isKnown = count.bringTo(eventMs);
        out.cumulativeVolumeDelta = isKnown ? count.delta : null;
        out.cumulativeVolumeDeltaFromMs = isKnown ? count.fromMs : null;
      },
      remember: () => count.remember(),
      recall: (memory) => count.recall(memory),
    };
  },
);

/** Delta of the day of the newest trade; what it adds up to stays exact to the last digits of a double. */
class DayCount {
  readonly #trades: RecentTrades;
  /** Delta of the day, and of the trades after the newest hole among them; two cells each. */
  readonly #sums = new Float64Array(4);
  #kind: Trade["kind"] | null = null;
  /** Midnight before the newest trade; `NaN`: there was none. */
  #dayMs = NaN;
  #fromMs = NaN;
  /** Losses of trades that it has taken note of. */
  #losses = 0;
  /** Id of the first trade that was counted, if what came before it would complete the count; `NaN`: it would not. */
  #firstId = NaN;
  /** Id that continues what was recalled; `NaN`: nothing was, or it is settled. */
  #recalledId = NaN;

  constructor(trades: RecentTrades) {
    this.#trades = trades;
  }

  get delta(): number {
    return (this.#sums[0] ?? NaN) + (this.#sums[1] ?? NaN);
  }

  get fromMs(): number {
    return this.#fromMs;
  }

  add(trade: Trade): void {
    this.#noteLoss();
    const { place } = this.#trades;
    const dayMs = midnightBefore(trade.tradeMs);
    if (place === "begin" && !this.#continues(trade) || trade.tradeMs < this.#dayMs - LATE_MAX_MS) {
      this.#begin(dayMs, trade.tradeMs);
      this.#firstId = trade.tradeId;
    } else if (dayMs > this.#dayMs) this.#begin(dayMs, dayMs);
    this.#recalledId = NaN;
    this.#kind = trade.kind;
    if (place === "hole") this.#sums.fill(0, 2);
    if (dayMs < this.#dayMs) return;
    const signed = trade.side === "buy" ? trade.qty : -trade.qty;
    addExactly(this.#sums, 0, signed);
    if (place !== "late") addExactly(this.#sums, 2, signed);
  }

  /** The exchange's time is this. False: the count is not known. */
  bringTo(eventMs: number): boolean {
    this.#noteLoss();
    const dayMs = midnightBefore(eventMs);
    if (dayMs > this.#dayMs) this.#begin(dayMs, dayMs);
    return this.#trades.run.isSure && Number.isNaN(this.#recalledId) && !Number.isNaN(this.#dayMs);
  }

  remember(): Memory | null {
    this.#noteLoss();
    const { run } = this.#trades;
    const nextId = Number.isNaN(run.nextId) ? this.#recalledId : run.nextId;
    // Whether what is missing still comes only this life could tell.
    if (this.#kind === null || Number.isNaN(nextId) || run.hasHole) return null;
    return {
      kind: this.#kind,
      firstId: Number.isNaN(this.#firstId) ? null : this.#firstId,
      nextId,
      dayMs: this.#dayMs,
      fromMs: this.#fromMs,
      delta: this.delta,
    };
  }

  recall(memory: unknown): boolean {
    if (!isMemory(memory)) return false;
    if (this.#kind !== null) {
      if (memory.kind === this.#kind && memory.nextId === this.#firstId) this.#putBefore(memory);
      return true;
    }
    this.#kind = memory.kind;
    this.#firstId = memory.firstId ?? NaN;
    this.#recalledId = memory.nextId;
    this.#dayMs = memory.dayMs;
    this.#fromMs = memory.fromMs;
    this.#sums.fill(0);
    this.#sums[0] = memory.delta;
    return true;
  }

  /** What was counted up to the first trade of this count. */
  #putBefore({ firstId, dayMs, fromMs, delta }: Memory): void {
    if (!(dayMs <= this.#dayMs) || this.#fromMs === this.#dayMs) return;
    // Of another day it only says that none of today is missing.
    if (dayMs === this.#dayMs) addExactly(this.#sums, 0, delta);
    this.#fromMs = dayMs === this.#dayMs ? fromMs : this.#dayMs;
    this.#firstId = firstId ?? NaN;
  }

  /** Whether the first trade of this life follows the last one of the life before. */
  #continues({ kind, tradeId }: Trade): boolean {
    return kind === this.#kind && tradeId === this.#recalledId;
  }

  #begin(dayMs: number, fromMs: number): void {
    this.#dayMs = dayMs;
    this.#fromMs = fromMs;
    this.#sums.fill(0);
  }

  /** A hole that was not filled: only what came after it is whole. */
  #noteLoss(): void {
    const { losses, lostUntilMs } = this.#trades.run;
    if (losses === this.#losses) return;
    this.#losses = losses;
    this.#sums.copyWithin(0, 2);
    this.#firstId = NaN;
    this.#fromMs = Math.max(this.#fromMs, lostUntilMs);
  }
}

function midnightBefore(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS) * DAY_MS;
}

function isMemory(value: unknown): value is Memory {
  if (typeof value !== "object" || value === null) return false;
  const { kind, firstId, nextId, dayMs, fromMs, delta } = value as Partial<
    Record<keyof Memory, unknown>
  >;
  return (kind === "trade" || kind === "agg") && (firstId === null || Number.isFinite(firstId)) &&
    [nextId, dayMs, fromMs, delta].every((number) => Number.isFinite(number));
}
