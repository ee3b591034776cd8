/**
 * TickClock: the timer of one symbol's ticks, which are when its `TickPlan` says. While nothing changes each symbol has a
 * phase of its own within the 100 ms, so that not all of them wake a core, and fill the web server's ports, at one moment;
 * what changes comes from the exchange at moments of its own.
 */
import type { SymbolId } from "../../shared/market.ts";
import { Random } from "../../shared/random.ts";
import { TICK_MS } from "./engine/event.ts";
import { nextTickMs, TickPlan } from "./tick_plan.ts";

/** Where in the 100 ms the first ticks of a symbol are, the same in each life: milliseconds, whole ones. */
export function tickPhaseMs(symbol: SymbolId): number {
  return new Random(0, symbol).below(TICK_MS);
}

/** Ticks until it is stopped. */
export class TickClock {
  readonly #nowMs: () => number;
  readonly #onTick: () => void;
  readonly #plan: TickPlan;
  readonly #onTimer = () => this.#tick();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  /** `nowMs`: the same time in all workers, that never goes back. */
  constructor(phaseMs: number, nowMs: () => number, onTick: () => void) {
    this.#nowMs = nowMs;
    this.#onTick = onTick;
    this.#plan = new TickPlan(nextTickMs(phaseMs, nowMs()));
    this.#wait();
  }

  /** The book is at this update, at `nowMs`: if it has changed the tick comes sooner. */
  saw(bookUpdateId: number | null, nowMs: number): void {
    const { dueMs } = this.#plan;
    this.#plan.saw(bookUpdateId, nowMs);
    if (this.#plan.dueMs < dueMs) this.#wait();
  }

  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #wait(): void {
    if (this.#isOver) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#onTimer, this.#plan.dueMs - this.#nowMs());
  }

  #tick(): void {
    // First: what follows may take long, or throw, and may stop it.
    this.#plan.ticked(this.#nowMs());
    this.#wait();
    this.#onTick();
  }
}
