/** MicroPriceHours: what the micro-price has learnt of its market, told at the end of each hour of UTC. */
import type { Market } from "../../../../shared/market.ts";
import type { Output } from "../../../../shared/output.ts";
import type { UtcClock } from "../utc_clock.ts";
import type { MetricSet } from "./metric_set.ts";

const HOUR_MS = 3_600_000;

/** Of one symbol. */
export class MicroPriceHours {
  readonly #market: Market;
  readonly #utc: UtcClock;
  readonly #metrics: Pick<MetricSet, "microPrice">;
  #number = 0;
  #endMs: number;

  constructor(
    market: Market,
    utc: UtcClock,
    metrics: Pick<MetricSet, "microPrice">,
    nowMs: number,
  ) {
    this.#market = market;
    this.#utc = utc;
    this.#metrics = metrics;
    this.#endMs = endOfHour(utc.utcMs(nowMs));
  }

  /** On each tick. A clock that is set back begins another hour, which is told when it ends. */
  tell(nowMs: number, out: Output[]): void {
    const utcMs = this.#utc.utcMs(nowMs);
    const isOver = utcMs >= this.#endMs;
    if (!isOver && utcMs >= this.#endMs - HOUR_MS) return;
    this.#endMs = endOfHour(utcMs);
    const learnt = isOver ? this.#metrics.microPrice : null;
    if (learnt === null) return;
    const number = this.#number += 1;
    const timeMs = this.#endMs - HOUR_MS;
    out.push({ type: "micro_price", ...this.#market, number, timeMs, ...learnt });
  }
}

/** The end of the hour that a moment is in; a full hour is in the one that it begins. */
function endOfHour(utcMs: number): number {
  return (Math.floor(utcMs / HOUR_MS) + 1) * HOUR_MS;
}
