/**
 * LifeCycle: the episodes of one rule, pending -> firing -> resolved, the same for every kind. A condition must
 * hold for a while before the rule fires and be gone for a while before it resolves, and the rule rests after an
 * episode (cooldown), so that noise around a threshold is one alert and not a hundred. Without a reading the
 * rule is held: it neither fires nor resolves.
 */
import { assertNever } from "../../../../shared/assert_never.ts";
import type { AlertRule, SummaryTemplate } from "../../../../shared/catalogue/rules.ts";
import type { Market } from "../../../../shared/market.ts";
import type { AlertEvent, Output } from "../../../../shared/output.ts";
import type { UtcClock } from "../utc_clock.ts";
import type { EpisodeKey, LifeCycleMemory, PhaseMemory } from "./alert_memory.ts";
import type { Evidence, Reading } from "./evaluator.ts";

/**
 * A condition that lasts is thought to have lasted while the actor was away for no longer than this: a restart
 * and a new book take a few seconds. The time away itself never counts.
 */
export const AWAY_MAX_MS = 30_000;
/** Rules are looked at so often: a shorter time away is none. */
const TICK_MS = 100;

/** Where a rule stands, in the engine's time. */
type State =
  | { readonly phase: "idle"; readonly last: EpisodeKey | null; readonly restUntilMs: number }
  | {
    readonly phase: "pending";
    readonly last: EpisodeKey | null;
    readonly startedMs: number;
    /** Live time counts from here: later than the start by the time away. */
    readonly countedFromMs: number;
  }
  | {
    readonly phase: "firing";
    /** The last revision that left. */
    readonly event: AlertEvent;
    /** Since when the condition is gone, likewise; `null`: it is not. */
    readonly goneFromMs: number | null;
  };

/** The episodes of one rule of one symbol. */
export class LifeCycle {
  readonly #rule: AlertRule;
  readonly #market: Market;
  readonly #utc: UtcClock;
  #state: State = { phase: "idle", last: null, restUntilMs: -Infinity };
  /** Recalled from an earlier life, which looked at the rule last at this time; `null`: it has been since. */
  #awaySinceMs: number | null = null;
  /** Restored episodes that a newer one has followed: to be resolved, by id. */
  readonly #superseded = new Map<string, AlertEvent>();

  constructor(rule: AlertRule, market: Market, utc: UtcClock) {
    this.#rule = rule;
    this.#market = market;
    this.#utc = utc;
  }

