/**
 * Alerts: rules that go pending -> firing -> resolved. A rule enters above one threshold and leaves
 * below a lower one (hysteresis), must hold for a while before it fires and be gone for a while
 * before it resolves, and rests after an episode (cooldown), so that noise around a threshold is one
 * alert and not a hundred. Where the book is not live a rule is held: it neither fires nor resolves.
 */
import type { SymbolId } from "../../../shared/market.ts";
import type { AlertEvent, BookMetrics } from "../../../shared/output.ts";

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
  readonly value: (metrics: BookMetrics) => number | null;
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

interface Pending {
  readonly phase: "pending";
  readonly startedMs: number;
}

interface Firing {
  readonly phase: "firing";
  /** The last revision that left. */
  readonly event: AlertEvent;
  /** Since when the condition is gone; `null`: it holds. */
  readonly goneMs: number | null;
}

interface Idle {
  readonly phase: "idle";
  /** No new episode before this time. */
  readonly restUntilMs: number;
}

type Episode = Idle | Pending | Firing;

const IDLE: Idle = { phase: "idle", restUntilMs: 0 };

/** What the rules look at. */
export interface Evidence {
  readonly nowMs: number;
  /** `null`: the book is not live, and every rule is held. */
  readonly metrics: BookMetrics | null;
  readonly bookUpdateId: number | null;
}

/** The alert state of one symbol. */
export class Alerts {
  readonly #symbol: SymbolId;
  readonly #episodes = new Map<string, Episode>();
  /** Rules wait for `restore` until then; `null`: they run. */
  #heldUntilMs: number | null;

  /** `heldUntilMs`: when rules run without the store's memory; `null`: there is no store to ask. */
  constructor(symbol: SymbolId, heldUntilMs: number | null) {
    this.#symbol = symbol;
    this.#heldUntilMs = heldUntilMs;
  }

  /** Episodes that fire now: for a checkpoint. */
  get firing(): AlertEvent[] {
    return [...this.#episodes.values()].flatMap((e) => e.phase === "firing" ? [e.event] : []);
  }

  /**
   * Episodes that fired in an earlier life. Of two memories of one episode the higher revision wins;
   * an episode whose rule is gone is left as it is. Restored episodes resolve on live data only.
   */
  restore(firing: readonly AlertEvent[]): void {
    for (const event of firing) {
      if (!RULES.some((rule) => rule.name === event.rule)) continue;
      const known = this.#episodes.get(event.rule);
      if (known?.phase === "firing" && known.event.revision >= event.revision) continue;
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
      const before = this.#episodes.get(rule.name) ?? IDLE;
      const after = this.#step(rule, before, evidence);
      this.#episodes.set(rule.name, after.episode);
      if (after.event !== null) events.push(after.event);
    }
    return events;
  }

  #step(
    rule: Rule,
    before: Episode,
    evidence: Evidence,
  ): { readonly episode: Episode; readonly event: AlertEvent | null } {
    const value = evidence.metrics === null ? null : rule.value(evidence.metrics);
    const { nowMs } = evidence;
    if (value === null) {
      // `for` means live time: a pending episode starts over, a firing one is held.
      if (before.phase === "pending") return { episode: IDLE, event: null };
      if (before.phase === "firing") return { episode: { ...before, goneMs: null }, event: null };
      return { episode: before, event: null };
    }
    switch (before.phase) {
      case "idle":
        if (value < rule.enter || nowMs < before.restUntilMs) return keep(before);
        return keep({ phase: "pending", startedMs: nowMs });
      case "pending": {
        if (value < rule.enter) return keep(IDLE);
        if (nowMs - before.startedMs < rule.forMs) return keep(before);
        const event = this.#fire(rule, before.startedMs, value, evidence);
        return { episode: { phase: "firing", event, goneMs: null }, event };
      }
      case "firing": {
        if (value >= rule.leave) return keep({ ...before, goneMs: null });
        const goneMs = before.goneMs ?? nowMs;
        if (nowMs - goneMs < rule.keepFiringMs) return keep({ ...before, goneMs });
        const event = resolve(before.event, value, evidence);
        return { episode: { phase: "idle", restUntilMs: nowMs + rule.cooldownMs }, event };
      }
    }
  }

  #fire(rule: Rule, startedMs: number, value: number, evidence: Evidence): AlertEvent {
    return {
      type: "alert",
      alertId: `${this.#symbol}/${rule.name}/${startedMs}`,
      revision: 1,
      symbol: this.#symbol,
      rule: rule.name,
      phase: "firing",
      severity: rule.severity,
      summary: rule.summarise(value),
      startedMs,
      firedMs: evidence.nowMs,
      resolvedMs: null,
      timeMs: evidence.nowMs,
      value,
      threshold: rule.enter,
      bookUpdateId: evidence.bookUpdateId,
      mid: evidence.metrics?.mid ?? null,
    };
  }
}

function resolve(fired: AlertEvent, value: number, evidence: Evidence): AlertEvent {
  return {
    ...fired,
    revision: fired.revision + 1,
    phase: "resolved",
    resolvedMs: evidence.nowMs,
    timeMs: evidence.nowMs,
    value,
    bookUpdateId: evidence.bookUpdateId,
    mid: evidence.metrics?.mid ?? null,
  };
}

function keep(episode: Episode): { readonly episode: Episode; readonly event: null } {
  return { episode, event: null };
}
