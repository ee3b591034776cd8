/**
 * Alerts: rules that go pending -> firing -> resolved. A rule enters above one threshold and leaves
 * below a lower one (hysteresis), must hold for a while before it fires and be gone for a while
 * before it resolves, and rests after an episode (cooldown), so that noise around a threshold is one
 * alert and not a hundred. Where the book is not live a rule is held: it neither fires nor resolves.
 */
import type { Market } from "../../../../shared/market.ts";
import type { MetricValues } from "../../../../shared/catalogue/metrics.ts";
import type { AlertEvent } from "../../../../shared/output.ts";
import type { UtcClock } from "../utc_clock.ts";

/** One condition on the metrics of a live book. Durations are milliseconds of live time. */
export interface Rule {
  readonly name: string;
  readonly severity: AlertEvent["severity"];
  /** Enter at or above. */
  readonly enter: number;
  /** Leave below: 70 to 80 % of `enter`. */
  readonly leave: number;
  readonly forMs: number;
  readonly keepFiringMs: number;
  readonly cooldownMs: number;
  /** The watched value, rising towards alarm; `null`: not known now. */
  readonly value: (values: MetricValues) => number | null;
  readonly summarise: (value: number) => string;
}

const imbalanceRule = (side: "bid" | "ask"): Rule => ({
  name: `extreme_imbalance_${side}`,
  severity: "warning",
  enter: 0.85,
  leave: 0.65,
  forMs: 2_000,
  keepFiringMs: 15_000,
  cooldownMs: 60_000,
  value: ({ imbalance }) => imbalance === null ? null : side === "bid" ? imbalance : -imbalance,
  summarise: (value) =>
    `${((1 + value) * 50).toFixed(0)} % of the ten best levels rests on the ${side} side`,
});

/** The rules of this version: one, in both directions. */
export const RULES: readonly Rule[] = [imbalanceRule("bid"), imbalanceRule("ask")];

/** How long rules are held for the store's memory of earlier lives, before they go on without. */
export const RESTORE_WAIT_MS = 30_000;

/**
 * Where a rule stands, in the engine's time. `last` is the episode that this life resolved last: the rule
 * rests after it.
 */
type Episode =
  | { readonly phase: "idle"; readonly last: AlertEvent | null; readonly restUntilMs: number }
  | {
    readonly phase: "pending";
    readonly last: AlertEvent | null;
    readonly restUntilMs: number;
    readonly startedMs: number;
  }
  | {
    readonly phase: "firing";
    /** The last revision that left. */
    readonly event: AlertEvent;
    /** Since when the condition is gone; `null`: it holds. */
    readonly goneMs: number | null;
  };

const NEVER_FIRED: Episode = { phase: "idle", last: null, restUntilMs: -Infinity };

/** What the rules look at. */
export interface Evidence {
  readonly nowMs: number;
  /** `null`: the book is not live, and every rule is held. */
  readonly values: MetricValues | null;
  readonly bookUpdateId: number | null;
}

/** The alert state of one symbol. */
export class Alerts {
  readonly #market: Market;
  readonly #utc: UtcClock;
  readonly #episodes = new Map<string, Episode>();
  /** Restored episodes that a newer one of the same rule has followed: to be resolved, by id. */
  readonly #superseded = new Map<string, AlertEvent>();
  /** Rules wait for `restore` until then; `null`: they run. */
  #heldUntilMs: number | null;

  /** `heldUntilMs`: when rules run without the store's memory; `null`: there is no store to ask. */
  constructor(market: Market, utc: UtcClock, heldUntilMs: number | null) {
    this.#market = market;
    this.#utc = utc;
    this.#heldUntilMs = heldUntilMs;
  }

