/**
 * AlertInspector: an alert is told when it is due and at no other time, and says what is true of the exchange's own
 * book. What is due follows from the frames of the ticks by the rule's own numbers, in plain words: its condition
 * has lasted, and it has rested.
 */
import {
  type EngineEvent,
  HELD_UP_COUNTED_MS,
  HELD_UP_MIN_MS,
} from "../../actors/symbol/engine/event.ts";
import type { MetricName, MetricValues } from "../../shared/catalogue/metrics.ts";
import { DEFAULT_ALERT_RULES } from "../../shared/catalogue/built_in_rules.ts";
import {
  type AlertRule,
  COOLDOWN_MAX_MS,
  episodeName,
  QUIET_MS,
  type RuleSource,
} from "../../shared/catalogue/rules.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import type { AlertEvent, Output } from "../../shared/output.ts";
import { AWAY_MAX_MS } from "../../actors/symbol/engine/alerts/life_cycle.ts";
import type { View } from "../../actors/symbol/engine/metrics/sampler.ts";
import type { Break } from "./output_inspector.ts";
import type { Units } from "./truth.ts";
import type { Witness } from "./witness.ts";

const BPS = 10_000;
const TOLERANCE = 1e-9;
const DUE = "an alert is told when it is due, and only then";
const EPISODE = "an episode fires once and resolves once";
const TRUE = "an alert says what is true of the exchange's book";

/** Rules are looked at so often: when nothing was known for a while, all of it but this does not count. */
const LOOK_MS = 100;

/** What rules have in common whose lines are passed often, so that much is seen of all phases. */
const EAGER = {
  kind: "threshold",
  version: 1,
  severity: "info",
  forMs: 500,
  keepFiringMs: 1_000,
  cooldownMs: 3_000,
  inhibits: false,
  summary: { text: "", figures: {} },
} as const;
const PLAIN = { side: null, sign: 1, take: "value", moveMs: 0 } as const;
/** What is built in, which seldom fires in ten minutes, and what often does. */
export const SIMULATED_RULES: readonly AlertRule[] = [
  ...DEFAULT_ALERT_RULES,
  {
    ...EAGER,
    name: "eager_imbalance",
    sources: [
      { ...PLAIN, side: "bid", metric: "imbalance" },
      { ...PLAIN, side: "ask", metric: "imbalance", sign: -1 },
    ],
    smoothMs: 500,
    enter: 0.27,
    leave: 0.2,
  },
  {
    ...EAGER,
    name: "eager_spread",
    sources: [{ ...PLAIN, metric: "spreadBps" }],
    smoothMs: 0,
    enter: 16,
    leave: 13,
  },
];

type ThresholdRule = Extract<AlertRule, { kind: "threshold" }>;

/** One source of a rule as it stands. */
interface Watched {
  readonly rule: AlertRule;
  readonly source: RuleSource;
  /** The smoothed value, and when it was so; `NaN`: there was none. */
  smooth: number;
  smoothMs: number;
  /** … at this tick; `NaN`: not known. */
  value: number;
  /** Since which tick, without a break of live ticks: the condition is met, and the rest is over. */
  metMs: number | null;
  /** Of the time since then, how long no tick came: nobody has seen whether it was met. */
  unseenMs: number;
  /** Since when it has been gone, later by what was not known meanwhile; `null`: it is not. */
  goneMs: number | null;
  /** The last tick on which the value was known, and whether it was not on one since. */
  knownMs: number;
  wasBlind: boolean;
  /** The last revision that was told; `null`: none. */
  told: AlertEvent | null;
  /** How long it rests after the last one. */
  restMs: number;
  resolvedMs: number;
}

/** Watches the alerts of one engine. */
export class AlertInspector {
  /** By name of their episodes. */
  readonly #watched = new Map<string, Watched>();
  readonly #witness: Pick<Witness, "levels">;
  readonly #break: Break;
  /** Of the last frame; `null`: it was not of a live book. */
  #values: MetricValues | null = null;
  #isLive = false;
  #tickMs = NaN;
  #told = 0;

