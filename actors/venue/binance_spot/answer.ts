/**
 * What the headers of one REST answer of Binance spot say about this address's budget. Pure.
 *
 * Source: Binance spot rest-api.md, "IP Limits".
 */
import type { ExchangeAnswer } from "../../../shared/exchange_answer.ts";

/** The statuses that are about our address. Of any other, `Retry-After` is about the endpoint alone. */
const BANS: readonly number[] = [429, 418];
/** The longest ban that Binance imposes, and the longest `Retry-After` that is believed. */
const RETRY_AFTER_MAX_MS = 3 * 86_400_000;
/** The limit is 6,000 a minute. What is so far beyond it is no count, and would stop every call for a minute. */
const USED_WEIGHT_END = 1_000_000;

/** Reads an answer's headers. */
export function readAnswer(
  { status, headers }: Pick<Response, "status" | "headers">,
): ExchangeAnswer {
  const used = numberIn(headers, "x-mbx-used-weight-1m");
  const seconds = BANS.includes(status) ? numberIn(headers, "retry-after") : null;
  return {
    status,
    usedWeight: used !== null && used < USED_WEIGHT_END ? used : null,
    retryAfterMs: seconds === null || seconds === 0
      ? null
      : Math.min(seconds * 1_000, RETRY_AFTER_MAX_MS),
  };
}

/** A header's whole number; `null`: it is not there, or is no such number. */
function numberIn(headers: Headers, name: string): number | null {
  const text = headers.get(name);
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}