  /** Episodes that fire now: for a checkpoint. */
  get firing(): AlertEvent[] {
    return [...this.#episodes.values()].flatMap((e) => e.phase === "firing" ? [e.event] : []);
  }

  /**
   * Episodes that someone remembers as firing: a checkpoint, or the store after each `connect`. Of two
   * memories of one episode the higher revision wins; of two episodes of one rule the newer goes on
   * and the older is resolved; an episode whose rule is gone is left as it is. Restored episodes
   * resolve on live data only.
   */
  restore(firing: readonly AlertEvent[]): void {
    for (const event of firing) {
      if (!RULES.some((rule) => rule.name === event.rule)) continue;
      const before = this.#episodes.get(event.rule) ?? NEVER_FIRED;
      const known = before.phase === "firing" ? before.event : before.last;
      if (known?.alertId === event.alertId && known.revision >= event.revision) continue;
      if (known !== null && known.startedMs > event.startedMs) {
        this.#superseded.set(event.alertId, event);
        continue;
      }
      if (before.phase === "firing" && before.event.alertId !== event.alertId) {
        this.#superseded.set(before.event.alertId, before.event);
      }
      this.#episodes.set(event.rule, { phase: "firing", event, goneMs: null });
    }
  }

  /** The store has answered: rules run from now on. */
  release(): void {
    this.#heldUntilMs = null;
  }

  /** Runs every rule once; called on each tick. */
  evaluate(evidence: Evidence): AlertEvent[] {
    if (this.#heldUntilMs !== null) {
      if (evidence.nowMs < this.#heldUntilMs) return [];
      this.release();
    }
    const events: AlertEvent[] = [];
    for (const rule of RULES) {
      const value = evidence.values === null ? null : rule.value(evidence.values);
      const before = this.#episodes.get(rule.name) ?? NEVER_FIRED;
      const after = value === null ? hold(before) : this.#step(rule, before, value, evidence);
      this.#episodes.set(rule.name, after);
      // An episode has a new revision exactly when its step made one.
      const step = newest(after);
      if (step !== null && step !== newest(before)) events.push(step);
      if (value !== null) events.push(...this.#resolveSuperseded(rule, value, evidence));
    }
    return events;
  }

  #step(rule: Rule, before: Episode, value: number, evidence: Evidence): Episode {
    const { nowMs } = evidence;
    switch (before.phase) {
      case "idle": {
        const isResting = nowMs < before.restUntilMs;
        return value < rule.enter || isResting
          ? before
          : { ...before, phase: "pending", startedMs: nowMs };
      }
      case "pending": {
        const { startedMs } = before;
        if (value < rule.enter) return idle(before);
        if (nowMs - startedMs < rule.forMs) return before;
        const event = this.#fire(rule, startedMs, value, evidence);
        return { phase: "firing", event, goneMs: null };
      }
      case "firing": {
        if (value >= rule.leave) return { ...before, goneMs: null };
        const goneMs = before.goneMs ?? nowMs;
        if (nowMs - goneMs < rule.keepFiringMs) return { ...before, goneMs };
        return {
          phase: "idle",
          last: this.#resolve(before.event, value, evidence),
          restUntilMs: nowMs + rule.cooldownMs,
        };
      }
    }
  }

  #resolveSuperseded(rule: Rule, value: number, evidence: Evidence): AlertEvent[] {
    const events: AlertEvent[] = [];
    for (const event of this.#superseded.values()) {
      if (event.rule !== rule.name) continue;
      this.#superseded.delete(event.alertId);
      events.push(this.#resolve(event, value, evidence));
    }
    return events;
  }

  #fire(rule: Rule, sinceMs: number, value: number, evidence: Evidence): AlertEvent {
    const { venue, symbol } = this.#market;
    const startedMs = this.#utc.utcMs(sinceMs);
    const timeMs = this.#utc.utcMs(evidence.nowMs);
    return {
      type: "alert",
      alertId: `${venue}/${symbol}/${rule.name}/${startedMs}`,
      revision: 1,
      ...this.#market,
      rule: rule.name,
      phase: "firing",
      severity: rule.severity,
      summary: rule.summarise(value),
      startedMs,
      firedMs: timeMs,
      resolvedMs: null,
      timeMs,
      value,
      threshold: rule.enter,
      bookUpdateId: evidence.bookUpdateId,
      mid: evidence.values?.mid ?? null,
    };
  }

  #resolve(fired: AlertEvent, value: number, evidence: Evidence): AlertEvent {
    const timeMs = this.#utc.utcMs(evidence.nowMs);
    return {
      ...fired,
      revision: fired.revision + 1,
      phase: "resolved",
      resolvedMs: timeMs,
      timeMs,
      value,
      bookUpdateId: evidence.bookUpdateId,
      mid: evidence.values?.mid ?? null,
    };
  }
}

/** Without a value a rule is held; `for` means live time, so a pending episode starts over. */
function hold(before: Episode): Episode {
  switch (before.phase) {
    case "idle":
      return before;
    case "pending":
      return idle(before);
    case "firing":
      return { ...before, goneMs: null };
  }
}

function newest(episode: Episode): AlertEvent | null {
  return episode.phase === "firing" ? episode.event : episode.last;
}

/** Not pending any more; the rest after the last episode goes on. */
function idle({ last, restUntilMs }: Extract<Episode, { phase: "pending" }>): Episode {
  return { phase: "idle", last, restUntilMs };
}
