/** Watch: one rule of one symbol, with what it looks at. Its sides never fire at once. */
import type { AlertRule, RuleSource } from "../../../../shared/catalogue/rules.ts";
import type { Market } from "../../../../shared/market.ts";
import type { Output, RulePhase, RuleState } from "../../../../shared/output.ts";
import { isSeen } from "../../../../shared/said.ts";
import type { UtcClock } from "../utc_clock.ts";
import type { RuleMemory } from "./alert_memory.ts";
import { Episodes } from "./episodes.ts";
import type { Evaluator, Evidence, Reading } from "./evaluator.ts";
import { LifeCycle } from "./life_cycle.ts";
import type { Mutes } from "./mutes.ts";
import type { Notifications } from "./notifications.ts";
import { Series } from "./series.ts";
import { Source } from "./source.ts";

/** Who is called of a symbol, and for what not. */
export interface People {
  readonly mutes: Mutes;
  readonly notifications: Notifications;
}

/** Makes the evaluator of one source of a rule. */
export type CreateEvaluator = (rule: AlertRule, source: RuleSource) => Evaluator;

/** One source of a rule. */
export class Lane {
  readonly #rule: AlertRule;
  readonly #source: Source;
  readonly #series = new Series();
  readonly #evaluator: Evaluator;
  readonly #episodes: Episodes;
  readonly lifeCycle: LifeCycle;
  /** Of this tick. */
  reading: Reading | null = null;
  /** The phase that was told last. */
  toldPhase: RulePhase = "idle";

