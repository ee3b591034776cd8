/**
 * AlertInspector: an alert is told when it is due and at no other time, and says what is true of the exchange's own
 * book. What is due follows from the frames of the ticks by the rule's own numbers, in plain words: its condition
 * has lasted, and it has rested.
 */
import type { EngineEvent } from "../../actors/symbol/engine/event.ts";
import type { MetricName, MetricValues } from "../../shared/catalogue/metrics.ts";
import { type AlertRule, DEFAULT_ALERT_RULES } from "../../shared/catalogue/rules.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import type { AlertEvent, Output } from "../../shared/output.ts";
import type { Break } from "./output_inspector.ts";
import type { Units } from "./truth.ts";
import type { Witness } from "./witness.ts";

const BPS = 10_000;
const TOLERANCE = 1e-9;
const DUE = "an alert is told when it is due, and only then";
const EPISODE = "an episode fires once and resolves once";
const TRUE = "an alert says what is true of the exchange's book";

/** The built-in rules seldom fire in ten minutes; each has an eager twin here, so that much is seen of all phases. */
export const SIMULATED_RULES: readonly AlertRule[] = DEFAULT_ALERT_RULES.flatMap((rule) => {
  const { enter, leave } = rule;
  const times = { forMs: 500, keepFiringMs: 1_000, cooldownMs: 3_000 };
  return [rule, {
    ...rule,
    ...times,
    name: `eager_${rule.name}`,
    enter: enter / 3,
    leave: leave / 3,
  }];
});

/** One rule as it stands. */
interface Watched {
  readonly rule: AlertRule;
  /** Since which tick, without a break of live ticks: the condition is met, and the rest is over. */
  metMs: number | null;
  /** … it is gone. */
  goneMs: number | null;
  /** The last revision that was told; `null`: none. */
  told: AlertEvent | null;
}

/** Watches the alerts of one engine. */
export class AlertInspector {
  readonly #watched: ReadonlyMap<string, Watched>;
  readonly #witness: Pick<Witness, "levels">;
  readonly #break: Break;
  /** Of the last frame; `null`: it was not of a live book. */
  #values: MetricValues | null = null;
  #told = 0;

  constructor(rules: readonly AlertRule[], witness: Pick<Witness, "levels">, onBreak: Break) {
    this.#watched = new Map(
      rules.map((rule) => [rule.name, { rule, metMs: null, goneMs: null, told: null }]),
    );
    this.#witness = witness;
    this.#break = onBreak;
  }

  /** Revisions told of so far. */
  get told(): number {
    return this.#told;
  }

  /** An event was taken in at this time (UTC), and this was said of it; the book is now at `id`. */
  after(event: EngineEvent, outputs: readonly Output[], id: number | null, nowMs: number): void {
    const alerts = outputs.filter((output) => output.type === "alert");
    for (const output of outputs) {
      if (output.type === "metrics" && output.bucketMs === null) this.#values = output.values;
    }
    const due = event.type === "tick" ? this.#due(nowMs) : new Map();
    for (const alert of alerts) {
      const watched = this.#watched.get(alert.rule);
      if (watched === undefined || due.get(alert.rule) !== alert.phase) {
        this.#break(DUE, `${alert.rule} is told as ${alert.phase}`);
        continue;
      }
      due.delete(alert.rule);
      this.#check(watched, alert, id, nowMs);
      watched.told = alert;
      watched.metMs = watched.goneMs = null;
      this.#told += 1;
    }
    for (const [name, phase] of due) this.#break(DUE, `${name} is not told as ${phase}`);
  }

  /** The rules of which something is to be told on this tick, and what. */
  #due(nowMs: number): Map<string, AlertEvent["phase"]> {
    const due = new Map<string, AlertEvent["phase"]>();
    for (const watched of this.#watched.values()) {
      const { name, enter, leave, forMs, keepFiringMs, cooldownMs } = watched.rule;
      const { told } = watched;
      const value = this.#valueOf(watched.rule) ?? NaN;
      const isFiring = told?.phase === "firing";
      const isResting = nowMs < (told?.resolvedMs ?? -Infinity) + cooldownMs;
      // Nothing is known: neither met nor gone.
      const isMet = !isFiring && !isResting && value >= enter;
      const isGone = isFiring && value < leave;
      watched.metMs = isMet ? watched.metMs ?? nowMs : null;
      watched.goneMs = isGone ? watched.goneMs ?? nowMs : null;
      if (nowMs - (watched.metMs ?? Infinity) >= forMs) due.set(name, "firing");
      if (nowMs - (watched.goneMs ?? Infinity) >= keepFiringMs) due.set(name, "resolved");
    }
    return due;
  }

  #check(
    { rule, metMs, told }: Watched,
    alert: AlertEvent,
    id: number | null,
    nowMs: number,
  ): void {
    const { alertId, revision, startedMs, firedMs, resolvedMs, timeMs } = alert;
    const isRight = alert.phase === "firing"
      ? revision === 1 && alertId !== told?.alertId && startedMs === metMs && firedMs === nowMs &&
        resolvedMs === null
      : revision === 2 && alertId === told?.alertId && startedMs === told.startedMs &&
        firedMs === told.firedMs && resolvedMs === nowMs;
    if (!isRight || timeMs !== nowMs) {
      this.#break(EPISODE, `${JSON.stringify(alert)} follows ${JSON.stringify(told)}`);
    }
    const { value, mid, bookUpdateId } = alert;
    const { bids, asks } = this.#sides();
    const is = rule.sign * (trueValue(rule.metric, bids, asks) ?? NaN);
    // What is not checked here differs by NaN, which is not more than anything.
    const isOther = Math.abs((value ?? Infinity) - is) > TOLERANCE * Math.max(1, Math.abs(is));
    if (isOther || value !== this.#valueOf(rule) || mid !== this.#values?.mid) {
      this.#break(TRUE, `${rule.name} is told with ${value}, and ${rule.metric} is ${is}`);
    }
    if (bookUpdateId !== id) this.#break(TRUE, `${rule.name} is told of ${bookUpdateId} at ${id}`);
  }

  #valueOf({ metric, sign }: AlertRule): number | null {
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
