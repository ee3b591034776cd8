/**
 * RestBan: until when the exchange takes no REST call of this IP address. It has no clock; times
 * are monotonic milliseconds, so a step of the wall clock neither shortens nor stretches it.
 * Streams run on, and live books live on; only an unusual silence cannot be probed then.
 *
 * Source: Binance spot rest-api.md, "IP Limits": HTTP 429 means to back off, 418 that the address
 * is banned, "from 2 minutes to 3 days"; `Retry-After` says for how long.
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

/** How long this answer bans the address, ms; `null`: it does not. */
export function banMs({ status, retryAfterMs }: ExchangeAnswer): number | null {
  if (status !== 429 && status !== 418) return null;
  return retryAfterMs ?? (status === 418 ? BAN_MS : PAUSE_MS);
}

/** For a person, why no call is taken. Source: Binance spot rest-api.md, "HTTP Return Codes". */
export function banReason(status: number | null): string {
  return status === 418
    ? "the exchange has banned this address (HTTP 418)"
    : "this address has used too much request weight (HTTP 429)";
}

/** The latest ban. A shorter one never ends a longer one. */
export class RestBan {
  #last: Ban | null = null;

  /** An answer that came now; `random` is in [0, 1). */
  take(answer: ExchangeAnswer, nowMs: number, random: number): void {
    const { status } = answer;
    const waitMs = banMs(answer);
    if (status === null || waitMs === null) return;
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