  constructor(
    rule: AlertRule,
    source: RuleSource,
    market: Market,
    utc: UtcClock,
    create: CreateEvaluator,
  ) {
    this.#rule = rule;
    this.#source = new Source(source, rule.smoothMs);
    this.#evaluator = create(rule, source);
    this.#episodes = new Episodes({
      rule,
      source,
      market,
      utc,
      evaluator: this.#evaluator,
      watched: this.#source,
      series: this.#series,
    });
    this.lifeCycle = new LifeCycle(rule, this.#episodes);
  }

  /** As in `AlertEvent.rule`. */
  get name(): string {
    return this.#episodes.name;
  }

  /** Looks once. */
  read(evidence: Evidence): void {
    this.#series.look(evidence, this.#source);
    this.#source.read(evidence);
    this.reading = this.#evaluator.read(this.#source, evidence, this.lifeCycle.isFiring);
  }

  /** One tick of its episodes. True: one is due, as `LifeCycle.step` says. */
  step(evidence: Evidence, { mutes, notifications }: People, out: Output[]): boolean {
    this.#heed(mutes.untilMs(this.#rule.name, this.name), evidence, notifications, out);
    const before = this.lifeCycle.told?.severity;
    const isDue = this.lifeCycle.step(this.reading, evidence, out);
    const now = this.lifeCycle.told;
    const isMuted = now !== null && now.mutedUntilMs !== null;
    if (isMuted && now.severity !== before) notifications.holdBack(now.severity);
    return isDue;
  }

  /** An episode is due, and fires. */
  fire(reading: Reading, evidence: Evidence, people: People, out: Output[]): void {
    const { mutes, notifications } = people;
    const severity = this.#episodes.severityOf(reading);
    const mutedUntilMs = mutes.untilMs(this.#rule.name, this.name);
    const notice = mutedUntilMs === null
      ? notifications.take(evidence.nowMs, severity)
      : notifications.holdBack(severity);
    this.lifeCycle.fire(reading, evidence, notice, mutedUntilMs, out);
  }

  /**
   * An episode that fires says until when it is muted. Once it is not any more, people are called for it after all if they
   * were not before, and if nobody has seen it meanwhile.
   */
  #heed(
    mutedUntilMs: number | null,
    evidence: Evidence,
    notifications: Notifications,
    out: Output[],
  ): void {
    const event = this.lifeCycle.told;
    if (event === null || event.mutedUntilMs === mutedUntilMs) return;
    const { isNotified, severity } = event;
    const isOwed = mutedUntilMs === null && !isNotified && !isSeen(event);
    const notice = isOwed ? notifications.take(evidence.nowMs, severity) : {};
    this.lifeCycle.note({ mutedUntilMs, ...notice }, this.reading, evidence, out);
  }

  /** How it stands now. */
  phase(nowMs: number): RulePhase {
    if (this.lifeCycle.isFiring) return "firing";
    if (this.lifeCycle.isResting(nowMs)) return "resting";
    return this.isLearning ? "learning" : "idle";
  }

  /** Whether it knows too little of what is usual to say anything. */
  get isLearning(): boolean {
    return this.#evaluator.baseline?.isArmed === false;
  }

  /** Whether what the store must know of it changes as time passes. */
  isMoving(nowMs: number): boolean {
    return this.#evaluator.baseline !== null || this.phase(nowMs) !== "idle";
  }

  /** Of how it stands, what is the rule's own matter. */
  standing(
    nowMs: number,
  ): Pick<RuleState, "version" | "level" | "samples" | "samplesNeeded" | "memory"> {
    const { baseline } = this.#evaluator;
    const memory: RuleMemory = {
      rule: this.name,
      version: this.#rule.version,
      lifeCycle: this.lifeCycle.stored(nowMs),
      learnt: this.#evaluator.remember?.(nowMs) ?? null,
      // After the time that a process needs to start it would say nothing.
      smoothed: null,
    };
    return {
      version: this.#rule.version,
      level: this.lifeCycle.level,
      samples: baseline?.samples ?? 0,
      samplesNeeded: baseline?.armedAfter ?? 0,
      memory: JSON.stringify(memory),
    };
  }

  /** What the next life must know; `null`: nothing. */
  remember(nowMs: number): RuleMemory | null {
    const lifeCycle = this.lifeCycle.remember(nowMs);
    const learnt = this.#evaluator.remember?.(nowMs) ?? null;
    const smoothed = this.#source.remember(nowMs);
    if (lifeCycle === null && learnt === null && smoothed === null) return null;
    return { rule: this.name, version: this.#rule.version, lifeCycle, learnt, smoothed };
  }

  /** What the last life remembered. False: what it has learnt has an unknown form, and is left aside. */
  recall(
    { version, lifeCycle, learnt, smoothed }: RuleMemory,
    nowMs: number,
    ageMs: number,
  ): boolean {
    if (lifeCycle !== null) this.lifeCycle.recall(lifeCycle, nowMs, ageMs);
    if (version !== this.#rule.version) return true;
    const isSmooth = smoothed === null || this.#source.recall(smoothed, nowMs, ageMs);
    if (learnt === null) return isSmooth;
    return (this.#evaluator.recall?.(learnt, nowMs, ageMs) ?? false) && isSmooth;
  }
}

/** All sources of a rule. */
export class Watch {
  readonly rule: AlertRule;
  readonly lanes: readonly Lane[];
  readonly inhibits: boolean;

  constructor(rule: AlertRule, market: Market, utc: UtcClock, create: CreateEvaluator) {
    this.rule = rule;
    this.inhibits = rule.inhibits;
    this.lanes = rule.sources.map((source) => new Lane(rule, source, market, utc, create));
  }

  get isFiring(): boolean {
    return this.#firing(null) !== null;
  }

  /** One tick; `isInhibited`: no episode may begin. */
  evaluate(
    evidence: Evidence,
    isInhibited: boolean,
    people: People,
    out: Output[],
  ): void {
    for (let i = 0; i < this.lanes.length; i++) this.lanes[i]?.read(evidence);
    for (let i = 0; i < this.lanes.length; i++) {
      const lane = this.lanes[i];
      if (lane === undefined) continue;
      const isDue = lane.step(evidence, people, out);
      if (!isDue || isInhibited || lane.reading === null) continue;
      const other = this.#firing(lane);
      if (other !== null) {
        // One whose condition still holds goes on; one that only waits for its end makes way.
        if (other.reading?.condition !== "gone") continue;
        other.lifeCycle.end("the other side of its rule fires", other.reading, evidence, out);
      }
      lane.fire(lane.reading, evidence, people, out);
    }
  }

  #firing(but: Lane | null): Lane | null {
    for (let i = 0; i < this.lanes.length; i++) {
      const lane = this.lanes[i];
      if (lane !== undefined && lane !== but && lane.lifeCycle.isFiring) return lane;
    }
    return null;
  }
}
