/** Alerts under a clock that the test turns, one tick after the other, and the next lives of their actor. */
import type {
  AgedAlertMemory,
  StoredAlerts,
} from "../../../../actors/symbol/engine/alerts/alert_memory.ts";
import { Alerts } from "../../../../actors/symbol/engine/alerts/alerts.ts";
import type { Evidence } from "../../../../actors/symbol/engine/alerts/evaluator.ts";
import type { CreateEvaluator } from "../../../../actors/symbol/engine/alerts/watch.ts";
import { UtcClock } from "../../../../actors/symbol/engine/utc_clock.ts";
import { type MetricValues, UNKNOWN_VALUES } from "../../../../shared/catalogue/metrics.ts";
import type { AlertRule, AlertRuleOf, RuleSource } from "../../../../shared/catalogue/rules.ts";
import type { AlertEvent, Levels, Output, RuleState } from "../../../../shared/output.ts";
import { muteRecord } from "../../../support/mutes.ts";
import { MARKET } from "../market.ts";
import type { MuteRecord, Said } from "../../../../shared/said.ts";

export const TICK_MS = 100;

/** What a rule looks at, in the simplest way. */
export const SOURCE: RuleSource = {
  ...{ side: null, metric: "imbalance", sign: 1, take: "value", moveMs: 0 },
};

/** Two sides, and nothing that would blur a test's own times. */
export const PLAIN_RULE: AlertRuleOf<"threshold"> = {
  kind: "threshold",
  name: "extreme_imbalance",
  version: 1,
  severity: "warning",
  sources: [{ ...SOURCE, side: "bid" }, { ...SOURCE, side: "ask", sign: -1 }],
  smoothMs: 0,
  enter: 0.85,
  leave: 0.65,
  forMs: 2_000,
  keepFiringMs: 15_000,
  cooldownMs: 60_000,
  inhibits: false,
  summary: {
    text: "{share} % of the ten best levels rests on the {side} side",
    figures: { share: { of: "value", plus: 1, times: 50, decimals: 0 } },
  },
};

export const LEVELS: Levels = { bids: [[99.5, 2]], asks: [[100.5, 1]] };

/** One tick of a live book with these metrics. */
export function evidenceOf(
  nowMs: number,
  values: Partial<MetricValues> | null,
  part: Partial<Evidence> = {},
): Evidence {
  return {
    nowMs,
    state: values === null ? "stale" : "live",
    // Somebody looks for walls, and there are none.
    values: values === null ? null : { ...UNKNOWN_VALUES, bidWalls: 0, askWalls: 0, ...values },
    bookUpdateId: 7,
    levels: () => LEVELS,
    ...part,
  };
}

/** What a scene may begin with. */
export interface SceneOptions {
  readonly rules?: readonly AlertRule[];
  readonly notificationsPerHour?: number;
  readonly heldUntilMs?: number | null;
  readonly create?: CreateEvaluator;
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
  /** Those by which an episode begins or ends … */
  readonly events: AlertEvent[] = [];
  /** … and every revision. */
  readonly revisions: AlertEvent[] = [];
  /** How rules stood. */
  readonly states: RuleState[] = [];
  /** The engine's time of this life. */
  nowMs = 1_000_000;

  constructor(options: SceneOptions = {}) {
    this.#options = options;
    this.alerts = this.#newLife();
  }

  /** Ticks for so long with this imbalance; returns the episodes that began or ended meanwhile. */
  hold(imbalance: number | null | (() => number), ms: number): AlertEvent[] {
    return this.show(() => {
      const value = typeof imbalance === "function" ? imbalance() : imbalance;
      return value === null ? null : { imbalance: value, mid: 100 };
    }, ms);
  }

  /** … with these metrics. */
  show(
    metrics: Partial<MetricValues> | null | (() => Partial<MetricValues> | null),
    ms: number,
    part: Partial<Evidence> = {},
  ): AlertEvent[] {
    const before = this.events.length;
    for (const endMs = this.nowMs + ms; this.nowMs < endMs; this.nowMs += TICK_MS) {
      const values = typeof metrics === "function" ? metrics() : metrics;
      const outputs: Output[] = [];
      this.alerts.evaluate(evidenceOf(this.nowMs, values, part), outputs);
      const told = outputs.filter((output) => output.type === "alert");
      this.states.push(...outputs.filter((output) => output.type === "rule_state"));
      this.revisions.push(...told);
      this.events.push(
        ...told.filter(({ phase, revision }) => phase === "resolved" || revision === 1),
      );
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
    this.recall({ memory, ageMs: awayMs });
  }

  /** The store answers. */
  restore(firing: readonly AlertEvent[], stored: Partial<StoredAlerts> = {}): Output[] {
    const out: Output[] = [];
    const none = { rules: [], notifications: null, mutes: [] };
    this.alerts.restore({ firing, ...none, ...stored }, this.nowMs, out);
    return out;
  }

  /** A person mutes, from now on for so long unless the test says until when; returns what is told of that. */
  mute(ms: number, part: Partial<MuteRecord> = {}, isRetold = false): Output[] {
    const { nowMs: timeMs } = this;
    const own = { timeMs, createdMs: timeMs, untilMs: timeMs + ms };
    const out: Output[] = [];
    this.alerts.mute(muteRecord({ ...own, ...part }), isRetold, timeMs, out);
    return out;
  }

  /** A person has seen an episode; returns the revision that says so. */
  acknowledge(alertId: string, said: Partial<Said> = {}): AlertEvent | undefined {
    const out: Output[] = [];
    const evidence = evidenceOf(this.nowMs, null);
    const asked = { alertId, said: { by: "anna", comment: null, ...said } };
    this.alerts.acknowledge(asked, evidence, out);
    const told = out.filter((output) => output.type === "alert");
    this.revisions.push(...told);
    return told[0];
  }

  recall(memory: AgedAlertMemory): void {
    this.alerts.recall(memory, this.nowMs);
  }

  /** Episodes that fire now. */
  get firing(): AlertEvent[] {
    return this.alerts.remember(this.nowMs).rules.flatMap(({ lifeCycle }) =>
      lifeCycle?.state.phase === "firing" ? [lifeCycle.state.event] : []
    );
  }

  phases(): string[] {
    return this.events.map((event) => `${event.rule} ${event.phase}`);
  }

  #newLife(rules = this.#options.rules ?? [PLAIN_RULE]): Alerts {
    const { heldUntilMs = null, notificationsPerHour = Infinity, create } = this.#options;
    const options = { market: MARKET, utc: this.utc, rules, notificationsPerHour, heldUntilMs };
    return new Alerts(create === undefined ? options : { ...options, create });
  }
}
