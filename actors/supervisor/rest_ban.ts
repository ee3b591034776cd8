/**
 * RestBan: until when the exchange takes no REST call of this IP address. It has no clock; times are
 * monotonic milliseconds, so a step of the wall clock neither shortens nor stretches it.
 *
 * Source: Binance spot rest-api.md, "IP Limits": HTTP 429 means to back off, 418 that the address is
 * banned, "from 2 minutes to 3 days"; `Retry-After` says for how long.
 */
import type { ExchangeAnswer } from "../../shared/exchange_answer.ts";

/** The exchange takes no REST call of this address until `untilMs`. */
export interface Ban {
  readonly untilMs: number;
  /** 429 or 418. */
  readonly status: number;
}

/** A ban whose answer does not say for how long. */
const BAN_MS = 120_000;
/** After HTTP 429 the minute that was too full is over by then. */
const PAUSE_MS = 60_000;
/** `Retry-After` is in whole seconds, of another clock. */
const JITTER_MS = 1_000;

/** The latest ban. A shorter one never ends a longer one. */
export class RestBan {
  #last: Ban | null = null;

  /** An answer that came now; `random` is in [0, 1). */
  take({ status, retryAfterMs }: ExchangeAnswer, nowMs: number, random: number): void {
    if (status !== 429 && status !== 418) return;
    const waitMs = retryAfterMs ?? (status === 418 ? BAN_MS : PAUSE_MS);
    const untilMs = nowMs + waitMs + random * JITTER_MS;
    if (untilMs > (this.#last?.untilMs ?? nowMs)) this.#last = { untilMs, status };
  }

  /** The ban that holds now. */
  at(nowMs: number): Ban | null {
    return this.#last !== null && nowMs < this.#last.untilMs ? this.#last : null;
  }

  /** When the latest ban ended, or now while it holds; `-Infinity`: there was none. */
  lastMs(nowMs: number): number {
    return Math.min(this.#last?.untilMs ?? -Infinity, nowMs);
  }
}
