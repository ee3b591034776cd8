/** One part of simulated history on its way through the engine, some of it at a time. */
import { assertNever } from "../../shared/assert_never.ts";
import { alertRulesFor } from "../../shared/catalogue/built_in_rules.ts";
import { formOf } from "../../shared/catalogue/outputs.ts";
import type { MetricSettings } from "../../shared/catalogue/settings.ts";
import type { Output } from "../../shared/output.ts";
import type { SeedPart } from "./seed_plan.ts";
import { SimulatedLife } from "./simulated_life.ts";

const AUDIT_INTERVAL_MS = 3_600_000;
/** So long before its end the price is on its way to where the next life begins. */
const HOME_MS = 600_000;
/** Rows of a part that is folded are handed on by whole hours: none is folded twice. */
const FOLDED_MS = 6 * 3_600_000;
/** Why an episode that fires at the end of a part ends. */
const ENDED = "simulated history goes on with another life";

/** Some rows of a part, in order. */
export interface Chunk {
  /** What is stored of them. */
  readonly items: readonly Output[];
  /** How far the part is, UTC. */
  readonly untilMs: number;
}

/** Outputs that are stored of a part, as the engine says them. */
export class PartRun {
  readonly #part: SeedPart;
  readonly #life: SimulatedLife;
  #items: Output[] = [];
  #isEnding = false;
  #isGoingHome = false;
  /** Of books and profiles: of which of their intervals the last one was. */
  readonly #last = new Map<string, number>();

  constructor(part: SeedPart, settings: MetricSettings) {
    this.#part = part;
    this.#life = new SimulatedLife({
      symbol: part.symbol,
      seed: part.seed,
      startMs: part.fromMs,
      stepMs: part.stepMs,
      coarseness: part.coarseness,
      // Rules see nothing that is true in steps of a minute.
      alertRules: part.isFolded ? [] : alertRulesFor(settings),
      ...part.isFolded ? { planted: [] } : {},
      silences: part.silences,
      metricsIntervalMs: part.metricsIntervalMs,
      auditIntervalMs: AUDIT_INTERVAL_MS,
      settings,
      onOutput: (output) => this.#take(output),
    });
  }

  /** The next rows, about so many; `null`: that was all. */
  next(rows: number): Chunk | null {
    if (this.#isEnding) return null;
    const { toMs, fromMs, stepMs, isFolded } = this.#part;
    const beganMs = this.#life.nowMs;
    const isFull = () =>
      isFolded
        ? Math.floor((this.#life.nowMs - fromMs) / FOLDED_MS) >
          Math.floor((beganMs - fromMs) / FOLDED_MS)
        : this.#items.length >= rows;
    while (this.#life.nowMs + stepMs <= toMs && !isFull()) {
      if (!this.#isGoingHome && this.#life.nowMs >= toMs - HOME_MS) {
        this.#isGoingHome = true;
        this.#life.market.comeHome();
      }
      this.#life.step();
    }
    if (this.#life.nowMs + stepMs > toMs) {
      this.#isEnding = true;
      this.#life.end(toMs);
    }
    const items = this.#items;
    this.#items = [];
    return { items, untilMs: this.#isEnding ? toMs : this.#life.nowMs };
  }

  #take(output: Output): void {
    if (!this.#isKept(output) || output.timeMs > this.#part.toMs) return;
    const isAbandoned = this.#isEnding && output.type === "alert" && output.phase === "resolved";
    this.#items.push(isAbandoned ? { ...output, reason: ENDED } : output);
  }

  #isKept(output: Output): boolean {
    if (!formOf(output).stored) return false;
    switch (output.type) {
      case "metrics":
      case "feed":
      case "gap":
      case "audit":
        return true;
      case "book_1s":
      case "depth_profile":
        return this.#isNext(output.type, output.timeMs);
      case "alert":
      case "trades_1s":
      case "micro_price":
      case "proof":
        return !this.#part.isFolded;
      // What a later process would go on from is no history, and a person says nothing here.
      case "rule_state":
      case "metric_state":
      case "mute":
      case "loss":
      // Not stored.
      case "book":
      case "trade":
      case "trades":
        return false;
      default:
        return assertNever(output, "store an output");
    }
  }

  /** Whether it is the first of its interval. */
  #isNext(type: string, timeMs: number): boolean {
    const { booksEveryMs } = this.#part;
    if (booksEveryMs === null) return false;
    const interval = Math.floor(timeMs / booksEveryMs);
    if (this.#last.get(type) === interval) return false;
    this.#last.set(type, interval);
    return true;
  }
}
