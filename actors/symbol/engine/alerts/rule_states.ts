/** RuleStates: how the rules of one symbol stand, for the store and whoever looks: on each change, and now and then. */
import type { Market } from "../../../../shared/market.ts";
import { ALL_RULES, type Output, type RuleState } from "../../../../shared/output.ts";
import type { UtcClock } from "../utc_clock.ts";
import type { NotificationMemory, Notifications } from "./notifications.ts";
import type { Lane } from "./watch.ts";

/** What a process that dies forgets of what its rules learn is no more than this. */
export const STATE_EVERY_MS = 30_000;

/** Tells them, in order. */
export class RuleStates {
  readonly #market: Market;
  readonly #utc: UtcClock;
  #lanes: readonly Lane[];
  readonly #notifications: Notifications;
  readonly #everyMs: number;
  #number = 0;
  #dueMs = -Infinity;
  /** Of the notifications that were told of last. */
  #taken = 0;

  /** `everyMs`: how often they are told without a change, but for the first time. */
  constructor(
    market: Market,
    utc: UtcClock,
    lanes: readonly Lane[],
    notifications: Notifications,
    everyMs: number = STATE_EVERY_MS,
  ) {
    this.#market = market;
    this.#utc = utc;
    this.#lanes = lanes;
    this.#notifications = notifications;
    this.#everyMs = everyMs;
  }

  /** Others run from now on; of those that are gone the last word is that they are idle. */
  watch(lanes: readonly Lane[], gone: readonly Lane[], nowMs: number, out: Output[]): void {
    this.#lanes = lanes;
    for (const lane of gone) {
      if (lane.toldPhase === "idle") continue;
      const part = { rule: lane.name, phase: "idle", isChange: true } as const;
      out.push(this.#state(nowMs, { ...lane.standing(nowMs), ...part }));
    }
  }

  /** Once a tick, after the rules have run. */
  tell(nowMs: number, out: Output[]): void {
    const isDue = nowMs >= this.#dueMs;
    if (isDue) this.#dueMs = nowMs + this.#everyMs;
    for (let i = 0; i < this.#lanes.length; i++) {
      const lane = this.#lanes[i];
      if (lane === undefined) continue;
      const phase = lane.phase(nowMs);
      const isChange = phase !== lane.toldPhase;
      if (!isChange && !(isDue && lane.isMoving(nowMs))) continue;
      lane.toldPhase = phase;
      out.push(this.#state(nowMs, { ...lane.standing(nowMs), rule: lane.name, phase, isChange }));
    }
    if (this.#notifications.taken === this.#taken) return;
    this.#taken = this.#notifications.taken;
    const memory: NotificationMemory = this.#notifications.remember(nowMs);
    out.push(this.#state(nowMs, {
      ...{ rule: ALL_RULES, version: 1, phase: "idle", isChange: true, level: 0 },
      ...{ samples: 0, samplesNeeded: 0, memory: JSON.stringify(memory) },
    }));
  }

  #state(
    nowMs: number,
    part: Omit<RuleState, "type" | "number" | "timeMs" | keyof Market>,
  ): RuleState {
    this.#number += 1;
    const timeMs = this.#utc.utcMs(nowMs);
    return { type: "rule_state", ...this.#market, number: this.#number, timeMs, ...part };
  }
}
