/**
 * LifeCycle: the episodes of one rule, pending -> firing -> resolved, the same for every kind. A condition must
 * hold for a while before the rule fires and be gone for a while before it resolves, and the rule rests after an
 * episode, longer each time (cooldown), so that noise around a threshold is one alert and not a hundred. Without a
 * reading the rule is held: it neither fires nor resolves, and a firing episode says so.
 *
 * `for` is live time without a break: it begins anew after a tick that could not be told. `keepFiring` is live time
 * added up: a resolve must come, however often a metric is not known for a moment.
 */
import { assertNever } from "../../../../shared/assert_never.ts";
import { type AlertRule, COOLDOWN_MAX_MS, QUIET_MS } from "../../../../shared/catalogue/rules.ts";
import type { AlertEvent, Output } from "../../../../shared/output.ts";
import { HELD_UP_COUNTED_MS, HELD_UP_MIN_MS, TICK_MS } from "../event.ts";
import type { EpisodeKey, LifeCycleMemory, PhaseMemory } from "./alert_memory.ts";
import type { Episodes, Note } from "./episodes.ts";
import type { Evidence, Reading } from "./evaluator.ts";
import type { Notice } from "./notifications.ts";

/**
 * A condition that lasts is thought to have lasted while the actor was away for no longer than this: a restart
 * and a new book take a few seconds. The time away itself never counts.
 */
export const AWAY_MAX_MS = 30_000;
/** A firing episode is told as held when its condition could not be told for so long. */
export const HELD_AFTER_MS = 2_000;
/** How old the value of a firing episode may be before another revision tells the one of now. */
export const UPDATE_MS = 10_000;

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
    /** When it left; `NaN`: an earlier life has told it. */
    readonly toldMs: number;
    /** Since when the condition is gone, later by the time that could not be told; `null`: it is not. */
    readonly goneFromMs: number | null;
  };

type Firing = Extract<State, { phase: "firing" }>;

/** The episodes of one source of a rule of one symbol. */
export class LifeCycle {
  readonly #rule: AlertRule;
  readonly #episodes: Episodes;
  #state: State = { phase: "idle", last: null, restUntilMs: -Infinity };
  /** When there was a reading last, perhaps in an earlier life; `NaN`: never. */
  #lookedMs = NaN;
  /** There was one in this life. */
  #isBack = false;
  /** Since when there has been none, in this life; `NaN`: there is one. */
  #blindFromMs = NaN;
  /** The farthest value of the episode that fires. */
  #peak = NaN;
  /** Episodes that followed each other without a quiet time between them. */
  #level = 0;
  /** When the last one resolved. */
  #resolvedMs = -Infinity;
  /** Restored episodes that a newer one has followed: to be resolved, by id. */
  readonly #superseded = new Map<string, AlertEvent>();

  constructor(rule: AlertRule, episodes: Episodes) {
    this.#rule = rule;
    this.#episodes = episodes;
  }

  get isFiring(): boolean {
    return this.#state.phase === "firing";
  }

  /** The last revision of the episode that fires; `null`: none does. */
  get firing(): AlertEvent | null {
    return this.#state.phase === "firing" ? this.#peaked(this.#state.event) : null;
  }

  /** The same as it was told last, without its peak: for each tick. */
  get told(): AlertEvent | null {
    return this.#state.phase === "firing" ? this.#state.event : null;
  }

  /** How often in a row it has fired: what the next rest depends on. */
  get level(): number {
    return this.#level;
  }

