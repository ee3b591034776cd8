/**
 * Alerts: the rules of one symbol, as they were given. On each tick every rule is read by the evaluator of its
 * kind, and its life cycle makes episodes of the readings.
 */
import { assertNever } from "../../../../shared/assert_never.ts";
import type { AlertRule } from "../../../../shared/catalogue/rules.ts";
import type { Market } from "../../../../shared/market.ts";
import type { AlertEvent, Output } from "../../../../shared/output.ts";
import type { EngineEvent } from "../event.ts";
import type { UtcClock } from "../utc_clock.ts";
import type { AgedAlertMemory, AlertMemory, RuleMemory, StoredAlerts } from "./alert_memory.ts";
import { abandoned } from "./episodes.ts";
import type { Evidence } from "./evaluator.ts";
import { createEvaluator } from "./kinds.ts";
import { Mutes } from "./mutes.ts";
import { Notifications } from "./notifications.ts";
import { RuleStates } from "./rule_states.ts";
import { type CreateEvaluator, type Lane, type People, Watch } from "./watch.ts";
import type { Acknowledging, Firing } from "../../../../shared/people.ts";
import { isSeen, type MuteRecord } from "../../../../shared/said.ts";

/** How long rules are held for the store's memory of earlier lives, before they go on without. */
export const RESTORE_WAIT_MS = 30_000;

/** Why episodes end that no condition has ended. */
const GONE = "its rule is not in force any more";
const CHANGED = "its rule was changed";
const UNFOLLOWED = "its symbol is not followed any more";

/** What the alerts of one symbol are told once. */
export interface AlertsOptions {
  readonly market: Market;
  readonly utc: UtcClock;
  readonly rules: readonly AlertRule[];
  /** Of which people are told within an hour. */
  readonly notificationsPerHour: number;
  /** When rules run without the store's memory; `null`: there is no store to ask. */
  readonly heldUntilMs: number | null;
  readonly create?: CreateEvaluator;
  /** How often it is told how rules stand without a change; absent: as often as the store must know. */
  readonly statesEveryMs?: number;
}

/** What the engine hands on to them. */
export type AlertsEvent = Extract<
  EngineEvent,
  { type: "restore" | "restore_held" | "removed" | "rules" | "mute" | "acknowledge" }
>;

/** The alert state of one symbol. */
export class Alerts {
  readonly #utc: UtcClock;
  readonly #begin: (rule: AlertRule) => Watch;
  /** Those that inhibit others first; walked on each tick without an iterator. */
  #watches: readonly Watch[] = [];
  /** By name of their episodes. */
  #lanes: ReadonlyMap<string, Lane> = new Map();
  readonly #notifications: Notifications;
  readonly #mutes: Mutes;
  readonly #people: People;
  /** Rules wait for `restore` until then; `null`: they run. */
  #heldUntilMs: number | null;
  #leftAside = 0;
  /** Rules that a checkpoint has told of, and whether there was one. */
  readonly #recalled = new Set<string>();
  #hasMemory = false;
  readonly #states: RuleStates;
  /** Episodes that no rule goes on with, by id: to be resolved. */
  readonly #abandoned = new Map<string, AlertEvent>();

