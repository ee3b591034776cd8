/**
 * MetricStates: what families of metrics remember, for the next life of the actor and, by way of the store, for a later
 * process; and each hour what the micro-price has learnt, for people.
 */
import type { Market } from "../../../../shared/market.ts";
import type { Output } from "../../../../shared/output.ts";
import type { UtcClock } from "../utc_clock.ts";
import type { FamilyMemories, MetricMemory } from "./metric_memory.ts";
import type { MetricSet } from "./metric_set.ts";
import { MicroPriceHours } from "./micro_price_hours.ts";

/** What a process that is killed forgets of what is small is no more than this. */
const STATE_EVERY_MS = 30_000;
/** … and of what is large: of hundreds of symbols it would be most of what the store has to write. */
const LARGE_EVERY_MS = 600_000;
/** From so many characters on. */
const LARGE = 2_000;

/** Tells them for the store, and takes the store's word once. */
export class MetricStates {
  readonly #market: Market;
  readonly #utc: UtcClock;
  readonly #metrics: Pick<MetricSet, "remember" | "recall">;
  readonly #hours: MicroPriceHours;
  /** What an earlier process has left is in hand: until then nothing is told that would replace it. */
  #isRestored: boolean;
  #leftAside = 0;
  #number = 0;
  #dueMs: number;
  #largeDueMs: number;
  /** By family, what was told last. */
  readonly #told = new Map<string, string>();

  /** `memory`: of the last life; `awaitRestore`: whether a writer will say what the store has. */
  constructor(
    { market, utc, metrics, memory, awaitRestore }: {
      readonly market: Market;
      readonly utc: UtcClock;
      readonly metrics: Pick<MetricSet, "remember" | "recall" | "microPrice">;
      readonly memory: MetricMemory | null;
      readonly awaitRestore: boolean;
    },
    nowMs: number,
  ) {
    this.#market = market;
    this.#utc = utc;
    this.#metrics = metrics;
    this.#hours = new MicroPriceHours(market, utc, metrics, nowMs);
    this.#isRestored = memory?.isRestored ?? !awaitRestore;
    this.#dueMs = nowMs + STATE_EVERY_MS;
    this.#largeDueMs = nowMs + LARGE_EVERY_MS;
    if (memory !== null) this.#leftAside = metrics.recall(memory.families);
  }

  /** Memories of families that are left aside: their form is unknown. */
  get leftAside(): number {
    return this.#leftAside;
  }

  /** What the next life must know. */
  remember(): MetricMemory {
    return { families: this.#metrics.remember(), isRestored: this.#isRestored };
  }

  /** What the store has of an earlier process. It says so after each `connect`: only its first word is news. */
  restore(families: FamilyMemories): void {
    if (this.#isRestored) return;
    this.#isRestored = true;
    this.#leftAside += this.#metrics.recall(families);
  }

  /** On each tick. */
  tell(nowMs: number, out: Output[]): void {
    this.#hours.tell(nowMs, out);
    if (nowMs < this.#dueMs) return;
    this.#dueMs = nowMs + STATE_EVERY_MS;
    const isLargeDue = nowMs >= this.#largeDueMs;
    if (isLargeDue) this.#largeDueMs = nowMs + LARGE_EVERY_MS;
    this.#tell(nowMs, isLargeDue ? Infinity : LARGE, out);
  }

  /** The process ends: whatever has changed since it was told. */
  tellAll(nowMs: number, out: Output[]): void {
    this.#tell(nowMs, Infinity, out);
  }

  #tell(nowMs: number, below: number, out: Output[]): void {
    if (!this.#isRestored) return;
    const timeMs = this.#utc.utcMs(nowMs);
    for (const [metric, remembered] of Object.entries(this.#metrics.remember())) {
      const memory = JSON.stringify(remembered);
      if (memory.length >= below || memory === this.#told.get(metric)) continue;
      this.#told.set(metric, memory);
      const number = this.#number += 1;
      out.push({ type: "metric_state", ...this.#market, number, timeMs, metric, memory });
    }
  }
}