  /** One tick; `null`: the condition cannot be told, and the rule is held. */
  step(reading: Reading | null, evidence: Evidence, out: Output[]): void {
    if (reading === null) {
      if (this.#awaySinceMs === null) this.#hold();
      return;
    }
    this.#comeBack(evidence.nowMs);
    this.#advance(reading, evidence, out);
    if (this.#superseded.size === 0) return;
    for (const event of this.#superseded.values()) {
      out.push(resolved(event, reading, evidence, this.#utc));
    }
    this.#superseded.clear();
  }

  /**
   * An episode that the store remembers as firing. Of two memories of one episode the higher revision wins; of
   * two episodes the newer goes on and the older is resolved, on live data only.
   */
  restore(event: AlertEvent): void {
    const before = this.#state;
    const known = before.phase === "firing" ? before.event : before.last;
    if (known?.alertId === event.alertId && known.revision >= event.revision) return;
    if (known !== null && known.startedMs > event.startedMs) {
      this.#superseded.set(event.alertId, event);
      return;
    }
    if (before.phase === "firing" && before.event.alertId !== event.alertId) {
      this.#superseded.set(before.event.alertId, before.event);
    }
    this.#state = { phase: "firing", event, goneFromMs: null };
  }

  /** For the next life of the actor; `null`: there is nothing to know. */
  remember(nowMs: number): LifeCycleMemory | null {
    const lookedAtMs = this.#awaySinceMs ?? nowMs;
    const state = remembered(this.#state, lookedAtMs, nowMs);
    return state === null ? null : { state, awayMs: nowMs - lookedAtMs };
  }

  /** What the last life remembered `ageMs` ago. */
  recall({ state, awayMs }: LifeCycleMemory, nowMs: number, ageMs: number): void {
    const lookedAtMs = nowMs - ageMs - awayMs;
    this.#awaySinceMs = lookedAtMs;
    this.#state = this.#recalled(state, lookedAtMs, nowMs - ageMs);
  }

  #recalled(memory: PhaseMemory, lookedAtMs: number, rememberedMs: number): State {
    switch (memory.phase) {
      case "idle": {
        // The rule may have been given a shorter one meanwhile.
        const restMs = Math.min(memory.restMs, this.#rule.cooldownMs);
        return { phase: "idle", last: memory.last, restUntilMs: rememberedMs + restMs };
      }
      case "pending":
        return {
          phase: "pending",
          last: memory.last,
          startedMs: rememberedMs - memory.startedAgoMs,
          countedFromMs: lookedAtMs - memory.countedMs,
        };
      case "firing": {
        const { event, goneMs } = memory;
        return { phase: "firing", event, goneFromMs: goneMs === null ? null : lookedAtMs - goneMs };
      }
      default:
        return assertNever(memory, "recall an episode");
    }
  }

  /** The first look of a new life: what has lasted goes on, unless the time away was too long to say so. */
  #comeBack(nowMs: number): void {
    if (this.#awaySinceMs === null) return;
    const awayMs = nowMs - this.#awaySinceMs;
    this.#awaySinceMs = null;
    if (awayMs > AWAY_MAX_MS) return this.#hold();
    const uncountedMs = Math.max(0, awayMs - TICK_MS);
    const state = this.#state;
    if (state.phase === "pending") {
      this.#state = { ...state, countedFromMs: state.countedFromMs + uncountedMs };
    } else if (state.phase === "firing" && state.goneFromMs !== null) {
      this.#state = { ...state, goneFromMs: state.goneFromMs + uncountedMs };
    }
  }

  /** `for` and `keepFiring` mean live time: what had to last starts over. */
  #hold(): void {
    const state = this.#state;
    if (state.phase === "pending") this.#state = idle(state.last);
    else if (state.phase === "firing" && state.goneFromMs !== null) {
      this.#state = { ...state, goneFromMs: null };
    }
  }

  #advance(reading: Reading, evidence: Evidence, out: Output[]): void {
    const { forMs, keepFiringMs, cooldownMs } = this.#rule;
    const { nowMs } = evidence;
    let state = this.#state;
    if (state.phase === "firing") {
      if (reading.condition !== "gone") {
        if (state.goneFromMs !== null) this.#state = { ...state, goneFromMs: null };
        return;
      }
      const goneFromMs = state.goneFromMs ?? nowMs;
      if (nowMs - goneFromMs < keepFiringMs) {
        if (state.goneFromMs === null) this.#state = { ...state, goneFromMs };
        return;
      }
      const event = resolved(state.event, reading, evidence, this.#utc);
      this.#state = { phase: "idle", last: event, restUntilMs: nowMs + cooldownMs };
      out.push(event);
      return;
    }
    if (reading.condition !== "met") {
      if (state.phase === "pending") this.#state = idle(state.last);
      return;
    }
    if (state.phase === "idle") {
      if (nowMs < state.restUntilMs) return;
      state = { phase: "pending", last: state.last, startedMs: nowMs, countedFromMs: nowMs };
      this.#state = state;
    }
    if (nowMs - state.countedFromMs < forMs) return;
    const event = this.#fired(state.startedMs, reading, evidence);
    this.#state = { phase: "firing", event, goneFromMs: null };
    out.push(event);
  }

  #fired(sinceMs: number, { value, threshold }: Reading, evidence: Evidence): AlertEvent {
    const { name, severity, summary } = this.#rule;
    const { venue, symbol } = this.#market;
    const startedMs = this.#utc.utcMs(sinceMs);
    const timeMs = this.#utc.utcMs(evidence.nowMs);
    return {
      type: "alert",
      alertId: `${venue}/${symbol}/${name}/${startedMs}`,
      revision: 1,
      ...this.#market,
      rule: name,
      phase: "firing",
      severity,
      summary: summarise(summary, value),
      startedMs,
      firedMs: timeMs,
      resolvedMs: null,
      timeMs,
      value,
      threshold,
      bookUpdateId: evidence.bookUpdateId,
      mid: evidence.values?.mid ?? null,
    };
  }
}

function resolved(
  fired: AlertEvent,
  { value }: Reading,
  { nowMs, values, bookUpdateId }: Evidence,
  utc: UtcClock,
): AlertEvent {
  const timeMs = utc.utcMs(nowMs);
  return {
    ...fired,
    revision: fired.revision + 1,
    phase: "resolved",
    resolvedMs: timeMs,
    timeMs,
    value,
    bookUpdateId,
    mid: values?.mid ?? null,
  };
}

/** Not pending any more. An episode begins after the rest only, so none of that is left. */
function idle(last: EpisodeKey | null): State {
  return { phase: "idle", last, restUntilMs: -Infinity };
}

function remembered(state: State, lookedAtMs: number, nowMs: number): PhaseMemory | null {
  switch (state.phase) {
    case "idle": {
      const { last, restUntilMs } = state;
      if (last === null) return null;
      return { phase: "idle", last: keyOf(last), restMs: Math.max(0, restUntilMs - nowMs) };
    }
    case "pending": {
      const { last, startedMs, countedFromMs } = state;
      return {
        phase: "pending",
        last: last === null ? null : keyOf(last),
        startedAgoMs: nowMs - startedMs,
        countedMs: lookedAtMs - countedFromMs,
      };
    }
    case "firing": {
      const { event, goneFromMs } = state;
      return {
        phase: "firing",
        event,
        goneMs: goneFromMs === null ? null : lookedAtMs - goneFromMs,
      };
    }
    default:
      return assertNever(state, "remember an episode");
  }
}

function keyOf({ alertId, revision, startedMs }: EpisodeKey): EpisodeKey {
  return { alertId, revision, startedMs };
}

/** What a person reads of a rule at this value. A name without a figure stays as it is written. */
export function summarise({ text, figures }: SummaryTemplate, value: number): string {
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const figure = Object.hasOwn(figures, name) ? figures[name] : undefined;
    if (figure === undefined) return placeholder;
    return ((value + figure.plus) * figure.times).toFixed(figure.decimals);
  });
}
