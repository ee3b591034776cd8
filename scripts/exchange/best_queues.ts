/**
 * How long the two queues at the best prices are, against their usual length. Each wanders by itself, and both
 * by turns: while buyers are patient, sellers are not.
 */
import type { Random } from "../../shared/random.ts";

/** How far and how slowly: of each queue by itself, and of what one has and the other lacks. */
const OWN = { sigma: 0.6, ms: 1_500 };
const LEAN = { sigma: 1.2, ms: 1_700 };
/** They change in steps, so far apart on average. */
const STEP_MS = 300;
/** How much of that lean the levels behind share. */
const NEAR_SHARE = 0.55;
/** A long queue grows less than a short one shrinks. */
const GROWTH = 0.45;
/** Makes an imbalance of about 0.97. */
const PRESSED = 4;
/** A new best price begins with this share of its queue and fills up. */
const NEW_SHARE = 0.07;
const FILL_UP_MS = 400;

/** Both queues. */
export class BestQueues {
  readonly #random: Random;
  #bid: number;
  #ask: number;
  #lean: number;
  #ageMs = Infinity;
  #waitedMs = 0;
  /** Instead of the lean, while somebody presses. */
  #pressed: number | null = null;

  constructor(random: Random) {
    this.#random = random;
    this.#bid = OWN.sigma * random.normal();
    this.#ask = OWN.sigma * random.normal();
    this.#lean = LEAN.sigma * random.normal();
  }

  /** One side's queue, times its usual length. */
  factor(isBid: boolean): number {
    const lean = this.#pressed ?? this.#lean;
    const log = isBid ? this.#bid + lean : this.#ask - lean;
    const filled = 1 - (1 - NEW_SHARE) * Math.exp(-this.#ageMs / FILL_UP_MS);
    return filled * Math.exp(log > 0 ? log * GROWTH : log);
  }

  /**
   * What is quoted behind the best price of one side, times the usual. Of many who stand together at one price each
   * leans by himself, unless somebody presses.
   */
  nearFactor(isBid: boolean, crowding: number): number {
    const lean = this.#pressed ?? this.#lean / Math.sqrt(crowding);
    return Math.exp(NEAR_SHARE * (isBid ? lean : -lean));
  }

  /** Nearly all is on this side until `release`. */
  press(isBid: boolean): void {
    this.#pressed = isBid ? PRESSED : -PRESSED;
  }

  /** True when somebody has pressed until now. */
  release(): boolean {
    const wasPressed = this.#pressed !== null;
    this.#pressed = null;
    return wasPressed;
  }

  /** So much time has passed. */
  pass(ms: number): void {
    this.#ageMs += ms;
    this.#waitedMs += ms;
    if (!this.#random.chance(1 - Math.exp(-ms / STEP_MS))) return;
    this.#bid = this.#wander(this.#bid, OWN);
    this.#ask = this.#wander(this.#ask, OWN);
    this.#lean = this.#wander(this.#lean, LEAN);
    this.#waitedMs = 0;
  }

  /** The best prices are others. */
  renew(): void {
    this.#ageMs = 0;
  }

  #wander(log: number, { sigma, ms }: typeof OWN): number {
    const kept = Math.exp(-this.#waitedMs / ms);
    return log * kept + sigma * Math.sqrt(1 - kept * kept) * this.#random.normal();
  }
}