  /**
   * One tick; `null`: the condition cannot be told, and the rule is held. True: an episode is due, and fires if `fire` is
   * called; otherwise it waits.
   */
  step(reading: Reading | null, evidence: Evidence, out: Output[]): boolean {
    const { nowMs } = evidence;
    if (reading === null) {
      this.#hold(evidence, out);
      return false;
    }
    this.#see(nowMs);
    const state = this.#state;
    if (state.phase === "firing") this.#goOn(state, reading, evidence, out);
    const isDue = state.phase !== "firing" && this.#isDue(reading, nowMs);
    const reason = "a newer episode of its rule has followed";
    if (this.#superseded.size > 0) this.#endSuperseded(reason, reading, evidence, out);
    return isDue;
  }

  /** The episode that is due fires. */
  fire(
    reading: Reading,
    evidence: Evidence,
    notice: Notice,
    mutedUntilMs: number | null,
    out: Output[],
  ): void {
    const state = this.#state;
    const { nowMs } = evidence;
    const startedMs = state.phase === "pending" ? state.startedMs : nowMs;
    if (nowMs - this.#resolvedMs >= QUIET_MS) this.#level = 0;
    this.#peak = reading.value;
    const event = this.#episodes.fired(startedMs, reading, evidence, notice, mutedUntilMs);
    this.#state = { phase: "firing", event, toldMs: nowMs, goneFromMs: null };
    out.push(event);
  }

  /** What a person has said of the episode that fires is told with its next revision. */
  note(note: Note, reading: Reading | null, evidence: Evidence, out: Output[]): void {
    const state = this.#state;
    if (state.phase !== "firing") return;
    const event = this.#episodes.noted(this.#peaked(state.event), reading, evidence, note);
    this.#told(event, evidence.nowMs);
    out.push(event);
  }

  /** The episode that fires ends now, for this reason; without a reading its last value is not known. */
  end(reason: string | null, reading: Reading | null, evidence: Evidence, out: Output[]): void {
    const state = this.#state;
    if (state.phase !== "firing") return;
    const { nowMs } = evidence;
    const event = this.#episodes.resolved(this.#peaked(state.event), reading, evidence, reason);
    this.#rest(keyOf(event), nowMs);
    out.push(event);
  }

  /** Its rule is in force no more, or not as it was: all that fires ends with this reason, and nothing is pending. */
  close(reason: string, evidence: Evidence, out: Output[]): void {
    this.end(reason, null, evidence, out);
    this.#endSuperseded(reason, null, evidence, out);
    if (this.#state.phase === "pending") this.#state = idle(this.#state.last);
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
    this.#state = { phase: "firing", event, toldMs: NaN, goneFromMs: null };
    this.#peak = event.peak ?? NaN;
  }

  /** For the next life of the actor; `null`: there is nothing to know. */
  remember(nowMs: number): LifeCycleMemory | null {
    const lookedMs = Number.isNaN(this.#lookedMs) ? nowMs : this.#lookedMs;
    const state = remembered(this.#state, this.#peak, lookedMs, nowMs);
    if (state === null) return null;
    const quietMs = this.#resolvedMs === -Infinity ? null : nowMs - this.#resolvedMs;
    return { state, awayMs: nowMs - lookedMs, level: this.#level, quietMs };
  }

  /** Whether it rests after an episode. */
  isResting(nowMs: number): boolean {
    return this.#state.phase === "idle" && nowMs < this.#state.restUntilMs;
  }

  /**
   * What the store is to remember: an episode that fires is told by its own revisions, and where they say that it does not
   * any more, `presumeEnded` is true.
   */
  stored(nowMs: number): LifeCycleMemory | null {
    const memory = this.remember(nowMs);
    if (memory === null || memory.state.phase === "idle") return memory;
    return { ...memory, state: { phase: "idle", last: null, restMs: 0 } };
  }

  /** The store knows that the episode which fired has resolved, and not how long ago: the rest begins now. */
  presumeEnded(nowMs: number): void {
    this.#rest(null, nowMs);
  }

  /** What the last life remembered `ageMs` ago. */
  recall({ state, awayMs, level, quietMs }: LifeCycleMemory, nowMs: number, ageMs: number): void {
    const rememberedMs = nowMs - ageMs;
    this.#lookedMs = rememberedMs - awayMs;
    this.#level = level;
    this.#resolvedMs = quietMs === null ? -Infinity : rememberedMs - quietMs;
    this.#state = this.#recalled(state, this.#lookedMs, rememberedMs);
    this.#peak = state.phase === "firing" ? state.peak ?? NaN : NaN;
  }

  #recalled(memory: PhaseMemory, lookedMs: number, rememberedMs: number): State {
    switch (memory.phase) {
      case "idle": {
        // The rule may have been given a shorter one meanwhile.
        const restMs = Math.min(memory.restMs, this.#restMs(Math.max(0, this.#level - 1)));
        return { phase: "idle", last: memory.last, restUntilMs: rememberedMs + restMs };
      }
      case "pending":
        return {
          phase: "pending",
          last: memory.last,
          startedMs: rememberedMs - memory.startedAgoMs,
          countedFromMs: lookedMs - memory.countedMs,
        };
      case "firing": {
        const { event, goneMs, toldAgoMs } = memory;
        return {
          phase: "firing",
          event,
          toldMs: rememberedMs - toldAgoMs,
          goneFromMs: goneMs === null ? null : lookedMs - goneMs,
        };
      }
      default:
        return assertNever(memory, "recall an episode");
    }
  }

  #endSuperseded(
    reason: string,
    reading: Reading | null,
    evidence: Evidence,
    out: Output[],
  ): void {
    for (const event of this.#superseded.values()) {
      out.push(this.#episodes.resolved(event, reading, evidence, reason));
    }
    this.#superseded.clear();
  }

  /** An episode is over: it rests, longer than after the one before. */
  #rest(last: EpisodeKey | null, nowMs: number): void {
    this.#state = { phase: "idle", last, restUntilMs: nowMs + this.#restMs(this.#level) };
    this.#level += 1;
    this.#resolvedMs = nowMs;
  }

  #restMs(level: number): number {
    const { cooldownMs } = this.#rule;
    return Math.min(cooldownMs * 2 ** level, Math.max(cooldownMs, COOLDOWN_MAX_MS));
  }

  /** There is a reading: what was not seen does not count, and after too long what was pending is not. */
  #see(nowMs: number): void {
    const wasBlind = this.#blindFromMs === this.#blindFromMs;
    const awayMs = nowMs - this.#lookedMs;
    // Rules are looked at on each tick: a shorter time away is none. Where only this machine was late both looks have seen.
    const isLate = awayMs >= HELD_UP_MIN_MS;
    const seenMs = isLate ? HELD_UP_COUNTED_MS : awayMs;
    const uncountedMs = Math.max(0, awayMs - (wasBlind || !this.#isBack ? TICK_MS : seenMs));
    if (uncountedMs > 0) {
      const state = this.#state;
      if (state.phase === "firing" && state.goneFromMs !== null) {
        this.#state = { ...state, goneFromMs: state.goneFromMs + uncountedMs };
      } else if (state.phase === "pending") {
        this.#state = awayMs > AWAY_MAX_MS
          ? idle(state.last)
          : { ...state, countedFromMs: state.countedFromMs + uncountedMs };
      }
    }
    this.#isBack = true;
    this.#blindFromMs = NaN;
    this.#lookedMs = nowMs;
  }

  #hold(evidence: Evidence, out: Output[]): void {
    const { nowMs } = evidence;
    if (Number.isNaN(this.#blindFromMs)) this.#blindFromMs = nowMs;
    const state = this.#state;
    if (state.phase === "pending" && this.#isBack) this.#state = idle(state.last);
    if (state.phase !== "firing" || state.event.isHeld) return;
    if (nowMs - this.#blindFromMs < HELD_AFTER_MS) return;
    const event = this.#episodes.held(this.#peaked(state.event), evidence);
    this.#told(event, nowMs);
    out.push(event);
  }

  #isDue(reading: Reading, nowMs: number): boolean {
    const state = this.#state;
    if (state.phase === "firing") return false;
    if (reading.condition !== "met") {
      if (state.phase === "pending") this.#state = idle(state.last);
      return false;
    }
    if (state.phase === "idle" && nowMs < state.restUntilMs) return false;
    if (state.phase === "pending") return nowMs - state.countedFromMs >= this.#rule.forMs;
    this.#state = { phase: "pending", last: state.last, startedMs: nowMs, countedFromMs: nowMs };
    return this.#rule.forMs <= 0;
  }

  #goOn(state: Firing, reading: Reading, evidence: Evidence, out: Output[]): void {
    const { nowMs } = evidence;
    const { condition, value, critical } = reading;
    if (condition === "gone") {
      const goneFromMs = state.goneFromMs ?? nowMs;
      if (nowMs - goneFromMs >= this.#rule.keepFiringMs) {
        return this.end(null, reading, evidence, out);
      }
      if (state.goneFromMs === null) this.#state = { ...state, goneFromMs };
    } else {
      if (!this.#isFarther(this.#peak, value)) this.#peak = value;
      if (state.goneFromMs !== null) this.#state = { ...state, goneFromMs: null };
    }
    const { event, toldMs } = state;
    const isWorse = value >= critical && event.severity !== "critical";
    const isKnown = value === value;
    const isOld = isKnown && nowMs - toldMs >= UPDATE_MS && value !== event.value;
    if (!isWorse && !event.isHeld && !isOld) {
      // How old what an earlier life has told is cannot be told: it counts from now.
      if (toldMs !== toldMs) this.#told(event, nowMs);
      return;
    }
    const told = this.#peaked(event);
    const next = isWorse
      ? this.#episodes.worse(told, reading, evidence)
      : this.#episodes.updated(told, reading, evidence);
    this.#told(next, nowMs);
    out.push(next);
  }

  #told(event: AlertEvent, toldMs: number): void {
    if (this.#state.phase === "firing") this.#state = { ...this.#state, event, toldMs };
  }

  /** Whether one value is at least as far towards alarm as another; what is not known is not. */
  #isFarther(value: number, other: number): boolean {
    return this.#episodes.isFalling ? value <= other : value >= other;
  }

  #peaked(event: AlertEvent): AlertEvent {
    const peak = Number.isNaN(this.#peak) ? null : this.#peak;
    return event.peak === peak ? event : { ...event, peak };
  }
}

/** Not pending any more. An episode begins after the rest only, so none of that is left. */
function idle(last: EpisodeKey | null): State {
  return { phase: "idle", last, restUntilMs: -Infinity };
}

function remembered(
  state: State,
  peak: number,
  lookedMs: number,
  nowMs: number,
): PhaseMemory | null {
  switch (state.phase) {
    case "idle": {
      const { last, restUntilMs } = state;
      if (last === null && restUntilMs <= nowMs) return null;
      return { phase: "idle", last, restMs: Math.max(0, restUntilMs - nowMs) };
    }
    case "pending": {
      const { last, startedMs, countedFromMs } = state;
      const startedAgoMs = nowMs - startedMs;
      return { phase: "pending", last, startedAgoMs, countedMs: lookedMs - countedFromMs };
    }
    case "firing": {
      const { event, goneFromMs, toldMs } = state;
      return {
        phase: "firing",
        event,
        peak: Number.isNaN(peak) ? null : peak,
        toldAgoMs: Number.isNaN(toldMs) ? 0 : nowMs - toldMs,
        goneMs: goneFromMs === null ? null : lookedMs - goneFromMs,
      };
    }
    default:
      return assertNever(state, "remember an episode");
  }
}

function keyOf({ alertId, revision, startedMs }: EpisodeKey): EpisodeKey {
  return { alertId, revision, startedMs };
}
