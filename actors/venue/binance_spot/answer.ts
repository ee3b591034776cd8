/** What the headers of one REST answer of Binance spot say about this address's budget. Pure. */
import type { ExchangeAnswer } from "../../../shared/exchange_answer.ts";

/** Reads an answer's headers. Source: Binance spot rest-api.md, "IP Limits". */
export function readAnswer(
  { status, headers }: Pick<Response, "status" | "headers">,
): ExchangeAnswer {
  const seconds = numberIn(headers, "retry-after");
  return {
    status,
    usedWeight: numberIn(headers, "x-mbx-used-weight-1m"),
    retryAfterMs: seconds === null || seconds === 0 ? null : seconds * 1_000,
  };
}

/** A header's number, 0 or more; `null`: it is not there, or is no such number. */
function numberIn(headers: Headers, name: string): number | null {
  const text = headers.get(name);
  const value = text === null || text.trim() === "" ? NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : null;
}
