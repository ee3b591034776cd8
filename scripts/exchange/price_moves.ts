/**
 * When the price moves, which way and how far: seldom, then several times within a few hundred milliseconds,
 * rather towards the thinner queue; in calm hours half as often, in busy ones twice.
 */
import type { Random } from "../../shared/random.ts";
import type { SimulatedSpec } from "./simulated_spec.ts";

/** Steps of one move, on average, and the time between them. */
const STEPS_MEAN = 2.1;
const STEP_MEAN_MS = 90;
/** A step goes on in the direction of the one before it. */
const GOES_ON = 0.6;
/** Steps are log-normal with this spread; their mean square is what makes the volatility. */
const STEP_SIGMA = 0.9;
/** How much the queues tell: of 1, the whole book on one side. */
const LEAN_SHARE = 0.4;
/** It is pulled back to where the symbol began, so that hours later the market is still plausible. */
const PULL_MS = 3_600_000;
/** … or at once, where a later market begins there. */
const PULL_HOME_MS = 60_000;
/** Calm and busy hours: how much busier, and for how long at least, and on average beyond that. */
const HOURS = [0.5, 1, 1, 2] as const;
const HOUR_MIN_MS = 600_000;
const HOUR_MEAN_MS = 600_000;

/** The moves of one symbol's price. */
export class PriceMoves {
  readonly #spec: SimulatedSpec;
  readonly #random: Random;
  /** Median of a step, bps. */
  readonly #stepBps: number;
  readonly #movesPerMs: number;
  #pullMs = PULL_MS;
  #nextMs: number;
  #stepsLeft = 0;
  #isUp = true;
  #hour = 1;
  #hourEndsMs: number;

  constructor(spec: SimulatedSpec, random: Random, startMs: number) {
    this.#spec = spec;
    this.#random = random;
    const tickBps = 1e4 / spec.startTicks;
    this.#stepBps = Math.max(spec.stepBps, tickBps);
    // Variance a second is steps a second times the mean square of a step.
    const square = this.#stepBps ** 2 * Math.exp(2 * STEP_SIGMA ** 2);
    this.#movesPerMs = spec.volatilityBps ** 2 / square / STEPS_MEAN / 1_000;
    this.#hourEndsMs = startMs + HOUR_MIN_MS + random.exponential(HOUR_MEAN_MS);
    this.#nextMs = startMs + random.exponential(1 / this.#movesPerMs);
  }

  /** How busy the present hour is, times the usual. */
  get hour(): number {
    return this.#hour;
  }

  /** From now on the price returns within a minute or two to where the symbol began, and stays about there. */
  comeHome(): void {
    this.#pullMs = PULL_HOME_MS;
  }

  /** Ticks by which the price moves now, up or down; 0: it does not. */
  due(nowMs: number, mid: number, lean: number): number {
    const random = this.#random;
    if (nowMs >= this.#hourEndsMs) {
      this.#hour = HOURS[random.below(HOURS.length)] ?? 1;
      this.#hourEndsMs = nowMs + HOUR_MIN_MS + random.exponential(HOUR_MEAN_MS);
    }
    if (nowMs < this.#nextMs) return 0;
    if (this.#stepsLeft === 0) {
      this.#stepsLeft = 1 + Math.floor(random.exponential(STEPS_MEAN - 0.5));
      this.#isUp = random.chance(this.#chanceUp(mid, lean));
    } else if (!random.chance(GOES_ON)) this.#isUp = !this.#isUp;
    this.#stepsLeft -= 1;
    this.#nextMs = nowMs + random.exponential(
      this.#stepsLeft > 0 ? STEP_MEAN_MS : 1 / (this.#movesPerMs * this.#hour),
    );
    const tickBps = 1e4 / this.#spec.startTicks;
    const ticks = Math.max(1, Math.round(this.#stepBps * random.logNormal(STEP_SIGMA) / tickBps));
    return this.#isUp ? ticks : -ticks;
  }

  #chanceUp(mid: number, lean: number): number {
    const awayBps = 1e4 * (this.#spec.startTicks - mid) / this.#spec.startTicks;
    const msPerMove = 1 / this.#movesPerMs;
    // A step is worth this many bps of pull over the time between two moves.
    const pull = awayBps * msPerMove / this.#pullMs / this.#stepBps;
    return Math.min(0.95, Math.max(0.05, 0.5 + LEAN_SHARE * lean + pull));
  }
}
