/** What all who handle mutes agree on. Pure. */
import { concerns, type Market, marketText } from "./market.ts";
import type { MuteRecord } from "./said.ts";

/** In force at a time: more are a mistake, or a reason to switch rules off. */
export const MUTES_MAX = 200;
/** The longest one, from when it is made: what is never to call anybody is a rule of severity `info`. */
export const MUTE_MS_MAX = 366 * 86_400_000;

/** What is remembered of those that were removed. */
const KNOWN_MAX = 1_000;

/** Whether it is of this market, or of every one. */
export function isMuteOf(mute: Market, market: Market): boolean {
  return concerns(marketText(mute), (muted) => muted === marketText(market));
}

/** Whether it holds at this time, UTC. */
export function isInForce({ untilMs, removedMs }: MuteRecord, nowMs: number): boolean {
  return removedMs === null && nowMs < untilMs;
}

/** The same, removed by a person at this time, UTC. */
export function removedMute(mute: MuteRecord, nowMs: number): MuteRecord {
  return { ...mute, revision: mute.revision + 1, timeMs: nowMs, removedMs: nowMs };
}

/** The newest word on each mute, by id; those that are over are forgotten. */
export class MuteList {
  readonly #mutes = new Map<string, MuteRecord>();

  /** Takes a revision; false: it is no news. */
  take(mute: MuteRecord): boolean {
    const known = this.#mutes.get(mute.muteId);
    if (known !== undefined && known.revision >= mute.revision) return false;
    this.#mutes.set(mute.muteId, mute);
    if (this.#mutes.size > KNOWN_MAX) {
      const oldest = this.all.find(({ removedMs }) => removedMs !== null);
      if (oldest !== undefined) this.#mutes.delete(oldest.muteId);
    }
    return true;
  }

  /** Whether this is the newest word on it. */
  has({ muteId, revision }: MuteRecord): boolean {
    return this.#mutes.get(muteId)?.revision === revision;
  }

  /** Forgets those whose time is over; one that was removed is known until then, so that nothing older brings it back. */
  expire(nowMs: number): void {
    for (const [id, { untilMs }] of this.#mutes) if (untilMs <= nowMs) this.#mutes.delete(id);
  }

  /** Every one that is known, removed ones included. */
  get all(): readonly MuteRecord[] {
    return [...this.#mutes.values()];
  }

  /** Those in force, in the order in which they became known. */
  inForce(nowMs: number): readonly MuteRecord[] {
    return this.all.filter((mute) => isInForce(mute, nowMs));
  }

  /** One in force; `undefined`: there is none of this id. */
  find(muteId: string, nowMs: number): MuteRecord | undefined {
    const mute = this.#mutes.get(muteId);
    return mute !== undefined && isInForce(mute, nowMs) ? mute : undefined;
  }
}