  /** Throws a `RangeError` when two rules have one name. */
  constructor(
    {
      market,
      utc,
      rules,
      notificationsPerHour,
      heldUntilMs,
      create = createEvaluator,
      statesEveryMs,
    }: AlertsOptions,
  ) {
    this.#utc = utc;
    this.#begin = (rule) => new Watch(rule, market, utc, create);
    this.#watch(rules.map(this.#begin));
    this.#notifications = new Notifications(notificationsPerHour);
    this.#mutes = new Mutes(market);
    this.#people = { mutes: this.#mutes, notifications: this.#notifications };
    this.#heldUntilMs = heldUntilMs;
    const lanes = [...this.#lanes.values()];
    this.#states = new RuleStates(market, utc, lanes, this.#notifications, statesEveryMs);
  }

  /** Memories of evaluators that `recall` has left aside: their form is unknown. */
  get leftAside(): number {
    return this.#leftAside;
  }

  /** How many rules are silent because they still learn what is usual. */
  get learning(): number {
    let count = 0;
    for (const lane of this.#lanes.values()) if (lane.isLearning) count += 1;
    return count;
  }

  /** Calls that a mute has held back. */
  get heldBack(): number {
    return this.#notifications.heldBack;
  }

  /** What they are told between two ticks. */
  hear(event: AlertsEvent, evidence: Evidence, out: Output[]): void {
    const { nowMs } = evidence;
    switch (event.type) {
      case "restore":
        this.restore(event.stored, nowMs, out);
        return this.release();
      case "restore_held":
        return this.hold();
      case "removed":
        return this.abandonAll(nowMs, out);
      case "rules":
        return this.useRules(event.rules, evidence, out);
      case "mute":
        return this.mute(event.mute, event.isRetold, nowMs, out);
      case "acknowledge":
        return this.acknowledge(event, evidence, out);
      default:
        return assertNever(event, "tell the rules something");
    }
  }

  /** What the next life of the actor must know. */
  remember(nowMs: number): AlertMemory {
    const rules: RuleMemory[] = [];
    for (const lane of this.#lanes.values()) {
      const memory = lane.remember(nowMs);
      if (memory !== null) rules.push(memory);
    }
    const notifications = this.#notifications.remember(nowMs);
    return { rules, notifications, mutes: this.#mutes.remember() };
  }

  /** What the last life remembered; what concerns no rule of now is left as it is. */
  recall({ memory: { rules, notifications, mutes }, ageMs }: AgedAlertMemory, nowMs: number): void {
    for (const mute of mutes) this.#mutes.take(mute, this.#utc.utcMs(nowMs));
    this.#notifications.recall(notifications, nowMs, ageMs);
    this.#hasMemory = rules.length > 0;
    for (const memory of rules) {
      this.#recalled.add(memory.rule);
      const isKnown = this.#lanes.get(memory.rule)?.recall(memory, nowMs, ageMs) ?? true;
      if (!isKnown) this.#leftAside += 1;
    }
  }

  /**
   * Other rules are in force from now on. One that is what it was goes on as it stands. Of one that has changed, or is
   * gone, all that fires ends with that reason; a changed one keeps its rest after an episode, and learns anew.
   */
  useRules(rules: readonly AlertRule[], evidence: Evidence, out: Output[]): void {
    const { nowMs } = evidence;
    const lanes = this.#lanes;
    const kept = new Map(this.#watches.map((watch) => [JSON.stringify(watch.rule), watch]));
    this.#watch(rules.map((rule) => kept.get(JSON.stringify(rule)) ?? this.#begin(rule)));
    for (const [name, lane] of lanes) {
      const next = this.#lanes.get(name);
      if (next === lane) continue;
      lane.lifeCycle.close(next === undefined ? GONE : CHANGED, evidence, out);
      const memory = lane.remember(nowMs);
      if (next === undefined) continue;
      if (memory !== null) next.recall(memory, nowMs, 0);
      next.toldPhase = lane.toldPhase;
    }
    const gone = [...lanes.values()].filter(({ name }) => !this.#lanes.has(name));
    this.#states.watch([...this.#lanes.values()], gone, nowMs, out);
  }

  /**
   * What the store remembers, told after each `connect`. Its word on rules counts where they have not run yet and no
   * checkpoint, which is newer, has told of them.
   */
  restore(
    { firing, rules, notifications, mutes }: StoredAlerts,
    nowMs: number,
    out: Output[],
  ): void {
    // Whoever lists them may have asked the store before they were there.
    for (const mute of mutes) this.mute(mute, false, nowMs, out);
    const ageOf = (timeMs: number) => Math.max(0, this.#utc.utcMs(nowMs) - timeMs);
    const isFirst = this.#heldUntilMs !== null;
    for (const { memory, wasFiring, timeMs } of isFirst ? rules : []) {
      const lane = this.#lanes.get(memory.rule);
      if (lane === undefined || this.#recalled.has(memory.rule)) continue;
      if (!lane.recall(memory, nowMs, ageOf(timeMs))) this.#leftAside += 1;
      const isFiring = firing.some(({ rule }) => rule === memory.rule);
      if (wasFiring && !isFiring) lane.lifeCycle.presumeEnded(nowMs);
    }
    if (isFirst && notifications !== null && !this.#hasMemory) {
      this.#notifications.recall(notifications.memory, nowMs, ageOf(notifications.timeMs));
    }
    for (const event of firing) {
      const lane = this.#lanes.get(event.rule);
      if (lane === undefined) this.#abandoned.set(event.alertId, event);
      else lane.lifeCycle.restore(event);
    }
  }

  /**
   * A person has muted something, or lets it be heard again; what fires says so on the next tick. `isRetold`: an earlier life
   * may have heard it, and may have ended before the store has.
   */
  mute(mute: MuteRecord, isRetold: boolean, nowMs: number, out: Output[]): void {
    const isNews = this.#mutes.take(mute, this.#utc.utcMs(nowMs));
    if (isNews || isRetold && this.#mutes.has(mute)) out.push(mute);
  }

  /** The episode of this id as it was told last; `null`: it does not fire, `unknown`: that is not known yet. */
  firing(alertId: string): Firing {
    const event = this.#laneOf(alertId)?.lifeCycle.firing ?? null;
    return event === null && this.#heldUntilMs !== null ? "unknown" : event;
  }

  /**
   * A person has seen an episode; of one that does not fire nothing is said. Neither is it where somebody has seen it as it is,
   * and this one adds no word: it must not take away theirs.
   */
  acknowledge(
    { alertId, said }: Pick<Acknowledging, "alertId" | "said">,
    evidence: Evidence,
    out: Output[],
  ): void {
    const lane = this.#laneOf(alertId);
    const event = lane?.lifeCycle.told ?? null;
    if (lane === undefined || event === null) return;
    if (isSeen(event) && said.by === null && said.comment === null) return;
    const timeMs = this.#utc.utcMs(evidence.nowMs);
    const acknowledged = { timeMs, ...said, severity: event.severity };
    lane.lifeCycle.note({ acknowledged }, lane.reading, evidence, out);
  }

  /** The symbol is followed no more: what fires resolves with that reason. */
  abandonAll(nowMs: number, out: Output[]): void {
    for (const { lifeCycle: { firing } } of this.#lanes.values()) {
      if (firing !== null) this.#abandoned.set(firing.alertId, firing);
    }
    this.#abandon(UNFOLLOWED, nowMs, out);
    // No tick is to follow; should one, nothing fires again.
    this.#heldUntilMs = Infinity;
  }

  /** The store will answer, however late: rules that do not run yet wait for it. */
  hold(): void {
    if (this.#heldUntilMs !== null) this.#heldUntilMs = Infinity;
  }

  /** The store has answered: rules run from now on. */
  release(): void {
    this.#heldUntilMs = null;
  }

  /** Runs every rule once, on each tick, and adds the revisions that this leads to. */
  evaluate(evidence: Evidence, out: Output[]): void {
    if (this.#heldUntilMs !== null) {
      if (evidence.nowMs < this.#heldUntilMs) return;
      this.release();
    }
    if (this.#abandoned.size > 0) this.#abandon(GONE, evidence.nowMs, out);
    if (this.#mutes.hasAny) this.#mutes.tick(this.#utc.utcMs(evidence.nowMs));
    let isInhibited = false;
    for (let i = 0; i < this.#watches.length; i++) {
      const watch = this.#watches[i];
      if (watch === undefined) continue;
      watch.evaluate(evidence, isInhibited && !watch.inhibits, this.#people, out);
      isInhibited ||= watch.inhibits && watch.isFiring;
    }
    this.#states.tell(evidence.nowMs, out);
  }

  /** The one whose episode of this id fires. */
  #laneOf(alertId: string): Lane | undefined {
    return [...this.#lanes.values()].find(({ lifeCycle }) => lifeCycle.told?.alertId === alertId);
  }

  #watch(watches: Watch[]): void {
    const lanes = new Map<string, Lane>();
    for (const lane of watches.flatMap((watch) => watch.lanes)) {
      if (lanes.has(lane.name)) {
        throw new RangeError(`Cannot watch rules: two have one name, received ${lane.name}`);
      }
      lanes.set(lane.name, lane);
    }
    this.#lanes = lanes;
    this.#watches = watches.sort((a, b) => Number(b.inhibits) - Number(a.inhibits));
  }

  #abandon(reason: string, nowMs: number, out: Output[]): void {
    const timeMs = this.#utc.utcMs(nowMs);
    for (const event of this.#abandoned.values()) {
      out.push(abandoned(event, timeMs, reason));
    }
    this.#abandoned.clear();
  }
}