  constructor(rules: readonly AlertRule[], witness: Pick<Witness, "levels">, onBreak: Break) {
    for (const rule of rules) {
      for (const source of rule.sources) {
        this.#watched.set(episodeName(rule, source), {
          ...{ rule, source, smooth: NaN, smoothMs: NaN, value: NaN, metMs: null, goneMs: null },
          ...{
            unseenMs: 0,
            knownMs: NaN,
            wasBlind: false,
            told: null,
            restMs: 0,
            resolvedMs: -Infinity,
          },
        });
      }
    }
    this.#witness = witness;
    this.#break = onBreak;
  }

  /** Revisions told of so far. */
  get told(): number {
    return this.#told;
  }

  /**
   * An event was taken in at this time (UTC), and this was said of it; the book is now at `id`. `seen`: what rules go by;
   * `null`: what frames tell.
   */
  after(
    event: EngineEvent,
    outputs: readonly Output[],
    id: number | null,
    nowMs: number,
    seen: View | null,
  ): void {
    for (const output of outputs) {
      if (output.type !== "metrics" || output.bucketMs !== null) continue;
      this.#values = output.values;
      this.#isLive = output.state === "live";
    }
    if (seen !== null && event.type === "tick") {
      this.#values = seen.values;
      this.#isLive = seen.state === "live";
    }
    const alerts = outputs.filter((output) => output.type === "alert");
    if (event.type === "tick") {
      const sinceMs = nowMs - this.#tickMs;
      this.#tickMs = nowMs;
      const unseenMs = sinceMs >= HELD_UP_MIN_MS ? sinceMs - HELD_UP_COUNTED_MS : 0;
      for (const watched of this.#watched.values()) {
        // After so long nobody thinks that what was met has been all the time.
        if (sinceMs > AWAY_MAX_MS) watched.metMs = null;
        this.#look(watched, nowMs, unseenMs);
      }
    }
    for (const alert of alerts) this.#take(alert, id, nowMs, event.type === "tick");
    if (event.type !== "tick") return;
    for (const [name, watched] of this.#watched) {
      const due = this.#due(watched, nowMs);
      if (due !== null) this.#break(DUE, `${name} is not told as ${due}`);
    }
  }

  #take(alert: AlertEvent, id: number | null, nowMs: number, isTick: boolean): void {
    const watched = this.#watched.get(alert.rule);
    if (watched === undefined || !isTick) return this.#break(DUE, `${alert.rule} is told`);
    const { rule, source, told } = watched;
    const isNews = alert.phase === "resolved" || alert.revision === 1;
    const due = this.#due(watched, nowMs) ?? this.#makesWay(watched, nowMs);
    if (isNews && rule.kind === "threshold" && due !== alert.phase) {
      this.#break(DUE, `${alert.rule} is told as ${alert.phase}`);
    }
    if (alert.phase === "firing" && this.#other(watched)?.told?.phase === "firing") {
      this.#break(EPISODE, `${alert.rule} fires together with its other side`);
    }
    const isFirst = alert.revision === 1 && alert.alertId !== told?.alertId &&
      told?.phase !== "firing" && alert.firedMs === nowMs;
    const isNext = alert.revision === Number(told?.revision) + 1 &&
      alert.alertId === told?.alertId && told.phase === "firing" &&
      alert.startedMs === told.startedMs && alert.firedMs === told.firedMs;
    const isStarted = rule.kind !== "threshold" || !isFirst || alert.startedMs === watched.metMs;
    const end = alert.phase === "resolved" ? nowMs : null;
    if (!(isFirst || isNext) || !isStarted || alert.resolvedMs !== end || alert.timeMs !== nowMs) {
      this.#break(EPISODE, `${JSON.stringify(alert)} follows ${JSON.stringify(told)}`);
    }
    if (rule.kind === "threshold") this.#check(rule, source, watched.value, alert);
    if (alert.bookUpdateId !== (this.#isLive ? id : null)) {
      this.#break(TRUE, `${rule.name} is told of ${alert.bookUpdateId} at ${id}`);
    }
    if (alert.phase === "resolved") {
      const isQuiet = alert.firedMs - watched.resolvedMs >= QUIET_MS;
      const { cooldownMs } = rule;
      const restMs = isQuiet || watched.restMs === 0 ? cooldownMs : 2 * watched.restMs;
      watched.restMs = Math.min(restMs, COOLDOWN_MAX_MS);
      watched.resolvedMs = nowMs;
    }
    if (isNews) {
      watched.metMs = null;
      watched.goneMs = null;
    }
    watched.told = alert;
    this.#told += 1;
  }

  /** What follows from one tick, by the rule's own numbers. */
  #look(watched: Watched, nowMs: number, unseenMs: number): void {
    const { rule, told } = watched;
    const value = this.#valueOf(watched);
    watched.value = value === null ? NaN : value;
    if (rule.kind !== "threshold") return;
    if (value !== null) {
      const gone = Math.exp(-(nowMs - watched.smoothMs) / rule.smoothMs);
      const isFirst = Number.isNaN(watched.smooth) || rule.smoothMs === 0;
      watched.smooth = isFirst ? value : gone * watched.smooth + (1 - gone) * value;
      watched.smoothMs = nowMs;
      watched.value = watched.smooth;
    }
    const isFiring = told?.phase === "firing";
    const isResting = nowMs < watched.resolvedMs + watched.restMs;
    // Nothing is known: not met any more, and gone for no longer.
    const isMet = !isFiring && !isResting && watched.value >= rule.enter;
    watched.unseenMs = watched.metMs === null ? 0 : watched.unseenMs + unseenMs;
    watched.metMs = isMet ? watched.metMs ?? nowMs : null;
    if (value === null) watched.wasBlind = true;
    else {
      const blindMs = watched.wasBlind ? nowMs - watched.knownMs - LOOK_MS : 0;
      const goneMs = isFiring && watched.value < rule.leave ? watched.goneMs ?? nowMs : null;
      // What begins now has no time that was not known.
      const unknownMs = watched.goneMs === null ? 0 : Math.max(unseenMs, blindMs);
      watched.goneMs = goneMs === null ? null : goneMs + unknownMs;
      watched.knownMs = nowMs;
      watched.wasBlind = false;
    }
  }

  /** What is to be told of a rule on this tick; `null`: nothing, or it is not known here. */
  #due(
    { rule, source, metMs, unseenMs, goneMs, knownMs, told }: Watched,
    nowMs: number,
  ): string | null {
    if (rule.kind !== "threshold") return null;
    if (told?.phase === "firing") {
      const isOver = knownMs === nowMs && nowMs - (goneMs ?? Infinity) >= rule.keepFiringMs;
      return isOver ? "resolved" : null;
    }
    const isInhibited = this.#watched.get("feed_degraded")?.told?.phase === "firing";
    const other = this.#other({ rule, source });
    const isInTheWay = other?.told?.phase === "firing" && !(other.value < rule.leave);
    return nowMs - unseenMs - (metMs ?? Infinity) >= rule.forMs && !isInhibited && !isInTheWay
      ? "firing"
      : null;
  }

  /** An episode ends at once where the other side of its rule fires. */
  #makesWay(watched: Watched, nowMs: number): string | null {
    const other = this.#other(watched);
    return other !== undefined && this.#due(other, nowMs) === "firing" ? "resolved" : null;
  }

  #other({ rule, source }: Pick<Watched, "rule" | "source">): Watched | undefined {
    const other = rule.sources.find((each) => each !== source);
    return other === undefined ? undefined : this.#watched.get(episodeName(rule, other));
  }

  #check(
    rule: ThresholdRule,
    { metric, sign }: RuleSource,
    value: number,
    alert: AlertEvent,
  ): void {
    if (alert.isHeld) return;
    if (!isClose(alert.value, value) || alert.mid !== this.#values?.mid) {
      this.#break(TRUE, `${alert.rule} is told with ${alert.value}, and is ${value}`);
    }
    if (rule.smoothMs > 0) return;
    const { bids, asks } = this.#sides();
    const is = trueValue(metric, bids, asks);
    if (is !== null && !isClose(alert.value, sign * is)) {
      this.#break(TRUE, `${alert.rule} is told with ${alert.value}, and ${metric} is ${is}`);
    }
  }

  #valueOf({ source: { metric, sign } }: Watched): number | null {
    const value = this.#values?.[metric] ?? null;
    return value === null ? null : sign * value;
  }

  #sides(): { readonly bids: readonly Units[]; readonly asks: readonly Units[] } {
    const { bids, asks } = this.#witness.levels;
    return {
      bids: [...bids].sort(([a], [b]) => b - a),
      asks: [...asks].sort(([a], [b]) => a - b),
    };
  }
}

function isClose(told: number | null, is: number): boolean {
  return Math.abs((told ?? NaN) - is) <= TOLERANCE * Math.max(1, Math.abs(is));
}

/** A metric that is one book's, by all levels of the exchange; `null`: it is another, and is not checked here. */
function trueValue(
  metric: MetricName,
  bids: readonly Units[],
  asks: readonly Units[],
): number | null {
  switch (metric) {
    case "imbalance": {
      const [bid, ask] = [bids, asks].map((levels) =>
        levels.slice(0, DEFAULT_SETTINGS.imbalanceLevels).reduce((sum, [, qty]) => sum + qty, 0)
      );
      return ((bid ?? NaN) - (ask ?? NaN)) / ((bid ?? NaN) + (ask ?? NaN));
    }
    case "spreadBps": {
      const [bid, ask] = [bids[0]?.[0] ?? NaN, asks[0]?.[0] ?? NaN];
      return BPS * (ask - bid) / ((ask + bid) / 2);
    }
    default:
      return null;
  }
}
