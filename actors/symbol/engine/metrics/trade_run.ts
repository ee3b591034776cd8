/**
 * TradeRun: whether trades have been missed. Their ids count up by one, so what is not there is known; two connections
 * may bring them out of order while one takes over from the other, so a hole gets time to be filled.
 */
import type { Trade } from "../../../../shared/market.ts";

/** A hole that is not filled when the exchange's time has gone on by so much is a loss. */
const HOLE_WAIT_MS = 1_000;

/**
 * What a trade is to those before it. `next`: none lies between. `hole`: some are missing before it. `late`: it was
 * missing. `begin`: nobody knows what lay before it. `repeat`: it was there already, and counts no more.
 */
export type TradePlace = "next" | "hole" | "late" | "begin" | "repeat";

/** The unbroken run of trades up to now. */
export class TradeRun {
  /** Id that the next trade has, if none is missed; `NaN`: there was none yet. */
  #nextId = NaN;
  #lastMs = -Infinity;
  #missing = 0;
  /** Time of the trade after the newest hole. */
  #holeMs = -Infinity;
  #isSure = true;
  #losses = 0;
  #lostUntilMs = -Infinity;

  /** False from a break of the stream to the next trade, which tells whether some were missed. */
  get isSure(): boolean {
    return this.#isSure;
  }

  /** Whether some are missing that may still come. */
  get hasHole(): boolean {
    return this.#missing > 0;
  }

  /** How many holes were never filled. */
  get losses(): number {
    return this.#losses;
  }

  /** Time of the trade after the last of them: later ones are all there. */
  get lostUntilMs(): number {
    return this.#lostUntilMs;
  }

  /** Id that the next trade has, if none is missed; `NaN`: there was none yet. */
  get nextId(): number {
    return this.#nextId;
  }

  /** Time of the trade with the highest id; `-Infinity`: there was none. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** Takes one trade in. */
  heard({ tradeId, tradeMs }: Trade): TradePlace {
    const place = this.#placeOf(tradeId, tradeMs);
    if (place === "repeat") return place;
    if (place === "begin") this.#begin(tradeMs);
    this.#isSure = true;
    if (place === "late") {
      this.#missing -= 1;
      return place;
    }
    if (place === "hole") {
      this.#missing += tradeId - this.#nextId;
      this.#holeMs = tradeMs;
    }
    this.#nextId = tradeId + 1;
    this.#lastMs = tradeMs;
    return place;
  }

  /** The exchange's time has gone on: a hole may have become a loss. */
  settle(eventMs: number): void {
    if (this.#missing === 0 || !(eventMs > this.#holeMs + HOLE_WAIT_MS)) return;
    this.#missing = 0;
    this.#losses += 1;
    this.#lostUntilMs = this.#holeMs;
  }

  /** The stream may have been broken. */
  doubt(): void {
    this.#isSure = false;
    this.settle(Infinity);
  }

  /** The exchange's clock was set back: its times from before say nothing. `lastMs`: of the newest trade, in the new time. */
  forgetTimes(lastMs: number): void {
    this.settle(Infinity);
    this.#lastMs = lastMs;
    this.#lostUntilMs = -Infinity;
  }

  /** Some are missing before it, whether a book was lost meanwhile or not; before the first one nobody knows. */
  #begin(tradeMs: number): void {
    this.#missing = 0;
    if (!Number.isNaN(this.#nextId)) this.#lostUntilMs = tradeMs;
  }

  #placeOf(tradeId: number, tradeMs: number): TradePlace {
    if (tradeId === this.#nextId) return "next";
    if (tradeId < this.#nextId) {
      if (this.#missing > 0) return "late";
      // Later than the last and yet with a lower id: the exchange counts anew.
      return tradeMs > this.#lastMs ? "begin" : "repeat";
    }
    return this.#isSure && !Number.isNaN(this.#nextId) ? "hole" : "begin";
  }
}
