/**
 * Alerts: the rules of one symbol, as they were given. On each tick every rule is read by the evaluator of its
 * kind, and its life cycle makes episodes of the readings.
 */
import type { AlertRule } from "../../../../shared/catalogue/rules.ts";
import type { Market } from "../../../../shared/market.ts";
import type { AlertEvent, Output } from "../../../../shared/output.ts";
import type { UtcClock } from "../utc_clock.ts";
import type { AgedAlertMemory, AlertMemory, RuleMemory } from "./alert_memory.ts";
import type { Evaluator, Evidence } from "./evaluator.ts";
import { createEvaluator } from "./kinds.ts";
import { LifeCycle } from "./life_cycle.ts";

/** How long rules are held for the store's memory of earlier lives, before they go on without. */
export const RESTORE_WAIT_MS = 30_000;

interface Watch {
  readonly rule: AlertRule;
  readonly evaluator: Evaluator;
  readonly lifeCycle: LifeCycle;
}

/** The alert state of one symbol. */
export class Alerts {
  /** By name of the rule, in the order given. */
  readonly #watches = new Map<string, Watch>();
  /** The same, to be walked on each tick without an iterator. */
  readonly #inOrder: readonly Watch[];
  /** Rules wait for `restore` until then; `null`: they run. */
  #heldUntilMs: number | null;
  #leftAside = 0;

  /**
   * `heldUntilMs`: when rules run without the store's memory; `null`: there is no store to ask. Throws a
   * `RangeError` when two rules have one name.
   */
  constructor(
    market: Market,
    utc: UtcClock,
    rules: readonly AlertRule[],
    heldUntilMs: number | null,
    create: (rule: AlertRule) => Evaluator = createEvaluator,
  ) {
    for (const rule of rules) {
      if (this.#watches.has(rule.name)) {
        throw new RangeError(`Cannot watch rules: two have one name, received ${rule.name}`);
      }
      const lifeCycle = new LifeCycle(rule, market, utc);
      this.#watches.set(rule.name, { rule, evaluator: create(rule), lifeCycle });
    }
    this.#inOrder = [...this.#watches.values()];
    this.#heldUntilMs = heldUntilMs;
  }

  /** Memories of evaluators that `recall` has left aside: their form is unknown. */
  get leftAside(): number {
    return this.#leftAside;
  }

  /** What the next life of the actor must know. */
  remember(nowMs: number): AlertMemory {
    const memory: RuleMemory[] = [];
    for (const { rule, evaluator, lifeCycle } of this.#watches.values()) {
      const episodes = lifeCycle.remember(nowMs);
      const learnt = evaluator.remember?.(nowMs) ?? null;
      if (episodes === null && learnt === null) continue;
      memory.push({ rule: rule.name, version: rule.version, lifeCycle: episodes, learnt });
    }
    return memory;
  }

  /** What the last life remembered; what concerns no rule of now is left as it is. */
  recall({ rules, ageMs }: AgedAlertMemory, nowMs: number): void {
    for (const { rule, version, lifeCycle, learnt } of rules) {
      const watch = this.#watches.get(rule);
      if (watch === undefined) continue;
      if (lifeCycle !== null) watch.lifeCycle.recall(lifeCycle, nowMs, ageMs);
      if (learnt === null || version !== watch.rule.version) continue;
      const isKnown = watch.evaluator.recall?.(learnt, nowMs, ageMs) ?? false;
      if (!isKnown) this.#leftAside += 1;
    }
  }

  /** Episodes that the store has firing, told after each `connect`; one whose rule is gone is left as it is. */
  restore(firing: readonly AlertEvent[]): void {
    for (const event of firing) this.#watches.get(event.rule)?.lifeCycle.restore(event);
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
    for (let i = 0; i < this.#inOrder.length; i++) {
      const watch = this.#inOrder[i];
      watch?.lifeCycle.step(watch.evaluator.read(evidence), evidence, out);
    }
  }
}
