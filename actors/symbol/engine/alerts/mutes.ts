/**
 * Mutes: what of one symbol nobody is to be called for, and until when. Episodes are raised, stored and shown all the same, and
 * say so. Looked at on each tick: without a mute that costs nothing.
 */
import type { Market } from "../../../../shared/market.ts";
import { isMuteOf, MuteList } from "../../../../shared/mutes.ts";
import type { MuteRecord } from "../../../../shared/said.ts";

/** Those of one symbol, and of every symbol. */
export class Mutes {
  readonly #market: Market;
  readonly #known = new MuteList();
  /** In force when it was looked at last. */
  #inForce: readonly MuteRecord[] = [];
  /** When the first of those ends. */
  #nextMs = Infinity;

  constructor(market: Market) {
    this.#market = market;
  }

  /** Takes one that was made or removed; false: it is no news, or another symbol's. `utcMs`: now. */
  take(mute: MuteRecord, utcMs: number): boolean {
    if (!isMuteOf(mute, this.#market) || mute.untilMs <= utcMs) return false;
    if (!this.#known.take(mute)) return false;
    this.#look(utcMs);
    return true;
  }

  /** Whether this is the newest word on one that is heeded. */
  has(mute: MuteRecord): boolean {
    return this.#known.has(mute);
  }

  /** Whether there is anything whose time may end. */
  get hasAny(): boolean {
    return this.#inForce.length > 0;
  }

  /** Time has passed. */
  tick(utcMs: number): void {
    if (utcMs >= this.#nextMs) this.#look(utcMs);
  }

  /** The latest end of those that concern a rule, or this side of it; `null`: none does. */
  untilMs(rule: string, side: string): number | null {
    let untilMs: number | null = null;
    for (let i = 0; i < this.#inForce.length; i++) {
      const mute = this.#inForce[i];
      if (mute === undefined) continue;
      const isOfIt = mute.rule === null || mute.rule === rule || mute.rule === side;
      if (isOfIt && (untilMs === null || mute.untilMs > untilMs)) untilMs = mute.untilMs;
    }
    return untilMs;
  }

  /** What the next life must know: removed ones too, until their time is over. */
  remember(): readonly MuteRecord[] {
    return this.#known.all;
  }

  #look(utcMs: number): void {
    this.#known.expire(utcMs);
    this.#inForce = this.#known.inForce(utcMs);
    this.#nextMs = this.#inForce.reduce((ms, { untilMs }) => Math.min(ms, untilMs), Infinity);
  }
}
