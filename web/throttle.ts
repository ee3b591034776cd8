/** How often an address may be wrong about a token. Pure: the caller tells the time. */
import { addressGroup } from "./client_address.ts";

/** A person mistypes; a program that guesses has used this up in a moment. */
const BURST = 10;
/** One more try each: 14,400 a day, of which none meets a token of 16 characters. */
const REFILL_MS = 6_000;
/** Beyond so many the one that failed first is forgotten: who has as many addresses is not stopped here. */
const ADDRESSES_MAX = 10_000;

/** Failures by address. */
export class Throttle {
  /** When the last failure of an address will be forgiven, monotonic. */
  readonly #cleanMs = new Map<string, number>();

  /** How long this address must wait for its next try; 0: not at all. */
  waitMs(address: string, nowMs: number): number {
    const cleanMs = this.#cleanMs.get(addressGroup(address)) ?? nowMs;
    return Math.max(0, cleanMs - nowMs - (BURST - 1) * REFILL_MS);
  }

  /** A try has failed. */
  failed(address: string, nowMs: number): void {
    const group = addressGroup(address);
    const cleanMs = Math.max(nowMs, this.#cleanMs.get(group) ?? nowMs) + REFILL_MS;
    // At the end: the first is the one whose last failure is the oldest.
    this.#cleanMs.delete(group);
    this.#cleanMs.set(group, cleanMs);
    for (const [oldest, time] of this.#cleanMs) {
      if (time > nowMs && this.#cleanMs.size <= ADDRESSES_MAX) break;
      this.#cleanMs.delete(oldest);
    }
  }
}
