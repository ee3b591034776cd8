/** Alerts under a clock that the test turns, one tick after the other, and the next lives of their actor. */
import { Alerts } from "../../../../actors/symbol/engine/alerts/alerts.ts";
import type { Evaluator } from "../../../../actors/symbol/engine/alerts/evaluator.ts";
import { UtcClock } from "../../../../actors/symbol/engine/utc_clock.ts";
import { UNKNOWN_VALUES } from "../../../../shared/catalogue/metrics.ts";
import { type AlertRule, DEFAULT_ALERT_RULES } from "../../../../shared/catalogue/rules.ts";
import type { AlertEvent } from "../../../../shared/output.ts";
import { MARKET } from "../market.ts";

export const TICK_MS = 100;

/** What a scene may begin with. */
export interface SceneOptions {
  readonly rules?: readonly AlertRule[];
  readonly heldUntilMs?: number | null;
  readonly create?: (rule: AlertRule) => Evaluator;
}

/** How a life ends and the next begins. */
export interface Restart {
  readonly awayMs?: number;
  readonly clockStepMs?: number;
  readonly rules?: readonly AlertRule[];
}

/** `null` as imbalance is a book that is not live. */
export class Scene {
  readonly #options: SceneOptions;
  utc = new UtcClock();
  alerts: Alerts;
  readonly events: AlertEvent[] = [];
  /** The engine's time of this life. */
  nowMs = 1_000_000;

  constructor(options: SceneOptions = {}) {
    this.#options = options;
    this.alerts = this.#newLife();
  }

  /** Ticks for so long with this imbalance; returns what left meanwhile. */
  hold(imbalance: number | null | (() => number), ms: number): AlertEvent[] {
    const before = this.events.length;
    for (const endMs = this.nowMs + ms; this.nowMs < endMs; this.nowMs += TICK_MS) {
      const value = typeof imbalance === "function" ? imbalance() : imbalance;
      const values = value === null ? null : { ...UNKNOWN_VALUES, imbalance: value, mid: 100 };
      this.alerts.evaluate({ nowMs: this.nowMs, values, bookUpdateId: 7 }, this.events);
    }
    return this.events.slice(before);
  }

  /**
   * The actor dies after its last tick, of which its checkpoint is, and the first tick of its next life is
   * `awayMs` later, by a clock that shows `clockStepMs` more than this one would.
   */
  restart({ awayMs = TICK_MS, clockStepMs = 0, rules }: Restart = {}): void {
    const rememberedMs = this.nowMs - TICK_MS;
    const memory = structuredClone(this.alerts.remember(rememberedMs));
    this.utc = new UtcClock();
    this.alerts = this.#newLife(rules);
    this.nowMs = rememberedMs + awayMs + clockStepMs;
    this.alerts.recall({ rules: memory, ageMs: awayMs }, this.nowMs);
  }

  /** Episodes that fire now. */
  get firing(): AlertEvent[] {
    return this.alerts.remember(this.nowMs).flatMap(({ lifeCycle }) =>
      lifeCycle?.state.phase === "firing" ? [lifeCycle.state.event] : []
    );
  }

  phases(): string[] {
    return this.events.map((event) => `${event.rule} ${event.phase}`);
  }

  #newLife(rules = this.#options.rules ?? DEFAULT_ALERT_RULES): Alerts {
    const { heldUntilMs = null, create } = this.#options;
    return new Alerts(MARKET, this.utc, rules, heldUntilMs, create);
  }
}
